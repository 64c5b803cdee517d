import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { node } from '../../app/cluster/test-nodes';
import type { StoreNode } from '../../app/dcs/node';
import type { ReadableStore } from '../../app/dcs/store';
import { connectionSettingsSchema, type ObservedEvent } from '../../app/ipc/contract';
import type { PastOfStore, RecordedConnection } from '../../app/ipc/time';
import { ManualClock } from '../../app/manual-clock';
import { type EtcdServer, startEtcd } from '../../lab/etcd-server';
import { plainEtcd } from '../../lab/plain-etcd';
import { Etcd3Store } from '../stores/etcd3/etcd3-store';
import { Recorders } from './recorders';

const NOW = Date.UTC(2026, 10, 22);

/** Time passes between two looks at it, as it does for real. */
class TickingClock extends ManualClock {
  #ticks = 0;

  override now(): number {
    this.#ticks += 1;
    return super.now() + this.#ticks;
  }
}

let server: EtcdServer;
let client: Etcd3;
let folder: string;
let clock: ManualClock;
let recorders: Recorders;
let opened: ReadableStore[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-past-'));
  server = await startEtcd();
  client = new Etcd3({ hosts: server.endpoint });
  clock = new TickingClock(NOW);
  recorders = begin();
  opened = [];
});
afterEach(async () => {
  await recorders.closeAll();
  client.close();
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

const begin = (): Recorders => new Recorders({ folder, clock, onTrouble: () => undefined });

const settings = connectionSettingsSchema.parse({
  kind: 'etcd3',
  id: 'a',
  name: 'prod',
  endpoints: ['http://10.0.0.1:2379'],
  username: null,
});

const etcd = (): ReadableStore => {
  const timing = { connectMs: 5000, diagnosisMs: 500, callMs: 5000, heartbeatMs: 300 };
  return new Etcd3Store({ ...plainEtcd(server.endpoint), timing });
};

/** Opens the connection with what the store has now. */
async function connect(make: () => ReadableStore = etcd, kind = 'etcd3'): Promise<void> {
  const tap = recorders.open({ id: 'a', name: 'prod', kind, namespace: '/service', settings, temporary: false }, () => {
    const store = make();
    opened.push(store);
    return Promise.resolve(store);
  });
  const live = etcd();
  const snapshot = await live.snapshot('/service/');
  live.close();
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  const { revision, nodes } = snapshot.value;
  tap.take(revision, [], new Map(nodes.map((one): [string, StoreNode] => [one.key, one])));
}

async function extent(): Promise<RecordedConnection> {
  const [one] = await recorders.extent();
  if (one === undefined) throw new Error('nothing is recorded');
  return one;
}

async function pastIs(kind: PastOfStore['kind']): Promise<void> {
  await expect.poll(async () => (await extent()).past?.kind, { timeout: 20_000 }).toBe(kind);
}

/** What happened to the lock. */
const leaders = (events: readonly ObservedEvent[]): readonly string[] =>
  events.filter(({ kind }) => kind.startsWith('leader')).map(({ clusterId, words }) => `${clusterId}: ${words}`);

async function failOver(): Promise<void> {
  const put = async (key: string, value: string): Promise<void> => {
    await client.put(`/service/demo/${key}`).value(value);
  };
  await put('initialize', '7571903384410325842');
  for (const name of ['pg1', 'pg2', 'pg3'])
    await put(
      `members/${name}`,
      '{"role":"replica","state":"running","conn_url":"postgres://10.0.0.1:5432/postgres","api_url":"http://10.0.0.1:8008/patroni"}',
    );
  await put('leader', 'pg1');
  await client.delete().key('/service/demo/leader');
  await put('leader', 'pg2');
}

describe('a connection to an etcd that lived before', () => {
  it('has the past of it a moment later, with what happened then, and the connection for it is closed', async () => {
    await failOver();
    await connect();
    expect((await extent()).spans).toHaveLength(1);
    expect(opened).toEqual([]);
    await clock.advance(5_000);
    await pastIs('added');
    const { past, spans, events } = await extent();
    expect(past).toEqual({ kind: 'added', changes: 7, isCut: false });
    expect(spans.map(({ isGuessed }) => isGuessed ?? false)).toEqual([true, false]);
    expect(leaders(events)).toEqual([
      'a/demo: pg1 took the leader lock',
      'a/demo: pg1 lost the leader lock',
      'a/demo: pg2 took the leader lock after pg1',
    ]);
    for (const { at } of events) expect(Date.parse(at)).toBeLessThan(NOW + 100);
    expect(await opened[0]?.snapshot('/service/')).toMatchObject({ ok: false });
  });

  it('is asked once, and the next time only for what was missed', async () => {
    await failOver();
    await connect();
    await clock.advance(5_000);
    await pastIs('added');
    await recorders.closeAll();
    await clock.advance(3_600_000);
    await client.put('/service/demo/leader').value('pg3');
    recorders = begin();
    await connect();
    await clock.advance(5_000);
    await pastIs('added');
    const { past, spans, events } = await extent();
    expect(past).toEqual({ kind: 'added', changes: 1, isCut: false });
    expect(spans.map(({ isGuessed }) => isGuessed ?? false)).toEqual([true, false, true, false]);
    expect(leaders(events).slice(3)).toEqual(['a/demo: pg2 → pg3']);
  });

  it('leaves nothing of it where it is closed before', async () => {
    await failOver();
    await connect();
    await recorders.close('a');
    await clock.advance(5_000);
    expect(opened).toEqual([]);
  });

  it('says that a store of another kind has none, and does not ask it', async () => {
    await failOver();
    await connect(etcd, 'consul');
    await clock.advance(5_000);
    await pastIs('none');
    expect(opened).toEqual([]);
  });

  it('tries again where it fails, and says why', async () => {
    await failOver();
    let isThere = false;
    const away = (): ReadableStore => new Etcd3Store(plainEtcd('http://127.0.0.1:1'));
    await connect(() => (isThere ? etcd() : away()));
    await clock.advance(5_000);
    await pastIs('failed');
    isThere = true;
    await clock.advance(60_000);
    await pastIs('added');
  });

  it('has none added after the recording of another store', async () => {
    const tap = recorders.open({
      id: 'a',
      name: 'prod',
      kind: 'etcd3',
      namespace: '/service',
      settings,
      temporary: false,
    });
    tap.take('2', [], new Map([['/service/demo/leader', node('/service/demo/leader', 'other')]]));
    await recorders.closeAll();
    await clock.advance(60_000);
    recorders = begin();
    await failOver();
    await connect();
    await clock.advance(5_000);
    await pastIs('other-store');
    expect((await extent()).spans.every(({ isGuessed }) => isGuessed !== true)).toBe(true);
  });
});
