import type { Setting } from './setting';

// Patroni's own keys of the dynamic configuration: what they mean, in our words. The facts are from patroni/global_config.py,
// patroni/config.py, patroni/validator.py and the places that read them.

const round = { effect: 'next-round' } as const;
const bool = (fallback: string, meaning: string, rest: Partial<Setting> = {}): Setting => ({
  meaning,
  type: 'bool',
  unit: null,
  fallback,
  ...round,
  ...rest,
});
const int = (unit: string | null, fallback: string, meaning: string, rest: Partial<Setting> = {}): Setting => ({
  meaning,
  type: 'int',
  unit,
  fallback,
  ...round,
  ...rest,
});
const other = (type: Setting['type'], meaning: string, rest: Partial<Setting> = {}): Setting => ({
  meaning,
  type,
  unit: null,
  fallback: null,
  ...round,
  ...rest,
});

const SLOTS =
  'Replication slots that Patroni keeps on the leader, and carries over to whoever leads next, by their names.';
const MADE_WITH = 'when-used';

/** By path, its parts joined with a dot. */
export const PATRONI_SETTINGS: Readonly<Record<string, Setting>> = {
  ttl: int(
    's',
    '30',
    'How long the leader lock and the members’ keys live without being renewed. A dead leader is replaced after about this long.',
    { least: 20 },
  ),
  loop_wait: int('s', '10', 'How long Patroni sleeps between two rounds.', { least: 1 }),
  retry_timeout: int(
    's',
    '10',
    'How long Patroni tries the store and PostgreSQL again before it gives up. A leader that cannot reach the store for longer is demoted.',
    { least: 3 },
  ),
  maximum_lag_on_failover: int(
    'B',
    '1048576',
    'A replica that lacks more WAL than this does not become leader. It is also the most that an asynchronous failover may lose.',
    { least: 0 },
  ),
  maximum_lag_on_syncnode: int(
    'B',
    '-1',
    'A synchronous standby further behind than this is replaced by a better one. 0 or less: never.',
    { least: -1 },
  ),
  max_timelines_history: int('lines', '0', 'How many of the newest lines /history keeps. 0: all.', { least: 0 }),
  primary_start_timeout: int(
    's',
    '300',
    'How long a leader that crashed may take to come up again before another takes over. 0: another takes over at once, if one can.',
    { least: 0 },
  ),
  master_start_timeout: int('s', '300', 'The old name of primary_start_timeout, which goes before it.', { least: 0 }),
  primary_stop_timeout: int(
    's',
    '0',
    'In synchronous mode: how long a leader that is stopped may take to shut down before it is killed. 0: for ever.',
    { least: 0 },
  ),
  master_stop_timeout: int('s', '0', 'The old name of primary_stop_timeout, which goes before it.', { least: 0 }),
  synchronous_mode: {
    meaning:
      'Whether commits wait for standbys that Patroni chooses, so that a failover loses nothing. quorum: for any of them, as many as synchronous_node_count (Patroni 4.0).',
    type: 'enum',
    unit: null,
    fallback: 'off',
    values: ['quorum'],
    ...round,
  },
  synchronous_mode_strict: bool(
    'off',
    'With it, commits wait when no standby is synchronous. Without, the leader then goes on alone.',
  ),
  synchronous_node_count: int(
    'standbys',
    '1',
    'How many standbys are to be synchronous. With fewer, Patroni makes do with those that are there.',
    { least: 1 },
  ),
  failsafe_mode: bool(
    'off',
    'While the store is away the leader may stay leader, as long as all members of /failsafe answer it.',
    { since: '3.0.0' },
  ),
  pause: bool('off', 'Maintenance mode: Patroni watches and does not act. patronictl pause and resume set it.'),
  check_timeline: bool('off', 'A member whose timeline is behind the cluster’s does not become leader.'),
  member_slots_ttl: int(
    's',
    '30min',
    'How long the slot of a member that went away is kept, so that it can come back. 0: not at all.',
    { least: 0, since: '4.0.0' },
  ),
  slots: other('section', SLOTS),
  permanent_slots: other('section', `${SLOTS} Goes before slots.`),
  permanent_replication_slots: other('section', `${SLOTS} Goes before permanent_slots and slots.`),
  'slots.*': other('section', 'One permanent slot. Without a type, and without database and plugin, it is physical.'),
  'slots.*.type': other('enum', 'physical, or logical.', { values: ['physical', 'logical'] }),
  'slots.*.database': other('text', 'The database that a logical slot decodes.'),
  'slots.*.plugin': other('text', 'The output plugin of a logical slot, e.g. pgoutput.'),
  'slots.*.cluster_type': other('enum', 'Keep it only while the cluster is a primary, or a standby, one.', {
    values: ['primary', 'standby'],
    since: '4.1.0',
  }),
  ignore_slots: other(
    'list',
    'Slots that Patroni leaves alone: it does not drop what fits one of these (name, type, database, plugin).',
  ),
  standby_cluster: other(
    'section',
    'Makes this a standby cluster: its leader follows another cluster. In effect once it names a host, a port or a restore_command.',
    { effect: 'replicas' },
  ),
  'standby_cluster.host': other('text', 'Where the cluster that it follows listens; several, with commas.', {
    effect: 'replicas',
  }),
  'standby_cluster.port': int(null, '5432', 'The port of the cluster that it follows.', {
    least: 1,
    largest: 65_535,
    effect: 'replicas',
  }),
  'standby_cluster.primary_slot_name': other(
    'text',
    'The slot on the other cluster that the standby leader uses. Patroni does not make it there.',
    { effect: 'replicas' },
  ),
  'standby_cluster.restore_command': other('text', 'How the standby leader gets WAL from an archive.', {
    effect: 'replicas',
  }),
  'standby_cluster.create_replica_methods': other(
    'list',
    'How the standby leader is made from the other cluster, the first that works.',
    { effect: MADE_WITH },
  ),
  'standby_cluster.archive_cleanup_command': other(
    'text',
    'What clears up WAL that the standby leader does not need any more.',
    { effect: 'replicas' },
  ),
  'standby_cluster.recovery_min_apply_delay': other(
    'text',
    'How long the standby leader waits before it replays a commit.',
    { effect: 'replicas' },
  ),
  postgresql: other(
    'section',
    'How all members run their PostgreSQL. A member’s own patroni.yml goes before it, except where Patroni insists on one value for all.',
  ),
  'postgresql.parameters': other('section', 'PostgreSQL’s parameters, the same on all members.', { effect: 'reload' }),
  'postgresql.use_slots': bool(
    'true',
    'Whether Patroni makes a replication slot for each member, so that the leader keeps the WAL that it needs.',
  ),
  'postgresql.use_pg_rewind': bool(
    'false',
    'Whether a former leader may be rewound to follow the new one. Else it is made anew, or stays behind.',
    { effect: MADE_WITH },
  ),
  'postgresql.remove_data_directory_on_rewind_failure': bool(
    'false',
    'Delete the data folder when pg_rewind fails, and make the replica anew.',
    { effect: MADE_WITH },
  ),
  'postgresql.remove_data_directory_on_diverged_timelines': bool(
    'false',
    'Delete the data folder when the timelines have parted, and make the replica anew.',
    { effect: MADE_WITH },
  ),
  'postgresql.pg_hba': other(
    'list',
    'The lines of pg_hba.conf on all members: who may connect from where, and how. Not used where hba_file is set.',
    { effect: 'reload' },
  ),
  'postgresql.pg_ident': other('list', 'The lines of pg_ident.conf on all members.', { effect: 'reload' }),
  'postgresql.pg_ctl_timeout': int('s', '60', 'How long pg_ctl may take to start, stop or restart PostgreSQL.', {
    least: 0,
    effect: MADE_WITH,
  }),
  'postgresql.recovery_conf': other('section', 'More settings for replicas, e.g. a restore_command.', {
    effect: 'replicas',
  }),
  'postgresql.create_replica_methods': other(
    'list',
    'How replicas are made, the first that works. basebackup unless set.',
    { effect: MADE_WITH },
  ),
  'postgresql.basebackup': other('any', 'Options for pg_basebackup.', { effect: MADE_WITH }),
  'postgresql.callbacks': other('section', 'Programs that Patroni starts when a member’s role or state changes.', {
    effect: MADE_WITH,
  }),
  'postgresql.custom_conf': other('text', 'A file to use in place of postgresql.base.conf.', { effect: 'restart' }),
  'postgresql.before_stop': other('text', 'A program that runs right before PostgreSQL is stopped.', {
    effect: MADE_WITH,
  }),
  'postgresql.pre_promote': other(
    'text',
    'A program that runs before a promotion; if it fails, the member gives the lock back.',
    { effect: MADE_WITH },
  ),
  'postgresql.krbsrvname': other('text', 'The Kerberos service name for connections of Patroni and of replicas.', {
    effect: 'replicas',
  }),
  'postgresql.bin_dir': other('text', 'Where PostgreSQL’s programs are.', { effect: MADE_WITH }),
  'postgresql.bin_name': other('section', 'Other names for PostgreSQL’s programs.', { effect: MADE_WITH }),
  'postgresql.use_unix_socket': bool('false', 'Whether Patroni connects to its own PostgreSQL over a Unix socket.'),
  'postgresql.use_unix_socket_repl': bool('false', 'The same for replication connections.'),
};

