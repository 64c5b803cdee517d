import type { ParsedLog } from './log-line';
import { type LogMark, markOf } from './log-marks';
import type { Story } from './story';

/** How a log's clock stands to the clock by which the span was recorded. */
export type LogClock =
  /** Add `offsetMs` to the log's times. Found from so many of its lines; they agree to within `spreadMs`. */
  | { readonly kind: 'found'; readonly offsetMs: number; readonly matches: number; readonly spreadMs: number }
  /** No line of it says what the store tells too: its times are taken as they are. */
  | { readonly kind: 'unknown' };

/** Lines that agree with what the store tells do so to within this: between the two lie a round trip and a fsync, not a loop_wait. */
const WINDOW_MS = 2500;

/** More marks than these are not compared with each other: a day of failovers has fewer. */
const MOST_MARKS = 500;

/** Finds a log's clock by the events that both it and the story tell: the lock taken and released, a timeline begun. */
export function findClock(log: ParsedLog, story: Story): LogClock {
  const offsets: { readonly mark: number; readonly ms: number }[] = [];
  let marks = 0;
  for (const line of log.lines) {
    const mark = markOf(line);
    if (mark === null) continue;
    const instants = instantsOf(mark, log.member, story);
    if (instants.length === 0) continue;
    marks += 1;
    if (marks > MOST_MARKS) break;
    for (const ms of instants) offsets.push({ mark: marks, ms: ms - line.atMs });
  }
  offsets.sort((a, b) => a.ms - b.ms);
  let best: readonly number[] = [];
  for (const [i, first] of offsets.entries()) {
    const near = new Map<number, number>();
    for (let j = i; j < offsets.length; j += 1) {
      const other = offsets[j];
      if (other === undefined || other.ms - first.ms > WINDOW_MS) break;
      if (!near.has(other.mark)) near.set(other.mark, other.ms);
    }
    const found = [...near.values()];
    // Of two that are as good, the one with the smaller difference: most clocks are right.
    if (
      found.length > best.length ||
      (found.length === best.length && Math.abs(middle(found)) < Math.abs(middle(best)))
    )
      best = found;
  }
  if (best.length === 0) return { kind: 'unknown' };
  return {
    kind: 'found',
    offsetMs: middle(best),
    matches: best.length,
    spreadMs: Math.max(...best) - Math.min(...best),
  };
}

/** When the story tells what a mark says, in milliseconds; several when it happened several times. */
function instantsOf(mark: LogMark, member: string | null, { leaderGaps }: Story): readonly number[] {
  const isOwn = (name: string | null): boolean => member === null || name === member;
  switch (mark.kind) {
    case 'took-lock':
      return leaderGaps.flatMap(({ winner, wonAt }) => (wonAt !== null && isOwn(winner) ? [Date.parse(wonAt)] : []));
    case 'released-lock':
      return leaderGaps.flatMap(({ former, how, lostAt }) =>
        how !== 'ran-out' && former !== null && isOwn(former) ? [Date.parse(lostAt)] : [],
      );
    case 'timeline':
      return leaderGaps.flatMap(({ timelineAfter, wonAt }) =>
        wonAt !== null && timelineAfter === mark.number ? [Date.parse(wonAt)] : [],
      );
  }
}

const middle = (sorted: readonly number[]): number => {
  const ordered = [...sorted].sort((a, b) => a - b);
  return ordered[Math.floor((ordered.length - 1) / 2)] ?? 0;
};

/** A difference of clocks in words: `2 h 0.1 s behind`. */
export function offsetWords(offsetMs: number, duration: (ms: number) => string): string {
  if (Math.abs(offsetMs) < 500) return 'right to within half a second';
  return offsetMs > 0 ? `${duration(offsetMs)} behind` : `${duration(-offsetMs)} ahead`;
}
