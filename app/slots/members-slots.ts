import { applies } from '../cluster/rules';
import type { JsonObject } from '../json';
import type { Follower } from './common';
import { isLeading, type Scene } from './point-of-view';
import type { Slot, SlotProblem, SlotPurpose } from './slot';
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
  const { common, rules, member: self } = scene;
  const table: SlotTable = { slots: new Map(), problems: [] };
  if (!common.useSlots) return table;

  const follows = followsHere(scene);
  const nofailover = scene.nofailover;
  const skipsItself = isLeading(scene) || applies(rules, 'no-slot-for-itself');
  const retains = common.retains && scene.canAdvance;
  const isKept = (one: Follower): boolean => {
    if (one.isNostream || (skipsItself && one.name === self.name)) return false;
    return retains ? !nofailover || one.replicatefrom === self.name : follows(one);
  };

  const tells = applies(rules, 'expected-active');
  const isShared = common.bySlot.size < common.followers.length;
  const sharing = isShared ? namesBySlot(common.followers.filter(isKept)) : null;
  common.followers.forEach((one, at) => {
    if (!isKept(one)) return;
    const isActive = tells && follows(one);
    const made = isActive ? common.made.active : common.made.idle;
    const slot = made[at] ?? (made[at] = memberSlot(scene, one, tells ? isActive : null));
    const members = sharing?.get(one.slot);
    table.slots.set(one.slot, members === undefined ? slot : { ...slot, purpose: { kind: 'member', members } });
  });
  keepRetained(scene, table.slots);
  for (const [slot, members] of sharing ?? []) {
    if (members.length > 1) table.problems.push({ kind: 'shared-name', slot, members });
  }
  return table;
}

/** Which members should be connected to this server. */
function followsHere(scene: Scene): (one: Follower) => boolean {
  const { common, member: self } = scene;
  if (isLeading(scene)) {
    return (one) => one.replicatefrom === null || one.replicatefrom === self.name || !one.isUpstreamHere;
  }
  return (one) => one.replicatefrom === self.name && one.name !== common.leader;
}

function memberSlot({ rules }: Scene, one: Follower, expectedActive: boolean | null): Slot {
  const lsn = applies(rules, 'member-slots-ttl') ? one.position : null;
  return physical(one.slot, { kind: 'member', members: [one.name] }, expectedActive, lsn);
}

function namesBySlot(followers: readonly Follower[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { name, slot } of followers) {
    const sharing = names.get(slot);
    if (sharing === undefined) names.set(slot, [name]);
    else sharing.push(name);
  }
  return names;
}

function keepRetained({ cluster, common, rules, member, nofailover }: Scene, slots: Map<string, Slot>): void {
  if (!applies(rules, 'member-slots-ttl')) return;
  const byMay = applies(rules, 'retain-not-for-nofailover');
  if (byMay && nofailover) return;
  // 4.0.0 and 4.0.1 compare with the member's name as it is.
  const own = byMay ? slotNameFromMemberName(member.name) : member.name;
  cluster.status.retainSlots.forEach((name, at) => {
    if (name === own || slots.has(name)) return;
    const { retained } = common.made;
    slots.set(name, retained[at] ?? (retained[at] = physical(name, { kind: 'retained' }, null, null)));
  });
}

function physical(name: string, purpose: SlotPurpose, expectedActive: boolean | null, lsn: number | null): Slot {
  return { name, type: 'physical', purpose, expectedActive, lsn, database: null, plugin: null, configured: NOTHING };
}

const NOTHING: JsonObject = {};
