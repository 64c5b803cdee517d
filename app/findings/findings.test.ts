import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { node, nodes } from '../cluster/test-nodes';
import { ClusterBuilder } from '../cluster/build-cluster';
import type { StoreNode } from '../dcs/node';
import type { Finding } from './finding';
import { findings, type Observed } from './index';

const NOW = '2026-11-23T02:00:00.000Z';
const nothingSeen: Observed = { seenMembers: new Map(), unlockedSince: null, storeHasSessions: false };

function find(keys: ReadonlyMap<string, StoreNode>, observed: Partial<Observed> = {}): readonly Finding[] {
  const built = new ClusterBuilder('service').build(keys);
  const seen = { ...nothingSeen, ...observed };
  return findings({ namespace: 'service', scope: 'demo', ...built, keys, now: NOW, observed: () => seen });
}

let port = 5432;
const pg = (over: object = {}) => {
  port += 1;
  return {
    conn_url: `postgres://10.0.0.1:${port}/postgres`,
    api_url: `http://10.0.0.1:${port + 3000}/patroni`,
    state: 'running',
    role: 'replica',
    version: '4.1.5',
    timeline: 3,
    ...over,
  };
};
const primary = (over: object = {}) => pg({ role: 'primary', xlog_location: 1000, ...over });
const replica = (over: object = {}) => pg({ replication_state: 'streaming', xlog_location: 1000, ...over });

const healthy = (over: Record<string, unknown> = {}) => ({
  initialize: '7711168519450301906',
  config: { ttl: 30, loop_wait: 10, retry_timeout: 10 },
  leader: 'pg1',
  status: { optime: 1000 },
  history: [
    [1, 5, 'x'],
    [2, 6, 'x'],
  ],
  'members/pg1': primary(),
  'members/pg2': replica(),
  'members/pg3': replica(),
  ...over,
});

/** Severity, code and subject of each finding. */
function brief(found: readonly Finding[]): string[] {
  return found.map(({ severity, code, subject }) => {
    const about =
      subject.kind === 'member'
        ? subject.name
        : subject.kind === 'key'
          ? subject.key.slice('/service/demo/'.length)
          : '';
    return `${severity} ${code} ${about}`.trim();
  });
}

const without = (values: Record<string, unknown>, ...keys: string[]) =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));

