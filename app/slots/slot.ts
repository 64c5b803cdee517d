import { truthy } from '../cluster/coerce';
import { get, isObject } from '../cluster/parsed';
import { applies, newest, type Rules } from '../cluster/rules';
import type { Json, JsonObject } from '../json';

/** Why a slot should exist on a server. */
export type SlotPurpose =
  /** For the members of this slot name: one, as a rule; several share it when their names are too alike. */
  | { readonly kind: 'member'; readonly members: readonly string[] }
  /** It is configured; `members` are those of the same slot name, if any. */
  | { readonly kind: 'permanent'; readonly members: readonly string[] }
  /** /status names it in retain_slots: its member went away, and member_slots_ttl is not over. */
  | { readonly kind: 'retained' };

/** A replication slot that Patroni keeps on a server. */
export interface Slot {
  readonly name: string;
  readonly type: 'physical' | 'logical';
  readonly purpose: SlotPurpose;
  /** Whether somebody should be connected to it here; null where this Patroni does not say. */
  readonly expectedActive: boolean | null;
  /** Where Patroni moves the slot to when nobody is connected, in bytes; null when this Patroni does not say, 0 when not known. */
  readonly lsn: number | null;
  /** Of a logical slot; null for a physical one, or when it is not text. */
  readonly database: string | null;
  readonly plugin: string | null;
  /** A permanent slot's configuration as stored, without what Patroni takes out of it; empty for other slots. */
  readonly configured: JsonObject;
}

/** What is wrong with the slots that a server should have. Patroni writes these to its log. */
export type SlotProblem =
  | { readonly kind: 'shared-name'; readonly slot: string; readonly members: readonly string[] }
  /** Patroni skips a permanent slot whose name PostgreSQL would refuse. */
  | { readonly kind: 'invalid-name'; readonly slot: string }
  | { readonly kind: 'bad-value'; readonly slot: string; readonly value: Json }
  /** PostgreSQL before 11 cannot move slots along, so Patroni does not keep logical ones there. */
  | { readonly kind: 'logical-disabled'; readonly slot: string }
  /** A permanent logical slot has the name of a physical one that is needed; `members` are those that it is for. */
  | { readonly kind: 'logical-conflict'; readonly slot: string; readonly members: readonly string[] }
  /** The configured permanent slots are no object. Patroni itself stops at this. */
  | { readonly kind: 'permanent-slots-unreadable' };

/**
 * Whether a permanent slot's configuration is of a logical slot: `patroni/dcs: Cluster.is_logical_slot`;
 * of all of them `patroni/dcs: Cluster.__permanent_logical_slots`.
 */
export function isLogicalSlot(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const type = get(value, 'type');
  return (type === undefined || type === 'logical') && truthy(get(value, 'database')) && truthy(get(value, 'plugin'));
}

/**
 * Whether a permanent slot's configuration is of a physical slot: `patroni/dcs: Cluster.is_physical_slot`;
 * of all of them `patroni/dcs: Cluster.__permanent_physical_slots`.
 */
export function isPhysicalSlot(value: Json | undefined, rules: Rules = newest): boolean {
  if (!truthy(value)) return true;
  if (!isObject(value)) return false;
  const type = get(value, 'type');
  if (type !== undefined && type !== 'physical') return false;
  return !applies(rules, 'logical-is-not-physical') || !isLogicalSlot(value);
}
