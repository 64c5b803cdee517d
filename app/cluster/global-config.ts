import type { Json, JsonObject } from '../json';
import type { ClusterConfig } from './cluster-config';
import { parseBool, parseInt, truthy } from './coerce';
import { get, isObject } from './parsed';
import { applies, newest, type Rules } from './rules';
import type { SyncMode } from './summary';

// What the dynamic configuration says (patroni/global_config.py). Without a valid configuration Patroni's defaults hold.

/** A setting as stored; undefined when it is not set or the configuration is not valid. */
export function setting(config: ClusterConfig | null, name: string): Json | undefined {
  return config === null || config.modifyVersion === '0' ? undefined : get(config.data, name);
}

/** Whether a setting is switched on. */
export function checkMode(config: ClusterConfig | null, name: string): boolean {
  return parseBool(setting(config, name)) ?? false;
}

/** A whole number, in `baseUnit` when it has a unit; `fallback` when not set or not readable. */
export function getInt(config: ClusterConfig | null, name: string, fallback: number, baseUnit?: string): number {
  return parseInt(setting(config, name), baseUnit) ?? fallback;
}

/** Maintenance mode: Patroni watches and does not act. */
export function isPaused(config: ClusterConfig | null): boolean {
  return checkMode(config, 'pause');
}

export function isQuorumCommitMode(config: ClusterConfig | null): boolean {
  const mode = setting(config, 'synchronous_mode');
  return typeof mode === 'string' && mode.toLowerCase() === 'quorum';
}

/** Synchronous or quorum replication, and not a standby cluster. `patroni/global_config.py: is_synchronous_mode`. */
export function isSynchronousMode(config: ClusterConfig | null, rules: Rules = newest): boolean {
  const isQuorum = isQuorumCommitMode(config) && applies(rules, 'quorum');
  if (!isQuorum && !checkMode(config, 'synchronous_mode')) return false;
  return !applies(rules, 'standby-never-synchronous') || !isStandbyCluster(config);
}

/** Writes wait when no standby is synchronous. */
export function isSynchronousModeStrict(config: ClusterConfig | null): boolean {
  return checkMode(config, 'synchronous_mode_strict');
}

/** How the cluster replicates, in one word. */
export function syncMode(config: ClusterConfig | null): SyncMode {
  if (!isSynchronousMode(config)) return 'async';
  const strict = isSynchronousModeStrict(config);
  if (isQuorumCommitMode(config)) return strict ? 'quorum-strict' : 'quorum';
  return strict ? 'sync-strict' : 'sync';
}

const STANDBY_SOURCES = ['host', 'port', 'restore_command'] as const;

/** The section `standby_cluster`; null unless it names a host, a port or a restore_command. */
export function standbyCluster(config: ClusterConfig | null): JsonObject | null {
  const section = setting(config, 'standby_cluster');
  if (!isObject(section)) return null;
  return STANDBY_SOURCES.some((name) => truthy(get(section, name))) ? section : null;
}

/** Whether the cluster follows another one. */
export function isStandbyCluster(config: ClusterConfig | null): boolean {
  return standbyCluster(config) !== null;
}

/** How many standbys must be synchronous whatever happens. `patroni/global_config.py: min_synchronous_nodes`. */
export function minSynchronousNodes(config: ClusterConfig | null): number {
  return isSynchronousModeStrict(config) ? 1 : 0;
}

/** How many standbys are to be synchronous. `patroni/global_config.py: synchronous_node_count`. */
export function synchronousNodeCount(config: ClusterConfig | null): number {
  return Math.max(getInt(config, 'synchronous_node_count', 1), minSynchronousNodes(config));
}

/** In bytes: a replica further behind does not become leader. 1 MiB by default. */
export function maximumLagOnFailover(config: ClusterConfig | null): number {
  return getInt(config, 'maximum_lag_on_failover', 1_048_576);
}

/** In bytes: a replica further behind does not stay synchronous; -1 for no limit. */
export function maximumLagOnSyncnode(config: ClusterConfig | null): number {
  return getInt(config, 'maximum_lag_on_syncnode', -1);
}

