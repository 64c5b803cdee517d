import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EtcdServer, startEtcd } from '../../lab/etcd-server';
import { startHttp1Proxy } from '../../lab/http1-proxy';
import { plainEtcd } from '../../lab/plain-etcd';
import { compareWithEtcd } from '../../lab/recording/against-etcd';
import { recordedEvents } from '../../lab/recording/recorded-events';
import { Reference } from '../../lab/soak/reference';
import { Etcd3Store } from '../stores/etcd3/etcd3-store';
import { backfill, type Backfilled, type BackfillOptions, type StoreWithPast } from './backfill';
import { Recording } from './recording';
import type { RecordedEnd } from './store-past';

const timing = { connectMs: 5000, diagnosisMs: 500, callMs: 5000, heartbeatMs: 500 };

let server: EtcdServer;
let client: Etcd3;
let store: Etcd3Store;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-backfill-'));
  server = await startEtcd();
  client = new Etcd3({ hosts: server.endpoint });
  store = new Etcd3Store({
    ...plainEtcd(server.endpoint),
    timing,
  });
});
afterEach(async () => {
  store.close();
  client.close();
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** When the cluster was made (by its system identifier), and when its leader changed. */
const INITDB = Math.floor(Date.UTC(2026, 10, 20, 10, 0, 0) / 1000);
const FAILOVER = '2026-11-21T03:00:00.000000+00:00';
const NOW = Date.UTC(2026, 10, 22, 0, 0, 0);
const put = async (key: string, value: string): Promise<void> => {
  await client.put(`/service/demo/${key}`).value(value);
};

async function live(): Promise<void> {
  await put('initialize', '');
  await put('initialize', String(BigInt(INITDB) << 32n));
  for (let n = 0; n < 20; n += 1) await put('status', JSON.stringify({ optime: 1000 + n }));
  await client.delete().key('/service/demo/initialize');
  await put('leader', 'pg2');
  await put('history', JSON.stringify([[1, 2000, 'no recovery target specified', FAILOVER, 'pg2']]));
  for (let n = 0; n < 20; n += 1) await put('status', JSON.stringify({ optime: 3000 + n }));
}

async function fill(over: Partial<BackfillOptions> = {}): Promise<Backfilled> {
  const until = over.until ?? { revision: (await client.get('x').exec()).header.revision, ms: NOW };
  return backfill({
    store,
    namespace: '/service',
    folder,
    connection: 'prod',
    after: null,
    signal: new AbortController().signal,
    ...over,
    until,
  });
}

/** As if it had been recorded until now, an hour before. */
async function end(): Promise<RecordedEnd> {
  const live = new Etcd3Store(plainEtcd(server.endpoint));
  const snapshot = await live.snapshot('/service/');
  live.close();
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  const { revision, nodes } = snapshot.value;
  return { revision, ms: NOW - 3_600_000, nodes: new Map(nodes.map((node) => [node.key, node])) };
}

/** The store, which a person leaves while its past comes. */
function left(leaving: AbortController): StoreWithPast {
  return {
    kind: store.kind,
    snapshot: (prefix) => store.snapshot(prefix),
    snapshotAt: (prefix, revision) => store.snapshotAt(prefix, revision),
    watch: (prefix, from, listener) =>
      store.watch(prefix, from, {
        ...listener,
        onBatch: (batch) => {
          leaving.abort();
          listener.onBatch(batch);
        },
      }),
    sessions: (ids) => store.sessions(ids),
    probe: (prefix) => store.probe(prefix),
    wake: () => store.wake(),
    close: () => store.close(),
  };
}

describe('the past that etcd still has', () => {
  it('is added event by event, as etcdctl watch tells it from the first revision on', async () => {
    await live();
    expect(await fill()).toMatchObject({ kind: 'done', changes: 45, isCut: false });
    const watch = new Reference(server.endpoint, '/service/');
    await expect.poll(() => watch.failure ?? watch.count, { timeout: 10_000 }).toBe(45);
    watch.close();
    expect(await recordedEvents(folder)).toEqual(watch.events);
    expect(await compareWithEtcd(folder, client, '/service/')).toMatchObject({ differences: [] });
  });

  it('has the times that Patroni told, and says that the others are guessed between them', async () => {
    await live();
    await fill();
    const recording = new Recording(folder);
    expect(await recording.spans()).toMatchObject([{ isGuessed: true }]);
    const failover = await recording.at(Date.parse(FAILOVER));
    expect(failover?.guessed?.kind).toBe('near');
    expect(failover?.nodes.has('/service/demo/history')).toBe(true);
    const between = await recording.at(Date.UTC(2026, 10, 20, 18));
    expect(between?.guessed).toEqual({
      kind: 'between',
      earliestMs: INITDB * 1000,
      latestMs: Date.parse(FAILOVER),
    });
    expect(between?.nodes.has('/service/demo/leader')).toBe(false);
  });

  it('reaches back to the last compaction and no further', async () => {
    await live();
    await server.ctl(['compact', '30']);
    expect(await fill()).toMatchObject({ kind: 'done', changes: 16, isCut: false });
    expect(await compareWithEtcd(folder, client, '/service/')).toMatchObject({ differences: [] });
  });

  it('keeps the newest where it is too much, and says so', async () => {
    await live();
    expect(await fill({ bounds: { changes: 10 } })).toEqual({ kind: 'done', changes: 10, isCut: true });
    expect(await compareWithEtcd(folder, client, '/service/')).toMatchObject({ differences: [] });
  });

  it('is not asked for more revisions than the store can look through in a moment', async () => {
    await live();
    expect(await fill({ bounds: { revisions: 7 } })).toEqual({ kind: 'done', changes: 7, isCut: true });
    await server.ctl(['compact', '43']);
    expect(await fill({ bounds: { revisions: 7 } })).toEqual({ kind: 'done', changes: 3, isCut: false });
  });

  it('leaves nothing behind when it is cancelled', async () => {
    await live();
    expect(await fill({ signal: AbortSignal.abort() })).toEqual({ kind: 'cancelled' });
    expect(await readdir(folder)).toEqual([]);
    const leaving = new AbortController();
    const filling = fill({ signal: leaving.signal, store: left(leaving) });
    expect(await filling).toEqual({ kind: 'cancelled' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes on where the recording ended, adds nothing twice and nothing where nothing was missed', async () => {
    await live();
    const after = await end();
    expect(await fill({ after })).toEqual({ kind: 'done', changes: 0, isCut: false });
    for (let n = 0; n < 5; n += 1) await put('status', JSON.stringify({ optime: 9000 + n }));
    expect(await fill({ after })).toEqual({ kind: 'done', changes: 5, isCut: false });
    const recording = new Recording(folder);
    const instant = await recording.at(NOW - 2);
    expect(instant?.guessed).toEqual({ kind: 'between', earliestMs: after.ms, latestMs: NOW });
    expect(await compareWithEtcd(folder, client, '/service/')).toMatchObject({ differences: [] });
  });

  it('begins at the compaction where that came after the recording ended', async () => {
    await live();
    const after = await end();
    for (let n = 0; n < 5; n += 1) await put('status', JSON.stringify({ optime: 9000 + n }));
    await server.ctl(['compact', String(BigInt(after.revision) + 2n)]);
    expect(await fill({ after })).toEqual({ kind: 'done', changes: 3, isCut: false });
  });

  it('is not added to the recording of another store, even where its revisions are the same', async () => {
    await live();
    const after = await end();
    await put('status', '{}');
    const nodes = new Map([...after.nodes].map(([key, node]) => [key, { ...node, value: `${node.value} ` }]));
    expect(await fill({ after: { ...after, nodes } })).toEqual({ kind: 'other-store' });
    expect(await fill({ after: { ...after, revision: '900' } })).toEqual({ kind: 'other-store' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('is read over the HTTP gateway too, where no gRPC comes through', async () => {
    await live();
    const proxy = await startHttp1Proxy(server.port);
    const behind = new Etcd3Store({ ...plainEtcd(proxy.endpoint), timing });
    try {
      expect(await fill({ store: behind })).toEqual({ kind: 'done', changes: 45, isCut: false });
      expect(behind.way).not.toBeNull();
    } finally {
      behind.close();
      await proxy.close();
    }
  });

  it('says that it failed when the store goes away', async () => {
    await live();
    const head = (await client.get('x').exec()).header.revision;
    await server.kill();
    expect(await fill({ until: { revision: head, ms: NOW } })).toMatchObject({ kind: 'failed' });
    expect(await readdir(folder)).toEqual([]);
  });
});
