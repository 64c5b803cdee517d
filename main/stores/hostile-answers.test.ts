import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcp, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReadableStore } from '../../app/dcs/store';
import { plainConsul } from '../../lab/plain-consul';
import { plainEtcd } from '../../lab/plain-etcd';
import { Mirror } from '../inspection/mirror';
import { systemClock } from '../system-clock';
import { ConsulStore } from './consul/consul-store';
import { Etcd2Store } from './etcd2/etcd2-store';
import { ZooKeeperStore } from './zookeeper/zookeeper-store';

/** A server that answers as a test wants it; `asked` counts the requests. */
async function server(answer: RequestListener) {
  let asked = 0;
  const http = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const address = http.address();
  if (typeof address !== 'object' || address === null) throw new Error('a server without a port');
  return { endpoint: `http://127.0.0.1:${String(address.port)}`, asked: () => asked };
}

function mirrorOf(store: ReadableStore): Mirror {
  const mirror = new Mirror(store, '/service', systemClock, { onBatch: () => undefined, onStatus: () => undefined });
  onTestFinished(() => {
    mirror.close();
    store.close();
  });
  mirror.start();
  return mirror;
}

const consulKeys = (index: number) =>
  JSON.stringify([
    { Key: 'service/demo/leader', Value: 'cGcx', CreateIndex: 1, ModifyIndex: index, Flags: 0, LockIndex: 0 },
  ]);

describe('a Consul', () => {
  it.each(['abc', '', '-5', '1.5', '1e3', '9'.repeat(30)])(
    'whose index is %j is told to be none, instead of never being heard of again',
    async (index) => {
      const { endpoint } = await server((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'x-consul-index': index }).end(consulKeys(7));
      });
      const mirror = mirrorOf(new ConsulStore(plainConsul(endpoint)));
      await expect
        .poll(() => mirror.status, { timeout: 10_000 })
        .toMatchObject({ kind: 'lost', failure: { message: expect.stringContaining('not as Consul does') as string } });
    },
    20_000,
  );

  it.each([1.5, -1, 1e300])('whose keys were changed at %j is told to be none', async (index) => {
    const { endpoint } = await server((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-consul-index': '9' }).end(consulKeys(index));
    });
    const mirror = mirrorOf(new ConsulStore(plainConsul(endpoint)));
    await expect.poll(() => mirror.status.kind, { timeout: 10_000 }).toBe('lost');
  });

  it('whose answer never ends is left before the memory is full', async () => {
    let bytes = 0;
    const part = Buffer.alloc(1 << 20, 32);
    const { endpoint } = await server((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-consul-index': '9' });
      const more = (): void => {
        bytes += part.length;
        if (response.destroyed) return;
        if (response.write(part)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    const store = new ConsulStore({ ...plainConsul(endpoint), timing: { connectMs: 15_000 } });
    onTestFinished(() => store.close());
    expect(await store.probe('/service')).toMatchObject({ ok: false });
    expect(bytes).toBeLessThan(300_000_000);
  }, 30_000);

  it('that does not wait is not asked without end', async () => {
    const { endpoint, asked } = await server((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-consul-index': '9' }).end(consulKeys(7));
    });
    const mirror = mirrorOf(new ConsulStore(plainConsul(endpoint)));
    await expect.poll(() => mirror.status.kind, { timeout: 10_000 }).toBe('live');
    await sleep(1000);
    expect(asked()).toBeLessThan(30);
  }, 20_000);
});

describe('an etcd by its v2 API', () => {
  const tree = (modifiedIndex: unknown) => ({
    action: 'get',
    node: {
      key: '/service',
      dir: true,
      nodes: [{ key: '/service/demo/leader', value: 'pg1', createdIndex: 1, modifiedIndex: 4, ttl: 20 }],
      modifiedIndex,
    },
  });
  const head = { 'content-type': 'application/json', 'x-etcd-index': '9', 'x-etcd-cluster-id': 'abc' };

  it('whose event has no index that can be one is told so, instead of never being heard of again', async () => {
    const { endpoint } = await server((request, response) => {
      const event = { action: 'set', node: { key: '/service/demo/leader', value: 'pg2', modifiedIndex: 1e300 } };
      response.writeHead(200, head);
      response.end(JSON.stringify(request.url?.includes('wait=true') === true ? event : tree(4)));
    });
    const mirror = mirrorOf(new Etcd2Store(plainEtcd(endpoint)));
    await expect.poll(() => mirror.status.kind, { timeout: 10_000 }).toBe('lost');
  }, 20_000);

  it('that does not wait is not asked without end', async () => {
    const { endpoint, asked } = await server((request, response) => {
      response.writeHead(200, head).end(request.url?.includes('wait=true') === true ? '' : JSON.stringify(tree(4)));
    });
    const mirror = mirrorOf(new Etcd2Store(plainEtcd(endpoint)));
    await expect.poll(() => mirror.status.kind, { timeout: 10_000 }).toBe('live');
    await sleep(1000);
    expect(asked()).toBeLessThan(30);
  }, 20_000);

  it('that cannot say what is left of a TTL is not taken to say that it is over', async () => {
    let fails = false;
    const { endpoint } = await server((_, response) => {
      if (fails) response.writeHead(500, head).end('{"errorCode":300,"message":"Raft Internal Error","cause":"x"}');
      else response.writeHead(404, head).end('{"errorCode":100,"message":"Key not found","cause":"/x"}');
    });
    const store = new Etcd2Store(plainEtcd(endpoint));
    onTestFinished(() => store.close());
    const ids = (count: number) => Array.from({ length: count }, (_, i) => `ttl:/service/demo/members/pg${String(i)}`);
    expect(await store.sessions(ids(1))).toMatchObject({ ok: true, value: [{ remainingTtlSeconds: -1 }] });
    fails = true;
    for (const count of [1, 20]) {
      expect(await store.sessions(ids(count))).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
    }
  });
});

describe('a ZooKeeper', () => {
  async function target(onData: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const tcp = createTcp((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => onData(socket));
    });
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      tcp.close();
    });
    const address = tcp.address();
    if (typeof address !== 'object' || address === null) throw new Error('a server without a port');
    return `127.0.0.1:${String(address.port)}`;
  }
  const files = { caFile: null, certFile: null, keyFile: null, keyPassword: null };
  const probe = (host: string) => {
    const store = new ZooKeeperStore({ hosts: [host], useTls: false, verify: true, ...files, auth: [], acls: null });
    onTestFinished(() => store.close());
    return store.probe('/service');
  };
  // Protocol version, granted TTL, session and its password, and whether it may write only.
  const handshake = Buffer.concat([
    Buffer.from('000000250000000000002710000000000000000100000010', 'hex'),
    Buffer.alloc(17),
  ]);

  it.each([
    ['messages without a word in them', Buffer.alloc(64)],
    ['a message that ends in the middle', Buffer.from('000000020102', 'hex')],
    ['the beginning of HTTP/2', Buffer.from('000000040000000000', 'hex')],
    ['the same answer to everything', handshake],
  ])(
    'that says %s is told to be none, within the time of a connection test',
    async (_what, words) => {
      const began = Date.now();
      const found = await probe(await target((socket) => socket.write(words)));
      expect(found).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('not as a ZooKeeper') as string },
      });
      expect(Date.now() - began).toBeLessThan(8000);
    },
    15_000,
  );
});
