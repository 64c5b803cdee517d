import type { ClusterConfig } from './cluster-config';
import type { Failover } from './failover';
import type { Leader } from './leader';
import * as Member from './member';
import { applies, newest, type Rules } from './rules';
import * as Status from './status';
import * as SyncState from './sync-state';
import * as TimelineHistory from './timeline-history';

/** A PostgreSQL cluster as its keys in the store describe it (patroni.dcs.Cluster). */
export interface Cluster {
  /** The system identifier from /initialize; null when there is no such key, empty while bootstrapping. */
  readonly initialize: string | null;
  readonly config: ClusterConfig | null;
  readonly leader: Leader | null;
  readonly status: Status.Status;
  /** In the order of the store's keys. */
  readonly members: readonly Member.Member[];
  readonly failover: Failover | null;
  readonly sync: SyncState.SyncState;
  readonly history: TimelineHistory.TimelineHistory | null;
  /** Members by name with their REST API's URL, from /failsafe; null without the key. */
  readonly failsafe: readonly (readonly [name: string, apiUrl: string])[] | null;
  /** The worker groups of an MPP cluster, by group number; empty for a plain cluster. */
  readonly workers: readonly (readonly [group: number, cluster: Cluster])[];
}

/** A cluster without a key. `patroni/dcs: Cluster.empty`. */
export const empty: Cluster = {
  initialize: null,
  config: null,
  leader: null,
  status: Status.empty,
  members: [],
  failover: null,
  sync: SyncState.empty(),
  history: null,
  failsafe: null,
  workers: [],
};

/** Whether there is no key at all. `patroni/dcs: Cluster.is_empty` (Python's `len(cluster)` is 0). */
export function isEmpty(cluster: Cluster): boolean {
  return (
    cluster.initialize === null &&
    cluster.config === null &&
    cluster.leader === null &&
    Status.isEmpty(cluster.status) &&
    cluster.members.length === 0 &&
    cluster.failover === null &&
    cluster.sync.version === null &&
    cluster.history === null &&
    cluster.failsafe === null &&
    cluster.workers.length === 0
  );
}

/** The positions of the leader's slots in bytes; empty when not known. `patroni/dcs: Cluster.slots`. */
export function slots(cluster: Cluster): readonly (readonly [name: string, lsn: number])[] {
  return cluster.status.slots ?? [];
}

/**
 * An MPP cluster from its groups: the coordinator, group 0, with all others as its workers. An empty coordinator where
 * its group has no key. `patroni/dcs: AbstractDCS._get_mpp_cluster`.
 */
export function mppCluster(groups: readonly { readonly group: number | null; readonly cluster: Cluster }[]): Cluster {
  const coordinator = groups.find(({ group }) => group === 0)?.cluster ?? empty;
  const workers = groups.flatMap(({ group, cluster }) => (group ? [[group, cluster] as const] : []));
  return { ...coordinator, workers };
}

/** The lock holder's name; null when nobody holds the lock. `patroni/dcs: Cluster.leader_name`. */
export function leaderName(cluster: Cluster): string | null {
  const name = cluster.leader?.member.name;
  return name === undefined || name === '' ? null : name;
}

/** Whether nobody holds the lock. `patroni/dcs: Cluster.is_unlocked`. */
export function isUnlocked(cluster: Cluster): boolean {
  return leaderName(cluster) === null;
}

/** Whether there is a member of this name. `patroni/dcs: Cluster.has_member`. */
export function hasMember(cluster: Cluster, name: string): boolean {
  return cluster.members.some((member) => member.name === name);
}

/**
 * The member of this name. Without a key of its own: the leader's member when `fallbackToLeader`, which is Patroni's
 * default and not ours, else null. `patroni/dcs: Cluster.get_member`.
 */
export function getMember(cluster: Cluster, name: string, fallbackToLeader = false): Member.Member | null {
  const member = cluster.members.find((one) => one.name === name);
  return member ?? (fallbackToLeader ? (cluster.leader?.member ?? null) : null);
}

/** The members that a new replica may be copied from: they have clonefrom, run, and are neither leader nor `excludeName`. */
export function cloneCandidates(
  cluster: Cluster,
  excludeName: string,
  rules: Rules = newest,
): readonly Member.Member[] {
  const leader = cluster.leader?.member.name;
  const excludes = cluster.leader !== null || applies(rules, 'clone-not-from-itself');
  return cluster.members.filter(
    (member) =>
      Member.clonefrom(member) &&
      Member.isRunning(member) &&
      !(excludes && (member.name === excludeName || member.name === leader)),
  );
}

/**
 * The member to copy a new replica from: one of the candidates by chance, else the leader's; null when there is none.
 * `random` gives a number from 0 on and below 1. `patroni/dcs: Cluster.get_clone_member`.
 */
export function getCloneMember(
  cluster: Cluster,
  excludeName: string,
  random: () => number,
  rules: Rules = newest,
): Member.Member | null {
  const candidates = cloneCandidates(cluster, excludeName, rules);
  return candidates[Math.floor(random() * candidates.length)] ?? cluster.leader?.member ?? null;
}

/** The oldest version of Patroni that a member reports; null when none does. `patroni/dcs: Cluster.min_version`. */
export function minVersion(cluster: Cluster): readonly number[] | null {
  let lowest: readonly number[] | null = null;
  for (const member of cluster.members) {
    const version = Member.patroniVersion(member);
    if (version !== null && (lowest === null || Member.compareVersions(version, lowest) < 0)) lowest = version;
  }
  return lowest;
}

/**
 * Where the leader's WAL ends, in bytes: by its own key or /status, whichever is further, as it writes both once a round;
 * null when neither tells.
 */
export function leaderLsn(cluster: Cluster): number | null {
  const own = cluster.leader === null ? null : Member.lsn(cluster.leader.member);
  const lsn = Math.max(own ?? 0, cluster.status.lastLsn);
  return lsn === 0 ? null : lsn;
}

/** The timeline that /history leads to; 0 when not known. */
export function timeline(cluster: Cluster): number {
  return TimelineHistory.timeline(cluster.history);
}

/** The leader's own timeline, else the history's; 0 when neither is known. */
export function currentTimeline(cluster: Cluster): number {
  return (cluster.leader && Member.timeline(cluster.leader.member)) ?? timeline(cluster);
}
