import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeBatch, StoreSnapshot, StoreWatch, WatchEnd } from '../../../app/dcs/store';
import { nextRevision } from '../../../app/dcs/revision';
import { makeCertificates } from '../../../lab/certificates';
import { type EtcdServer, startEtcd } from '../../../lab/etcd-server';
import { freePort } from '../../../lab/free-port';
import { TcpProxy } from '../../../lab/tcp-proxy';
import { Etcd3Store } from './etcd3-store';
import type { Etcd3Options } from './options';

const QUICK = { connectMs: 1500, diagnosisMs: 300, callMs: 1000, heartbeatMs: 300 };

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
});

function open(endpoints: string | readonly string[], options: Partial<Etcd3Options> = {}): Etcd3Store {
  const store = new Etcd3Store({
    endpoints: typeof endpoints === 'string' ? [endpoints] : endpoints,
    username: null,
    password: null,
    caFile: null,
    certFile: null,
    keyFile: null,
    ...options,
  });
  cleanUp.push(() => store.close());
  return store;
}

async function read(store: Etcd3Store, prefix: string): Promise<StoreSnapshot> {
  const snapshot = await store.snapshot(prefix);
  if (!snapshot.ok) throw new Error(JSON.stringify(snapshot.error));
  return snapshot.value;
}

/** A watch that keeps what it heard. */
class Heard {
  readonly batches: ChangeBatch[] = [];
  ready = 0;
  end: WatchEnd | null = null;
  readonly watch: StoreWatch;

  constructor(store: Etcd3Store, prefix: string, from: string) {
    this.watch = store.watch(prefix, from, {
      onReady: () => this.ready++,
      onBatch: (batch) => this.batches.push(batch),
      onEnd: (end) => (this.end = end),
    });
    cleanUp.push(() => this.watch.close());
  }

  /** Each change as `+key@revision` or `-key@revision`. */
  get words(): string[] {
    return this.batches.flatMap((batch) =>
      batch.changes.map((change) =>
        change.kind === 'put'
          ? `+${change.node.key}@${change.node.modRevision}`
          : `-${change.key}@${change.modRevision}`,
      ),
    );
  }
}

