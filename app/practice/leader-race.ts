import * as Cluster from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import * as SyncState from '../cluster/sync-state';
import type { AskPeer, PeerStatus } from './peer-status';

/** Where synchronous replication was asked for and is in force (`Ha.sync_mode_is_active`). */
function isSyncActive(cluster: Cluster.Cluster): boolean {
  return GlobalConfig.isSynchronousMode(cluster.config) && !SyncState.isEmpty(cluster.sync);
}

/** Behind the last known position of the leader by more than may be lost (`Ha.is_lagging`). */
function isLagging(cluster: Cluster.Cluster, walPosition: number): boolean {
  return cluster.status.lastLsn - walPosition > GlobalConfig.maximumLagOnFailover(cluster.config);
}

/** The failover that was asked for; null when the key is absent or empty. */
export function requestedFailover(cluster: Cluster.Cluster): Failover.Failover | null {
  return cluster.failover === null || Failover.isEmpty(cluster.failover) ? null : cluster.failover;
}

/** Whether a member may take the lock that nobody has (`Ha.is_healthiest_node`). */
export function isHealthiest(cluster: Cluster.Cluster, name: string, me: PeerStatus, ask: AskPeer): boolean {
  const paused = GlobalConfig.isPaused(cluster.config);
  const failover = requestedFailover(cluster);
  if (paused && !me.nofailover && failover !== null && failover.scheduledAt === null) {
    return isBestForRequest(cluster, failover, name, me, ask);
  }
  if (me.inRecovery === null) return false;
  if (!me.inRecovery) return paused || me.timeline >= Cluster.timeline(cluster);
  if (paused || me.nofailover) return false;
  const synchronous = isSyncActive(cluster);
  const isSynchronous = SyncState.matches(cluster.sync, name, true);
  if (failover !== null) {
    if (failover.leader !== null && synchronous && !isSynchronous) return false;
    return isBestForRequest(cluster, failover, name, me, ask);
  }
  if (synchronous && !isSynchronous) return false;
  const rivals = cluster.members.filter((member) => !synchronous || SyncState.matches(cluster.sync, member.name, true));
  return !isLagging(cluster, me.walPosition) && isAheadOf(cluster, rivals, name, me, ask);
}

/** `Ha._is_healthiest_node`. */
function isAheadOf(
  cluster: Cluster.Cluster,
  rivals: readonly Member.Member[],
  name: string,
  me: PeerStatus,
  ask: AskPeer,
): boolean {
  const formerLeader = isSyncActive(cluster) ? cluster.sync.leader : null;
  for (const rival of rivals) {
    if (rival.name === name || Member.nofailover(rival)) continue;
    const status = ask(rival.name);
    if (status === null || status.nofailover) continue;
    if (status.inRecovery === false) return false;
    if (me.walPosition < status.walPosition && rival.name !== formerLeader) return false;
    const isEqual = me.walPosition === status.walPosition;
    if (isEqual && me.failoverPriority < status.failoverPriority && rival.name !== formerLeader) return false;
  }
  return true;
}

/** `Ha.manual_failover_process_no_leader`. */
function isBestForRequest(
  cluster: Cluster.Cluster,
  failover: Failover.Failover,
  name: string,
  me: PeerStatus,
  ask: AskPeer,
): boolean {
  const paused = GlobalConfig.isPaused(cluster.config);
  if (failover.candidate !== null) {
    if (failover.candidate === name) return true;
    if (paused) return false;
    const synchronous = GlobalConfig.isSynchronousMode(cluster.config);
    if (synchronous && !SyncState.matches(cluster.sync, name, true)) return false;
    if (Cluster.getMember(cluster, failover.candidate) !== null) {
      const status = ask(failover.candidate);
      if (status !== null && !status.nofailover) return false;
    }
  } else if (paused) {
    return false;
  }
  if (failover.leader === name) {
    return !isFailoverPossible(cluster, name, ask, { excludeCandidate: failover.candidate !== null });
  }
  const rivals = cluster.members.filter(
    (member) =>
      member.name !== failover.leader && (!isSyncActive(cluster) || SyncState.matches(cluster.sync, member.name)),
  );
  return isAheadOf(cluster, rivals, name, me, ask);
}

/** Whether another member could take over from `name` (`Ha.is_failover_possible`). */
export function isFailoverPossible(
  cluster: Cluster.Cluster,
  name: string,
  ask: AskPeer,
  { excludeCandidate = false } = {},
): boolean {
  const failover = requestedFailover(cluster);
  return cluster.members.some((member) => {
    if (member.name === name || Member.nofailover(member)) return false;
    if (excludeCandidate && member.name === failover?.candidate) return false;
    if (!excludeCandidate && failover !== null && failover.candidate !== null && failover.candidate !== member.name) {
      return false;
    }
    // A failover, not a switchover, may go to a member that is not synchronous.
    const mayBeAsync = failover !== null && failover.leader === null;
    if (isSyncActive(cluster) && !SyncState.matches(cluster.sync, member.name) && !mayBeAsync) return false;
    const status = ask(member.name);
    if (status === null || status.nofailover) return false;
    return !isLagging(cluster, status.walPosition);
  });
}
