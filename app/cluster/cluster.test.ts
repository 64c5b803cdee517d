import { describe, expect, it } from 'vitest';
import * as Cluster from './cluster';
import * as Leader from './leader';
import * as Member from './member';
import { inexactNumbers } from './parsed';
import { ofVersion } from './rules';
import { build, nodes } from './test-nodes';

function cluster(values: Readonly<Record<string, unknown>>): Cluster.Cluster {
  return build(nodes(values)).groups[0]?.cluster ?? Cluster.empty;
}

const ready = { state: 'running', tags: { clonefrom: true }, conn_url: 'postgres://h/x' };

describe('a cluster', () => {
  it('is empty without a key', () => {
    expect([Cluster.isEmpty(Cluster.empty), Cluster.isEmpty(cluster({ initialize: '' }))]).toEqual([true, false]);
  });

  it('knows its members, and falls back to the leader when asked to', () => {
    const of = cluster({ leader: 'pg1', 'members/pg1': {}, 'members/pg2': {} });
    expect([Cluster.hasMember(of, 'pg2'), Cluster.hasMember(of, 'x')]).toEqual([true, false]);
    expect(['pg2', 'x'].map((name) => Cluster.getMember(of, name)?.name)).toEqual(['pg2', undefined]);
    expect(Cluster.getMember(of, 'x', true)?.name).toBe('pg1');
  });

  it('copies a new replica from a member that offers itself, else from the leader', () => {
    const of = cluster({ leader: 'pg1', 'members/pg1': ready, 'members/pg2': ready, 'members/pg3': ready });
    const pick = (random: number) => Cluster.getCloneMember(of, 'new', () => random)?.name;
    expect([pick(0), pick(0.99)]).toEqual(['pg2', 'pg3']);
    expect(Cluster.getCloneMember(cluster({ leader: 'pg1', 'members/pg1': ready }), 'new', () => 0)?.name).toBe('pg1');
    const leaderless = cluster({ 'members/pg1': ready });
    expect(Cluster.getCloneMember(leaderless, 'pg1', () => 0)).toBeNull();
    expect(Cluster.getCloneMember(leaderless, 'pg1', () => 0, ofVersion([3, 0, 2]))?.name).toBe('pg1');
  });

  it('has the version of its oldest Patroni, as Python orders tuples', () => {
    const of = cluster({ 'members/a': { version: '4.1.0' }, 'members/b': { version: '4.1' }, 'members/c': {} });
    expect([Cluster.minVersion(of), Cluster.minVersion(Cluster.empty)]).toEqual([[4, 1], null]);
  });

  it('of several groups has the coordinator first', () => {
    const mpp = Cluster.mppCluster(build(nodes({ '1/members/a': {}, '2/members/b': {} })).groups);
    expect([mpp.members, mpp.workers.map(([group]) => group)]).toEqual([[], [1, 2]]);
  });
});

describe('a leader', () => {
  it.each([
    [{ version: '4.1.5', role: 'primary' }, true],
    [{ version: '4.1.5', role: 'primary', checkpoint_after_promote: false }, false],
    [{ version: '1.5.7', role: 'replica' }, false],
    [{ version: '1.5.6', role: 'master' }, null],
    [{ version: 'z' }, null],
  ])('%j has done its checkpoint after promote: %j', (data, expected) => {
    const { leader } = cluster({ leader: 'pg1', 'members/pg1': data });
    expect(leader && Leader.checkpointAfterPromote(leader)).toBe(expected);
  });
});

describe('what a client needs to connect', () => {
  const member = Member.fromNode('1', 'pg1', null, '{"conn_url":"postgres://h:5433/db"}');
  const auth = { username: 'u', password: null, options: '-c x', sslmode: 'require' };

  it('is the address, with the authentication over it', () => {
    expect(Member.connKwargs(member)).toEqual({ host: 'h', port: 5433, dbname: 'db' });
    expect(Member.connKwargs(member, auth)).toEqual({
      host: 'h',
      port: 5433,
      dbname: 'db',
      sslmode: 'require',
      user: 'u',
    });
  });

  it('takes options over only before that could be used for an attack', () => {
    expect(Member.connKwargs(member, auth, ofVersion([4, 1, 3]))).toMatchObject({ options: '-c x' });
  });

  it('is nothing without an address', () => {
    expect(Member.connKwargs(Member.withoutKey('x'), auth)).toEqual({});
  });
});

describe('a number that JavaScript does not read exactly', () => {
  it.each([
    ['{"optime":9007199254740993}', 'has a number beyond 2^53, which is not exact here'],
    ['{"optime":5.0}', 'has a whole number that is written as a fraction'],
    ['{"optime":9007199254740991,"a":1.5,"b":"9007199254740993 5.0"}', null],
  ])('is said: %s', (text, expected) => {
    expect(inexactNumbers(text)).toBe(expected);
    const { problems } = build(nodes({ status: text }));
    expect(problems.map(({ problem }) => problem)).toEqual(expected === null ? [] : [expected]);
  });
});