describe('etcd', () => {
  let server: EtcdServer;
  let client: Etcd3;
  beforeAll(async () => {
    server = await startEtcd();
    client = new Etcd3({ hosts: server.endpoint });
  });
  afterAll(async () => {
    client.close();
    await server.dispose();
  });
  afterEach(async () => {
    await client.delete().all();
  });

  it('gives the keys below a namespace, and for an empty one all keys', async () => {
    for (const key of ['/service/a/leader', '/service2/b', '/service', '/other/c', 'plain'])
      await client.put(key).value('v');
    const store = open(server.endpoint);
    const keys = async (prefix: string): Promise<string[]> => (await read(store, prefix)).nodes.map((node) => node.key);
    for (const same of ['/service', '/service/', 'service', '//service//']) {
      expect(await keys(same)).toEqual(['/service/a/leader']);
    }
    for (const all of ['', '/']) {
      expect(await keys(all)).toEqual(['/other/c', '/service', '/service/a/leader', '/service2/b', 'plain']);
    }
  });

  it('gives keys and values of any Unicode and any size, with sessions and revisions as exact text', async () => {
    const lease = await client.leaseClient.leaseGrant({ TTL: 60 });
    const big = 'ü'.repeat(500_000);
    await client.kv.put({ key: Buffer.from('/service/日本/members/пг-1'), value: Buffer.from(big), lease: lease.ID });
    await client.put('/service/x/broken').value(Buffer.from([0x7b, 0xff, 0x7d]));
    const store = open(server.endpoint);
    const { nodes, storeId } = await read(store, '/service');
    const [broken, node] = nodes;
    expect(node).toMatchObject({
      key: '/service/日本/members/пг-1',
      bytes: 1_000_000,
      version: '1',
      session: lease.ID,
    });
    expect(node?.value === big).toBe(true);
    expect(broken).toMatchObject({ value: '{\ufffd}', bytes: 3, session: null });
    // Leases and cluster ids pass 2^53: a number would have rounded them.
    expect(Number.isSafeInteger(Number(lease.ID))).toBe(false);
    expect(storeId).toMatch(/^\d{16,20}$/);
    const sessions = await store.sessions([lease.ID, '12345', 'none']);
    expect(sessions).toMatchObject({
      ok: true,
      value: [
        { id: lease.ID, grantedTtlSeconds: 60 },
        { id: '12345', remainingTtlSeconds: -1 },
        { id: 'none', remainingTtlSeconds: -1 },
      ],
    });
    if (sessions.ok) expect(sessions.value[0]?.remainingTtlSeconds).toBeGreaterThan(50);
  });

  it('gives 5,000 keys as they were at one revision while they are written', async () => {
    const writeAll = async (value: string): Promise<void> => {
      for (let at = 0; at < 5000; at += 100) {
        const success = Array.from({ length: 100 }, (_, more) => ({
          request_put: { key: Buffer.from(`/service/c${String(at + more)}/leader`), value: Buffer.from(value) },
        }));
        await client.kv.txn({ success });
      }
    };
    await writeAll('old');
    const store = open(server.endpoint);
    const writing = writeAll('new');
    const snapshot = await read(store, '/service');
    await writing;
    expect(snapshot.nodes).toHaveLength(5000);
    // Each hundred was written at once: none may be half old and half new.
    const hundreds = new Map<string, Set<string>>();
    for (const node of snapshot.nodes) {
      const hundred = String(Math.floor(Number(/\d+/.exec(node.key)?.[0]) / 100));
      hundreds.set(hundred, (hundreds.get(hundred) ?? new Set()).add(node.value));
      expect(BigInt(node.modRevision) <= BigInt(snapshot.revision)).toBe(true);
    }
    for (const values of hundreds.values()) expect(values.size).toBe(1);
    expect(await store.probe('/service')).toMatchObject({
      ok: true,
      value: {
        endpoint: server.endpoint,
        version: expect.stringMatching(/^etcd 3\.\d/) as string,
        clusterCount: 5000,
        keyCount: 5000,
      },
    });
  });

  it('reports each change once, in order, from the revision asked for', async () => {
    const store = open(server.endpoint);
    const { revision } = await read(store, '/service');
    const at = (more: number): string => String(BigInt(revision) + BigInt(more));
    await client.put('/service/a/leader').value('1');
    await client.put('/elsewhere').value('1');
    await client.delete().key('/service/a/leader');
    const heard = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => heard.words).toEqual([`+/service/a/leader@${at(1)}`, `-/service/a/leader@${at(3)}`]);
    await client.put('/service/a/leader').value('2');
    await expect.poll(() => heard.words.length).toBe(3);
    const last = heard.batches.at(-1)?.changes[0];
    // Deleted and made again: another key of the same name.
    expect(last).toMatchObject({ kind: 'put', node: { version: '1', createRevision: at(4), modRevision: at(4) } });
    expect(heard.ready).toBe(1);
  });

  it('reports a transaction as one batch, live and from a backlog that comes in fragments', async () => {
    const store = open(server.endpoint);
    const { revision } = await read(store, '/service');
    const live = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => live.ready).toBe(1);
    for (let round = 0; round < 6; round++) {
      const success = ['a', 'b', 'c'].map((key) => ({
        request_put: { key: Buffer.from(`/service/x/members/${key}`), value: Buffer.alloc(450_000, 0x61) },
      }));
      await client.kv.txn({ success });
    }
    const late = new Heard(store, '/service', nextRevision(revision));
    for (const heard of [live, late]) {
      await expect.poll(() => heard.words.length, { timeout: 10_000 }).toBe(18);
      for (const { changes } of heard.batches) expect(changes.length % 3).toBe(0);
    }
  });

  it('reports what a lease took with it', async () => {
    const store = open(server.endpoint);
    const lease = await client.leaseClient.leaseGrant({ TTL: 1 });
    const keys = ['/service/a/leader', '/service/a/members/pg1'];
    for (const key of keys) await client.kv.put({ key: Buffer.from(key), value: Buffer.from('v'), lease: lease.ID });
    const { revision, nodes } = await read(store, '/service');
    expect(nodes.map((node) => node.session)).toEqual([lease.ID, lease.ID]);
    const heard = new Heard(store, '/service', nextRevision(revision));
    await expect
      .poll(() => heard.words.map((word) => word.split('@')[0]).sort(), { timeout: 15_000 })
      .toEqual(keys.map((key) => `-${key}`));
  });

  it('says that a watch asks for what was compacted, a deletion at the very revision included', async () => {
    const store = open(server.endpoint);
    await client.put('/service/a/leader').value('1');
    const { revision } = await read(store, '/service');
    const deletion = nextRevision(revision);
    await client.delete().key('/service/a/leader');
    await client.put('/service/a/config').value('1');
    await client.kv.compact({ revision: deletion });
    const heard = new Heard(store, '/service', deletion);
    await expect.poll(() => heard.end).toEqual({ kind: 'compacted', compactRevision: deletion });
    expect(heard.words).toEqual([]);
  });

  it('ends a watch on a connection that went silent, and one that broke', async () => {
    const proxy = await TcpProxy.start(server.port);
    cleanUp.push(() => proxy.close());
    const store = open(proxy.endpoint, { timing: QUICK });
    const { revision } = await read(store, '/service');
    const first = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => first.ready).toBe(1);
    // It was asked in the silence, and answered.
    await expect.poll(() => first.batches.length).toBeGreaterThan(1);
    proxy.stall();
    await expect
      .poll(() => first.end, { timeout: 5000 })
      .toMatchObject({ kind: 'failed', failure: { kind: 'timeout' } });
    proxy.heal();
    const second = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => second.ready).toBe(1);
    proxy.cut();
    await expect.poll(() => second.end).toMatchObject({ kind: 'failed', failure: { kind: 'unavailable' } });
  });

  it('drops its connection after a sleep and makes another', async () => {
    const proxy = await TcpProxy.start(server.port);
    cleanUp.push(() => proxy.close());
    const store = open(proxy.endpoint);
    const { revision } = await read(store, '/service');
    const heard = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => heard.ready).toBe(1);
    expect(proxy.connections).toBe(1);
    proxy.stall();
    store.wake();
    expect(heard.end).toMatchObject({ kind: 'failed', failure: { kind: 'unavailable' } });
    proxy.heal();
    await read(store, '/service');
    expect(proxy.connections).toBe(2);
  });

  it('is read from the next endpoint when one is dead or silent', async () => {
    const silent = await TcpProxy.start(server.port);
    cleanUp.push(() => silent.close());
    silent.stall();
    const dead = `http://127.0.0.1:${String(await freePort())}`;
    const store = open([dead, silent.endpoint, 'http://no-such-host.invalid', server.endpoint], { timing: QUICK });
    await read(store, '/service');
    expect(await store.probe('')).toMatchObject({ ok: true, value: { endpoint: server.endpoint } });
  });

  it('that asks for no user serves one nevertheless', async () => {
    await client.put('/service/a/leader').value('v');
    expect((await read(open(server.endpoint, { username: 'bob', password: 'x' }), '/service')).nodes).toHaveLength(1);
  });

  it('is not loaded before it is needed', () => {
    const code =
      "import { createRequire } from 'node:module';" +
      `const { Etcd3Store } = await import(${JSON.stringify(join(import.meta.dirname, 'etcd3-store.ts'))});` +
      "new Etcd3Store({ endpoints: ['http://127.0.0.1:1'], username: null, password: null, caFile: null, certFile: null, keyFile: null });" +
      "console.log(Object.keys(createRequire(import.meta.url).cache).filter((file) => /grpc|etcd3|protobuf/.test(file)).filter((file) => file.includes('node_modules')).length);";
    const args = ['--import', 'tsx', '--input-type=module', '-e', code];
    expect(
      execFileSync(process.execPath, args, { cwd: join(import.meta.dirname, '../../..') })
        .toString()
        .trim(),
    ).toBe('0');
  });
});

