import type { Severity } from '../findings/finding';

/** How well a cluster is, in one word and a few. */
export interface Verdict {
  readonly severity: Severity | 'ok';
  /** E.g. `no leader`, `2 findings`, `healthy`. */
  readonly words: string;
}

/** How a cluster replicates synchronously, from its configuration. */
export type SyncMode = 'async' | 'sync' | 'sync-strict' | 'quorum' | 'quorum-strict';

/** One line of the fleet list. */
export interface ClusterSummary {
  /** `connectionId` and scope; unique in this run. */
  readonly id: string;
  readonly connectionId: string;
  readonly scope: string;
  readonly verdict: Verdict;
  readonly findingCounts: { readonly critical: number; readonly warning: number; readonly info: number };
  /** The lock's holder (of the coordinator in an MPP cluster). */
  readonly leader: string | null;
  /** Since when there is no leader, as far as this program saw it, ISO 8601. */
  readonly unlockedSince: string | null;
  /** 0 when not known. */
  readonly timeline: number;
  readonly memberNames: readonly string[];
  /** The largest replay lag of a running replica behind the leader; null when no replica tells. */
  readonly worstLagBytes: number | null;
  readonly paused: boolean;
  readonly syncMode: SyncMode;
  readonly isStandbyCluster: boolean;
  /** Worker groups of an MPP cluster; null for a plain cluster. */
  readonly workerGroups: number | null;
}
