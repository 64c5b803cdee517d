import { pythonInt } from '../cluster/coerce';
import type * as Cluster from '../cluster/cluster';
import * as Clusters from '../cluster/cluster';
import * as Member from '../cluster/member';
import type { TimelineLine } from '../cluster/timeline-history';
import type { Json } from '../json';
import { inOrder } from './in-order';

/** Something about a timeline that /history does not tell, or tells in a way that cannot be true. */
export type TimelineNote =
  /** The timeline before it is not in /history: the lines before were cut off (max_timelines_history), or are missing. */
  | { readonly kind: 'gap'; readonly missing: readonly [first: number, last: number] }
  /** Its line has no instant: written before Patroni 1.4, or taken from a PostgreSQL that Patroni did not promote. */
  | { readonly kind: 'no-instant' }
  /** The stored instant is none that can be read, or has no zone. */
  | { readonly kind: 'unreadable-instant' }
  /** Its instant does not fit between those of the other lines: somebody's clock was wrong. Not used. */
  | { readonly kind: 'instant-out-of-order' }
  /** It ended at a lower position than it began: the WAL of another history, e.g. after a recovery to a point in time. */
  | { readonly kind: 'lsn-goes-back' }
  /** The line is not what Patroni writes. */
  | { readonly kind: 'unreadable-line' }
  /** The leader is on this timeline, but /history does not lead to it (yet). */
  | { readonly kind: 'not-in-history' };

/** One timeline: what is known of it, and null for what is not. */
export interface Timeline {
  /** Null where the line does not tell. */
  readonly number: number | null;
  /** Whether the leader is on it now. */
  readonly isCurrent: boolean;
  /** Who was promoted at its start; null when not recorded (before Patroni 2.1.1, and for the first). */
  readonly leader: string | null;
  /** ISO 8601 in UTC; null when not known. */
  readonly beganAt: string | null;
  readonly endedAt: string | null;
  /** WAL positions in bytes; null when not known. For the current one the end is the leader's position now. */
  readonly beganLsn: number | null;
  readonly endedLsn: number | null;
  /** In milliseconds; null when not known, and for the current one, which goes on. */
  readonly lastedMs: number | null;
  /** In bytes; null when not known. */
  readonly walBytes: number | null;
  /** The line of /history that tells its end; null for the current one. */
  readonly line: HistoryLine | null;
  readonly notes: readonly TimelineNote[];
}

/** A line of /history as `patronictl history` prints it; empty where it has no such field. */
export interface HistoryLine {
  readonly timeline: string;
  /** In bytes, decimal, as Patroni writes it. */
  readonly lsn: string;
  readonly reason: string;
  readonly timestamp: string;
  readonly newLeader: string;
}

/** An instant of Patroni's (`datetime.isoformat`): with a zone, else it could be any. */
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[-+]\d\d(?::?\d\d)?)$/i;

/** What one line says, each part null where it says nothing usable. */
interface Read {
  readonly number: number | null;
  readonly lsn: number | null;
  readonly at: number | null;
  readonly newLeader: string | null;
  readonly line: HistoryLine;
}

/**
 * The timelines that a cluster went through, the oldest first, the one that its leader is on last. A line of /history tells
 * where a timeline ended, why, when, and who began the next one (`patroni/ha.py: update_cluster_history`). Nothing is guessed:
 * what no line tells is null.
 */
