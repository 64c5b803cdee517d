import type { Json } from '../json';

/** One switch of timeline: the timeline that ended, the LSN in bytes where it ended, the reason, and from later versions the instant and the new leader. */
export type TimelineLine = readonly Json[];

/** The timelines from /history (patroni.dcs.TimelineHistory). */
export interface TimelineHistory {
  readonly version: string;
  /** The value as stored; `[]` means timeline 1. */
  readonly value: string;
  readonly lines: readonly TimelineLine[];
}
