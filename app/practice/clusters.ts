import type { JsonObject } from '../json';
import type { ClusterDefinition } from './cluster-definition';
import { LONG_HISTORY } from './long-history';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Faster rounds than Patroni's default of 10 s, so that there is something to see. */
const TIMES = { ttl: 20, loop_wait: 5, retry_timeout: 5, maximum_lag_on_failover: 1_048_576 } as const;

const PARAMETERS = {
  wal_level: 'logical',
  max_wal_senders: 12,
  max_replication_slots: 12,
  max_connections: 100,
  wal_keep_size: '256MB',
} as const;

function postgresql(parameters: JsonObject = {}): JsonObject {
  return { use_pg_rewind: true, use_slots: true, parameters: { ...PARAMETERS, ...parameters } };
}

const practice: ClusterDefinition = {
  scope: 'practice',
  group: null,
  systemId: '7588041127730214653',
  config: {
    ...TIMES,
    member_slots_ttl: '30min',
    postgresql: postgresql(),
    slots: {
      nightly_backup: { type: 'physical' },
      orders_feed: { type: 'logical', database: 'orders', plugin: 'pgoutput' },
    },
  },
  members: [
    { name: 'practice-1', host: '10.20.1.11', tags: { clonefrom: true } },
    { name: 'practice-2', host: '10.20.1.12', tags: { clonefrom: true } },
    { name: 'practice-3', host: '10.20.1.13', behindBytes: { receive: 1.25 * MIB, replay: 1.5 * MIB } },
    { name: 'practice-4', host: '10.20.2.14', tags: { replicatefrom: 'practice-2', nofailover: true } },
  ],
  promotions: [
    { hoursAgo: 1_913, bytesAgo: 141 * GIB, leader: 'practice-2' },
    { hoursAgo: 402, bytesAgo: 37 * GIB, leader: 'practice-3' },
    { hoursAgo: 401.2, bytesAgo: 36.9 * GIB, leader: 'practice-2' },
    { hoursAgo: 26.4, bytesAgo: 2.2 * GIB, leader: 'practice-1' },
  ],
  lsn: 0x2e * 2 ** 32 + 0x6a1c_40d8,
  walBytesPerSecond: 42_000,
  slotReaders: {
    nightly_backup: { kind: 'every', seconds: 600 },
    orders_feed: { kind: 'every', seconds: 12 },
  },
  changesLeader: true,
};

const savanna: ClusterDefinition = {
  scope: 'savanna',
  group: null,
  systemId: '7562210458896107347',
  config: {
    ...TIMES,
    synchronous_mode: true,
    synchronous_mode_strict: true,
    failsafe_mode: true,
    postgresql: postgresql({ synchronous_commit: 'on' }),
    slots: { savanna_standby: { type: 'physical', cluster_type: 'primary' } },
  },
  members: [
    { name: 'savanna-1', host: '10.20.3.11' },
    { name: 'savanna-2', host: '10.20.3.12' },
    { name: 'savanna-3', host: '10.20.3.13', tags: { nosync: true } },
  ],
  promotions: [{ hoursAgo: 611, bytesAgo: 9.4 * GIB, leader: 'savanna-1' }],
  lsn: 0x5 * 2 ** 32 + 0xb204_7718,
  walBytesPerSecond: 16_000,
  slotReaders: { savanna_standby: { kind: 'standby-cluster', scope: 'savanna-standby' } },
  changesLeader: true,
};

const savannaStandby: ClusterDefinition = {
  scope: 'savanna-standby',
  group: null,
  // Made from a base backup: the same database system.
  systemId: savanna.systemId,
  config: {
    ...TIMES,
    postgresql: postgresql(),
    standby_cluster: {
      host: '10.20.3.11,10.20.3.12',
      port: 5432,
      primary_slot_name: 'savanna_standby',
      create_replica_methods: ['basebackup'],
    },
  },
  members: [
    { name: 'savanna-standby-1', host: '10.40.3.11' },
    { name: 'savanna-standby-2', host: '10.40.3.12' },
  ],
  promotions: savanna.promotions,
  lsn: savanna.lsn,
  walBytesPerSecond: savanna.walBytesPerSecond,
  replicatesFrom: 'savanna',
  changesLeader: false,
};

/** A small MPP (Citus) cluster: a coordinator and two groups of workers. */
function grassland(group: number, rest: Omit<ClusterDefinition, 'scope' | 'group' | 'config'>): ClusterDefinition {
  const parameters = group === 1 ? { max_connections: 200 } : {};
  return { scope: 'grassland', group, config: { ...TIMES, postgresql: postgresql(parameters) }, ...rest };
}

/** In quorum mode, with a long past, and a reader of a slot that went away. */
const steppe: ClusterDefinition = {
  scope: 'steppe',
  group: null,
  systemId: '7003027460184937512',
  config: {
    ...TIMES,
    synchronous_mode: 'quorum',
    synchronous_node_count: 2,
    postgresql: postgresql({ synchronous_commit: 'on' }),
    slots: { warehouse_feed: { type: 'logical', database: 'sales', plugin: 'pgoutput' } },
  },
  members: [
    { name: 'steppe-1', host: '10.20.7.11' },
    { name: 'steppe-2', host: '10.20.7.12' },
    { name: 'steppe-3', host: '10.20.7.13' },
    { name: 'steppe-4', host: '10.20.7.14' },
  ],
  promotions: LONG_HISTORY,
  lsn: 0xc4 * 2 ** 32 + 0x1f3a_6620,
  walBytesPerSecond: 120_000,
  slotReaders: { warehouse_feed: { kind: 'away', heldBytes: 11.6 * GIB } },
  changesLeader: true,
};

const RESTART_FOR_CONNECTIONS = { max_connections: { old_value: '100', new_value: '200' } };

/** The whole practice herd: eighteen members, and each kind of cluster that there is. */
export const PRACTICE_CLUSTERS: readonly ClusterDefinition[] = [
  practice,
  savanna,
  savannaStandby,
  grassland(0, {
    systemId: '7571903384410325842',
    members: [
      { name: 'grassland-0-1', host: '10.20.5.11' },
      { name: 'grassland-0-2', host: '10.20.5.12' },
    ],
    promotions: [],
    lsn: 0x1_1c00_0148,
    walBytesPerSecond: 3_000,
    changesLeader: false,
  }),
  grassland(1, {
    systemId: '7571903401590194771',
    members: [
      { name: 'grassland-1-1', host: '10.20.5.21', pendingRestartReason: RESTART_FOR_CONNECTIONS },
      { name: 'grassland-1-2', host: '10.20.5.22', pendingRestartReason: RESTART_FOR_CONNECTIONS },
    ],
    promotions: [{ hoursAgo: 97.3, bytesAgo: 5.1 * GIB, leader: 'grassland-1-1' }],
    lsn: 0x3_42a9_e060,
    walBytesPerSecond: 9_000,
    changesLeader: false,
  }),
  grassland(2, {
    systemId: '7571903409180020365',
    members: [{ name: 'grassland-2-1', host: '10.20.5.31' }],
    promotions: [],
    lsn: 0x2_f117_9a88,
    walBytesPerSecond: 8_000,
    changesLeader: false,
  }),
  steppe,
];