describe('an etcd with users and TLS', () => {
  it('is read with a client certificate, and with user and password whose token expires', async () => {
    const certificates = await makeCertificates();
    cleanUp.push(() => certificates.dispose());
    const { ca, client, server: own } = certificates;
    const users = [{ name: 'bob', password: 'secret', readPrefix: '/service/' }];
    const tls = { ...own, caFile: ca.certFile, clientCaFile: ca.certFile };
    const server = await startEtcd({
      tls: { ...tls, clientCertFile: client.certFile, clientKeyFile: client.keyFile },
      auth: { rootPassword: 'root-secret', users },
      args: ['--auth-token-ttl', '1'],
    });
    cleanUp.push(() => server.dispose());
    const login = { username: 'bob', password: 'secret', caFile: ca.certFile, ...client };
    const store = open(server.endpoint, { ...login, timing: { heartbeatMs: 60_000 } });
    await server.ctl(['put', '/service/a/leader', 'pg1']);
    const { revision, nodes } = await read(store, '/service');
    expect(nodes).toHaveLength(1);
    const first = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => first.ready).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    // The token has expired: an open watch goes on, a new one and a read get a new token.
    await server.ctl(['put', '/service/a/leader', 'pg2']);
    await expect.poll(() => first.words.length).toBe(1);
    first.watch.close();
    const second = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => [second.end, second.words.length]).toEqual([null, 1]);
    expect(second.end).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect((await read(store, '/service')).nodes[0]?.value).toBe('pg2');
    // Users and roles changed meanwhile: tokens from before are too old.
    await server.ctl(['user', 'add', 'carol:x']);
    expect((await read(store, '/service')).nodes).toHaveLength(1);
  });
});

describe('a store that took the place of another', () => {
  it('is noticed when its revisions went back, and also when they have overtaken the cursor', async () => {
    const server = await startEtcd();
    cleanUp.push(() => server.dispose());
    await server.ctl(['put', '/service/a/leader', 'pg1']);
    const backup = join(server.dataDir, '..', 'backup.db');
    await server.ctl(['snapshot', 'save', backup]);
    for (const value of ['pg2', 'pg3', 'pg4']) await server.ctl(['put', '/service/a/leader', value]);
    const store = open(server.endpoint);
    const { revision } = await read(store, '/service');
    await server.restore(backup);
    const back = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => back.end).toEqual({ kind: 'replaced' });
    for (const value of ['a', 'b', 'c', 'd', 'e', 'f']) await server.ctl(['put', '/service/other', value]);
    const ahead = new Heard(store, '/service', nextRevision(revision));
    await expect.poll(() => ahead.end).toEqual({ kind: 'replaced' });
    expect(ahead.words).toEqual([]);
  });
});
