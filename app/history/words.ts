import { format as formatLsn } from '../cluster/lsn';
import type { Timeline, TimelineNote } from './timelines';
import { formatBytes, formatDuration } from '../format';

/** What is odd about a timeline, in a sentence. */
export function noteWords(note: TimelineNote): string {
  switch (note.kind) {
    case 'gap': {
      const [first, last] = note.missing;
      const which = first === last ? `Timeline ${first} is` : `Timelines ${first} to ${last} are`;
      return `${which} not in /history: its older lines are cut off (max_timelines_history), or a promotion was not recorded.`;
    }
    case 'no-instant':
      return 'When it ended is not recorded: Patroni notes the time only where the timeline changed while it watched.';
    case 'unreadable-instant':
      return 'The stored time cannot be read, or has no time zone.';
    case 'instant-out-of-order':
      return 'The stored time does not fit between those of the other lines: a machine’s clock was wrong. It is not used here.';
    case 'lsn-goes-back':
      return 'It ended before the position where it began: another history, e.g. after a recovery to a point in time.';
    case 'unreadable-line':
      return 'The line in /history is not what Patroni writes.';
    case 'not-in-history':
      return 'The leader is on it, and /history does not lead to it. The leader writes the history some seconds after its promotion.';
  }
}

/** `TL 4`, `TL 1–3`. */
export function timelineName(timelines: readonly Timeline[]): string {
  const name = (timeline: Timeline | undefined): string => (timeline?.number == null ? '?' : String(timeline.number));
  return timelines.length > 1 ? `TL ${name(timelines[0])}–${name(timelines.at(-1))}` : `TL ${name(timelines[0])}`;
}

/** How long a timeline lasted; for the current one until `now`. */
export function lastedWords(timeline: Timeline, now: number): string {
  if (timeline.lastedMs !== null) return formatDuration(timeline.lastedMs);
  if (!timeline.isCurrent || timeline.beganAt === null) return 'not known';
  return `${formatDuration(now - Date.parse(timeline.beganAt))} so far`;
}

export function walWords(timeline: Timeline): string {
  if (timeline.walBytes === null) return 'not known';
  return `${formatBytes(timeline.walBytes)}${timeline.isCurrent ? ' so far' : ''}`;
}

export const lsnWords = (lsn: number | null): string => (lsn === null ? 'not known' : formatLsn(lsn));

export const historyWords = {
  timeline: 'The timeline that ended. A promotion ends one and begins the next.',
  lsn: 'The WAL position where the timeline ended. patronictl prints it in bytes.',
  reason:
    'PostgreSQL’s words from the .history file. Of a promotion it always says “no recovery target specified”; whether it was a switchover or a failover is not recorded.',
  timestamp: 'When the new leader was promoted, by the clock of its machine.',
  newLeader: 'Who was promoted, and so began the next timeline. Recorded since Patroni 2.1.1.',
  lasted: 'From the promotion that began the timeline to the one that ended it.',
  wal: 'How far the WAL position moved in the timeline.',
} as const;
