import type { Json } from '../json';
import { pythonInt } from './coerce';
import { type Parsed, parseJson } from './parsed';

/** One switch of timeline: the timeline that ended, the LSN in bytes where it ended, the reason, and from later versions the instant and the new leader. */
export type TimelineLine = readonly Json[];

/** The timelines from /history (patroni.dcs.TimelineHistory). */
export interface TimelineHistory {
  readonly version: string;
  /** The value as stored; `[]` means timeline 1. */
  readonly value: string;
  readonly lines: readonly TimelineLine[];
}

/**
 * Reads the history key's value. A line of text becomes its characters, as Python reads it; one that is neither list nor
 * text becomes an empty one. `patroni/dcs: TimelineHistory.from_node`.
 */
export function parse(version: string, value: string): Parsed<TimelineHistory> {
  const json = parseJson(value);
  if (json.problem !== null) return { value: { version, value, lines: [] }, problem: json.problem };
  if (!Array.isArray(json.value)) return { value: { version, value, lines: [] }, problem: 'is JSON, but not a list' };
  const raw: readonly Json[] = json.value;
  const lines = raw.map((line): TimelineLine => (isList(line) ? line : typeof line === 'string' ? [...line] : []));
  const bad = lines.findIndex((line, i) => !Array.isArray(raw[i]) || pythonInt(line[0]) === null);
  return {
    value: { version, value, lines },
    problem: bad < 0 ? null : `has a line ${bad + 1} that does not begin with a timeline`,
  };
}

/** The history of a key; one without lines where the value cannot be read. */
export function fromNode(version: string, value: string): TimelineHistory {
  return parse(version, value).value;
}

/** The timeline that the history leads to: 1 for exactly `[]`, 0 when not known. `patroni/dcs: Cluster.timeline`. */
export function timeline(history: TimelineHistory | null): number {
  const last = history?.lines.at(-1);
  if (last !== undefined) {
    const ended = pythonInt(last[0]);
    return ended === null ? 0 : ended + 1;
  }
  return history?.value === '[]' ? 1 : 0;
}

/** `Array.isArray` alone would make the elements `any`. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
