import { expect } from 'vitest';
import * as Leader from '../app/cluster/leader';
import { AbstractDCS } from '../app/dcs/abstract-dcs';
import type { KubernetesDcs } from '../main/stores/kubernetes/kubernetes-dcs';
import type { KubernetesSubject } from './kubernetes-subject';
import type { Rule } from './rule';
import { done, Heard, read, values } from './tools';

const never = (): never => {
  throw new Error('this is in the table of exceptions');
};

/** The rules of `watch-rules.ts` and `dcs-rules.ts`, in the same way. */
export function kubernetesClusterRules(running: () => KubernetesSubject, it: Rule): void {
  const differs = (name: string, instead: () => Promise<void>): void => it(name, never, instead);
  const until = (holds: () => unknown) => expect.poll(holds, { timeout: 10_000 });

  it('a watch hears each change once and in order', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const heard = await Heard.from(open(), at);
    const expected: string[] = [];
    for (let i = 0; i < 60; i += 1) {
      const name = `d${i % 7}/config`;
      await done(store.set(at + name, `${i}`, 'any', null));
      expected.push(`${name}=${i}`);
      if (i % 10 === 9) {
        await done(store.remove(at + name, null));
        expected.push(`-${name}`);
      }
    }
    await until(() => heard.changes.length).toBeGreaterThanOrEqual(expected.length);
    expect(heard.words(at)).toEqual(expected);
    heard.close();
  });

  it('a watch from an older revision hears what has happened since', async () => {
    const { at, open } = running().fresh();
    const [store, writer] = [open(), open()];
    const { revision } = await read(store, at);
    await done(writer.create(`${at}demo/config`, 'one', null));
    await done(writer.set(`${at}demo/config`, 'two', 'any', null));
    await done(writer.remove(`${at}demo/config`, null));
    const heard = new Heard(store, at, revision);
    await until(() => heard.words(at)).toEqual(['demo/config=one', 'demo/config=two', '-demo/config']);
    heard.close();
  });

  differs('a watch goes on from a revision that another client read', async () => {
    const { at, open } = running().fresh();
    const { revision } = await read(open(), at);
    const heard = new Heard(open(), at, revision);
    await until(() => heard.end?.kind).toBe('compacted');
    expect(heard.changes).toEqual([]);
  });

  it('a watch hears nothing of what lies beside its prefix, of refused writes and of removing nothing', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const heard = await Heard.from(open(), `${at}demo/`);
    for (const name of ['demo2/config', 'demo-x/config']) await done(store.create(at + name, 'x', null));
    await done(store.create(`${at}demo/config`, 'x', null));
    await store.create(`${at}demo/config`, 'y', null);
    await store.set(`${at}demo/config`, 'y', { modRevision: '1' }, null);
    await done(store.remove(`${at}demo/failover`, null));
    await done(store.create(`${at}demo/failover`, '{"member":"b"}', null));
    await until(() => heard.words(at)).toContain('demo/failover={"member":"b"}');
    expect(heard.words(at)).toEqual(['demo/config=x', 'demo/failover={"member":"b"}']);
    heard.close();
  });

  it('a watch hears the removal of a whole prefix as the deletion of each key', async () => {
    const { at, open } = running().fresh();
    const store = open();
    await done(store.create(`${at}demo/config`, '{}', null));
    await done(store.create(`${at}demo/failover`, '{"member":"b"}', null));
    await done(store.create(`${at}demo/leader`, 'a', null));
    const heard = await Heard.from(open(), at);
    await done(store.removeAll(`${at}demo/`));
    await until(() => [...heard.words(at)].sort()).toEqual(['-demo/config', '-demo/failover', '-demo/leader']);
    heard.close();
  });

  it('all who watch hear the same, whoever writes', async () => {
    const { at, open } = running().fresh();
    const watchers = [await Heard.from(open(), at), await Heard.from(open(), at)];
    await Promise.all(
      [open(), open(), open()].map(async (store, w) => {
        for (let i = 0; i < 20; i += 1) await done(store.set(`${at}demo/config`, `${w}:${i}`, 'any', null));
      }),
    );
    await until(() => watchers.every(({ changes }) => changes.length >= 60)).toBe(true);
    expect(watchers[0]?.words(at)).toEqual(watchers[1]?.words(at));
    expect(new Set(watchers[0]?.words(at)).size).toBe(60);
    for (const heard of watchers) heard.close();
  });

  it('a watch that was closed hears nothing more', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const heard = await Heard.from(store, at);
    await done(store.create(`${at}demo/config`, 'one', null));
    await until(() => heard.changes.length).toBe(1);
    heard.close();
    const other = await Heard.from(open(), at);
    await done(store.set(`${at}demo/config`, 'two', 'any', null));
    await until(() => other.changes.length).toBe(1);
    other.close();
    expect([heard.changes.length, heard.end]).toEqual([1, null]);
  });

  // Patroni's contract

  it('a cluster without a key is empty', async () => {
    const dcs = running().fresh().join('a');
    expect(dcs.lastSeen).toBe(0);
    expect(await dcs.getCluster()).toMatchObject({ initialize: null, leader: null, members: [], failsafe: null });
    expect(dcs.cluster).not.toBeNull();
    expect(dcs.lastSeen).toBeGreaterThan(0);
    dcs.resetCluster();
    expect(dcs.cluster).toBeNull();
  });

  differs('what is written is, key for key and value for value, what Patroni 4.1 writes', async () => {
    const { join, object, pod } = running().fresh();
    pod('a');
    const dcs = join('a');
    await dcs.initialize();
    await dcs.initialize(false, '7000000000000000001');
    await dcs.setConfigValue('{"ttl":30}');
    await dcs.touchMember({ state: 'running', role: 'primary', xlog_location: 5 });
    expect(await dcs.acquireLeaderLock()).toBe(true);
    await dcs.updateLeader(
      await dcs.getCluster(),
      83886080,
      [
        ['a', 1],
        ['b', 2],
      ],
      [['a', 'http://h:8008/patroni']],
    );
    await dcs.setHistoryValue('[[1,25623960,"no recovery target specified"]]');
    await dcs.writeSyncState('a', ['c', 'b'], 1);
    await dcs.manualFailover('a', 'b', '2026-01-15T12:00:00.500Z');
    expect(object('demo-config')).toEqual({
      initialize: '7000000000000000001',
      config: '{"ttl":30}',
      history: '[[1,25623960,"no recovery target specified"]]',
    });
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/) as string;
    expect(object(running().leaderOf('demo'))).toEqual({
      leader: 'a',
      ttl: '30',
      renewTime: instant,
      acquireTime: instant,
      transitions: '0',
      optime: '83886080',
      slots: '{"a":1,"b":2}',
      retain_slots: '["a"]',
      failsafe: '{"a":"http://h:8008/patroni"}',
    });
    expect(object('demo-sync')).toEqual({ leader: 'a', quorum: '1', sync_standby: 'b,c' });
    expect(object('demo-failover')).toEqual({
      leader: 'a',
      member: 'b',
      scheduled_at: '2026-01-15T12:00:00.500000+00:00',
    });
  });

  differs('what was written is read', async () => {
    const { join, pod } = running().fresh();
    pod('a');
    const dcs = join('a');
    await dcs.touchMember({ state: 'running', role: 'primary' });
    await dcs.takeLeader();
    await dcs.writeLeaderOptime(77);
    await dcs.writeFailsafe([['a', 'http://a']]);
    const cluster = await join('b').getCluster();
    expect(cluster).toMatchObject({
      leader: { member: { name: 'a' }, session: null },
      status: { lastLsn: 77 },
      failsafe: [['a', 'http://a']],
    });
    expect(cluster.members[0]?.data['pod_labels']).toEqual({ 'cluster-name': 'demo' });
  });

  it('of 16 who race to initialize a cluster one wins, and it can be taken back', async () => {
    const { join } = running().fresh();
    const won = await Promise.all(Array.from({ length: 16 }, (_, i) => join(`m${i}`).initialize()));
    expect(won.filter(Boolean)).toHaveLength(1);
    const dcs = join('late');
    expect(await dcs.initialize()).toBe(false);
    expect(await dcs.cancelInitialization()).toBe(true);
    expect(await dcs.initialize()).toBe(true);
  });

  it('of 16 who race for the lock one leads, and nobody takes it from it', async () => {
    const { at, join, open } = running().fresh();
    const racers = Array.from({ length: 16 }, (_, i) => join(`m${i}`));
    const won = await Promise.all(racers.map((dcs) => dcs.attemptToAcquireLeader()));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await values(open(), at)).toEqual({ 'demo/leader': `m${won.indexOf(true)}` });
    expect(await Promise.all(racers.map((dcs) => dcs.attemptToAcquireLeader()))).not.toContain(true);
  });

  it('only its owner keeps the lock', async () => {
    const { at, join, open } = running().fresh();
    const [a, b] = [join('a'), join('b')];
    await a.attemptToAcquireLeader();
    const cluster = await b.getCluster();
    expect(await b.updateLeader(cluster, 5)).toBe(false);
    expect(await values(open(), at)).toEqual({ 'demo/leader': 'a' });
    expect(await a.updateLeader(cluster, 5)).toBe(true);
    expect(await values(open(), at)).toEqual({ 'demo/leader': 'a', 'demo/status': '{"optime":5}' });
  });

  differs(
    'a leader that comes back with another session keeps its lock, unless somebody else has taken it',
    async () => {
      const { at, join, open } = running().fresh();
      const [before, again, other] = [join('a'), join('a'), join('b')];
      await before.attemptToAcquireLeader();
      const cluster = await again.getCluster();
      expect(await again.updateLeader(cluster, null)).toBe(true);
      expect(await values(open(), at)).toEqual({ 'demo/leader': 'a' });
      await other.takeLeader();
      expect(await again.updateLeader(cluster, null)).toBe(false);
      await before.close();
      expect(await values(open(), at)).toEqual({ 'demo/leader': 'b' });
    },
  );

  differs('a member that dies loses its key and the lock, and nothing else goes', async () => {
    const { at, join, open, pod } = running().fresh();
    pod('a');
    pod('b');
    const [a, b] = [join('a', { ttl: 1 }), join('b')];
    await a.touchMember({ state: 'running' });
    await a.attemptToAcquireLeader();
    await b.setConfigValue('{}');
    const store = open();
    await until(async () => Object.keys(await values(store, at))).not.toContain('demo/leader');
    // Its pod is there until Kubernetes removes it.
    expect(Object.keys(await values(store, at))).toEqual(['demo/config', 'demo/members/a', 'demo/members/b']);
    await until(() => b.attemptToAcquireLeader()).toBe(true);
  });

  it('only its owner gives the lock up, and writes its last position', async () => {
    const { at, join, open } = running().fresh();
    const [a, b] = [join('a'), join('b')];
    await a.attemptToAcquireLeader();
    const { leader } = await a.getCluster();
    expect(await b.deleteLeader(leader)).toBe(false);
    expect(await b.deleteLeader(Leader.fromNode('1', null, 'b', undefined))).toBe(false);
    expect(await values(open(), at)).toEqual({ 'demo/leader': 'a' });
    expect(await a.deleteLeader(leader, 9)).toBe(true);
    expect(await a.deleteLeader(null)).toBe(false);
    expect(await values(open(), at)).toEqual({ 'demo/status': '{"optime":9}' });
  });

  it('a member that says the same again writes nothing', async () => {
    const { join, pod } = running().fresh();
    pod('a');
    const dcs = join('a');
    await dcs.touchMember({ state: 'running', tags: { nosync: true } });
    const first = (await dcs.getCluster()).members[0]?.version;
    const before = running().api.writes.length;
    expect(await dcs.touchMember({ tags: { nosync: true }, state: 'running' })).toBe(true);
    expect(running().api.writes.length).toBe(before);
    await dcs.touchMember({ state: 'stopped' });
    expect((await dcs.getCluster()).members[0]?.version).not.toBe(first);
  });

  it('config, failover and sync are set where the version is still the one that was read', async () => {
    const { join, object } = running().fresh();
    const dcs = join('a');
    await dcs.setConfigValue('{"a":1}');
    await dcs.manualFailover(null, 'b');
    const sync = await dcs.writeSyncState('a', null, 0);
    const { config, failover } = await dcs.getCluster();
    expect(sync?.version).toEqual((await dcs.getCluster()).sync.version);
    for (const [answer, again] of [
      [true, 'first'],
      [false, 'stale'],
    ] as const) {
      expect(await dcs.setConfigValue(`{"a":"${again}"}`, config?.version)).toBe(answer);
      expect(await dcs.manualFailover('a', again, null, failover?.version)).toBe(answer);
      expect((await dcs.writeSyncState('a', [again], 0, sync?.version)) !== null).toBe(answer);
    }
    expect([object('demo-config'), object('demo-failover'), object('demo-sync')]).toEqual([
      { config: '{"a":"first"}' },
      { leader: 'a', member: 'first' },
      { leader: 'a', quorum: '0', sync_standby: 'first' },
    ]);
    expect(await dcs.deleteSyncState(sync?.version)).toBe(false);
    expect(await dcs.deleteSyncState((await dcs.getCluster()).sync.version)).toBe(true);
    expect(object('demo-sync')).toEqual({});
    expect(await dcs.setFailoverValue('{}')).toBe(true);
    expect(object('demo-failover')).toEqual({});
    expect(AbstractDCS.syncState(null, [], null)).toEqual({ leader: null, quorum: null, sync_standby: null });
  });

  it('/status keeps the slots that it is not told anew, and is written once for one thing', async () => {
    const { at, join, open } = running().fresh();
    const dcs = join('a');
    await dcs.writeStatus({ optime: 5, slots: [['s', 3]], retainSlots: ['r'] });
    await dcs.writeStatus({ optime: 6 });
    const told = '{"optime":6,"slots":{"s":3},"retain_slots":["r"]}';
    expect(await values(open(), at)).toEqual({ 'demo/status': told });
    await join('b').writeStatus({ optime: 1 });
    await dcs.writeStatus({ optime: 6 });
    expect(await values(open(), at)).toEqual({ 'demo/status': '{"optime":1}' });
  });

  differs('for members before Patroni 2.1 the position is in /optime/leader too', async () => {
    // The leader's object has had the position in one annotation at all times.
    const { join, object, pod } = running().fresh();
    pod('old');
    await join('old').touchMember({ version: '2.0.2' });
    const dcs = join('a');
    await dcs.getCluster();
    await dcs.writeLeaderOptime(5);
    expect(object(running().leaderOf('demo'))).toEqual({ optime: '5' });
  });

  it('a leader keeps the slots of members that went away', async () => {
    const { join, object, pod, removePod } = running().fresh();
    pod('a');
    pod('b');
    const a = join('a');
    const slots = [
      ['a', 5],
      ['b', 4],
    ] as const;
    await a.acquireLeaderLock();
    await a.updateLeader(await a.getCluster(), 5, slots);
    removePod('b');
    await a.updateLeader(await a.getCluster(), 6, slots);
    const told = { optime: '6', slots: '{"a":5,"b":4}', retain_slots: '["a","b"]' };
    expect(object(running().leaderOf('demo'))).toMatchObject(told);
  });

  differs('a cluster that is deleted takes nothing of another with it', async () => {
    const { at, join, open, pod } = running().fresh();
    pod('a');
    for (const scope of ['demo', 'demo2', 'dem', 'demo-x']) await join('a', { scope }).setConfigValue('{}');
    expect(await join('a').deleteCluster()).toBe(true);
    expect(Object.keys(await values(open(), at))).toEqual([
      'dem/config',
      'demo-x/config',
      'demo/members/a',
      'demo2/config',
    ]);
  });

  it('the groups of an MPP cluster are apart, and the coordinator sees its workers', async () => {
    const { at, join, open } = running().fresh();
    const of = (group: number) => join(`m${group}`, { mpp: { type: 'Citus', group } });
    const [coordinator, worker] = [of(0), of(12)];
    await coordinator.takeLeader();
    await worker.takeLeader();
    expect(await values(open(), at)).toEqual({ 'demo/0/leader': 'm0', 'demo/12/leader': 'm12' });
    expect([coordinator.isMppCoordinator(), worker.isMppCoordinator()]).toEqual([true, false]);
    const whole = await coordinator.getCluster();
    expect(whole.leader?.member.name).toBe('m0');
    expect(whole.workers.map(([group, { leader }]) => [group, leader?.member.name])).toEqual([[12, 'm12']]);
    expect((await worker.getCluster()).leader?.member.name).toBe('m12');
    expect((await worker.getMppCoordinator())?.leader?.member.name).toBe('m0');
    await worker.deleteCluster();
    expect(await values(open(), at)).toEqual({ 'demo/0/leader': 'm0' });
  });

  it('ends when the leader changes, also when that was before the wait', async () => {
    const { join } = running().fresh();
    const [a, b] = [join('a'), join('b')];
    await a.getCluster();
    await b.takeLeader();
    expect(await a.watch(null, 20)).toBe(true);
  });

  it('goes on when a member changes, and ends with false', async () => {
    const { join, pod } = running().fresh();
    pod('b');
    const [a, b] = [join('a'), join('b')];
    await a.getCluster();
    await b.touchMember({});
    expect(await a.watch(null, 0.3)).toBe(false);
  });

  it('ends when it is woken, and when the TTL is another', async () => {
    const dcs = running().fresh().join('a');
    const waiting = dcs.watch(null, 20);
    dcs.wakeUp();
    expect(await waiting).toBe(true);
    dcs.reloadConfig({ ttl: 20, loopWait: 5, retryTimeout: 4 });
    expect([dcs.ttl, dcs.loopWait, dcs.retryTimeout]).toEqual([20, 5, 4]);
    expect(await dcs.watch(null, 20)).toBe(true);
  });

  it('every path is where Patroni has it', () => {
    const { at, join } = running().fresh();
    const paths = (dcs: KubernetesDcs) => [dcs.configPath, dcs.memberPath, dcs.leaderPath, dcs.syncPath];
    const names = ['config', 'members/a', 'leader', 'sync'];
    expect(paths(join('a'))).toEqual(names.map((name) => `${at}demo/${name}`));
    const grouped = join('a', { mpp: { type: 'Citus', group: 3 } });
    expect(paths(grouped)).toEqual(names.map((name) => `${at}demo/3/${name}`));
  });
}