/** How long the leader lock lives without being renewed (`patroni/config.py: __DEFAULT_CONFIG`). */
export function ttlSeconds(config: ClusterConfig | null): number {
  return getInt(config, 'ttl', 30);
}

/** How long Patroni sleeps between two rounds. */
export function loopWaitSeconds(config: ClusterConfig | null): number {
  return getInt(config, 'loop_wait', 10);
}

/** How long Patroni tries the store and PostgreSQL again. */
export function retryTimeoutSeconds(config: ClusterConfig | null): number {
  return getInt(config, 'retry_timeout', 10);
}

/** A scheduled action is still done when it is this much too late, and dropped after that. `patroni/ha.py: should_run_scheduled_action`. */
export function scheduleGraceSeconds(config: ClusterConfig | null): number {
  return Math.trunc(loopWaitSeconds(config) * 1.5);
}

export function primaryStartTimeoutSeconds(config: ClusterConfig | null): number {
  const name =
    setting(config, 'primary_start_timeout') === undefined ? 'master_start_timeout' : 'primary_start_timeout';
  return getInt(config, name, 300);
}

/** How long a leader that lost the lock waits for PostgreSQL to stop. `patroni/global_config.py: primary_stop_timeout`. */
export function primaryStopTimeoutSeconds(config: ClusterConfig | null): number {
  const name = setting(config, 'primary_stop_timeout') === undefined ? 'master_stop_timeout' : 'primary_stop_timeout';
  return getInt(config, name, 0);
}

/** Which slots Patroni leaves alone, as stored; an empty list when not set. `patroni/global_config.py: ignore_slots_matchers`. */
export function ignoreSlotsMatchers(config: ClusterConfig | null): Json {
  const matchers = setting(config, 'ignore_slots');
  return matchers !== undefined && truthy(matchers) ? matchers : [];
}

/** How many lines of history Patroni keeps; 0 for all. `patroni/global_config.py: max_timelines_history`. */
export function maxTimelinesHistory(config: ClusterConfig | null): number {
  return getInt(config, 'max_timelines_history', 0);
}

/** Whether a member that lost the store may go on as leader while all others answer it. */
export function isFailsafeMode(config: ClusterConfig | null): boolean {
  return checkMode(config, 'failsafe_mode');
}

/** Whether Patroni makes a replication slot for each member; on by default. `patroni/global_config.py: use_slots`. */
export function useSlots(config: ClusterConfig | null, rules: Rules = newest): boolean {
  if (config === null && !applies(rules, 'slots-need-no-config')) return false;
  const postgresql = setting(config, 'postgresql');
  const value = isObject(postgresql) ? get(postgresql, 'use_slots') : undefined;
  if (value === undefined) return true;
  return applies(rules, 'loose-use-slots') ? (parseBool(value) ?? false) : truthy(value);
}

/** The permanent slots by name; empty when none are configured. `patroni/global_config.py: permanent_slots`. */
export function permanentSlots(config: ClusterConfig | null): JsonObject {
  const slots = storedPermanentSlots(config);
  return isObject(slots) ? slots : {};
}

/** False when the permanent slots are of another type than an object. */
export function isPermanentSlotsReadable(config: ClusterConfig | null): boolean {
  const slots = storedPermanentSlots(config);
  return slots === undefined || isObject(slots);
}

const PERMANENT_SLOTS = ['permanent_replication_slots', 'permanent_slots', 'slots'] as const;

/** Of the three names that they had, the first that says something. */
function storedPermanentSlots(config: ClusterConfig | null): Json | undefined {
  for (const name of PERMANENT_SLOTS) {
    const slots = setting(config, name);
    if (slots !== undefined && truthy(slots)) return slots;
  }
  return undefined;
}

/** How long the slot of a member that went away is kept (Patroni 4.0); 0 for not at all. */
export function memberSlotsTtlSeconds(config: ClusterConfig | null): number {
  return getInt(config, 'member_slots_ttl', 1800, 's');
}
