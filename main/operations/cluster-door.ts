import type * as Member from '../../app/cluster/member';
import type { WritableStore } from '../../app/dcs/store';
import type { DatabaseLoginView } from '../../app/ipc/database';
import type { ClusterDetail } from '../../app/ipc/detail';
import type { AskedDatabases } from '../../app/operations/database/database-checks';
import type { MemberApi } from '../../app/operations/member-api';

/** What an operation sees of a cluster, and the ways to it. Whatever changes (a lost store, a connection made anew) is asked for anew. */
export interface ClusterDoor {
  readonly clusterId: string;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly namespace: string;
  /** In the practice herd. */
  readonly practice: boolean;
  /** Whether the person has allowed writing on the connection. */
  readonly isWritable: boolean;
  /** Whether the connection is marked as production. */
  readonly isProduction: boolean;
  /** Whether the store is heard from. */
  readonly isLive: boolean;
  /** As of now; null when the store has no such cluster, or its connection is gone. */
  readonly detail: ClusterDetail | null;
  readonly members: MemberApi;
  /** Asks the PostgreSQL of members, with the login that the person gave. */
  databases(members: readonly Member.Member[]): Promise<AskedDatabases>;
  readonly databaseLogin: DatabaseLoginView;
  /** Null where the store cannot be written to from here. */
  readonly store: WritableStore | null;
  /** What is left of a session, in seconds; null when the store does not tell. */
  remainingSeconds(session: string): Promise<number | null>;
}

/** Where the doors to the clusters are. */
export interface Doors {
  /** Null when there is no such cluster or connection now. */
  open(clusterId: string): ClusterDoor | null;
  /** Calls `heard` after each change of the cluster's keys, and when its connection is lost or live again; the answer ends it. */
  watch(clusterId: string, heard: () => void): () => void;
}
