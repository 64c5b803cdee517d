import type { Cluster } from '../cluster/cluster';
import type { Member } from '../cluster/member';
import type { SessionState } from '../dcs/store';
import type { StoreNode } from '../dcs/node';
import type { Finding } from '../findings/finding';

/** One PostgreSQL cluster of a scope: the only one, or one group of an MPP cluster (group 0 is the coordinator). */
export interface GroupDetail {
  readonly group: number | null;
  /** Without `workers`: each worker is a group of its own here. */
  readonly cluster: Cluster;
}

/** A key as the Keys view shows it. */
export interface KeyDetail extends StoreNode {
  /** True when `value` holds only the first 64 KiB; the whole comes with the request `cluster.value`. */
  readonly truncated: boolean;
  /** When this program saw the key's last change, ISO 8601; null when it was so already when we connected. */
  readonly changedAt: string | null;
}

/** Everything that the window shows of the chosen cluster. */
export interface ClusterDetail {
  readonly id: string;
  readonly connectionId: string;
  readonly scope: string;
  readonly groups: readonly GroupDetail[];
  readonly findings: readonly Finding[];
  /** Sorted by key. */
  readonly keys: readonly KeyDetail[];
  /** The sessions of the leader lock and the members, as last asked. Empty where the store cannot tell. */
  readonly sessions: readonly SessionState[];
}

/** What changed in one group. A part that is absent is as it was. */
export interface GroupPatch {
  readonly group: number | null;
  /** Changed parts other than the members. */
  readonly parts: Partial<Omit<Cluster, 'members' | 'workers'>>;
  readonly membersSet: readonly Member[];
  readonly membersRemoved: readonly string[];
}

/** What changed in a cluster's detail: `applyPatch(before, diffDetail(before, after))` equals `after`. */
export interface DetailPatch {
  readonly id: string;
  readonly groups: readonly GroupPatch[];
  readonly groupsRemoved: readonly (number | null)[];
  readonly findings?: readonly Finding[];
  readonly keysSet: readonly KeyDetail[];
  readonly keysRemoved: readonly string[];
  readonly sessions?: readonly SessionState[];
}
