/** What can be done to a member of the practice herd, and taken back. */
export const MEMBER_FAULTS = ['killed', 'frozen', 'cut-from-store', 'cut-from-peers', 'slow-disk', 'lag'] as const;
export type MemberFault = (typeof MEMBER_FAULTS)[number];

/** A member, and what is the matter with it. */
export interface FaultyMember {
  readonly name: string;
  /** Whether its PostgreSQL is a primary. */
  readonly isPrimary: boolean;
  readonly faults: readonly MemberFault[];
}

/** What is the matter with one practice cluster, or one group of it. */
export interface ClusterFaults {
  readonly group: number | null;
  readonly members: readonly FaultyMember[];
  /** A permanent slot whose reader can be sent away; null where there is none. */
  readonly slot: { readonly name: string; readonly isHeld: boolean } | null;
}

/** How far a replica with the fault `lag` stays behind, in bytes: more than Patroni's default maximum_lag_on_failover. */
export const LAG_BYTES = 5 * 1024 ** 2;
/** What is written when a slot's reader goes away, in bytes. */
export const HELD_BYTES = 2 * 1024 ** 3;