export function timelines(cluster: Cluster.Cluster): readonly Timeline[] {
  const read = (cluster.history?.lines ?? []).map(readLine);
  const ended: Timeline[] = [];
  const fitting = inOrder(read.map((line) => line.at));
  for (const [i, line] of read.entries()) {
    const before = read[i - 1];
    // A line tells the start of the next timeline only when that one is the next by number.
    const follows = before?.number != null && line.number === before.number + 1;
    const known = follows && before !== undefined ? before : null;
    const at = fitting.has(i) ? line.at : null;
    const beganAt = known === null ? null : (ended[i - 1]?.endedAt ?? null);
    const beganLsn = known?.lsn ?? null;
    const lsnBack = beganLsn !== null && line.lsn !== null && line.lsn < beganLsn;
    ended.push({
      number: line.number,
      isCurrent: false,
      leader: known?.newLeader ?? null,
      beganAt,
      endedAt: iso(at),
      beganLsn,
      endedLsn: line.lsn,
      lastedMs: at === null || beganAt === null ? null : at - Date.parse(beganAt),
      walBytes: lsnBack || line.lsn === null || beganLsn === null ? null : line.lsn - beganLsn,
      line: line.line,
      notes: notesOf(line, before?.number ?? (i === 0 ? 0 : null), fitting.has(i), lsnBack),
    });
  }
  const current = currentTimeline(cluster, ended.at(-1) ?? null, read.at(-1) ?? null);
  return current === null ? ended : [...ended, current];
}

function notesOf(line: Read, before: number | null, fits: boolean, lsnBack: boolean): readonly TimelineNote[] {
  const notes: TimelineNote[] = [];
  if (line.number === null || line.lsn === null) notes.push({ kind: 'unreadable-line' });
  if (line.number !== null && before !== null && line.number > before + 1) {
    notes.push({ kind: 'gap', missing: [before + 1, line.number - 1] });
  }
  if (line.line.timestamp === '') notes.push({ kind: 'no-instant' });
  else if (line.at === null) notes.push({ kind: 'unreadable-instant' });
  else if (!fits) notes.push({ kind: 'instant-out-of-order' });
  if (lsnBack) notes.push({ kind: 'lsn-goes-back' });
  return notes;
}

/** The timeline that the leader is on: the one after the last line, unless the leader says another. Null when nothing tells. */
function currentTimeline(cluster: Cluster.Cluster, last: Timeline | null, lastRead: Read | null): Timeline | null {
  const byHistory = Clusters.timeline(cluster);
  const byLeader = cluster.leader === null ? null : Member.timeline(cluster.leader.member);
  const number = byLeader ?? (byHistory === 0 ? null : byHistory);
  if (number === null) return null;
  const follows = last?.number != null && number === last.number + 1;
  const beganLsn = follows ? last.endedLsn : null;
  const position = Clusters.leaderLsn(cluster);
  const lsnBack = beganLsn !== null && position !== null && position < beganLsn;
  const agrees = follows || (last === null && number === 1);
  return {
    number,
    isCurrent: true,
    leader: Clusters.leaderName(cluster) ?? (follows ? (lastRead?.newLeader ?? null) : null),
    beganAt: follows ? last.endedAt : null,
    endedAt: null,
    beganLsn,
    endedLsn: position,
    lastedMs: null,
    walBytes: beganLsn === null || position === null || lsnBack ? null : position - beganLsn,
    line: null,
    notes: [
      ...(agrees ? [] : [{ kind: 'not-in-history' } as const]),
      ...(lsnBack ? [{ kind: 'lsn-goes-back' } as const] : []),
    ],
  };
}

function readLine(line: TimelineLine): Read {
  const [number, lsn, reason, at, newLeader] = line;
  const timestamp = shown(at);
  const instant = INSTANT.test(timestamp.trim()) ? Date.parse(normal(timestamp.trim())) : NaN;
  const position = pythonInt(lsn);
  const tl = pythonInt(number);
  return {
    number: tl !== null && tl > 0 ? tl : null,
    lsn: position !== null && position >= 0 ? position : null,
    at: Number.isNaN(instant) ? null : instant,
    newLeader: typeof newLeader === 'string' && newLeader !== '' ? newLeader : null,
    line: {
      timeline: shown(number),
      lsn: shown(lsn),
      reason: shown(reason),
      timestamp,
      newLeader: shown(newLeader),
    },
  };
}

/** Python's ISO 8601 as JavaScript reads it: milliseconds, and a zone in hours and minutes. */
function normal(text: string): string {
  const zone = /[-+]\d\d$/.test(text) && text.length > 11 ? `${text}:00` : text;
  return zone
    .replace(' ', 'T')
    .replace(/[.,](\d{1,3})\d*/, '.$1')
    .replace(/([-+]\d\d)(\d\d)$/, '$1:$2');
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
