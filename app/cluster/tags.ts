import type { JsonObject } from '../json';
import { parseBool, parseInt, truthy } from './coerce';
import { get, getText } from './parsed';
import { applies, newest, type Rules } from './rules';

// What the tags of a member mean (patroni/tags.py).

/** May not become leader: the tag itself, else a failover priority of 0 or less. */
export function nofailover(tags: JsonObject, rules: Rules = newest): boolean {
  if (!applies(rules, 'failover-priority')) return truthy(get(tags, 'nofailover'));
  return boolTag(tags, 'nofailover', 'failover_priority');
}

/** 0 when it may not become leader; the higher, the more preferred; 1 by default. */
export function failoverPriority(tags: JsonObject): number {
  return priorityTag(tags, 'nofailover', 'failover_priority');
}

/** May not become synchronous. Patroni itself may add the tag to a member that is not ready for it. */
export function nosync(tags: JsonObject, rules: Rules = newest): boolean {
  if (!applies(rules, 'sync-priority')) return truthy(get(tags, 'nosync'));
  return boolTag(tags, 'nosync', 'sync_priority');
}

/** 0 when it may not become synchronous; 1 by default (Patroni 4.1). */
export function syncPriority(tags: JsonObject): number {
  return priorityTag(tags, 'nosync', 'sync_priority');
}

export function noloadbalance(tags: JsonObject): boolean {
  return truthy(get(tags, 'noloadbalance'));
}

/** Preferred as the source of new replicas. A member also needs a connection URL: ask `Member.clonefrom`. */
export function clonefrom(tags: JsonObject): boolean {
  return truthy(get(tags, 'clonefrom'));
}

/** The member that it is to replicate from instead of the leader; null when none is named. */
export function replicatefrom(tags: JsonObject): string | null {
  return getText(tags, 'replicatefrom');
}

/** Does not stream: takes its WAL from the archive alone. */
export function nostream(tags: JsonObject): boolean {
  return parseBool(get(tags, 'nostream')) ?? false;
}

function boolTag(tags: JsonObject, name: string, priorityName: string): boolean {
  const tag = get(tags, name);
  if (tag !== undefined && tag !== null) return truthy(tag);
  const priority = parseInt(get(tags, priorityName));
  return priority !== null && priority <= 0;
}

function priorityTag(tags: JsonObject, name: string, priorityName: string): number {
  return truthy(get(tags, name)) ? 0 : (parseInt(get(tags, priorityName)) ?? 1);
}
