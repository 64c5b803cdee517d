import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import { defaultsOf, settingAt } from './catalogue';
import { checkConfig } from './check';
import { pathText } from './problem';
import { configRows, findRows, openRows, pathId } from './tree';

/** What is found in a configuration: code and the key that it is about. */
function found(config: unknown, version = '4.1.5', replicas = 2): readonly string[] {
  const members = Array.from(
    { length: replicas },
    (_, i) => [`members/r${i}`, { state: 'running', role: 'replica' }] as const,
  );
  const built = build(
    nodes({
      leader: 'pg1',
      config,
      'members/pg1': { state: 'running', role: 'primary', version },
      ...Object.fromEntries(members),
    }),
  );
  return checkConfig(built.groups[0]?.cluster ?? Cluster.empty).map(
    ({ code, paths }) => `${code} ${pathText(paths[0])}`,
  );
}

const parameters = (values: object) => ({ postgresql: { parameters: values } });

describe('the catalogue', () => {
  it.each([
    ['ttl', 'next-round', 's', '30'],
    ['synchronous_mode', 'next-round', null, 'off'],
    ['standby_cluster.host', 'replicas', null, null],
    ['slots.any_name.plugin', 'next-round', null, null],
    ['postgresql.pg_hba', 'reload', null, null],
    ['postgresql.parameters.max_connections', 'restart', null, '100'],
    ['postgresql.parameters.Work_Mem', 'session', 'kB', '4MB'],
    ['postgresql.parameters.shared_buffers', 'restart', 'kB', '128MB'],
    ['postgresql.parameters.wal_level', 'restart', null, 'hot_standby'],
    ['postgresql.parameters.io_method', 'restart', null, null],
    ['postgresql.parameters.port', 'none', null, '5432'],
    ['postgresql.listen', 'none', null, null],
  ])('knows %s', (path, effect, unit, fallback) => {
    expect(settingAt(path.split('.'))).toMatchObject({ effect, unit, fallback });
  });

  it('knows nothing of keys that nobody has, whatever they are called', () => {
    for (const path of ['__proto__', 'constructor', 'postgresql.parameters.__proto__', 'slots.x.y', 'ttl.x']) {
      expect(settingAt(path.split('.')), path).toBeNull();
    }
  });

  it('gives each key words, and each default to those who ask', () => {
    expect(defaultsOf([])).toContainEqual(['ttl', '30']);
    expect(defaultsOf(['postgresql']).map(([name]) => name)).toContain('use_slots');
    expect(defaultsOf([]).map(([name]) => name)).not.toContain('master_start_timeout');
  });
});

describe('a sane configuration', () => {
  it('has nothing wrong', () => {
    const config = {
      ttl: 30,
      loop_wait: '10',
      retry_timeout: 10,
      maximum_lag_on_failover: 1048576,
      synchronous_mode: 'quorum',
      synchronous_mode_strict: 'on',
      member_slots_ttl: '1h',
      slots: { a: { type: 'physical' }, b: null, c: { type: 'logical', database: 'd', plugin: 'pgoutput' } },
      postgresql: {
        use_pg_rewind: true,
        create_replica_methods: ['pgbackrest'],
        pgbackrest: { command: 'x' },
        pg_hba: ['host all all 10.0.0.0/8 scram-sha-256'],
        parameters: {
          work_mem: '64MB',
          wal_level: 'logical',
          'pg_stat_statements.max': 1,
          archive_mode: 'on',
          archive_command: '/bin/true',
          ssl: 't',
          random_page_cost: 1.1,
        },
      },
    };
    expect(found(config)).toEqual([]);
    expect(found({})).toEqual([]);
  });
});

describe('single keys', () => {
  it.each<[string, unknown, string[]]>([
    ['a key that nobody reads', { loop_wiat: 3 }, ['config-unknown loop_wiat']],
    [
      'a parameter that PostgreSQL does not have',
      parameters({ work_men: '1GB' }),
      ['config-unknown postgresql.parameters.work_men'],
    ],
    ['a key of patroni.yml', { watchdog: { mode: 'off' } }, ['config-not-read watchdog']],
    ['an address for all members', { postgresql: { listen: '*' } }, ['config-not-read postgresql.listen']],
    ['a parameter that Patroni decides', parameters({ port: 5433 }), ['config-not-read postgresql.parameters.port']],
    ['a time that is none', { ttl: '30s' }, ['config-wrong-type ttl']],
    ['a switch that is none', { failsafe_mode: 'maybe' }, ['config-wrong-type failsafe_mode']],
    ['a list that is none', { postgresql: { pg_hba: 'host all' } }, ['config-wrong-type postgresql.pg_hba']],
    ['a section that is none', { postgresql: 5 }, ['config-wrong-type postgresql']],
    [
      'a unit of time for memory',
      parameters({ work_mem: '5min' }),
      ['config-wrong-type postgresql.parameters.work_mem'],
    ],
    ['a mode that does not exist', { synchronous_mode: 'both' }, ['config-wrong-type synchronous_mode']],
    ['wal_level minimal', parameters({ wal_level: 'minimal' }), ['config-wrong-type postgresql.parameters.wal_level']],
    [
      'fewer connections than Patroni takes',
      parameters({ max_connections: 20 }),
      ['config-out-of-range postgresql.parameters.max_connections'],
    ],
    ['a port beyond all', { standby_cluster: { port: 70000 } }, ['config-out-of-range standby_cluster.port']],
    ['nobody synchronous', { synchronous_node_count: 0 }, ['config-out-of-range synchronous_node_count']],
    [
      'names from a bad dream',
      JSON.parse('{"__proto__": 1, "constructor": {}}'),
      ['config-unknown __proto__', 'config-unknown constructor'],
    ],
  ])('%s', (_, config, expected) => {
    expect(found(config)).toEqual(expected);
  });

  it('says no more than a person reads', () => {
    expect(found(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]))).length).toBe(100);
  });
});

