import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../app/clock';
import { MemoryStore } from '../../app/dcs/memory-store';
import type { StoreNode } from '../../app/dcs/node';
import type { ReadableStore, WatchListener } from '../../app/dcs/store';
import type { ConnectionStatus } from '../../app/ipc/contract';
import { ManualClock } from '../../app/manual-clock';
import { ok } from '../../app/result';
import { type EtcdServer, startEtcd, startEtcdCluster } from '../../lab/etcd-server';
import { plainEtcd } from '../../lab/plain-etcd';
import { firstDifference } from '../../lab/soak/checker';
import { readGet } from '../../lab/soak/etcdctl-json';
import { TcpProxy } from '../../lab/tcp-proxy';
import { Etcd3Store } from '../stores/etcd3/etcd3-store';
import { Mirror, type MirrorBatch } from './mirror';

const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
});

/** A mirror that keeps all it told. */
function mirrorOf(store: ReadableStore, clock: Clock = systemClock) {
  const batches: MirrorBatch[] = [];
  const statuses: ConnectionStatus[] = [];
  const mirror = new Mirror(store, '/service', clock, {
    onBatch: (batch) => batches.push(batch),
    onStatus: (status) => statuses.push(status),
  });
  cleanUp.push(() => {
    mirror.close();
    store.close();
  });
  mirror.start();
  /** `cause:` and each change as `+key@revision` or `-key@revision`. */
  const words = (): string[] =>
    batches.map(
      ({ cause, changes }) =>
        `${cause}: ${changes
          .map((change) =>
            change.kind === 'put'
              ? `+${change.node.key}@${change.node.modRevision}`
              : `-${change.key}@${change.modRevision}`,
          )
          .join(' ')}`,
    );
  const kinds = (): string[] => statuses.map((status) => status.kind);
  const live = (): Promise<void> => expect.poll(() => mirror.status.kind, { timeout: 15_000 }).toBe('live');
  return { mirror, batches, statuses, words, kinds, live };
}

function storeOf(...endpoints: readonly string[]): Etcd3Store {
  return new Etcd3Store({
    ...plainEtcd(...endpoints),
    timing: { connectMs: 1500, diagnosisMs: 300, callMs: 1000, heartbeatMs: 300 },
  });
}

async function etcd(): Promise<{
  readonly server: EtcdServer;
  readonly put: (key: string, value: string) => Promise<unknown>;
}> {
  const server = await startEtcd();
  cleanUp.push(() => server.dispose());
  return { server, put: (key, value) => server.ctl(['put', key, value]) };
}

