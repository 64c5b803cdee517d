import * as Cluster from '../../cluster/cluster';
import * as GlobalConfig from '../../cluster/global-config';
import * as SyncState from '../../cluster/sync-state';
import type { JsonObject } from '../../json';
import { PATRONI_VERSION } from '../member-record';
import type { RestFacts, RestMember, ServerFacts } from './rest-member';

/** PostgreSQL 15.8, as a number. */
export const SERVER_VERSION = 150_008;

/** What `GET /patroni` and the health checks tell (`patroni/api.py: get_postgresql_status, _write_status_response`). */
export function statusOf(member: RestMember, cluster: Cluster.Cluster | null): JsonObject {
  const facts = member.facts();
  const { config } = cluster ?? Cluster.empty;
  const { pendingRestartReason, scheduledRestart, server, tags } = facts;
  return {
    state: facts.state,
    ...(server === null ? { role: facts.role } : serverStatus(member.name, facts, server, cluster)),
    ...(GlobalConfig.isPaused(config) ? { pause: true } : {}),
    ...(cluster === null || Cluster.isUnlocked(cluster) ? { cluster_unlocked: true } : {}),
    ...(facts.failsafeIsActive ? { failsafe_mode_is_active: true } : {}),
    dcs_last_seen: member.dcs.lastSeen,
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    database_system_identifier: facts.systemId,
    ...(pendingRestartReason === null ? {} : { pending_restart: true, pending_restart_reason: pendingRestartReason }),
    patroni: { version: PATRONI_VERSION, scope: member.scope, name: member.name },
    ...(scheduledRestart === null ? {} : { scheduled_restart: withoutStartTime(scheduledRestart) }),
  };
}

function serverStatus(
  name: string,
  facts: RestFacts,
  server: ServerFacts,
  cluster: Cluster.Cluster | null,
): JsonObject {
  const { config, sync } = cluster ?? Cluster.empty;
  const inRecoveryRole = GlobalConfig.isStandbyCluster(config) ? facts.role : 'replica';
  const isNamed = GlobalConfig.isSynchronousMode(config) && SyncState.matches(sync, name);
  const standbyKind = GlobalConfig.isQuorumCommitMode(config) ? 'quorum_standby' : 'sync_standby';
  return {
    postmaster_start_time: pythonTime(server.startedAt),
    role: server.inRecovery ? inRecoveryRole : 'primary',
    server_version: SERVER_VERSION,
    xlog: server.inRecovery
      ? {
          received_location: server.received,
          replayed_location: server.replayed,
          replayed_timestamp: pythonTime(server.replayedAt),
          paused: server.replayPaused,
        }
      : { location: server.received },
    ...(server.inRecovery && isNamed ? { [standbyKind]: true } : {}),
    timeline: server.timeline,
    ...(server.inRecovery && server.streaming ? { replication_state: 'streaming' } : {}),
    ...(facts.replication.length === 0 ? {} : { replication: facts.replication.map(replicationRow) }),
  };
}

function replicationRow({ host, name, sync }: RestFacts['replication'][number]): JsonObject {
  return {
    usename: 'replicator',
    application_name: name,
    client_addr: host,
    state: 'streaming',
    sync_state: sync,
    sync_priority: sync === 'async' ? 0 : 1,
  };
}

function withoutStartTime(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== 'postmaster_start_time'));
}

/** As Python prints an instant: with a blank, and microseconds. */
export function pythonTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '000+00:00');
}