describe('what does not go together', () => {
  it.each<[string, unknown, string[]]>([
    ['strict without the mode', { synchronous_mode_strict: true }, ['config-strict-alone synchronous_mode_strict']],
    [
      'the mode in a standby cluster',
      { synchronous_mode: true, standby_cluster: { host: 'x' } },
      ['config-sync-in-standby synchronous_mode'],
    ],
    [
      'a standby cluster of nobody',
      { standby_cluster: { primary_slot_name: 'x' } },
      ['config-standby-without-source standby_cluster'],
    ],
    [
      'commits that do not wait',
      { synchronous_mode: true, ...parameters({ synchronous_commit: 'local' }) },
      ['config-commit-does-not-wait postgresql.parameters.synchronous_commit'],
    ],
    [
      'more synchronous standbys than members',
      { synchronous_mode: true, synchronous_node_count: 3 },
      ['config-sync-count synchronous_node_count'],
    ],
    [
      'a failover that may lose gigabytes',
      { maximum_lag_on_failover: 2 ** 31 },
      ['config-lag-limit maximum_lag_on_failover'],
    ],
    ['a failover that may lose nothing', { maximum_lag_on_failover: 0 }, ['config-lag-limit maximum_lag_on_failover']],
    [
      'a logical slot below wal_level logical',
      { slots: { c: { database: 'd', plugin: 'p' } } },
      ['config-wal-level postgresql.parameters.wal_level'],
    ],
    [
      'all connections reserved',
      parameters({ max_connections: 30, superuser_reserved_connections: 30 }),
      ['config-connections postgresql.parameters.max_connections'],
    ],
    [
      'an archive that leads nowhere',
      parameters({ archive_mode: true }),
      ['config-archive-nowhere postgresql.parameters.archive_mode'],
    ],
    [
      'pg_rewind without hints',
      { postgresql: { use_pg_rewind: true, parameters: { wal_log_hints: 'off' } } },
      ['config-rewind postgresql.use_pg_rewind'],
    ],
    ['no fsync', parameters({ fsync: 'off' }), ['config-unsafe postgresql.parameters.fsync']],
    [
      'a door for anybody',
      { postgresql: { pg_hba: ['host all all 0.0.0.0/0 trust'] } },
      ['config-open postgresql.pg_hba'],
    ],
    ['two names of one setting', { slots: { a: {} }, permanent_slots: { b: {} } }, ['config-two-names slots']],
    ['a slow failover', { ttl: 600 }, ['config-slow-failover ttl']],
  ])('%s', (_, config, expected) => {
    expect(found(config)).toEqual(expected);
  });

  it('the mode quorum before Patroni 4.0', () => {
    expect(found({ synchronous_mode: 'quorum' }, '3.3.2')).toEqual(['config-quorum-not-known synchronous_mode']);
  });

  it('fewer senders and slots than replicas', () => {
    expect(found({}, '4.1.5', 11)).toEqual([
      'config-too-few postgresql.parameters.max_wal_senders',
      'config-too-few postgresql.parameters.max_replication_slots',
    ]);
  });
});

describe('the tree', () => {
  const config = { ttl: 30, postgresql: { parameters: { work_mem: '4MB' } }, tags: [], 'a.b': 1 };
  const rows = configRows(config, false);

  it('has a line for each key, each branch before what is below it', () => {
    expect(rows.map(({ name, level, isBranch }) => `${level} ${name}${isBranch ? ' ▾' : ''}`)).toEqual([
      '1 a.b',
      '1 postgresql ▾',
      '2 parameters ▾',
      '3 work_mem',
      '1 tags',
      '1 ttl',
    ]);
  });

  it('hides what is below a closed branch', () => {
    const closed = new Set([pathId(['postgresql', 'parameters'])]);
    expect(openRows(rows, closed).map(({ name }) => name)).toEqual(['a.b', 'postgresql', 'parameters', 'tags', 'ttl']);
  });

  it('finds by path, value and meaning, with the branches that lead there', () => {
    const names = (text: string) => findRows(rows, text).map(({ name }) => name);
    expect(names('4mb')).toEqual(['postgresql', 'parameters', 'work_mem']);
    expect(names('leader lock')).toEqual(['ttl']);
    expect(names('nothing like it')).toEqual([]);
    expect(names(' ')).toHaveLength(6);
  });

  it('shows the defaults of what is not set, when asked', () => {
    const unset = configRows(config, true).filter(({ value }) => value === undefined);
    expect(unset.map(({ path }) => pathText(path))).toEqual(
      expect.arrayContaining(['loop_wait', 'postgresql.use_slots']),
    );
    expect(unset.map(({ name }) => name)).not.toContain('ttl');
  });
});
