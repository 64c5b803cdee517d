import { stringify } from 'yaml';
import type { DatabaseUser } from './database-user';

/** `off`, `on` or (from Patroni 4.0) `quorum`: Patroni's `synchronous_mode`. */
export type SyncMode = 'off' | 'on' | 'quorum';

/** A member's `tags` as Patroni knows them, e.g. `{ replicatefrom: 'pg-2' }` or `{ nofailover: true }`. */
export type MemberTags = Readonly<Record<string, string | number | boolean>>;

/** What all members of a herd share. */
export interface ClusterSettings {
  readonly scope: string;
  readonly namespace: string;
  /** How `patroni.yml` names the store. */
  readonly store: Readonly<Record<string, object>>;
  readonly sync: SyncMode;
  readonly binDir: string;
  readonly user: DatabaseUser;
  /** What its members' names begin with, before their number. */
  readonly memberPrefix: string;
  /** Whom a standby cluster replicates from; null for a cluster with a primary. */
  readonly source: StandbySource | null;
}

/** The server that a standby cluster follows. */
export interface StandbySource {
  readonly port: number;
  /** A permanent slot there. */
  readonly slot: string;
}

/** What is a member's own. */
export interface MemberSettings {
  readonly name: string;
  readonly apiPort: number;
  readonly postgresPort: number;
  readonly folder: string;
  readonly tags: MemberTags;
}

/** What patronictl needs to find the cluster, as YAML. */
export function ctlYaml(cluster: ClusterSettings): string {
  return stringify(storeSettings(cluster));
}

/** A member's `patroni.yml`. Short times, so that a failover is over within half a minute, and no care for a power cut. */
export function memberYaml(cluster: ClusterSettings, member: MemberSettings): string {
  const host = '127.0.0.1';
  return stringify({
    ...storeSettings(cluster),
    name: member.name,
    restapi: {
      listen: `${host}:${String(member.apiPort)}`,
      connect_address: `${host}:${String(member.apiPort)}`,
    },
    bootstrap: {
      dcs: firstConfig(cluster),
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, 'data-checksums', 'no-sync'],
    },
    postgresql: {
      listen: `${host}:${String(member.postgresPort)}`,
      connect_address: `${host}:${String(member.postgresPort)}`,
      data_dir: `${member.folder}/data`,
      bin_dir: cluster.binDir,
      pgpass: `${member.folder}/pgpass`,
      basebackup: [{ checkpoint: 'fast' }, 'no-sync'],
      authentication: {
        superuser: { username: 'postgres', password: 'lab' },
        replication: { username: 'replicator', password: 'lab' },
        rewind: { username: 'rewind', password: 'lab' },
      },
      parameters: {
        unix_socket_directories: member.folder,
        shared_buffers: '16MB',
        // With anything else a killed server leaves files in /dev/shm.
        dynamic_shared_memory_type: 'mmap',
        fsync: 'off',
        // A WAL receiver that is stopped to make a member lag stays connected.
        wal_sender_timeout: 0,
        // A cascading replica asks for its slot before its source made it: it asks again soon.
        wal_retrieve_retry_interval: '500ms',
        max_wal_size: '256MB',
      },
    },
    tags: member.tags,
  });
}

/** The cluster's first config key: what a DBA's cluster might have. */
function firstConfig(cluster: ClusterSettings): object {
  return {
    ttl: 20,
    loop_wait: 3,
    retry_timeout: 5,
    maximum_lag_on_failover: 1_048_576,
    ...(cluster.sync === 'off' ? {} : { synchronous_mode: cluster.sync === 'on' ? true : 'quorum' }),
    ...(cluster.source === null
      ? {}
      : { standby_cluster: { host: '127.0.0.1', port: cluster.source.port, primary_slot_name: cluster.source.slot } }),
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: { wal_level: 'logical', max_connections: 100, max_wal_senders: 10, max_replication_slots: 10 },
      pg_hba: ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust'],
    },
  };
}

function storeSettings(cluster: ClusterSettings): object {
  return {
    scope: cluster.scope,
    namespace: cluster.namespace,
    ...cluster.store,
  };
}
