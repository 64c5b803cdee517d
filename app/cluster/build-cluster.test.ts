import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from './build-cluster';
import * as Cluster from './cluster';
import * as Member from './member';
import { build, node, nodes } from './test-nodes';

const healthy = () =>
  nodes({
    initialize: '7711168519450301906',
    config: { ttl: 30 },
    leader: 'pg1',
    status: { optime: 100, slots: { pg2: 90 }, retain_slots: ['pg2'] },
    'members/pg1': { state: 'running', role: 'primary' },
    'members/pg2': { state: 'running', role: 'replica' },
  });

describe('a plain cluster', () => {
  it('is one group without a number', () => {
    const { groups, problems, foreignKeys } = build(healthy());
    expect(groups).toHaveLength(1);
    expect(groups[0]?.group).toBeNull();
    expect(groups[0]?.cluster).toMatchObject({
      initialize: '7711168519450301906',
      config: { data: { ttl: 30 } },
      status: { lastLsn: 100, slots: [['pg2', 90]], retainSlots: ['pg2'] },
      failover: null,
      history: null,
      failsafe: null,
    });
    expect([problems, foreignKeys]).toEqual([[], []]);
  });

  it('has its leader’s member in the leader', () => {
    const cluster = build(healthy()).groups[0]?.cluster;
    expect(cluster?.leader?.member).toBe(cluster?.members[0]);
  });

  it('has its members in the order of the keys, whatever the order of the nodes', () => {
    const all = [...healthy()].reverse();
    expect(build(new Map(all)).groups[0]?.cluster.members.map(({ name }) => name)).toEqual(['pg1', 'pg2']);
  });

  it('reads /optime/leader only where there is no /status', () => {
    const old = nodes({ 'optime/leader': '55' });
    expect(build(old).groups[0]?.cluster.status.lastLsn).toBe(55);
    expect(build(new Map([...old, ...nodes({ status: 'x' })])).groups[0]?.cluster.status.lastLsn).toBe(0);
  });

  it('has a leader without data when the lock’s holder has no member key', () => {
    const cluster = build(nodes({ leader: 'gone' })).groups[0]?.cluster;
    expect(cluster?.leader?.member).toEqual(Member.withoutKey('gone'));
  });

  it('is unlocked when the leader key is empty, and says that it is', () => {
    const { groups, problems } = build(nodes({ leader: '' }));
    expect(Cluster.isUnlocked(groups[0]?.cluster ?? Cluster.empty)).toBe(true);
    expect(problems).toEqual([{ group: null, key: '/service/demo/leader', problem: 'is empty', excerpt: '' }]);
  });
});

describe('an MPP cluster', () => {
  it('is a group for each number, in the order of the numbers', () => {
    const { groups } = build(nodes({ '10/leader': 'w10', '2/leader': 'w2', '0/leader': 'c', '0/members/c': {} }));
    expect(groups.map(({ group, cluster }) => [group, Cluster.leaderName(cluster)])).toEqual([
      [0, 'c'],
      [2, 'w2'],
      [10, 'w10'],
    ]);
  });

  it('shows keys beside the groups too', () => {
    expect(build(nodes({ '0/leader': 'c', leader: 'p' })).groups.map(({ group }) => group)).toEqual([null, 0]);
  });
});

describe('what is not Patroni’s', () => {
  it('is listed and makes no cluster', () => {
    const { groups, foreignKeys } = build(nodes({ mark: 'x', 'members/a/b': '', '3/other': '' }));
    expect(groups).toEqual([]);
    expect(foreignKeys).toEqual(['/service/demo/3/other', '/service/demo/mark', '/service/demo/members/a/b']);
  });
});

