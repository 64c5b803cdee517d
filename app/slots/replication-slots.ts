import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { applies } from '../cluster/rules';
import type { Common } from './common';
import { membersSlots } from './members-slots';
import { configuredSlots, mergePermanentSlots, permanentSlots } from './permanent-slots';
import { isLeading, type PointOfView, type Scene, sceneOf } from './point-of-view';
import { isLogicalSlot, isPhysicalSlot, type Slot, type SlotProblem } from './slot';
import { getSlotNameOnPrimary } from './upstream';

/** The slots that a server should have, and what is wrong with them. Plain data that may be sent between processes. */
export interface ReplicationSlots {
  /** Slots for members first, in the order of the members; then retained ones; then permanent ones. */
  readonly slots: readonly Slot[];
  readonly problems: readonly SlotProblem[];
}

/**
 * The replication slots that Patroni keeps on a server, as each member's own Patroni works them out in its loop.
 * `patroni/dcs: Cluster.get_replication_slots`.
 *
 *     const rules = rulesOf(cluster);
 *     const { slots, problems } = getReplicationSlots(cluster, { member, role: 'replica', postgresVersion: 15, rules });
 */
export function getReplicationSlots(cluster: Cluster.Cluster, view: PointOfView): ReplicationSlots {
  return slotsOf(sceneOf(cluster, view));
}

/**
 * Whether a replica has permanent slots to look after: `patroni/dcs: Cluster.has_permanent_slots`, and before 3.2.0, when
 * a replica had logical ones only, `has_permanent_logical_slots`.
 */
export function hasPermanentSlots(cluster: Cluster.Cluster, view: PointOfView): boolean {
  const scene = sceneOf(cluster, { ...view, role: 'replica' });
  if (!applies(view.rules, 'permanent-on-replicas')) return scene.canAdvance && hasLogicalSlots(scene);
  const table = membersSlots(scene);
  const before = table.slots.size;
  const permanent = permanentSlots(scene);
  mergePermanentSlots(table, scene, permanent);
  return table.slots.size > before || permanent.some(({ value }) => isPhysicalSlot(value, view.rules));
}

/**
 * Of the positions of a leader's slots those that it publishes in /status, always without those of members' slots.
 * `patroni/dcs: Cluster.filter_permanent_slots` (3.2 and 3.3). Before 3.2 there is no such rule, and all are published.
 */
export function filterPermanentSlots(
  cluster: Cluster.Cluster,
  view: Omit<PointOfView, 'role'>,
  slots: readonly (readonly [name: string, lsn: number])[],
): readonly (readonly [name: string, lsn: number])[] {
  return view.postgresVersion < 11 ? [] : onlyPermanent(cluster, view, slots);
}

function onlyPermanent(
  cluster: Cluster.Cluster,
  view: Omit<PointOfView, 'role'>,
  slots: readonly (readonly [name: string, lsn: number])[],
): readonly (readonly [name: string, lsn: number])[] {
  const nobody = Member.remoteMember('', {});
  const scene = sceneOf(cluster, { ...view, member: nobody, role: 'replica' }, view.member.name);
  const permanent = new Map(permanentSlots(scene).map(({ name, value }) => [name, value]));
  return slots.filter(([name]) => {
    const value = permanent.get(name);
    if (value === undefined) return false;
    return isPhysicalSlot(value, view.rules) || (isLogicalSlot(value) && !scene.common.bySlot.has(name));
  });
}

/**
 * Of the positions of a leader's slots those that it publishes in /status: all of them while members' slots are kept.
 * `patroni/dcs: Cluster.maybe_filter_permanent_slots` (4.0), which does so for PostgreSQL before 11 too.
 */
export function maybeFilterPermanentSlots(
  cluster: Cluster.Cluster,
  view: Omit<PointOfView, 'role'>,
  slots: readonly (readonly [name: string, lsn: number])[],
): readonly (readonly [name: string, lsn: number])[] {
  if (GlobalConfig.memberSlotsTtlSeconds(cluster.config) > 0) return slots;
  return onlyPermanent(cluster, view, slots);
}

