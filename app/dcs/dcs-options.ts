/** Multi-node PostgreSQL: one cluster of several groups, each with keys and a leader of its own. */
export interface Mpp {
  readonly type: 'Citus';
  /** The group of this node; 0 is the coordinator's. */
  readonly group: number;
}

/** The group of an MPP cluster's coordinator (`patroni/postgresql/mpp/citus.py: CITUS_COORDINATOR_GROUP_ID`). */
export const COORDINATOR_GROUP = 0;

/** Times that all members of a cluster share, in seconds. */
export interface DcsTimes {
  readonly ttl: number;
  readonly loopWait: number;
  readonly retryTimeout: number;
}

/** Which cluster, and who we are in it. */
export interface DcsOptions extends Partial<DcsTimes> {
  /** `service` unless told. */
  readonly namespace?: string;
  readonly scope: string;
  /** The member that writes: its own key, and the leader key while it leads. */
  readonly name: string;
  /** Null, or left out, for a plain cluster. */
  readonly mpp?: Mpp | null;
}

/** Patroni's own (`patroni/config.py: Config.__DEFAULT_CONFIG`). */
export const DEFAULT_TIMES: DcsTimes = { ttl: 30, loopWait: 10, retryTimeout: 10 };
