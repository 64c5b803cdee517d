import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { truthy } from '../cluster/coerce';
import { get, getText, isObject } from '../cluster/parsed';
import { applies, type Rules } from '../cluster/rules';
import type * as Cluster from '../cluster/cluster';
import type { Json, JsonObject } from '../json';
import { type Common, commonOf } from './common';
import type { SlotTable } from './members-slots';
import { isLeading, isPrimary, type Scene } from './point-of-view';
import { isLogicalSlot, isPhysicalSlot, type Slot } from './slot';
import { slotNameFromMemberName } from './slot-name';
import { getSlotNameOnPrimary } from './upstream';

/** The configuration of a permanent slot, and its position in bytes when the store tells one. */
export interface PermanentSlot {
  readonly name: string;
  readonly value: Json;
  readonly lsn: number | null;
}

// `$` in Python also matches before a newline at the end.
const SLOT_NAME = /^[a-z0-9_]{1,63}\n?$/;

/**
 * The permanent slots that a server keeps, by Patroni's rules for its role, its tags and its PostgreSQL.
 * `patroni/dcs: Cluster._get_permanent_slots`.
 */
export function permanentSlots(scene: Scene): readonly PermanentSlot[] {
  const { cluster, common, rules, member, nofailover, canAdvance } = scene;
  const all = configuredOf(cluster, common);
  if (all.length === 0) return all;
  const physical = () => all.filter(({ value }) => isPhysicalSlot(value, rules));
  const logical = () => all.filter(({ value }) => isLogicalSlot(value));
  const { useSlots } = common;
  if (!useSlots && (applies(rules, 'no-slots-no-permanent') || !isLeading(scene))) return [];

  if (!applies(rules, 'permanent-on-replicas')) {
    if (isLeading(scene)) return useSlots && isPrimary(scene) ? all : physical();
    return nofailover ? [] : logical();
  }
  if (nofailover) return [];
  const physicalOnly =
    GlobalConfig.isStandbyCluster(cluster.config) ||
    (applies(rules, 'nostream') && getSlotNameOnPrimary(cluster, scene.on, member, rules) === null);
  if (physicalOnly) {
    if (!canAdvance && scene.role !== 'standby_leader') return [];
    return permanentPhysicalSlots(cluster, rules);
  }
  return canAdvance || isPrimary(scene) ? all : logical();
}

/**
 * The permanent physical slots that suit this kind of cluster, where only physical ones are kept.
 * `patroni/dcs: Cluster.permanent_physical_slots`.
 */
export function permanentPhysicalSlots(cluster: Cluster.Cluster, rules: Rules): readonly PermanentSlot[] {
  return configuredSlots(cluster, rules).filter(
    ({ value }) => isPhysicalSlot(value, rules) && suitsClusterType(cluster, value, rules),
  );
}

/**
 * Adds permanent slots to a server's other slots: names that PostgreSQL refuses, values that say nothing, logical slots
 * before PostgreSQL 11 and logical slots of a physical one's name become problems.
 * `patroni/dcs: Cluster._merge_permanent_slots`.
 */
export function mergePermanentSlots(table: SlotTable, scene: Scene, permanent: readonly PermanentSlot[]): void {
  if (permanent.length === 0) return;
  const { common, rules, member, canAdvance } = scene;
  const { slots, problems } = table;
  const own = slotNameFromMemberName(member.name);
  const { bySlot: members, cascading } = common;
  for (const { name: slot, value, lsn } of permanent) {
    const config = truthy(value) ? value : {};
    const type = typeOf(config);
    if (!SLOT_NAME.test(slot)) problems.push({ kind: 'invalid-name', slot });
    else if (!isObject(config) || type === null) problems.push({ kind: 'bad-value', slot, value });
    else if (type === 'physical') {
      if (slot === own || (slots.has(slot) && applies(rules, 'member-slot-first'))) continue;
      const expectedActive = applies(rules, 'expected-active') ? !cascading.has(slot) && isLeading(scene) : null;
      slots.set(slot, { ...permanentSlot(slot, config, lsn, members), type, expectedActive });
    } else if (!canAdvance) problems.push({ kind: 'logical-disabled', slot });
    else if (slots.has(slot)) problems.push({ kind: 'logical-conflict', slot, members: members.get(slot) ?? [] });
    else slots.set(slot, { ...permanentSlot(slot, config, lsn, members), type, expectedActive: null });
  }
}

/** All permanent slots of the configuration with their positions: `patroni/dcs: Cluster.__permanent_slots`. */
export function configuredSlots(cluster: Cluster.Cluster, rules: Rules): readonly PermanentSlot[] {
  return configuredOf(cluster, commonOf(cluster, rules));
}

function configuredOf(cluster: Cluster.Cluster, common: Common): readonly PermanentSlot[] {
  const before = configured.get(common);
  if (before !== undefined) return before;
  const slots = readConfigured(cluster, common);
  configured.set(common, slots);
  return slots;
}

const configured = new WeakMap<Common, readonly PermanentSlot[]>();

function readConfigured(cluster: Cluster.Cluster, { rules, told, followers }: Common): readonly PermanentSlot[] {
  const entries = Object.entries(GlobalConfig.permanentSlots(cluster.config));
  if (entries.length === 0) return [];
  if (!applies(rules, 'position-in-slot')) return entries.map(([name, value]) => ({ name, value, lsn: null }));
  const ofMembers = new Map<string, number>();
  for (const { member, slot } of followers) {
    if (applies(rules, 'cascading-position-only') && !Member.hasReplicatefrom(member)) continue;
    ofMembers.set(slot, Member.lsn(member) ?? 0);
  }
  return entries.map(([name, raw]) => {
    const value: Json = truthy(raw) ? raw : {};
    if (!isObject(value)) return { name, value, lsn: null };
    const ofMember = isPhysicalSlot(value, rules) ? (ofMembers.get(name) ?? 0) : 0;
    const lsn = Math.max(ofMember, told.get(name) ?? 0);
    return { name, value: without(value, 'lsn'), lsn: lsn === 0 ? null : lsn };
  });
}

function suitsClusterType(cluster: Cluster.Cluster, value: Json, rules: Rules): boolean {
  if (!applies(rules, 'cluster-type') || !isObject(value)) return true;
  return get(value, 'cluster_type') !== (GlobalConfig.isStandbyCluster(cluster.config) ? 'primary' : 'standby');
}

/** The type that a configuration says or leads to; null for none that Patroni knows. */
function typeOf(config: Json): Slot['type'] | null {
  if (!isObject(config)) return null;
  if (isLogicalSlot(config)) return 'logical';
  const type = get(config, 'type');
  return type === undefined || type === 'physical' ? 'physical' : null;
}

function permanentSlot(
  name: string,
  configured: JsonObject,
  lsn: number | null,
  members: ReadonlyMap<string, readonly string[]>,
): Omit<Slot, 'type' | 'expectedActive'> {
  return {
    name,
    purpose: { kind: 'permanent', members: members.get(name) ?? [] },
    lsn,
    database: getText(configured, 'database'),
    plugin: getText(configured, 'plugin'),
    configured,
  };
}

function without(object: JsonObject, name: string): JsonObject {
  if (!Object.hasOwn(object, name)) return object;
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