async function stored(server: EtcdServer): Promise<ReadonlyMap<string, StoreNode>> {
  return readGet(await server.ctl(['get', '--prefix', '/service/', '-w', 'json']));
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('a mirror of any store', () => {
  it('shows a snapshot, then each change, and tells both in order after they are in place', async () => {
    const clock = new ManualClock();
    const store = new MemoryStore(clock);
    store.put('/service/a/leader', 'pg1');
    const seen: string[] = [];
    const mirror: Mirror = new Mirror(store, '/service', clock, {
      onBatch: ({ cause, revision }) =>
        seen.push(
          `${cause} ${revision}: ${mirror.nodes.get('/service/a/leader')?.value ?? 'gone'} at ${String(mirror.revision)}`,
        ),
      onStatus: (status) => seen.push(status.kind),
    });
    cleanUp.push(() => mirror.close());
    mirror.start();
    await expect.poll(() => mirror.status.kind).toBe('live');
    store.put('/service/a/leader', 'pg2');
    store.put('/elsewhere', 'x');
    store.delete('/service/a/leader');
    await expect
      .poll(() => seen)
      .toEqual(['connecting', 'snapshot 2: pg1 at 2', 'live', 'watch 3: pg2 at 3', 'watch 5: gone at 5']);
  });

  it('tells nothing after it was closed', async () => {
    const store = new MemoryStore(new ManualClock());
    const { mirror, batches, live } = mirrorOf(store);
    await live();
    const before = batches.length;
    mirror.close();
    store.put('/service/a/leader', 'pg1');
    await tick();
    expect(batches).toHaveLength(before);
    expect(mirror.nodes.size).toBe(0);
  });

  it('holds keys with names that mean something to JavaScript', async () => {
    const store = new MemoryStore(new ManualClock());
    store.put('/service/__proto__/leader', 'x');
    store.put('/service/constructor', 'y');
    const { mirror, live } = mirrorOf(store);
    await live();
    expect([...mirror.nodes.keys()].sort()).toEqual(['/service/__proto__/leader', '/service/constructor']);
  });
});

describe('a mirror of a store that is not as it should be', () => {
  const empty = { storeId: 'x', revision: '5', nodes: [] };
  const memory = () => new MemoryStore(systemClock);

  it('throws: the connection is lost, with a reason, and is tried again', async () => {
    const clock = new ManualClock();
    let isBroken = true;
    const store: ReadableStore = Object.assign(memory(), {
      snapshot: () => (isBroken ? Promise.reject(new SyntaxError('garbage')) : Promise.resolve(ok(empty))),
      watch: (_prefix: string, _from: string, listener: WatchListener) => {
        listener.onReady();
        return { close: () => undefined };
      },
    });
    const { mirror } = mirrorOf(store, clock);
    await clock.advance(0);
    expect(mirror.status).toMatchObject({ kind: 'lost', failure: { detail: 'garbage' } });
    isBroken = false;
    await clock.advance(1000);
    expect(mirror.status.kind).toBe('live');
  });

  it('has a revision that is no number: the same', async () => {
    const clock = new ManualClock();
    const { mirror } = mirrorOf(
      Object.assign(memory(), { snapshot: () => Promise.resolve(ok({ ...empty, revision: 'garbage' })) }),
      clock,
    );
    await clock.advance(0);
    expect(mirror.status).toMatchObject({
      kind: 'lost',
      failure: { message: expect.stringContaining('cannot be') as string },
    });
  });

  it('has another past each time: it is read a few times at once, then with pauses, and not said to be live', async () => {
    const clock = new ManualClock();
    let reads = 0;
    const store: ReadableStore = Object.assign(memory(), {
      snapshot: () => {
        reads += 1;
        return Promise.resolve(ok(empty));
      },
      watch: (_prefix: string, _from: string, listener: WatchListener) => {
        let isOpen = true;
        void Promise.resolve().then(() => {
          if (!isOpen) return;
          listener.onReady();
          listener.onEnd({ kind: 'replaced' });
        });
        return { close: () => void (isOpen = false) };
      },
    });
    const { mirror } = mirrorOf(store, clock);
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    expect(reads).toBeLessThan(10);
    expect(mirror.status).toMatchObject({
      kind: 'lost',
      failure: { message: expect.stringContaining('no past') as string },
    });
    await clock.advance(60_000);
    expect(reads).toBeGreaterThan(10);
    expect(reads).toBeLessThan(30);
  });
});

describe('a mirror of etcd', () => {
  it('keeps its picture while etcd is away, and catches up change by change', async () => {
    const { server, put } = await etcd();
    await put('/service/a/leader', 'pg1');
    const proxy = await TcpProxy.start(server.port);
    cleanUp.push(() => proxy.close());
    const { mirror, words, kinds, live } = mirrorOf(storeOf(proxy.endpoint));
    await live();
    proxy.refuse();
    await expect.poll(() => mirror.status.kind).toBe('lost');
    for (const value of ['pg2', 'pg3']) await put('/service/a/leader', value);
    await server.ctl(['del', '/service/a/leader']);
    expect(mirror.nodes.get('/service/a/leader')?.value).toBe('pg1');
    proxy.heal();
    mirror.retry();
    await expect
      .poll(words, { timeout: 15_000 })
      .toEqual([
        'snapshot: +/service/a/leader@2',
        'watch: +/service/a/leader@3 +/service/a/leader@4 -/service/a/leader@5',
      ]);
    expect(kinds().filter((kind, at, all) => kind !== all[at - 1])).toEqual(['connecting', 'live', 'lost', 'live']);
  });

  it('survives a crash of etcd and its restart', async () => {
    const { server, put } = await etcd();
    await put('/service/a/leader', 'pg1');
    const { mirror, words, live } = mirrorOf(storeOf(server.endpoint));
    await live();
    await server.kill();
    await expect.poll(() => mirror.status.kind).toBe('lost');
    await expect.poll(() => (mirror.status.kind === 'lost' ? mirror.status.failure.kind : '')).toBe('refused');
    await server.restart();
    await put('/service/a/leader', 'pg2');
    await live();
    await expect.poll(() => words().at(-1)).toBe('watch: +/service/a/leader@3');
    expect(new Map(mirror.nodes)).toEqual(await stored(server));
  });

  it('applies the difference when a compaction has taken what it missed', async () => {
    const { server, put } = await etcd();
    for (const key of ['kept', 'changed', 'deleted', 'again']) await put(`/service/a/${key}`, '1');
    const proxy = await TcpProxy.start(server.port);
    cleanUp.push(() => proxy.close());
    const { mirror, words, live } = mirrorOf(storeOf(proxy.endpoint));
    await live();
    proxy.refuse();
    await put('/service/a/changed', '2');
    await server.ctl(['del', '/service/a/deleted']);
    await server.ctl(['del', '/service/a/again']);
    await put('/service/a/again', '1');
    await put('/service/a/new', '1');
    await server.ctl(['compact', '9']);
    proxy.heal();
    mirror.retry();
    await expect
      .poll(() => words().at(-1), { timeout: 15_000 })
      .toBe('resync: -/service/a/deleted@10 +/service/a/changed@6 +/service/a/again@9 +/service/a/new@10');
    expect(new Map(mirror.nodes)).toEqual(await stored(server));
    await put('/service/a/new', '2');
    await expect.poll(() => words().at(-1)).toBe('watch: +/service/a/new@11');
  });

  it('follows a store that was restored from a backup, though its revisions go back', async () => {
    const { server, put } = await etcd();
    await put('/service/a/leader', 'pg1');
    await put('/service/a/config', 'x');
    const backup = join(server.dataDir, '..', 'backup.db');
    await server.ctl(['snapshot', 'save', backup]);
    await put('/service/a/leader', 'pg2');
    await put('/service/a/sync', 'x');
    const { mirror, words, live } = mirrorOf(storeOf(server.endpoint));
    await live();
    expect(mirror.revision).toBe('5');
    await server.restore(backup);
    await expect
      .poll(() => words().at(-1), { timeout: 15_000 })
      .toBe('resync: -/service/a/sync@3 +/service/a/leader@2');
    await live();
    expect(mirror.revision).toBe('3');
    await put('/service/a/leader', 'pg3');
    await expect.poll(() => words().at(-1)).toBe('watch: +/service/a/leader@4');
    expect(new Map(mirror.nodes)).toEqual(await stored(server));
  });

  it('goes on with another member when the one it watched dies', async () => {
    const members = await startEtcdCluster(3);
    for (const member of members) cleanUp.push(() => member.dispose());
    const [first, second] = members;
    if (first === undefined || second === undefined) throw new Error('a cluster of three has a first and a second');
    await second.ctl(['put', '/service/a/leader', 'pg1']);
    const { mirror, words, live } = mirrorOf(storeOf(...members.map((member) => member.endpoint)));
    await live();
    await first.kill();
    await expect.poll(() => mirror.status.kind).toBe('lost');
    await expect
      .poll(
        () =>
          second.ctl(['put', '/service/a/leader', 'pg2']).then(
            () => true,
            () => false,
          ),
        { timeout: 15_000 },
      )
      .toBe(true);
    await expect.poll(() => words().at(-1), { timeout: 15_000 }).toMatch(/^watch: \+\/service\/a\/leader@/);
    await live();
    expect(new Map(mirror.nodes)).toEqual(await stored(second));
  });

  it('is lost when etcd falls silent, and heard from as long as it does not', async () => {
    const { server } = await etcd();
    const { mirror, statuses, live } = mirrorOf(storeOf(server.endpoint));
    await live();
    const first = mirror.lastHeardAt;
    // Nothing changes, and yet it is heard.
    await expect.poll(() => mirror.lastHeardAt, { timeout: 5000 }).not.toBe(first);
    expect(mirror.status.kind).toBe('live');
    await server.pause();
    await expect
      .poll(() => mirror.status, { timeout: 10_000 })
      .toMatchObject({ kind: 'lost', failure: { kind: 'timeout' } });
    const lost = statuses.find((status) => status.kind === 'lost');
    expect(lost).toMatchObject({ lastHeardAt: mirror.lastHeardAt });
    server.resume();
    mirror.retry();
    await live();
  });

  it('makes its connection anew at once when the machine wakes up', async () => {
    const { server, put } = await etcd();
    await put('/service/a/leader', 'pg1');
    const proxy = await TcpProxy.start(server.port);
    cleanUp.push(() => proxy.close());
    const { mirror, words, kinds, live } = mirrorOf(storeOf(proxy.endpoint));
    await live();
    await put('/service/a/leader', 'pg2');
    await expect.poll(() => words().length).toBe(2);
    mirror.wake();
    await put('/service/a/leader', 'pg3');
    await expect.poll(() => words().at(-1)).toBe('watch: +/service/a/leader@4');
    expect(kinds()).toContain('lost');
    await expect.poll(() => mirror.status.kind).toBe('live');
    expect(proxy.connections).toBe(2);
    expect(words()).toHaveLength(3);
  });

  it('says why it cannot begin, and begins when it can', async () => {
    const { server, put } = await etcd();
    await put('/service/a/leader', 'pg1');
    await server.stop();
    const { mirror, kinds, live } = mirrorOf(storeOf(server.endpoint));
    await expect
      .poll(() => mirror.status)
      .toMatchObject({ kind: 'lost', lastHeardAt: null, failure: { kind: 'refused' } });
    await server.restart();
    mirror.retry();
    await live();
    expect(kinds()[0]).toBe('connecting');
    expect(mirror.nodes.size).toBe(1);
  });

  it('holds what leases, transactions, deletions and many writers make of the keys', async () => {
    const { server } = await etcd();
    const client = new Etcd3({ hosts: server.endpoint });
    cleanUp.push(() => client.close());
    const { mirror, live } = mirrorOf(storeOf(server.endpoint));
    await live();
    const lease = await client.leaseClient.leaseGrant({ TTL: 1 });
    const write = async (writer: number): Promise<void> => {
      for (let at = 0; at < 60; at++) {
        const key = (more: string): Buffer => Buffer.from(`/service/c${String((at * writer) % 7)}/members/${more}`);
        await client.kv.put({
          key: key('leased'),
          value: Buffer.from(String(at)),
          ...(at % 3 === 0 ? { lease: lease.ID } : {}),
        });
        await client.kv.txn({
          success: [
            { request_put: { key: key('ü'), value: Buffer.from('x') } },
            { request_delete_range: { key: key(String(at - 1)) } },
          ],
        });
        await client.kv.put({ key: key(String(at)), value: Buffer.from('y') });
      }
    };
    // A put with a lease that has just ended is refused: that writer stops there.
    await Promise.allSettled([1, 2, 3].map(write));
    const wrong = async (): Promise<string | null> => firstDifference(mirror.nodes, await stored(server));
    await expect.poll(wrong, { timeout: 15_000 }).toBeNull();
    expect(mirror.nodes.size).toBeGreaterThan(7);
  });
});
