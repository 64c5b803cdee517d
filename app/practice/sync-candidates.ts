import type * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { syncPriority } from '../cluster/tags';
import type { Names } from './name-sets';

/** A standby as the primary's pg_stat_replication shows it. */
export interface StreamingStandby {
  readonly name: string;
  readonly receivedLsn: number;
}

/** A standby that may be synchronous. */
export interface SyncCandidate extends StreamingStandby {
  readonly nofailover: boolean;
}

/**
 * The standbys that may be synchronous, the best first: those that may lead, then by sync_priority, then who is
 * synchronous already (`isIn`), then who is furthest (`patroni/postgresql/sync.py: _ReplicaList, current_state`).
 */
export function syncCandidates(
  cluster: Cluster.Cluster,
  standbys: readonly StreamingStandby[],
  position: number,
  isIn: Names,
): readonly SyncCandidate[] {
  const found = cluster.members.flatMap((member) => {
    const standby = standbys.find(({ name }) => name === member.name);
    if (standby === undefined || !Member.isRunning(member) || Member.nosync(member)) return [];
    const priority = syncPriority(Member.tags(member));
    return [{ ...standby, priority, isIn: isIn.has(member.name), nofailover: Member.nofailover(member) }];
  });
  found.sort(
    (a, b) =>
      Number(a.nofailover) - Number(b.nofailover) ||
      b.priority - a.priority ||
      Number(b.isIn) - Number(a.isIn) ||
      b.receivedLsn - a.receivedLsn,
  );
  const maximumLag = GlobalConfig.maximumLagOnSyncnode(cluster.config);
  const furthest = found.length > 1 ? Math.max(...found.map(({ receivedLsn }) => receivedLsn)) : position;
  return found.filter(({ receivedLsn }) => maximumLag <= 0 || furthest - receivedLsn <= maximumLag);
}
