import type { ClusterConfig } from './cluster-config';
import type { Failover } from './failover';
import type { Leader } from './leader';
import * as Member from './member';
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

/** A cluster without a key. */
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

/** The lock holder's name; null when nobody holds the lock. */
export function leaderName(cluster: Cluster): string | null {
  const name = cluster.leader?.member.name;
  return name === undefined || name === '' ? null : name;
}

export function isUnlocked(cluster: Cluster): boolean {
  return leaderName(cluster) === null;
}

/** The member of this name; null when it has no key. */
export function getMember(cluster: Cluster, name: string): Member.Member | null {
  return cluster.members.find((member) => member.name === name) ?? null;
}

/** The timeline that /history leads to; 0 when not known. */
export function timeline(cluster: Cluster): number {
  return TimelineHistory.timeline(cluster.history);
}

/** The leader's own timeline, else the history's; 0 when neither is known. */
export function currentTimeline(cluster: Cluster): number {
  return (cluster.leader && Member.timeline(cluster.leader.member)) ?? timeline(cluster);
}
