import type { Json } from '../json';
import { parseInt, pythonInt } from './coerce';
import { get, isObject, joinProblems, type Parsed, parseJson } from './parsed';

/** The leader's position and what its slots have reached, from /status or /optime/leader (patroni.dcs.Status). */
export interface Status {
  /** WAL position in bytes; 0 when not known. */
  readonly lastLsn: number;
  /** Slot name and its position in bytes; null when the key tells none. */
  readonly slots: readonly (readonly [name: string, lsn: number])[] | null;
  /** Names of slots kept for members that went away (Patroni 4.0); empty when the key tells none. */
  readonly retainSlots: readonly string[];
}

/** What is known when there is no such key. */
export const empty: Status = { lastLsn: 0, slots: null, retainSlots: [] };

/** Reads the value of /status, or of /optime/leader (a plain number). `patroni/dcs: Status.from_node`. */
export function parse(value: string): Parsed<Status> {
  const { value: data, problem } = parseJson(value);
  if (problem !== null) return { value: empty, problem };
  if (typeof data === 'number' && Number.isInteger(data)) return { value: { ...empty, lastLsn: data }, problem: null };
  if (!isObject(data)) return { value: empty, problem: 'is neither an object nor a whole number' };

  const lastLsn = pythonInt(get(data, 'optime'));
  const slots = unpack(get(data, 'slots'));
  const retainSlots = unpack(get(data, 'retain_slots'));
  return {
    value: {
      lastLsn: lastLsn ?? 0,
      slots: isObject(slots) ? Object.entries(slots).map(([name, lsn]) => [name, parseInt(lsn) ?? 0] as const) : null,
      retainSlots: Array.isArray(retainSlots) ? retainSlots.filter((name) => typeof name === 'string') : [],
    },
    problem: joinProblems([
      lastLsn === null ? 'has no optime that is a number' : null,
      slots === null || isObject(slots) ? null : 'has slots that are not an object',
      retainSlots === null || Array.isArray(retainSlots) ? null : 'has retain_slots that are not a list',
    ]),
  };
}

/** The status of a key's value; `empty` without a key. */
export function fromNode(value: string | null): Status {
  return value === null ? empty : parse(value).value;
}

/** Kubernetes keeps slots and retain_slots as JSON in text. */
function unpack(value: Json | undefined): Json {
  if (typeof value !== 'string') return value ?? null;
  const { value: unpacked, problem } = parseJson(value);
  return problem === null ? unpacked : value;
}
