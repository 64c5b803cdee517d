import * as Cluster from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import * as TimelineHistory from '../cluster/timeline-history';
import * as SyncState from '../cluster/sync-state';
import type { AskPeer, PeerStatus } from './peer-status';

/** Where synchronous replication was asked for and is in force (`Ha.sync_mode_is_active`). */
function isSyncActive(cluster: Cluster.Cluster): boolean {
  return GlobalConfig.isSynchronousMode(cluster.config) && !SyncState.isEmpty(cluster.sync);
}

/** Where quorum replication was asked for and is in force (`Ha.quorum_commit_mode_is_active`). */
function isQuorumActive(cluster: Cluster.Cluster): boolean {
  return GlobalConfig.isQuorumCommitMode(cluster.config) && !SyncState.isEmpty(cluster.sync);
}

/** Behind the last known position of the leader by more than may be lost (`Ha.is_lagging`). */
function isLagging(cluster: Cluster.Cluster, walPosition: number): boolean {
  return cluster.status.lastLsn - walPosition > GlobalConfig.maximumLagOnFailover(cluster.config);
}

/** On an older timeline than the cluster has come to, where that counts (`global_config.check_timeline`). */
function isOnOldTimeline({ config, history }: Cluster.Cluster, timeline: number): boolean {
  return GlobalConfig.checkMode(config, 'check_timeline') && timeline < TimelineHistory.timeline(history);
}

/** The failover that was asked for; null when the key is absent or empty. */
export function requestedFailover(cluster: Cluster.Cluster): Failover.Failover | null {
  return cluster.failover === null || Failover.isEmpty(cluster.failover) ? null : cluster.failover;
}

/**
 * Whether a member may take the lock that nobody has (`Ha.is_healthiest_node`). `before`: the members while there still was
 * a leader; one whose key is gone may run all the same.
 */
export function isHealthiest(
  cluster: Cluster.Cluster,
  before: readonly Member.Member[],
  name: string,
  me: PeerStatus,
  ask: AskPeer,
): boolean {
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
  const { failsafe } = cluster;
  if (GlobalConfig.isFailsafeMode(cluster.config) && failsafe !== null && failsafe.length > 0) {
    if (!failsafe.some(([known]) => known === name)) return false;
  }
  // In quorum mode anybody may try: the votes of those who have everything decide.
  if (synchronous && !isSynchronous && !isQuorumActive(cluster)) return false;
  const known = new Map([...before, ...cluster.members].map((member) => [member.name, member]));
  const rivals = [...known.values()].filter((one) => !synchronous || SyncState.matches(cluster.sync, one.name, true));
  return !isLagging(cluster, me.walPosition) && isAheadOf(cluster, rivals, name, me, ask);
}

/** Nobody who may lead is ahead, and in quorum mode enough voters say so (`Ha._is_healthiest_node`). */
function isAheadOf(
  cluster: Cluster.Cluster,
  rivals: readonly Member.Member[],
  name: string,
  me: PeerStatus,
  ask: AskPeer,
): boolean {
  if (!GlobalConfig.isStandbyCluster(cluster.config) && isOnOldTimeline(cluster, me.timeline)) return false;
  const quorum = isQuorumActive(cluster);
  const formerLeader = isSyncActive(cluster) ? cluster.sync.leader : null;
  const votes = (voter: string): boolean => quorum && SyncState.matches(cluster.sync, voter, true);
  // The key counts the other voters that one of them must hear; who is none of them must hear one more.
  let heard = votes(name) ? 0 : -1;
  let ahead = 0;
  for (const rival of rivals) {
    if (rival.name === name || Member.nofailover(rival)) continue;
    const status = ask(rival.name);
    if (status === null || status.nofailover) continue;
    if (status.inRecovery === false) return false;
    if (me.walPosition < status.walPosition) {
      ahead += 1;
      if (rival.name !== formerLeader) return false;
    } else if (status.walPosition > 0) {
      const mayYield = rival.name !== formerLeader && (!quorum || votes(rival.name));
      const isEqual = me.walPosition === status.walPosition;
      if (mayYield && isEqual && me.failoverPriority < status.failoverPriority) return false;
      if (votes(rival.name)) heard += 1;
    }
  }
  return !quorum || heard >= cluster.sync.quorum || (ahead === 0 && formerLeader === name);
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
    const { config } = cluster;
    const onlyNamed = GlobalConfig.isSynchronousMode(config) && !GlobalConfig.isQuorumCommitMode(config);
    if (onlyNamed && !SyncState.matches(cluster.sync, name, true)) return false;
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
  const able = cluster.members.filter((member) => {
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
    return !isLagging(cluster, status.walPosition) && !isOnOldTimeline(cluster, status.timeline);
  });
  // Who is asked for by name needs no votes, as whoever asks answers for it.
  const needsVotes =
    isQuorumActive(cluster) && !(failover !== null && failover.candidate !== null && !excludeCandidate);
  return able.length > (needsVotes ? Math.max(0, cluster.sync.quorum) : 0);
}
