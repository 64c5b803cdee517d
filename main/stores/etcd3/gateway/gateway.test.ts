import { afterEach, describe, expect, it } from 'vitest';
import { type EtcdOptions, type EtcdServer, startEtcd } from '../../../../lab/etcd-server';
import { startHttp1Proxy } from '../../../../lab/http1-proxy';
import { plainEtcd } from '../../../../lab/plain-etcd';
import type { StoreWatch, WatchEnd } from '../../../../app/dcs/store';
import { Etcd3Store } from '../etcd3-store';
import type { Etcd3Options } from '../options';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
});

/** An etcd, and a client of it that reaches it through a proxy which passes HTTP/1.1 only. */
async function behindProxy(options: EtcdOptions = {}) {
  const server: EtcdServer = await startEtcd(options);
  cleanUp.push(() => server.dispose());
  const proxy = await startHttp1Proxy(server.port);
  cleanUp.push(() => proxy.close());
  const open = (more: Partial<Etcd3Options> = {}): Etcd3Store => {
    const store = new Etcd3Store({ ...plainEtcd(proxy.endpoint), ...more });
    cleanUp.push(() => store.close());
    return store;
  };
  return { server, proxy, open };
}

function heard(watch: (onEnd: (end: WatchEnd) => void) => StoreWatch): Promise<WatchEnd> {
  return new Promise((resolve) => {
    const open = watch(resolve);
    cleanUp.push(() => open.close());
  });
}

describe('an etcd that no gRPC comes through to', () => {
  it('is reached by its HTTP gateway, and the connection says so', async () => {
    const { server, proxy, open } = await behindProxy();
    await server.ctl(['put', '/service/demo/leader', 'pg1']);
    const store = open();
    expect(await store.probe('/service')).toMatchObject({
      ok: true,
      value: { endpoint: proxy.endpoint, version: 'etcd 3.4.23, by etcd’s HTTP gateway', keyCount: 1, clusterCount: 1 },
    });
    expect(await store.snapshot('/service')).toMatchObject({ ok: true, value: { nodes: [{ value: 'pg1' }] } });
    expect(store.way).toBe('etcd’s HTTP gateway');
    const direct = new Etcd3Store(plainEtcd(server.endpoint));
    cleanUp.push(() => direct.close());
    expect(await direct.snapshot('/service')).toMatchObject({ ok: true });
    expect(direct.way).toBeNull();
  });

  it('tells a wrong password, and that a user may not read, as over gRPC', async () => {
    const users = [{ name: 'bob', password: 'right', readPrefix: '/service/' }];
    const { open } = await behindProxy({ auth: { rootPassword: 'root-password', users } });
    const bob = { username: 'bob', password: 'right' };
    expect(await open(bob).probe('/service')).toMatchObject({ ok: true });
    const wrong = await open({ ...bob, password: 'a-wrong-one' }).probe('/service');
    expect(wrong).toMatchObject({ ok: false, error: { kind: 'unauthenticated' } });
    expect(JSON.stringify(wrong)).not.toContain('a-wrong-one');
    expect(await open(bob).probe('/other')).toMatchObject({ ok: false, error: { kind: 'permission-denied' } });
    expect(await open().probe('/service')).toMatchObject({ ok: false, error: { kind: 'unauthenticated' } });
  });

  it('a watch from a revision that was compacted says so, and from another store that it is one', async () => {
    const { server, open } = await behindProxy();
    for (const value of ['a', 'b', 'c']) await server.ctl(['put', '/service/x', value]);
    const store = open();
    await server.ctl(['compact', '3']);
    const listener = { onReady: () => undefined, onBatch: () => undefined };
    const end = await heard((onEnd) => store.watch('/service', '2', { ...listener, onEnd }));
    expect(end).toEqual({ kind: 'compacted', compactRevision: '3' });
    await store.snapshot('/service');
    const future = await heard((onEnd) => store.watch('/service', '999', { ...listener, onEnd }));
    expect(future.kind).toBe('replaced');
  });

  it('a watch ends when etcd goes away', async () => {
    const { server, open } = await behindProxy();
    const store = open();
    const snapshot = await store.snapshot('/service');
    if (!snapshot.ok) throw new Error(snapshot.error.message);
    const end = await heard((onEnd) =>
      store.watch('/service', String(Number(snapshot.value.revision) + 1), {
        onReady: () => void server.kill(),
        onBatch: () => undefined,
        onEnd,
      }),
    );
    expect(end).toMatchObject({ kind: 'failed', failure: { kind: 'unavailable' } });
  });
});
