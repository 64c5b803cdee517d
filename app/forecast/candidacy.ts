/** Why a member would not become leader. Sizes in bytes. */
export type Bar =
  /** By its tags: nofailover, or a failover_priority of 0 or less. */
  | { readonly kind: 'nofailover' }
  /** Its PostgreSQL does not run, or is only starting. */
  | { readonly kind: 'not-running'; readonly state: string }
  /** The cluster is paused: nobody takes the lock by itself. */
  | { readonly kind: 'paused' }
  /** /failsafe lists members, and this one is not among them. */
  | { readonly kind: 'not-in-failsafe' }
  /** Synchronous mode, and /sync does not name it. */
  | { readonly kind: 'not-synchronous' }
  | { readonly kind: 'lag'; readonly lagBytes: number; readonly limitBytes: number }
  /** check_timeline is on; `own` is null when the member does not tell its timeline. */
  | { readonly kind: 'timeline'; readonly own: number | null; readonly cluster: number }
  /** Another one is ahead of it. */
  | { readonly kind: 'behind'; readonly member: string; readonly bytes: number }
  /** Another one is as far and has a higher failover_priority. */
  | { readonly kind: 'priority'; readonly member: string; readonly own: number; readonly theirs: number }
  /** Quorum mode: too few of those named in /sync could vote for it. */
  | { readonly kind: 'votes'; readonly votes: number; readonly needed: number }
  /** A member runs as primary without the lock: nobody else promotes beside it. */
  | { readonly kind: 'primary-alive'; readonly member: string }
  /** A switchover or failover was asked for, to another member or away from this one. */
  | { readonly kind: 'requested'; readonly candidate: string | null }
  /** A switchover or failover was asked for to this candidate, and it gives way as long as the candidate answers it. */
  | { readonly kind: 'gives-way'; readonly candidate: string };

/** What would come of one member in the race for the lock. */
export interface Candidacy {
  readonly name: string;
  /** `unknown`: nothing speaks against it, but the store does not tell its position. */
  readonly verdict: 'could-win' | 'out' | 'unknown';
  /** Empty unless it is out; the first is the one that Patroni finds first. */
  readonly bars: readonly Bar[];
  /** What it received or replayed, the further of the two, as it last reported; null when not told. */
  readonly position: number | null;
  readonly timeline: number | null;
  readonly failoverPriority: number;
}

/**
 * Whether a reason could be another one in a moment: because it compares positions, which move between two reports, or because it
 * holds only while another member can be reached.
 */
export function isOfTheMoment({ kind }: Bar): boolean {
  return kind === 'behind' || kind === 'priority' || kind === 'lag' || kind === 'votes' || kind === 'gives-way';
}
