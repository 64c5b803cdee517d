import type { Json } from '../json';
import { parseInt, pythonInt } from './coerce';
import { get, isObject, joinProblems, type Parsed, parseJson } from './parsed';
import { intOf } from './python-text';
import { applies, newest, type Rules } from './rules';

/** The leader's position and what its slots have reached, from /status or /optime/leader (patroni.dcs.Status). */
export interface Status {
  /** WAL position in bytes; 0 when not known. `patroni/dcs: Cluster.last_lsn`. */
  readonly lastLsn: number;
  /** Slot name and its position in bytes; null when the key tells none. */
  readonly slots: readonly (readonly [name: string, lsn: number])[] | null;
  /** Names of slots kept for members that went away (Patroni 4.0); empty when the key tells none. */
  readonly retainSlots: readonly string[];
}

/** What is known when there is no such key. `patroni/dcs: Status.empty`. */
export const empty: Status = { lastLsn: 0, slots: null, retainSlots: [] };

/** Whether nothing is known. `patroni/dcs: Status.is_empty`. */
export function isEmpty(status: Status): boolean {
  return status.lastLsn === 0 && status.slots === null && status.retainSlots.length === 0;
}

/**
 * Reads the value of /status. A plain number is a position too, as in /optime/leader. `patroni/dcs: Status.from_node`;
 * before 3.2 `patroni/dcs/etcd3.py: _cluster_from_nodes`.
 */
export function parse(value: string, rules: Rules = newest): Parsed<Status> {
  const { value: data, problem } = parseJson(value);
  if (problem !== null) return { value: empty, problem };
  if (applies(rules, 'status-number') && (typeof data === 'boolean' || Number.isInteger(data))) {
    const isNumber = typeof data === 'number';
    return { value: { ...empty, lastLsn: Number(data) }, problem: isNumber ? null : 'is not a number' };
  }
  if (!isObject(data)) return { value: empty, problem: 'is neither an object nor a whole number' };

  const lastLsn = pythonInt(get(data, 'optime'));
  const unpack = applies(rules, 'status-number') ? unpackText : (raw: Json | undefined): Json => raw ?? null;
  const slots = unpack(get(data, 'slots'));
  const retainSlots = unpack(get(data, 'retain_slots'));
  return {
    value: {
      lastLsn: lastLsn ?? 0,
      slots: isObject(slots) ? Object.entries(slots).map(([name, lsn]) => [name, parseInt(lsn) ?? 0] as const) : null,
      retainSlots: Array.isArray(retainSlots) ? retainSlots.flatMap(nameOf) : [],
    },
    problem: joinProblems([
      lastLsn === null ? 'has no optime that is a number' : null,
      slots === null || isObject(slots) ? null : 'has slots that are not an object',
      Array.isArray(retainSlots) && retainSlots.some((name) => typeof name !== 'string')
        ? 'has retain_slots that are not text'
        : null,
      retainSlots === null || Array.isArray(retainSlots) ? null : 'has retain_slots that are not a list',
    ]),
  };
}

/** Reads the value of /optime/leader, which is a plain number. */
export function parseOptime(value: string, rules: Rules = newest): Parsed<Status> {
  if (applies(rules, 'status-number')) return parse(value, rules);
  const lastLsn = intOf(value);
  return { value: { ...empty, lastLsn: lastLsn ?? 0 }, problem: lastLsn === null ? 'is not a number' : null };
}

/** The status of a key's value; `empty` without a key. `patroni/dcs: Status.from_node`. */
export function fromNode(value: string | null, rules: Rules = newest): Status {
  return value === null ? empty : parse(value, rules).value;
}

/** A retained slot's name; a single value of another type as Patroni would write it, a list or an object not at all. */
function nameOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? [] : [JSON.stringify(value)];
}

/** Kubernetes keeps slots and retain_slots as JSON in text. */
function unpackText(value: Json | undefined): Json {
  if (typeof value !== 'string') return value ?? null;
  const { value: unpacked, problem } = parseJson(value);
  return problem === null ? unpacked : value;
}