describe('bad values', () => {
  it('are each told with their key, while the rest is read', () => {
    const map = nodes({
      ...{ config: '{', sync: '[]', history: '{}', failsafe: '1', status: '"x"', failover: '7', 'members/pg1': '<b>' },
      'members/pg2': { state: 'running' },
    });
    const { groups, problems } = build(map);
    expect(problems.map(({ key, problem }) => [key.slice('/service/demo/'.length), problem])).toEqual([
      ['config', 'is not JSON'],
      ['failover', 'is JSON, but not an object'],
      ['failsafe', 'is JSON, but not an object'],
      ['history', 'is JSON, but not a list'],
      ['members/pg1', 'is not JSON'],
      ['status', 'is neither an object nor a whole number'],
      ['sync', 'is JSON, but not an object'],
    ]);
    expect(groups[0]?.cluster.members.map(Member.state)).toEqual(['unknown', 'running']);
  });

  it('are quoted no further than 200 characters', () => {
    const { problems } = build(nodes({ config: 'x'.repeat(1_000_000) }));
    expect(problems[0]?.excerpt).toHaveLength(200);
  });

  it('may nest as deep as they like', () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(build(nodes({ config: deep })).problems[0]?.problem).toBe('is nested more than 100 levels deep');
  });

  it('cannot reach an object’s prototype', () => {
    const { groups } = build(
      nodes({ 'members/__proto__': '{"__proto__": {"state": "running"}}', leader: '__proto__' }),
    );
    const cluster = groups[0]?.cluster ?? Cluster.empty;
    expect(cluster.members.map(Member.state)).toEqual(['unknown']);
    expect(Cluster.leaderName(cluster)).toBe('__proto__');
    expect('state' in {}).toBe(false);
  });

  it('never throw', () => {
    const relative = fc.constantFrom(
      'initialize',
      'config',
      'leader',
      'status',
      'optime/leader',
      'failover',
      'sync',
      'history',
      'failsafe',
      'members/a',
      '0/members/b',
      'x',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('postgres://[::', 'postgres', '{"quorum":[],"leader":"a"}'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(relative, value)), (entries) => {
        const built = build(nodes(Object.fromEntries(entries)));
        for (const { cluster } of built.groups) {
          Cluster.currentTimeline(cluster);
          cluster.members.forEach((member) => [Member.connKwargs(member), Member.patroniVersion(member)]);
        }
      }),
    );
  });
});

describe('building again', () => {
  it('gives the very same object when nothing changed, even from copied nodes', () => {
    const builder = new ClusterBuilder('service');
    const map = new Map([...healthy(), ...nodes({ sync: '{', mark: '' })]);
    const first = builder.build(map);
    expect(builder.build(new Map([...map].map(([key, value]) => [key, { ...value }])))).toBe(first);
  });

  it('keeps all parts but the one that changed', () => {
    const builder = new ClusterBuilder('service');
    const map = healthy();
    const before = builder.build(map).groups[0]?.cluster ?? Cluster.empty;
    map.set('/service/demo/members/pg2', node('/service/demo/members/pg2', { state: 'stopped' }));
    const after = builder.build(map).groups[0]?.cluster ?? Cluster.empty;
    const changed = Object.keys(after).filter(
      (part) => after[part as keyof typeof after] !== before[part as keyof typeof before],
    );
    expect(changed).toEqual(['members']);
    expect(after.members[0]).toBe(before.members[0]);
    expect(after.members.map(Member.state)).toEqual(['running', 'stopped']);
  });

  it('changes the leader when its member changed', () => {
    const builder = new ClusterBuilder('service');
    const map = healthy();
    builder.build(map);
    map.set('/service/demo/members/pg1', node('/service/demo/members/pg1', { state: 'stopping' }));
    const leader = builder.build(map).groups[0]?.cluster.leader;
    expect(leader && Member.state(leader.member)).toBe('stopping');
  });

  it('forgets what is gone', () => {
    const builder = new ClusterBuilder('service');
    const map = healthy();
    builder.build(map);
    for (const key of ['leader', 'config', 'members/pg1']) map.delete(`/service/demo/${key}`);
    const cluster = builder.build(map).groups[0]?.cluster;
    expect([cluster?.leader, cluster?.config, cluster?.members.length]).toEqual([null, null, 1]);
    expect(builder.build(new Map()).groups).toEqual([]);
  });

  it('sees another value at the same revision: a store that was wiped counts anew', () => {
    const builder = new ClusterBuilder('service');
    const key = '/service/demo/members/pg1';
    builder.build(new Map([[key, node(key, { state: 'running' }, { modRevision: '5' })]]));
    const again = builder.build(new Map([[key, node(key, { state: 'stopped' }, { modRevision: '5' })]]));
    expect(again.groups[0]?.cluster.members.map(Member.state)).toEqual(['stopped']);
  });

  it('moves a group’s members between groups without mixing them up', () => {
    const builder = new ClusterBuilder('service');
    builder.build(nodes({ '0/members/a': {}, '1/members/a': {} }));
    const { groups } = builder.build(nodes({ '1/members/a': { state: 'running' } }));
    expect(groups.map(({ group, cluster }) => [group, cluster.members.map(Member.state)])).toEqual([[1, ['running']]]);
  });
});
