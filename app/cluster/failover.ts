import type { Json } from '../json';
import { truthy } from './coerce';
import { get, getLoose, isObject, joinProblems, type Parsed, parseJson } from './parsed';
import { strip } from './python-text';

/** A failover or switchover that was asked for, from /failover (patroni.dcs.Failover). */
export interface Failover {
  readonly version: string;
  /** The leader to switch over from; null for a failover. */
  readonly leader: string | null;
  readonly candidate: string | null;
  /** ISO 8601 in UTC; null for "now", or when the stored instant cannot be read (then it is a problem of the key). */
  readonly scheduledAt: string | null;
  /** The same as Patroni writes it into `/cluster`: to the microsecond, in the stored zone. */
  readonly scheduledAtText: string | null;
}

interface Instant {
  readonly utc: string;
  readonly text: string;
}

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?\s*(Z|[-+]\d\d(?::?\d\d)?)?$/i;

/** Reads the failover key's value: JSON, or `leader:candidate` as old versions wrote it. `patroni/dcs: Failover.from_node`. */
export function parse(version: string, value: string): Parsed<Failover> {
  const nobody = { version, leader: null, candidate: null, scheduledAt: null, scheduledAtText: null };
  if (value === '') return { value: nobody, problem: null };
  const json = parseJson(value);
  if (json.problem === 'is not JSON') {
    const [leader, candidate] = value.split(':').map(strip);
    const legacy = { ...nobody, leader: leader || null, candidate: candidate || null };
    // `leader:candidate` is a format; anything else is only read as one because Patroni does.
    return { value: legacy, problem: /^[^:{["]*:[^:]*$/.test(value) ? null : json.problem };
  }
  const data = json.value;
  if (!isObject(data)) return { value: nobody, problem: json.problem ?? 'is JSON, but not an object' };

  const at = parseInstant(get(data, 'scheduled_at'));
  const misshapen = ['leader', 'member'].filter(
    (field) => !['string', 'undefined'].includes(typeof (get(data, field) ?? undefined)),
  );
  return {
    value: {
      version,
      leader: getLoose(data, 'leader') || null,
      candidate: getLoose(data, 'member') || null,
      scheduledAt: at.value?.utc ?? null,
      scheduledAtText: at.value?.text ?? null,
    },
    problem: joinProblems([...misshapen.map((field) => `has a ${field} that is not text`), at.problem]),
  };
}

/** The request of a key; an empty one where the value cannot be read. */
export function fromNode(version: string, value: string): Failover {
  return parse(version, value).value;
}

/** Whether it asks for nothing: Patroni writes `{}` to clear the key (`Failover.__len__`). */
export function isEmpty(failover: Failover): boolean {
  return failover.leader === null && failover.candidate === null;
}

function parseInstant(value: Json | undefined): Parsed<Instant | null> {
  if (!truthy(value)) return { value: null, problem: null };
  const match = typeof value === 'string' ? INSTANT.exec(value.trim()) : null;
  const [, day = '', time = '', fraction = '', zone] = match ?? [];
  const unreadable = { value: null, problem: 'has a scheduled_at that is not an instant' };
  if (match === null) return unreadable;
  // Patroni compares with an instant in UTC, which fails for one without a zone, and then clears the key.
  if (zone === undefined) return { value: null, problem: 'has a scheduled_at without a time zone' };
  const seconds = time.length === 5 ? `${time}:00` : time;
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}`;
  const milliseconds = Date.parse(`${day}T${seconds}.${`${fraction}000`.slice(0, 3)}${offset}`);
  if (Number.isNaN(milliseconds)) return unreadable;
  const micros = `${fraction}000000`.slice(0, 6);
  const zoned = offset === 'Z' || offset === '-00:00' ? '+00:00' : offset;
  const text = `${day}T${seconds}${Number(micros) === 0 ? '' : `.${micros}`}${zoned}`;
  return { value: { utc: new Date(milliseconds).toISOString(), text }, problem: null };
}
