import type { ClusterConfig } from './cluster-config';
import type { Failover } from './failover';
import type { Leader } from './leader';
import type { Member } from './member';
import type { Status } from './status';
import type { SyncState } from './sync-state';
import type { TimelineHistory } from './timeline-history';

/** A PostgreSQL cluster as its keys in the store describe it (patroni.dcs.Cluster). */
export interface Cluster {
  /** The system identifier from /initialize; null when there is no such key, empty while bootstrapping. */
  readonly initialize: string | null;
  readonly config: ClusterConfig | null;
  readonly leader: Leader | null;
  readonly status: Status;
  /** In the order of the store's keys. */
  readonly members: readonly Member[];
  readonly failover: Failover | null;
  readonly sync: SyncState;
  readonly history: TimelineHistory | null;
  /** Members by name with their REST API's URL, from /failsafe; null without the key. */
  readonly failsafe: readonly (readonly [name: string, apiUrl: string])[] | null;
  /** The worker groups of an MPP cluster, by group number; empty for a plain cluster. */
  readonly workers: readonly (readonly [group: number, cluster: Cluster])[];
}