/**
 * Whether a server must tell the primary which rows its readers still need (`hot_standby_feedback`): it has logical
 * slots, or a member that follows it has. `patroni/dcs: Cluster.should_enforce_hot_standby_feedback`.
 * Where Patroni follows a circle of replicatefrom without end, each member of it is asked once.
 */
export function shouldEnforceHotStandbyFeedback(cluster: Cluster.Cluster, view: PointOfView): boolean {
  const scene = sceneOf(cluster, { ...view, role: 'replica' });
  if (!applies(view.rules, 'permanent-on-replicas') && !scene.canAdvance) return false;
  return needsFeedback(scene, new Set());
}

function needsFeedback(scene: Scene, asked: Set<string>): boolean {
  const { cluster, member, rules } = scene;
  if (asked.has(member.name)) return false;
  asked.add(member.name);
  if (hasLogicalSlots(scene)) return true;
  if (!GlobalConfig.useSlots(cluster.config, rules)) return false;
  if (applies(rules, 'loop-guard') && getSlotNameOnPrimary(cluster, member.name, member, rules) === null) return false;
  const leader = Cluster.leaderName(cluster);
  return cluster.members.some(
    (other) =>
      Member.replicatefrom(other) === member.name &&
      other.name !== leader &&
      needsFeedback(sceneOf(cluster, { ...scene, member: other }, scene.on), asked),
  );
}

/** `patroni/dcs: Cluster._has_permanent_logical_slots`. */
function hasLogicalSlots(scene: Scene): boolean {
  return slotsOf(scene).slots.some(({ type }) => type === 'logical');
}

function slotsOf(scene: Scene): ReplicationSlots {
  return slotsOfOneOfMany(scene) ?? workOut(scene);
}

function workOut(scene: Scene): ReplicationSlots {
  const table = membersSlots(scene);
  mergePermanentSlots(table, scene, permanentSlots(scene));
  if (!scene.common.isReadable) table.problems.push({ kind: 'permanent-slots-unreadable' });
  return { slots: [...table.slots.values()], problems: table.problems };
}

/** Whose slots are worked out for all replicas that are alike. */
const NOBODY = Member.withoutKey('');

const ofNobody = new WeakMap<Common, readonly Slot[]>();

/**
 * The slots of a replica that nobody names as an upstream and whose tags ask for nothing: all of them keep the same, each
 * without its own. Null where the server is of another kind, or where configured or shared slots or older rules tell them apart.
 */
function slotsOfOneOfMany(scene: Scene): ReplicationSlots | null {
  const { cluster, common, rules, member, nofailover, canAdvance } = scene;
  // A server without a key may have a slot name that is a member's.
  const self = common.byName.get(member.name);
  if (self?.member !== member || nofailover || common.upstreams.has(member.name)) return null;
  if (!canAdvance || isLeading(scene) || !areReplicasAlike(scene)) return null;
  let all = ofNobody.get(common);
  if (all === undefined) {
    all = workOut(
      sceneOf(cluster, { member: NOBODY, role: 'replica', postgresVersion: scene.postgresVersion, rules }),
    ).slots;
    ofNobody.set(common, all);
  }
  return { slots: all.filter(({ name }) => name !== self.slot), problems: [] };
}

function areReplicasAlike({ cluster, common, rules }: Scene): boolean {
  return (
    common.bySlot.size === common.followers.length &&
    common.isReadable &&
    configuredSlots(cluster, rules).length === 0 &&
    !common.byName.has(NOBODY.name) &&
    !cluster.status.retainSlots.includes(NOBODY.name) &&
    applies(rules, 'no-slot-for-itself') &&
    applies(rules, 'retain-not-for-nofailover')
  );
}
