import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { applies, type Rules } from '../cluster/rules';
import type { Slot } from './slot';
import { slotNameFromMemberName } from './slot-name';

/** What the slot logic asks of a member, read from its key once for all servers. */
export interface Follower {
  readonly member: Member.Member;
  readonly name: string;
  /** The name of its slot. */
  readonly slot: string;
  readonly replicatefrom: string | null;
  /** Whether the tag replicatefrom names a member that has a key. */
  readonly isUpstreamHere: boolean;
  /** Whether it takes WAL from the archive alone, where the tag is known. */
  readonly isNostream: boolean;
  readonly nofailover: boolean;
  /** Where its slot stands: the leader's word in /status, or the member's own where that tells more. */
  readonly position: number;
}

/** What all servers of a cluster have in common. Worked out once for a cluster, as each server needs all of it. */
export interface Common {
  readonly rules: Rules;
  readonly leader: string | null;
  readonly useSlots: boolean;
  /** Whether the configured permanent slots are of a type that Patroni can read. */
  readonly isReadable: boolean;
  /** Whether slots of members are kept on every server that may lead one day, PostgreSQL willing. */
  readonly retains: boolean;
  readonly followers: readonly Follower[];
  /** By name; of members of one name the first. */
  readonly byName: ReadonlyMap<string, Follower>;
  /** Names of members by the name of their slot. */
  readonly bySlot: ReadonlyMap<string, readonly string[]>;
  /** Names that members give as their upstream. */
  readonly upstreams: ReadonlySet<string>;
  /** Slot names of members that name an upstream; of several members of one slot name the last one counts. */
  readonly cascading: ReadonlySet<string>;
  /** Positions of the leader's slots, from /status. */
  readonly told: ReadonlyMap<string, number>;
  /** Whether where a member's own WAL ends moves any slot. */
  readonly readsPositions: boolean;
  /** Slots for members and retained ones by their place in their lists: on most servers they are the same. */
  readonly made: Readonly<Record<'active' | 'idle' | 'retained', (Slot | undefined)[]>>;
}

const known = new WeakMap<Cluster.Cluster, Common>();

/** What all servers of this cluster have in common, by these rules. It is remembered for as long as the cluster is there. */
export function commonOf(cluster: Cluster.Cluster, rules: Rules): Common {
  const before = known.get(cluster);
  if (before?.rules === rules) return before;
  const common = read(cluster, rules);
  known.set(cluster, common);
  return common;
}

function read(cluster: Cluster.Cluster, rules: Rules): Common {
  const told = new Map(cluster.status.slots);
  const { positionOf, isOldLeader } = positions(cluster, rules, told);
  const names = new Set<string>();
  for (const { name } of cluster.members) names.add(name);
  const upstreams = new Set<string>();
  const knowsNostream = applies(rules, 'nostream');
  const byName = new Map<string, Follower>();
  const bySlot = new Map<string, string[]>();
  const cascading = new Set<string>();
  const followers = cluster.members.map((member): Follower => {
    const { name } = member;
    const slot = slotNameFromMemberName(name);
    const replicatefrom = Member.replicatefrom(member);
    if (replicatefrom !== null) upstreams.add(replicatefrom);
    const follower = {
      member,
      name,
      slot,
      replicatefrom,
      isUpstreamHere: replicatefrom !== null && names.has(replicatefrom),
      isNostream: knowsNostream && Member.nostream(member),
      nofailover: Member.nofailover(member, rules),
      position: positionOf(member, slot),
    };
    if (!byName.has(name)) byName.set(name, follower);
    const sharing = bySlot.get(slot);
    if (sharing === undefined) bySlot.set(slot, [name]);
    else sharing.push(name);
    if (replicatefrom !== null) cascading.add(slot);
    else if (sharing !== undefined) cascading.delete(slot);
    return follower;
  });
  return {
    rules,
    leader: Cluster.leaderName(cluster),
    useSlots: GlobalConfig.useSlots(cluster.config, rules),
    isReadable: GlobalConfig.isPermanentSlotsReadable(cluster.config),
    retains: applies(rules, 'member-slots-ttl') && GlobalConfig.memberSlotsTtlSeconds(cluster.config) > 0,
    followers,
    byName,
    bySlot,
    upstreams,
    cascading,
    told,
    readsPositions:
      isOldLeader ||
      cluster.members.some(Member.hasReplicatefrom) ||
      Object.keys(GlobalConfig.permanentSlots(cluster.config)).length > 0,
    made: { active: [], idle: [], retained: [] },
  };
}

function positions(
  cluster: Cluster.Cluster,
  rules: Rules,
  told: ReadonlyMap<string, number>,
): { readonly positionOf: (member: Member.Member, slot: string) => number; readonly isOldLeader: boolean } {
  const version = cluster.leader === null ? null : Member.patroniVersion(cluster.leader.member);
  const isOld = version !== null && Member.compareVersions(version, [4, 0, 0]) < 0;
  const isOldLeader = isOld && applies(rules, 'old-leader-position');
  const positionOf = (member: Member.Member, slot: string): number => {
    const lsn = told.get(slot) ?? 0;
    return isOldLeader || Member.hasReplicatefrom(member) ? Math.max(Member.lsn(member) ?? 0, lsn) : lsn;
  };
  return { positionOf, isOldLeader };
}