/** Sections that only a member’s own patroni.yml may have; Patroni does not take them from the store. */
export const LOCAL_ONLY: ReadonlySet<string> = new Set([
  'bootstrap',
  'citus',
  'consul',
  'ctl',
  'etcd',
  'etcd3',
  'exhibitor',
  'kubernetes',
  'log',
  'name',
  'namespace',
  'raft',
  'restapi',
  'scope',
  'tags',
  'watchdog',
  'zookeeper',
  'postgresql.connect_address',
  'postgresql.proxy_address',
  'postgresql.listen',
  'postgresql.config_dir',
  'postgresql.data_dir',
  'postgresql.pgpass',
  'postgresql.authentication',
]); // patroni/config.py: _safe_copy_dynamic_configuration

/** Parameters that Patroni decides itself, whatever stands here, and by what (`patroni/config.py: _process_postgresql_parameters`). */
export const DECIDED_BY_PATRONI: Readonly<Record<string, string>> = {
  listen_addresses: 'postgresql.listen in each member’s patroni.yml',
  port: 'postgresql.listen in each member’s patroni.yml',
  cluster_name: 'the scope',
  hot_standby: 'Patroni: it is always on',
};

/** What Patroni takes for the parameters that must be the same everywhere; a value out of range gives way to the default (`patroni/postgresql/config.py: CMDLINE_OPTIONS`). */
export const PARAMETER_LIMITS: Readonly<Record<string, { readonly least: number; readonly unit?: string }>> = {
  max_connections: { least: 25 },
  max_wal_senders: { least: 3 },
  wal_keep_segments: { least: 1 },
  wal_keep_size: { least: 16, unit: 'MB' },
  max_prepared_transactions: { least: 0 },
  max_locks_per_transaction: { least: 32 },
  max_replication_slots: { least: 4 },
  max_worker_processes: { least: 2 },
};
