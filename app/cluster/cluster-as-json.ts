import type { Json, JsonObject } from '../json';
import { compareText } from '../text';
import type { Cluster } from './cluster';
import { parseInt, pythonInt, truthy } from './coerce';
import * as Failover from './failover';
import * as GlobalConfig from './global-config';
import * as Lsn from './lsn';
import * as Member from './member';
import { get } from './parsed';
import { applies, type Rules } from './rules';
import * as SyncState from './sync-state';

// What Patroni's REST API says of a cluster at `/cluster`. Values of a member's key are handed on as they are stored.

/** The answer to `GET /cluster`: `patroni/utils.py: cluster_as_json`. */
export function clusterAsJson(cluster: Cluster, rules: Rules): JsonObject {
  const members = [...cluster.members]
    .sort((a, b) => compareText(a.name, b.name))
    .map((member) => memberAsJson(cluster, member, rules));
  const switchover = scheduledSwitchover(cluster);
  return {
    members,
    ...(GlobalConfig.isPaused(cluster.config) ? { pause: true } : {}),
    ...(switchover === null ? {} : { scheduled_switchover: switchover }),
  };
}

function scheduledSwitchover({ failover }: Cluster): JsonObject | null {
  if (failover === null || Failover.isEmpty(failover) || failover.scheduledAtText === null) return null;
  return {
    at: failover.scheduledAtText,
    ...(failover.leader === null ? {} : { from: failover.leader }),
    ...(failover.candidate === null ? {} : { to: failover.candidate }),
  };
}

function memberAsJson(cluster: Cluster, member: Member.Member, rules: Rules): JsonObject {
  const { data, name } = member;
  const role = roleOf(cluster, name, rules);
  const replication = get(data, 'replication_state');
  const isReplicating = applies(rules, 'replication-state') && role !== 'leader' && truthy(replication);
  const reason = applies(rules, 'pending-restart-reason') ? ['pending_restart_reason'] : [];
  const optional = ['timeline', 'pending_restart', ...reason, 'scheduled_restart', 'tags'];
  return {
    name,
    role,
    state: (isReplicating ? replication : get(data, 'state')) ?? (Object.hasOwn(data, 'state') ? null : ''),
    api_url: get(data, 'api_url') ?? null,
    ...hostAndPort(member),
    ...Object.fromEntries(optional.flatMap((key) => (Object.hasOwn(data, key) ? [[key, get(data, key) ?? null]] : []))),
    ...(cluster.leader?.member.name === name ? {} : positions(cluster.status.lastLsn, member, rules)),
  };
}

function roleOf(cluster: Cluster, name: string, rules: Rules): string {
  const { config, leader, sync } = cluster;
  if (leader?.member.name === name) return GlobalConfig.isStandbyCluster(config) ? 'standby_leader' : 'leader';
  const isSync = applies(rules, 'any-case-sync')
    ? SyncState.matches(sync, name, false, rules)
    : SyncState.voters(sync, rules).includes(name);
  const counts = !applies(rules, 'sync-only-in-sync-mode') || GlobalConfig.isSynchronousMode(config, rules);
  if (!isSync || !counts) return 'replica';
  return applies(rules, 'quorum') && GlobalConfig.isQuorumCommitMode(config) ? 'quorum_standby' : 'sync_standby';
}

function hostAndPort(member: Member.Member): JsonObject {
  const kwargs = Member.connKwargs(member);
  const host = get(kwargs, 'host');
  if (host === undefined || !truthy(host)) return {};
  const port = get(kwargs, 'port');
  const number = truthy(port) ? pythonInt(port) : null;
  return { host, ...(number === null ? {} : { port: number }) };
}

function positions(leaderLsn: number, member: Member.Member, rules: Rules): JsonObject {
  const raw = get(member.data, 'xlog_location');
  if (!applies(rules, 'two-positions')) {
    const lsn = applies(rules, 'loose-lag') ? parseInt(raw) : numberOf(raw);
    return { lag: lsn === null ? 'unknown' : Math.max(0, leaderLsn - lsn) };
  }
  const found: readonly (readonly [prefix: string, lsn: number | null])[] = [
    ['receive_', Member.receiveLsn(member)],
    ['replay_', Member.replayLsn(member)],
    ['', Member.lsn(member)],
  ];
  const entries = found.flatMap(([prefix, lsn]): (readonly [string, Json])[] => [
    [`${prefix}lsn`, lsn ? Lsn.format(lsn) : 'unknown'],
    [`${prefix}lag`, lsn ? Math.max(0, leaderLsn - lsn) : 'unknown'],
  ]);
  return Object.fromEntries(entries);
}

/** Python counts true as 1. */
function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : null;
}
