import { assertNever } from '../assert-never';
import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import * as SyncState from '../cluster/sync-state';
import * as Tags from '../cluster/tags';

// What the store tells of each member's part in synchronous replication. Patroni itself asks pg_stat_replication of the
// primary (`patroni/postgresql/sync.py: _ReplicaList`); the members' keys are the nearest that the store has to it.

/** Whether the leader can get a confirmation from a member now. */
export type Confirms =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no'; readonly why: WhyNot }
  /** Its Patroni is older than 3.0.4 and does not say whether it streams. */
  | { readonly kind: 'unknown' };

/** Why a member is not, or cannot become, synchronous. */
export type WhyNot =
  | 'no-key'
  | 'leader'
  | 'not-running'
  | 'not-streaming'
  | 'cascading'
  | 'nosync'
  | 'nofailover'
  | 'behind'
  | 'enough-others'
  | 'not-yet';

/** A member, or a name in /sync without one, in synchronous replication. */
export interface SyncStandby {
  readonly name: string;
  /** Named in /sync. */
  readonly named: boolean;
  readonly confirms: Confirms;
  /** Whether Patroni would choose it by its rules, as far as the store tells; the reason when it would not. */
  readonly eligible: WhyNot | null;
  /** 0 for never, 1 by default; Patroni 4.1 prefers the higher. */
  readonly priority: number;
  readonly nofailover: boolean;
  /** Received WAL behind the leader, in bytes; null when not known. */
  readonly lagBytes: number | null;
}

/** All who could be synchronous: the named first, as /sync has them, then the members in the order of their keys. Without the leader. */
export function standbys(cluster: Cluster.Cluster): readonly SyncStandby[] {
  const leader = Cluster.leaderName(cluster);
  const voters = SyncState.voters(cluster.sync);
  const byName = new Map(cluster.members.map((one) => [one.name.toLowerCase(), one]));
  const named = voters.map((name) => {
    const member = byName.get(name.toLowerCase());
    return member === undefined ? goneStandby(name) : standby(cluster, member, leader, true);
  });
  const rest = cluster.members
    .filter((one) => one.name !== leader && !SyncState.matches(cluster.sync, one.name))
    .map((one) => standby(cluster, one, leader, false));
  return [...named, ...rest];
}

function goneStandby(name: string): SyncStandby {
  return {
    name,
    named: true,
    confirms: { kind: 'no', why: 'no-key' },
    eligible: 'no-key',
    priority: 1,
    nofailover: false,
    lagBytes: null,
  };
}

function standby(cluster: Cluster.Cluster, one: Member.Member, leader: string | null, named: boolean): SyncStandby {
  const tags = Member.tags(one);
  const received = Member.receiveLsn(one) ?? Member.lsn(one);
  const lagBytes =
    received === null || cluster.status.lastLsn === 0 ? null : Math.max(0, cluster.status.lastLsn - received);
  const confirms = one.name === leader ? ({ kind: 'no', why: 'leader' } as const) : confirmation(cluster, one, leader);
  return {
    name: one.name,
    named,
    confirms,
    eligible: confirms.kind === 'no' ? confirms.why : ineligible(cluster, one, lagBytes),
    priority: Tags.syncPriority(tags),
    nofailover: Member.nofailover(one),
    lagBytes,
  };
}

/** Only a member that runs and streams from the leader itself can confirm a commit to it. */
function confirmation(cluster: Cluster.Cluster, one: Member.Member, leader: string | null): Confirms {
  if (!Member.isRunning(one)) return { kind: 'no', why: 'not-running' };
  const from = Member.replicatefrom(one);
  if (from !== null && from !== leader && from !== one.name && Cluster.getMember(cluster, from) !== null) {
    return { kind: 'no', why: 'cascading' };
  }
  const state = Member.replicationState(one);
  if (state === 'streaming') return { kind: 'yes' };
  if (state !== null || Member.nostream(one)) return { kind: 'no', why: 'not-streaming' };
  // Patroni writes replication_state since 3.0.4, whenever there is one.
  return Member.isAtLeast(one, [3, 0, 4]) === true && Member.lsn(one) !== null
    ? { kind: 'no', why: 'not-streaming' }
    : { kind: 'unknown' };
}

/** The rules of the choice that come after streaming (`patroni/postgresql/sync.py: current_state`). */
function ineligible(cluster: Cluster.Cluster, one: Member.Member, lagBytes: number | null): WhyNot | null {
  if (nosync(cluster, one)) return 'nosync';
  const maximumLag = GlobalConfig.maximumLagOnSyncnode(cluster.config);
  // Patroni compares with the standby that is furthest; the leader's position is the nearest that the store has.
  if (maximumLag > 0 && lagBytes !== null && lagBytes > maximumLag) return 'behind';
  return null;
}

/** The tag nosync; since 4.1 also a sync_priority of 0 (`patroni/tags.py: nosync`). */
function nosync(cluster: Cluster.Cluster, one: Member.Member): boolean {
  const leader = cluster.leader?.member;
  if (leader !== undefined && Member.isAtLeast(leader, [4, 1, 0]) === false) {
    const tag = Member.tags(one)['nosync'];
    return tag !== undefined && tag !== null && tag !== false && tag !== 0 && tag !== '';
  }
  return Member.nosync(one);
}

/** Why a standby is not synchronous, as a phrase that goes on from its name. */
export function whyNotWords(why: WhyNot): string {
  switch (why) {
    case 'no-key':
      return 'has no key in the store: its Patroni does not report';
    case 'leader':
      return 'is the leader itself';
    case 'not-running':
      return 'does not run, or does not accept connections yet';
    case 'not-streaming':
      return 'says that it does not stream';
    case 'cascading':
      return 'streams from another standby (replicatefrom), so it confirms nothing to the leader';
    case 'nosync':
      return 'is tagged nosync, or has sync_priority 0';
    case 'nofailover':
      return 'is tagged nofailover: in quorum mode such a member is only taken when there are too few others';
    case 'behind':
      return 'is further behind than maximum_lag_on_syncnode allows';
    case 'enough-others':
      return 'is not needed: synchronous_node_count are named already';
    case 'not-yet':
      return 'is good for it: the leader names it when it has caught up';
    default:
      return assertNever(why);
  }
}
