import type { Timeline } from './timelines';

/**
 * A stretch of time between two instants that are known, and the timelines in it. Mostly one. More than one where the switch
 * between them has no known instant: it happened somewhere in the stretch.
 */
export interface Piece {
  /** Milliseconds since 1970; null when the start is not known. */
  readonly from: number | null;
  /** Null when the end is not known; for the piece with the current timeline it is now. */
  readonly to: number | null;
  readonly timelines: readonly Timeline[];
  readonly isCurrent: boolean;
  /** Whether timelines are missing between this piece and the one before it. */
  readonly afterGap: boolean;
}

/** The timelines as stretches of time, in order. `now` in milliseconds since 1970 ends the last one. */
export function pieces(timelines: readonly Timeline[], now: number): readonly Piece[] {
  const done: Piece[] = [];
  let open: Timeline[] = [];
  let from: number | null = null;
  let afterGap = false;
  const close = (to: number | null, isCurrent = false): void => {
    if (open.length > 0) done.push({ from, to, timelines: open, isCurrent, afterGap });
    open = [];
    from = to;
    afterGap = false;
  };
  for (const timeline of timelines) {
    const gap =
      timeline.notes.some(({ kind }) => kind === 'gap' || kind === 'not-in-history') &&
      (open.length > 0 || done.length > 0);
    if (gap) {
      // What lies between is not recorded: neither the end of the one before, unless told, nor the start of this one.
      close(null);
      from = null;
      afterGap = true;
    }
    open.push(timeline);
    if (timeline.isCurrent) close(Math.max(now, from ?? now), true);
    else if (timeline.endedAt !== null) close(Date.parse(timeline.endedAt));
  }
  close(null);
  return done;
}
