import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { applies } from '../cluster/rules';
import { isLeading, isNostream, type Scene } from './point-of-view';
import type { Slot, SlotProblem } from './slot';
import { slotNameFromMemberName } from './slot-name';

/** Slots by name, and what is wrong with them. */
export interface SlotTable {
  readonly slots: Map<string, Slot>;
  readonly problems: SlotProblem[];
}

/**
 * The physical slots that a server keeps for other members, and for members that went away.
 * `patroni/dcs: Cluster._get_members_slots`.
 */
export function membersSlots(scene: Scene): SlotTable {
  const { cluster, rules, member: self } = scene;
  const table: SlotTable = { slots: new Map(), problems: [] };
  if (!GlobalConfig.useSlots(cluster.config, rules)) return table;

  const follows = followsHere(scene);
  const nofailover = Member.nofailover(self, rules);
  const skipsItself = isLeading(scene) || applies(rules, 'no-slot-for-itself');
  const members = cluster.members.filter(
    (member) => !(skipsItself && member.name === self.name) && !isNostream(member, rules),
  );
  const kept = members.filter((member) => {
    if (!retainsAll(scene)) return follows(member);
    return !nofailover || Member.replicatefrom(member) === self.name;
  });

  const names = new Map<string, string[]>();
  for (const { name } of kept) {
    const slot = slotNameFromMemberName(name);
    const sharing = names.get(slot);
    if (sharing === undefined) names.set(slot, [name]);
    else sharing.push(name);
  }
  const lsnOf = positions(scene);
  for (const member of kept) {
    const name = slotNameFromMemberName(member.name);
    table.slots.set(name, {
      ...physical(name),
      purpose: { kind: 'member', members: names.get(name) ?? [] },
      expectedActive: applies(rules, 'expected-active') ? follows(member) : null,
      lsn: applies(rules, 'member-slots-ttl') ? lsnOf(member, name) : null,
    });
  }
  keepRetained(scene, nofailover, table.slots);
  for (const [slot, sharing] of names) {
    if (sharing.length > 1) table.problems.push({ kind: 'shared-name', slot, members: sharing });
  }
  return table;
}

/** Which members should be connected to this server. */
function followsHere(scene: Scene): (member: Member.Member) => boolean {
  const { cluster, member: self } = scene;
  if (!isLeading(scene)) {
    const leader = Cluster.leaderName(cluster);
    return (member) => Member.replicatefrom(member) === self.name && member.name !== leader;
  }
  const names = new Set(cluster.members.map(({ name }) => name));
  return (member) => {
    const upstream = Member.replicatefrom(member);
    return upstream === null || upstream === self.name || !names.has(upstream);
  };
}

/** Whether every server that may lead one day keeps the slots of all members. */
function retainsAll({ cluster, rules, canAdvance }: Scene): boolean {
  return applies(rules, 'member-slots-ttl') && canAdvance && GlobalConfig.memberSlotsTtlSeconds(cluster.config) > 0;
}

/** The position of a member's slot: the leader's word in /status, or the member's own where that tells more. */
function positions({ cluster, rules }: Scene): (member: Member.Member, slot: string) => number {
  const told = new Map(cluster.status.slots);
  const version = cluster.leader === null ? null : Member.patroniVersion(cluster.leader.member);
  const isOld = version !== null && Member.compareVersions(version, [4, 0, 0]) < 0;
  const oldLeader = isOld && applies(rules, 'old-leader-position');
  return (member, slot) => {
    const lsn = told.get(slot) ?? 0;
    return oldLeader || Member.hasReplicatefrom(member) ? Math.max(Member.lsn(member) ?? 0, lsn) : lsn;
  };
}

function keepRetained({ cluster, rules, member }: Scene, nofailover: boolean, slots: Map<string, Slot>): void {
  if (!applies(rules, 'member-slots-ttl')) return;
  const byMay = applies(rules, 'retain-not-for-nofailover');
  if (byMay && nofailover) return;
  // 4.0.0 and 4.0.1 compare with the member's name as it is.
  const own = byMay ? slotNameFromMemberName(member.name) : member.name;
  for (const name of cluster.status.retainSlots) {
    if (!slots.has(name) && name !== own) slots.set(name, { ...physical(name), purpose: { kind: 'retained' } });
  }
}

function physical(name: string): Omit<Slot, 'purpose'> {
  return { name, type: 'physical', expectedActive: null, lsn: null, database: null, plugin: null, configured: {} };
}