/** Each line: what is so, and all that is found then. */
const rules: readonly (readonly [string, Record<string, unknown>, readonly string[], Partial<Observed>?])[] = [
  ['a healthy cluster has no findings', healthy(), []],

  ['no leader', without(healthy(), 'leader'), ['critical no-leader', 'critical primary-without-lock pg1']],
  [
    'no leader while bootstrapping',
    { initialize: '', 'members/a': pg({ role: 'uninitialized', state: 'initializing new cluster' }) },
    [
      'critical no-running-member',
      'warning no-leader',
      'info empty-initialize initialize',
      'info member-not-running a',
    ],
  ],
  [
    'an empty leader key',
    without(healthy({ leader: '' }), 'members/pg1'),
    ['critical no-leader', 'warning bad-value leader'],
  ],
  ['keys without a member', { initialize: '1', config: {} }, ['warning no-members']],
  [
    'a lock without a member',
    healthy({ leader: 'pg9', 'members/pg1': replica() }),
    ['critical leader-without-member pg9'],
  ],
  [
    'a lock holder that is still a replica',
    healthy({ 'members/pg1': replica() }),
    ['critical leader-not-writable pg1'],
  ],
  [
    'a lock holder that is starting',
    healthy({ 'members/pg1': primary({ state: 'starting' }) }),
    ['critical leader-not-writable pg1'],
  ],
  ['a lock holder of Patroni 3, which says master', healthy({ 'members/pg1': primary({ role: 'master' }) }), []],
  ['a second primary', healthy({ 'members/pg2': primary() }), ['critical primary-without-lock pg2']],
  [
    'nobody running',
    healthy({
      'members/pg1': primary({ state: 'stopped' }),
      'members/pg2': pg({ state: 'crashed' }),
      'members/pg3': pg({ state: 'start failed' }),
    }),
    [
      'critical leader-not-writable pg1',
      'critical no-running-member',
      'warning member-not-running pg2',
      'warning member-not-running pg3',
    ],
  ],

  [
    'a member seen before',
    healthy(),
    ['warning member-gone pg4'],
    {
      seenMembers: new Map([
        ['pg4', NOW],
        ['pg2', NOW],
      ]),
    },
  ],
  ['a member named in failsafe', healthy({ failsafe: { pg1: 'u', pg2: 'u', pg7: 'u' } }), ['warning member-gone pg7']],
  [
    'a member that is made',
    healthy({ 'members/pg2': pg({ state: 'creating replica', role: 'uninitialized' }) }),
    ['info member-not-running pg2'],
  ],
  [
    'a state with another state after it, as Patroni 3 writes it',
    healthy({ 'members/pg2': pg({ state: 'restart failed (stopped)' }) }),
    ['warning member-not-running pg2'],
  ],
  [
    'a state that nobody knows',
    healthy({ 'members/pg2': pg({ state: 'on fire' }) }),
    ['warning member-not-running pg2'],
  ],
  [
    'a member without an address',
    healthy({ 'members/pg2': replica({ conn_url: null }) }),
    ['warning member-without-address pg2'],
  ],
  ['mixed versions', healthy({ 'members/pg2': replica({ version: '4.0.7' }) }), ['info mixed-versions']],

  [
    'lag of what was received',
    healthy({ status: { optime: 3_000_000 } }),
    ['warning lag-over-maximum pg2', 'warning lag-over-maximum pg3'],
  ],
  [
    'lag of a member that may not lead',
    healthy({
      status: { optime: 3_000_000 },
      'members/pg2': replica({ tags: { nofailover: true } }),
      'members/pg3': replica({ xlog_location: 3_000_000 }),
    }),
    ['info lag-over-maximum pg2'],
  ],
  [
    'lag of replay alone',
    healthy({
      status: { optime: 3_000_000 },
      'members/pg2': replica({ xlog_location: 3_000_000, receive_lsn: 3_000_000, replay_lsn: 5 }),
      'members/pg3': replica({ xlog_location: 3_000_000 }),
    }),
    ['warning replay-lag-over-maximum pg2'],
  ],
  ['lag up to the maximum', healthy({ status: { optime: 1000 + 1_048_576 } }), []],
  [
    'a maximum of one’s own',
    healthy({ config: { maximum_lag_on_failover: 10 }, status: { optime: 1011 } }),
    ['warning lag-over-maximum pg2', 'warning lag-over-maximum pg3', 'warning config-lag-limit config'],
  ],
  [
    'a replica that recovers from the archive',
    healthy({ 'members/pg2': replica({ replication_state: 'in archive recovery' }) }),
    ['warning in-archive-recovery pg2'],
  ],
  [
    'a replica that does not stream',
    healthy({ 'members/pg2': replica({ replication_state: null }) }),
    ['warning not-streaming pg2'],
  ],
  [
    'a replica that is not to stream',
    healthy({ 'members/pg2': replica({ replication_state: 'in archive recovery', tags: { nostream: true } }) }),
    [],
  ],
  [
    'a replica whose Patroni does not say whether it streams',
    healthy(
      Object.fromEntries(
        ['pg2', 'pg3'].map((name) => [`members/${name}`, replica({ version: '3.0.2', replication_state: null })]),
      ),
    ),
    ['info mixed-versions'],
  ],
  [
    'a replica on an older timeline',
    healthy({ 'members/pg2': replica({ timeline: 2 }) }),
    ['warning timeline-mismatch pg2'],
  ],
  [
    'a replica on a newer timeline',
    healthy({ 'members/pg2': replica({ timeline: 4 }) }),
    ['warning timeline-mismatch pg2'],
  ],
  ['a history that lags', healthy({ history: [[1, 5, 'x']] }), ['info history-mismatch history']],

  [
    'synchronous mode with a standby',
    healthy({ config: { synchronous_mode: true }, sync: { leader: 'pg1', sync_standby: 'PG2' } }),
    [],
  ],
  [
    'synchronous mode without one',
    healthy({ config: { synchronous_mode: 'on' }, sync: { leader: 'pg1', sync_standby: null } }),
    ['warning no-sync-standby'],
  ],
  [
    'strict synchronous mode without one',
    healthy({ config: { synchronous_mode: 'quorum', synchronous_mode_strict: 'yes' } }),
    ['critical no-sync-standby'],
  ],
  [
    'a synchronous standby that is gone',
    healthy({ config: { synchronous_mode: true }, sync: { leader: 'pg1', sync_standby: 'pg5' } }),
    ['warning no-sync-standby', 'warning member-gone pg5'],
  ],

  [
    'replicatefrom nobody',
    healthy({ 'members/pg2': replica({ tags: { replicatefrom: 'pg8' } }) }),
    ['warning replicatefrom-missing pg2'],
  ],
  [
    'replicatefrom itself',
    healthy({ 'members/pg2': replica({ tags: { replicatefrom: 'pg2' } }) }),
    ['info replicatefrom-itself pg2'],
  ],
  [
    'replicatefrom in a circle',
    healthy({
      'members/pg2': replica({ tags: { replicatefrom: 'pg3' } }),
      'members/pg3': replica({ tags: { replicatefrom: 'pg2' } }),
    }),
    ['warning replicatefrom-loop pg2'],
  ],

  ['a pending restart', healthy({ 'members/pg2': replica({ pending_restart: true }) }), ['info pending-restart pg2']],
  [
    'a scheduled restart',
    healthy({ 'members/pg2': replica({ scheduled_restart: { schedule: '2026-11-24T00:00:00+00:00' } }) }),
    ['info scheduled-restart pg2'],
  ],
  ['a pause', healthy({ config: { pause: true } }), ['warning paused']],
  ['a switchover asked for', healthy({ failover: { leader: 'pg1', member: 'pg2' } }), ['info switchover-requested']],
  ['a failover asked for', healthy({ failover: { member: 'pg2' } }), ['info failover-requested']],
  ['a switchover to nobody', healthy({ failover: { leader: 'pg1', member: 'pg9' } }), ['warning switchover-requested']],
  [
    'a scheduled switchover',
    healthy({ failover: { leader: 'pg1', scheduled_at: '2026-11-23T04:00:00+02:00' } }),
    ['info scheduled-switchover'],
  ],
  [
    'a scheduled switchover whose time is past',
    healthy({ failover: { leader: 'pg1', scheduled_at: '2026-11-23T01:59:40Z' } }),
    ['warning scheduled-switchover'],
  ],
  [
    'a scheduled switchover that is later than Patroni counts, which drops fractions of its one and a half rounds',
    healthy({
      config: { ttl: 30, loop_wait: 3, retry_timeout: 3 },
      failover: { leader: 'pg1', scheduled_at: '2026-11-23T01:59:55.800Z' },
    }),
    ['warning scheduled-switchover'],
  ],
  ['a cleared request', healthy({ failover: {} }), []],
  [
    'a time that cannot be read',
    healthy({ failover: { leader: 'pg1', scheduled_at: 'tomorrow' } }),
    ['critical bad-value failover', 'info switchover-requested'],
  ],
  [
    'timings that break the rule',
    healthy({ config: { ttl: 20, loop_wait: 10, retry_timeout: 10 } }),
    ['warning timings config'],
  ],
  [
    'timings below the least',
    healthy({ config: { ttl: 20, loop_wait: 5, retry_timeout: 2 } }),
    ['warning timings config'],
  ],

  ['a value that is no JSON', healthy({ 'members/pg2': '<script>' }), ['warning bad-value members/pg2']],
  ['a foreign key', healthy({ mark: 'x', 'members/a/b': 'x' }), ['info foreign-keys']],
  [
    'two members on one address',
    healthy({
      'members/pg2': replica({ conn_url: 'postgres://H/x' }),
      'members/pg3': replica({ conn_url: 'postgres://h:5432/y' }),
    }),
    ['warning same-address'],
  ],
  [
    'two members on one REST API',
    healthy({ 'members/pg2': replica({ api_url: 'u' }), 'members/pg3': replica({ api_url: 'u' }) }),
    ['warning same-api-url'],
  ],
  [
    'two members on one slot name',
    healthy({ 'members/pg-4': replica(), 'members/PG.4': replica() }),
    ['warning same-slot-name'],
  ],
  [
    'two members on one slot name without slots',
    healthy({ config: { postgresql: { use_slots: false } }, 'members/pg-4': replica(), 'members/pg.4': replica() }),
    [],
  ],
  [
    'a name too long for a slot',
    healthy({ [`members/${'x'.repeat(64)}`]: replica() }),
    [`info slot-name-cut ${'x'.repeat(64)}`],
  ],
];

