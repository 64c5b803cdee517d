import { describe, expect } from 'vitest';
import * as Leader from '../app/cluster/leader';
import { AbstractDCS } from '../app/dcs/abstract-dcs';
import type { DcsOptions } from '../app/dcs/dcs-options';
import { KeyValueDcs } from '../app/dcs/key-value-dcs';
import type { Rule } from './rule';
import type { Running } from './subject';
import { freshPrefix, until, values } from './tools';

/** Patroni's contract, as `patroni.dcs.AbstractDCS` has it. */
export function dcsRules(
  running: () => Running,
  it: Rule,
  group: (name: string, rules: () => void) => void = describe,
): void {
  const join = (namespace: string, name: string, options: Partial<DcsOptions> = {}): KeyValueDcs =>
    new KeyValueDcs(running().open(), { namespace, scope: 'demo', name, ...options }, running().clock);
  const keys = (namespace: string) => values(running().open(), namespace);

  it('a cluster without a key is empty', async () => {
    const dcs = join(freshPrefix(), 'a');
    expect(dcs.lastSeen).toBe(0);
    expect(await dcs.getCluster()).toMatchObject({ initialize: null, leader: null, members: [], failsafe: null });
    expect(dcs.cluster).not.toBeNull();
    expect(dcs.lastSeen).toBeGreaterThan(0);
    dcs.resetCluster();
    expect(dcs.cluster).toBeNull();
  });

  it('what is written is, key for key and value for value, what Patroni 4.1 writes', async () => {
    const at = freshPrefix();
    const dcs = join(at, 'é1');
    await dcs.initialize();
    await dcs.initialize(false, '7000000000000000001');
    await dcs.setConfigValue('{"ttl":30}');
    await dcs.touchMember({
      conn_url: 'postgres://h:5432/postgres',
      state: 'running',
      role: 'primary',
      tags: {},
      xlog_location: 5,
    });
    expect(await dcs.acquireLeaderLock()).toBe(true);
    await dcs.updateLeader(
      await dcs.getCluster(),
      83886080,
      [
        ['é1', 1],
        ['b', 2],
        ['10', 3],
      ],
      [['é1', 'http://h:8008/patroni']],
    );
    await dcs.setHistoryValue('[[1,25623960,"no recovery target specified"]]');
    await dcs.writeSyncState('é1', ['c', 'b'], 1);
    await dcs.manualFailover('é1', 'b', '2026-01-15T12:00:00.500Z');
    expect(await keys(`${at}demo/`)).toEqual({
      initialize: '7000000000000000001',
      config: '{"ttl":30}',
      'members/é1':
        '{"conn_url":"postgres://h:5432/postgres","state":"running","role":"primary","tags":{},"xlog_location":5}',
      leader: 'é1',
      status: '{"optime":83886080,"slots":{"\\u00e91":1,"b":2,"10":3}}',
      failsafe: '{"\\u00e91":"http://h:8008/patroni"}',
      history: '[[1,25623960,"no recovery target specified"]]',
      sync: '{"leader":"\\u00e91","quorum":1,"sync_standby":"b,c"}',
      failover: '{"leader":"\\u00e91","member":"b","scheduled_at":"2026-01-15T12:00:00.500000+00:00"}',
    });
  });

  const isRead = async (check: (leader: string | null, member: string | null) => void): Promise<void> => {
    const at = freshPrefix();
    const dcs = join(at, 'a');
    await dcs.touchMember({ state: 'running', role: 'primary' });
    await dcs.takeLeader();
    await dcs.writeLeaderOptime(77);
    await dcs.writeFailsafe([['a', 'http://a']]);
    const cluster = await join(at, 'b').getCluster();
    expect(cluster).toMatchObject({
      leader: { member: { name: 'a' } },
      status: { lastLsn: 77 },
      failsafe: [['a', 'http://a']],
    });
    check(cluster.leader?.session ?? null, cluster.members[0]?.session ?? null);
    expect(dcs.failsafe).toEqual([['a', 'http://a']]);
  };
  it(
    'what was written is read',
    () => isRead((leader, member) => expect(leader).toBe(member)),
    () =>
      isRead((leader, member) => {
        expect(leader).toMatch(/leader$/);
        expect(member).toMatch(/members\/a$/);
      }),
  );

  it('of 16 who race to initialize a cluster one wins, and it can be taken back', async () => {
    const at = freshPrefix();
    const won = await Promise.all(Array.from({ length: 16 }, (_, i) => join(at, `m${i}`).initialize()));
    expect(won.filter(Boolean)).toHaveLength(1);
    const dcs = join(at, 'late');
    expect(await dcs.initialize()).toBe(false);
    expect(await dcs.cancelInitialization()).toBe(true);
    expect(await dcs.initialize()).toBe(true);
  });

  it('of 16 who race for the lock one leads, and nobody takes it from it', async () => {
    const at = freshPrefix();
    const racers = Array.from({ length: 16 }, (_, i) => join(at, `m${i}`));
    const won = await Promise.all(racers.map((dcs) => dcs.attemptToAcquireLeader()));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await keys(`${at}demo/`)).toEqual({ leader: `m${won.indexOf(true)}` });
    expect(await Promise.all(racers.map((dcs) => dcs.attemptToAcquireLeader()))).not.toContain(true);
  });

  it('only its owner keeps the lock', async () => {
    const at = freshPrefix();
    const [a, b] = [join(at, 'a'), join(at, 'b')];
    await a.attemptToAcquireLeader();
    const cluster = await b.getCluster();
    expect(await b.updateLeader(cluster, 5)).toBe(false);
    expect(await keys(`${at}demo/`)).toEqual({ leader: 'a' });
    expect(await a.updateLeader(cluster, 5)).toBe(true);
    expect(await keys(`${at}demo/`)).toEqual({ leader: 'a', status: '{"optime":5}' });
  });

  it('a leader that comes back with another session keeps its lock, unless somebody else has taken it', async () => {
    const at = freshPrefix();
    const [before, again, other] = [join(at, 'a'), join(at, 'a'), join(at, 'b')];
    await before.attemptToAcquireLeader();
    const cluster = await again.getCluster();
    expect(await again.updateLeader(cluster, null)).toBe(true);
    await before.close();
    expect(await keys(`${at}demo/`)).toEqual({ leader: 'a' });
    await other.takeLeader();
    expect(await before.updateLeader(cluster, null)).toBe(false);
    expect(await keys(`${at}demo/`)).toEqual({ leader: 'b' });
  });

  it('a member that dies loses its key and the lock, and nothing else goes', async () => {
    const at = freshPrefix();
    const [a, b] = [join(at, 'a', { ttl: running().shortestTtlSeconds }), join(at, 'b')];
    await a.touchMember({ state: 'running' });
    await a.attemptToAcquireLeader();
    await b.touchMember({ state: 'running' });
    await b.setConfigValue('{}');
    await until(running(), async () => !Object.hasOwn(await keys(`${at}demo/`), 'leader'));
    expect(Object.keys(await keys(`${at}demo/`)).sort()).toEqual(['config', 'members/b']);
    expect(await b.attemptToAcquireLeader()).toBe(true);
  });

  it('only its owner gives the lock up, and writes its last position', async () => {
    const at = freshPrefix();
    const [a, b] = [join(at, 'a'), join(at, 'b')];
    await a.attemptToAcquireLeader();
    const { leader } = await a.getCluster();
    expect(await b.deleteLeader(leader)).toBe(false);
    expect(await b.deleteLeader(Leader.fromNode('1', null, 'b', undefined))).toBe(false);
    expect(await keys(`${at}demo/`)).toEqual({ leader: 'a' });
    expect(await a.deleteLeader(leader, 9)).toBe(true);
    expect(await a.deleteLeader(null)).toBe(false);
    expect(await keys(`${at}demo/`)).toEqual({ status: '{"optime":9}' });
  });

  it('a member that says the same again writes nothing', async () => {
    const at = freshPrefix();
    const dcs = join(at, 'a');
    await dcs.touchMember({ state: 'running', tags: { nosync: true } });
    const first = (await dcs.getCluster()).members[0]?.version;
    expect(await dcs.touchMember({ tags: { nosync: true }, state: 'running' })).toBe(true);
    expect((await dcs.getCluster()).members[0]?.version).toBe(first);
    await dcs.touchMember({ state: 'stopped' });
    expect((await dcs.getCluster()).members[0]?.version).not.toBe(first);
  });

  it('config, failover and sync are set where the version is still the one that was read', async () => {
    const at = freshPrefix();
    const dcs = join(at, 'a');
    await dcs.setConfigValue('{"a":1}');
    await dcs.manualFailover(null, 'b');
    const sync = await dcs.writeSyncState('a', null, 0);
    const { config, failover } = await dcs.getCluster();
    expect(sync).toEqual((await dcs.getCluster()).sync);
    for (const [answer, again] of [
      [true, 'first'],
      [false, 'stale'],
    ] as const) {
      expect(await dcs.setConfigValue(`{"a":"${again}"}`, config?.version)).toBe(answer);
      expect(await dcs.manualFailover('a', again, null, failover?.version)).toBe(answer);
      expect((await dcs.writeSyncState('a', [again], 0, sync?.version)) !== null).toBe(answer);
    }
    expect(await keys(`${at}demo/`)).toEqual({
      config: '{"a":"first"}',
      failover: '{"leader":"a","member":"first"}',
      sync: '{"leader":"a","quorum":0,"sync_standby":"first"}',
    });
    expect(await dcs.deleteSyncState(sync?.version)).toBe(false);
    expect(await dcs.deleteSyncState((await dcs.getCluster()).sync.version)).toBe(true);
    expect(await dcs.setSyncStateValue('{}', '0')).toMatch(/^\d+$/);
    expect(await dcs.setFailoverValue('{}')).toBe(true);
    expect(AbstractDCS.syncState(null, [], null)).toEqual({ leader: null, quorum: null, sync_standby: null });
  });

  it('/status keeps the slots that it is not told anew, and is written once for one thing', async () => {
    const at = freshPrefix();
    const dcs = join(at, 'a');
    await dcs.writeStatus({ optime: 5, slots: [['s', 3]], retainSlots: ['r'] });
    await dcs.writeStatus({ optime: 6 });
    expect(await keys(`${at}demo/`)).toEqual({ status: '{"optime":6,"slots":{"s":3},"retain_slots":["r"]}' });
    await join(at, 'b').writeStatus({ optime: 1 });
    await dcs.writeStatus({ optime: 6 });
    expect(await keys(`${at}demo/`)).toEqual({ status: '{"optime":1}' });
  });

  it('for members before Patroni 2.1 the position is in /optime/leader too', async () => {
    const at = freshPrefix();
    await join(at, 'old').touchMember({ version: '2.0.2' });
    const dcs = join(at, 'a');
    await dcs.getCluster();
    await dcs.writeLeaderOptime(5);
    expect(await keys(`${at}demo/`)).toMatchObject({ status: '{"optime":5}', 'optime/leader': '5' });
  });

  it('a leader keeps the slots of members that went away', async () => {
    const at = freshPrefix();
    const [a, b] = [join(at, 'a'), join(at, 'b')];
    await a.touchMember({});
    await b.touchMember({});
    await a.acquireLeaderLock();
    await a.updateLeader(await a.getCluster(), 5, [
      ['a', 5],
      ['b', 4],
    ]);
    await b.close();
    await a.updateLeader(await a.getCluster(), 6, [
      ['a', 6],
      ['b', 4],
    ]);
    expect((await keys(`${at}demo/`))['status']).toBe('{"optime":6,"slots":{"a":6,"b":4},"retain_slots":["a","b"]}');
  });

  it('a cluster that is deleted takes nothing of another with it', async () => {
    const at = freshPrefix();
    for (const scope of ['demo', 'demo2', 'dem', 'demo-x']) {
      const dcs = join(at, 'a', { scope });
      await dcs.touchMember({});
      await dcs.setConfigValue('{}');
    }
    expect(await join(at, 'a').deleteCluster()).toBe(true);
    expect(Object.keys(await keys(at)).sort()).toEqual(
      ['dem', 'demo-x', 'demo2'].flatMap((scope) => [`${scope}/config`, `${scope}/members/a`]),
    );
  });

  it('the groups of an MPP cluster are apart, and the coordinator sees its workers', async () => {
    const at = freshPrefix();
    const [coordinator, worker] = [0, 12].map((group) => join(at, `m${group}`, { mpp: { type: 'Citus', group } }));
    if (coordinator === undefined || worker === undefined) throw new Error('two groups were made');
    await coordinator.takeLeader();
    await worker.takeLeader();
    expect(await keys(`${at}demo/`)).toEqual({ '0/leader': 'm0', '12/leader': 'm12' });
    expect([coordinator.isMppCoordinator(), worker.isMppCoordinator()]).toEqual([true, false]);
    const whole = await coordinator.getCluster();
    expect(whole.leader?.member.name).toBe('m0');
    expect(whole.workers.map(([group, { leader }]) => [group, leader?.member.name])).toEqual([[12, 'm12']]);
    expect((await worker.getCluster()).leader?.member.name).toBe('m12');
    expect((await worker.getMppCoordinator())?.leader?.member.name).toBe('m0');
    await worker.deleteCluster();
    expect(await keys(`${at}demo/`)).toEqual({ '0/leader': 'm0' });
  });

  group('waiting for the next round', () => {
    it('ends when the leader changes, also when that was before the wait', async () => {
      const at = freshPrefix();
      const [a, b] = [join(at, 'a'), join(at, 'b')];
      await a.getCluster();
      await b.takeLeader();
      expect(await a.watch(null, 20)).toBe(true);
    });

    it('goes on when a member changes, and ends with false', async () => {
      const at = freshPrefix();
      const [a, b] = [join(at, 'a'), join(at, 'b')];
      await a.getCluster();
      await b.touchMember({});
      const waiting = a.watch(null, 0.3);
      await running().pass(0.4);
      expect(await waiting).toBe(false);
    });

    it('ends when it is woken, and when the TTL is another', async () => {
      const dcs = join(freshPrefix(), 'a');
      const waiting = dcs.watch(null, 20);
      dcs.wakeUp();
      expect(await waiting).toBe(true);
      dcs.reloadConfig({ ttl: 20, loopWait: 5, retryTimeout: 4 });
      expect([dcs.ttl, dcs.loopWait, dcs.retryTimeout]).toEqual([20, 5, 4]);
      expect(await dcs.watch(null, 20)).toBe(true);
    });
  });

  it('every path is where Patroni has it', () => {
    const plain = join('//service/', 'a');
    const paths = (dcs: KeyValueDcs) => [
      dcs.initializePath,
      dcs.configPath,
      dcs.membersPath,
      dcs.memberPath,
      dcs.leaderPath,
      dcs.failoverPath,
      dcs.historyPath,
      dcs.statusPath,
      dcs.leaderOptimePath,
      dcs.syncPath,
      dcs.failsafePath,
      dcs.clientPath('/x'),
    ];
    const names = [
      'initialize',
      'config',
      'members/',
      'members/a',
      'leader',
      'failover',
      'history',
      'status',
      'optime/leader',
      'sync',
      'failsafe',
      'x',
    ];
    expect(paths(plain)).toEqual(names.map((name) => `/service/demo/${name}`));
    const grouped = join('service', 'a', { mpp: { type: 'Citus', group: 3 } });
    expect(paths(grouped)).toEqual(names.map((name) => `/service/demo/3/${name}`));
    expect([plain.mpp, grouped.mpp?.group]).toEqual([null, 3]);
  });
}
