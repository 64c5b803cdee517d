import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import type { SyncMode } from '../cluster/summary';
import * as SyncState from '../cluster/sync-state';
import { standbys, type SyncStandby } from './standby';
import { synchronousCommit } from './synchronous-commit';
import { type Verdict, verdict } from './writes';

/** What the store tells about synchronous replication, and what follows from Patroni's rules. */
export interface SyncReport {
  /** The mode that is in effect by the configuration and the leader's version. */
  readonly mode: SyncMode;
  /** Why the mode is not the one that the configuration names; null when it is. */
  readonly notInEffect: 'standby-cluster' | 'quorum-not-known' | null;
  /** Who is named as leader in /sync; null when synchronous replication is not active. */
  readonly namedLeader: string | null;
  /** Whether the lock's holder is the leader that /sync names. */
  readonly leaderMatches: boolean;
  readonly standbys: readonly SyncStandby[];
  /** synchronous_node_count, as it counts. */
  readonly wanted: number;
  readonly numbers: SyncNumbers;
  readonly writes: Verdict;
  /** What would need a look into PostgreSQL. Sentences. */
  readonly notTold: readonly string[];
}

/** How many of those named in /sync are needed for what. */
export interface SyncNumbers {
  /** How many are named. */
  readonly named: number;
  /** How many of them must confirm a commit before it counts, beside the leader. */
  readonly mustConfirm: number;
  /** How many of them can, as far as their keys tell. */
  readonly canConfirm: number;
  /** How many may stop at once before commits wait (until Patroni's next round at least). Below 0: so many are missing. */
  readonly mayStop: number;
  /** How many other named members a candidate must hear before it may take over (the key's own `quorum`). */
  readonly votesNeeded: number;
  /** How many of the named may be lost together with the leader, and one of the rest still takes over with everything. */
  readonly mayBeLost: number;
}

/** All that can be said of a cluster's synchronous replication. */
export function syncReport(cluster: Cluster.Cluster): SyncReport {
  const { mode, notInEffect } = effectiveMode(cluster);
  const list = withReasons(standbys(cluster), mode, GlobalConfig.synchronousNodeCount(cluster.config));
  const numbers = syncNumbers(cluster, mode, list);
  return {
    mode,
    notInEffect,
    namedLeader: cluster.sync.leader,
    leaderMatches: SyncState.leaderMatches(cluster.sync, Cluster.leaderName(cluster)),
    standbys: list,
    wanted: GlobalConfig.synchronousNodeCount(cluster.config),
    numbers,
    writes: verdict(cluster, mode, list, numbers),
    notTold: notTold(cluster, mode),
  };
}

/** The mode by the configuration, unless the cluster follows another, or the leader's Patroni does not know the mode `quorum` (before 4.0: `patroni/ha.py: is_synchronous_mode`). */
export function effectiveMode(cluster: Cluster.Cluster): Pick<SyncReport, 'mode' | 'notInEffect'> {
  const { config } = cluster;
  const asked = GlobalConfig.checkMode(config, 'synchronous_mode') || GlobalConfig.isQuorumCommitMode(config);
  if (asked && GlobalConfig.isStandbyCluster(config)) return { mode: 'async', notInEffect: 'standby-cluster' };
  const leader = cluster.leader?.member;
  if (GlobalConfig.isQuorumCommitMode(config) && leader && Member.isAtLeast(leader, [4, 0, 0]) === false) {
    return { mode: 'async', notInEffect: 'quorum-not-known' };
  }
  return { mode: GlobalConfig.syncMode(config), notInEffect: null };
}

/**
 * The numbers. Synchronous mode: PostgreSQL waits for all that are named (`patroni/postgresql/sync.py:
 * set_synchronous_standby_names`). Quorum mode: `quorum` of the key is how many votes a candidate needs, and so commits wait
 * for the others: any (named − quorum) (`patroni/quorum.py: QuorumStateResolver`), with strict at least one.
 */
function syncNumbers(cluster: Cluster.Cluster, mode: SyncMode, list: readonly SyncStandby[]): SyncNumbers {
  const voters = list.filter(({ named }) => named);
  const named = voters.length;
  const isQuorum = mode === 'quorum' || mode === 'quorum-strict';
  const votesNeeded = isQuorum ? Math.min(Math.max(0, cluster.sync.quorum), named) : 0;
  const least = mode === 'sync-strict' || mode === 'quorum-strict' ? 1 : 0;
  const mustConfirm = mode === 'async' ? 0 : Math.max(named - votesNeeded, least);
  const canConfirm = voters.filter(({ confirms }) => confirms.kind !== 'no').length;
  return {
    named,
    mustConfirm,
    canConfirm,
    mayStop: mode === 'async' ? named : canConfirm - mustConfirm,
    votesNeeded,
    mayBeLost: Math.max(0, named - votesNeeded - 1),
  };
}

/** Members that would do, and why they are not named: enough others are, or they have not caught up yet. */
function withReasons(list: readonly SyncStandby[], mode: SyncMode, wanted: number): readonly SyncStandby[] {
  const named = list.filter((one) => one.named && one.eligible === null).length;
  return list.map((one): SyncStandby => {
    if (one.named || one.eligible !== null) return one;
    // Quorum mode names everyone that may lead; synchronous mode as many as are wanted.
    if (mode === 'quorum' || mode === 'quorum-strict') {
      return { ...one, eligible: one.nofailover && named >= wanted ? 'nofailover' : 'not-yet' };
    }
    return { ...one, eligible: named >= wanted ? 'enough-others' : 'not-yet' };
  });
}

function notTold(cluster: Cluster.Cluster, mode: SyncMode): readonly string[] {
  const commit = synchronousCommit(cluster.config);
  const setIn = commit === null ? 'not set' : commit;
  return [
    ...(mode === 'async'
      ? []
      : [
          'What synchronous_standby_names is on the leader right now. Patroni changes it before or after /sync, so the two differ for a moment.',
          'Whether pg_stat_replication shows the standbys as sync or quorum. Herdscope goes by what each member wrote about itself, once a loop.',
        ]),
    `What synchronous_commit a session uses (${setIn} in the dynamic configuration): with off or local its commits do not wait.`,
    'Whether a commit waits at this moment: that shows only in pg_stat_activity of the leader, as wait event SyncRep.',
  ];
}