describe('findings', () => {
  it.each(rules.map(([name, values, expected, observed]) => ({ name, values, expected, observed })))(
    '$name',
    (rule) => {
      expect(brief(find(nodes(rule.values), rule.observed))).toEqual(rule.expected);
    },
  );

  it('miss the session of a member key only where the store has sessions', () => {
    const keys = nodes(healthy());
    keys.set('/service/demo/members/pg2', node('/service/demo/members/pg2', replica(), { session: null }));
    keys.set('/service/demo/leader', node('/service/demo/leader', 'pg1', { session: 'old' }));
    expect(find(keys)).toEqual([]);
    expect(brief(find(keys, { storeHasSessions: true }))).toEqual([
      'warning leader-session-differs pg1',
      'warning member-without-session pg2',
    ]);
  });

  it('say since when there is no leader', () => {
    const [first] = find(nodes(without(healthy(), 'leader', 'members/pg1')), { unlockedSince: NOW });
    expect(first?.evidence).toContainEqual({ label: 'no leader since', value: NOW });
  });

  it('name the parameters that wait for a restart', () => {
    const waiting = replica({
      pending_restart: true,
      pending_restart_reason: { max_connections: { old_value: '100', new_value: '101' } },
    });
    const [first] = find(nodes(healthy({ 'members/pg2': waiting })));
    expect(first?.evidence).toEqual([
      { label: 'max_connections', value: '100 → 101', key: '/service/demo/members/pg2' },
    ]);
  });

  it('are one for members that wait for the same restart, with what each waits for', () => {
    const waiting = (parameter: string) =>
      replica({
        pending_restart: true,
        pending_restart_reason: { [parameter]: { old_value: '100', new_value: '101' } },
      });
    const found = find(
      nodes(
        healthy({
          'members/pg2': waiting('max_connections'),
          'members/pg3': waiting('max_connections'),
          'members/pg4': waiting('max_wal_senders'),
        }),
      ),
    );
    expect(found.map(({ title, subject }) => [title, subject.kind])).toEqual([
      ['pg2, pg3 wait for a restart', 'cluster'],
      ['pg4 waits for a restart', 'member'],
    ]);
    expect(found[0]?.evidence.map(({ label, key }) => [label, key])).toEqual([
      ['max_connections of pg2', '/service/demo/members/pg2'],
      ['max_connections of pg3', '/service/demo/members/pg3'],
    ]);
  });

  it('are one for 500 members without a session: ten are named', () => {
    const keys = nodes(healthy());
    for (let i = 0; i < 500; i++) {
      const key = `/service/demo/members/z${String(i).padStart(3, '0')}`;
      keys.set(key, node(key, replica(), { session: null }));
    }
    const found = find(keys, { storeHasSessions: true }).filter(({ code }) => code === 'member-without-session');
    expect(found).toHaveLength(1);
    expect(found[0]?.title).toMatch(/^The member keys of z000, .*z009 and 490 more belong to no session$/);
    expect(found[0]?.evidence).toHaveLength(10);
  });

  it('name the cluster, and its group, in each command that they advise', () => {
    const waiting = replica({ pending_restart: true, scheduled_restart: { schedule: NOW } });
    const faults = healthy({
      config: { pause: true, ttl: 25, loop_wait: 10, retry_timeout: 10, synchronous_mode_strict: true },
      failover: { leader: 'pg1', scheduled_at: '2026-11-23T10:00:00+00:00' },
      'members/pg2': waiting,
    });
    const grouped = Object.fromEntries(Object.entries(faults).map(([key, value]) => [`1/${key}`, value]));
    const commands = (values: Record<string, unknown>): readonly string[] =>
      find(nodes(values)).flatMap(({ advice, meaning }) => `${advice} ${meaning}`.match(/patronictl [^:,.;]*/g) ?? []);
    expect(commands(faults).length).toBeGreaterThan(4);
    for (const command of commands(faults)) expect(command).toMatch(/^patronictl [a-z-]+ demo/);
    for (const command of commands(grouped)) expect(command).toMatch(/^patronictl [a-z-]+ demo --group 1/);
  });

  it('are told per MPP group, with that group’s keys', () => {
    const group = (values: Record<string, unknown>, number: number) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [`${number}/${key}`, value]));
    const found = find(
      nodes({ ...group(healthy(), 0), ...group(without(healthy(), 'leader', 'members/pg1'), 1), mark: '' }),
    );
    expect(found.map(({ code, group: number }) => [code, number])).toEqual([
      ['no-leader', 1],
      ['foreign-keys', 0],
    ]);
    expect(found[0]?.evidence.at(-1)?.key).toBe('/service/demo/1/leader');
  });

  it('keep their id while their words change, and share it with no other', () => {
    const lag = (optime: number) => find(nodes(healthy({ status: { optime } })));
    expect(lag(3_000_000).map(({ id }) => id)).toEqual(lag(9_000_000).map(({ id }) => id));
    const all = find(
      nodes({
        'members/a': pg({ conn_url: 'postgres://x' }),
        'members/b': pg({ conn_url: 'postgres://x' }),
        'members/c': pg({ conn_url: 'postgres://y' }),
        'members/d': pg({ conn_url: 'postgres://y' }),
      }),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('quote a value of 1 MB no further than 200 characters', () => {
    const [first] = find(nodes(healthy({ 'members/pg2': 'x'.repeat(1_000_000) })));
    expect(first?.evidence[0]?.value).toHaveLength(200);
    expect(first?.evidence[1]?.value).toBe('1000000 B');
    const text = JSON.stringify(
      find(
        nodes({ [`members/${'n'.repeat(100_000)}`]: { tags: { replicatefrom: 'r'.repeat(100_000) } }, leader: 'l' }),
      ).map(({ title, meaning, advice }) => [title, meaning, advice]),
    );
    expect(text.length).toBeLessThan(10_000);
  });

  it('stand for 500 members on one address without naming them all', () => {
    const members = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [
        `members/m${i}`,
        replica({ conn_url: 'postgres://h', tags: { replicatefrom: `m${(i + 1) % 500}` } }),
      ]),
    );
    const found = find(nodes(healthy(members)));
    expect(brief(found)).toEqual(['warning replicatefrom-loop m0', 'warning same-address']);
    expect(JSON.stringify(found).length).toBeLessThan(10_000);
  });

  it('never throw', () => {
    const relative = fc.constantFrom(
      'initialize',
      'config',
      'leader',
      'status',
      'failover',
      'sync',
      'history',
      'failsafe',
      'members/a',
      'members/b',
      '0/members/b',
      '0/leader',
      'x',
    );
    const field = fc.constantFrom(
      'state',
      'role',
      'tags',
      'conn_url',
      'conn_kwargs',
      'version',
      'timeline',
      'xlog_location',
      'scheduled_at',
      'leader',
      'member',
      'replicatefrom',
      'standby_cluster',
      'host',
      'synchronous_mode',
      'pending_restart_reason',
      'scheduled_restart',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('a', 'b'),
      fc.dictionary(field, fc.jsonValue()).map((data) => JSON.stringify(data)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(relative, value)), fc.boolean(), (entries, storeHasSessions) => {
        const found = find(nodes(Object.fromEntries(entries)), {
          storeHasSessions,
          seenMembers: new Map([['z', NOW]]),
        });
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      }),
    );
  });
});
