import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../app/clock';
import { KubernetesDouble } from '../lab/kubernetes-double';
import { TcpProxy } from '../lab/tcp-proxy';
import { KubernetesStore } from '../main/stores/kubernetes/kubernetes-store';
import { systemClock } from '../main/system-clock';
import { Observed, until } from './observed';

// The faults of the other stores, on a double of the API server: of several servers behind one address nobody knows, so there is one.

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

class JumpingClock implements Clock {
  offsetMs = 0;
  now(): number {
    return systemClock.now() + this.offsetMs;
  }
  after(ms: number, run: () => void): () => void {
    return systemClock.after(ms, run);
  }
}

function open(url: string, token: string | null = null): KubernetesStore {
  const store = new KubernetesStore({
    namespace: 'pg',
    scopeLabel: 'cluster-name',
    useEndpoints: true,
    kubeconfig: null,
    context: null,
    server: url,
    caFile: null,
    token,
    labels: {},
    timing: { callMs: 1500, watchMs: 2000, expiryMs: 100 },
  });
  closers.push(() => store.close());
  return store;
}

/** A mirror over a proxy that is live, and a writer that goes straight to the server. */
async function begin() {
  const api = await KubernetesDouble.start();
  closers.push(() => api.close());
  const proxy = await TcpProxy.start(api.port);
  closers.push(() => proxy.close());
  const writer = open(api.url);
  for (const name of ['demo-0', 'demo-1']) api.put('pods', name, { status: '{"state":"running"}' });
  const fill = async (value: string): Promise<void> => {
    for (const name of ['config', 'history', 'initialize', 'members/demo-0']) {
      const written = await writer.set(`/pg/demo/${name}`, JSON.stringify({ value }), 'any', null);
      expect(written.kind).toBe('done');
    }
  };
  await fill('before');
  const clock = new JumpingClock();
  const seen = new Observed(open(proxy.endpoint), '/pg', clock);
  closers.push(() => seen.mirror.close());
  await seen.equals(writer);
  const ends = async (): Promise<void> => {
    await seen.equals(writer);
    expect(seen.twice).toEqual([]);
  };
  return { api, proxy, writer, fill, seen, ends, clock, told: seen.statuses.length };
}

describe('Kubernetes', () => {
  it('the API server is stopped: says so for as long, and goes on when it is back', async () => {
    const { api, seen, fill, ends, told } = await begin();
    await api.close();
    await until(() => seen.failures(told).length > 0);
    expect(seen.failures(told)[0]?.message).toMatch(
      /API server at 127\.0\.0\.1:\d+ (broke|was refused)|ended the conn/,
    );
    expect(seen.mirror.nodes.size).toBe(5);
    await api.listen();
    await fill('back');
    await ends();
  });

  it('the network is cut: says that the connection broke, and shows what happened meanwhile', async () => {
    const { api, proxy, seen, fill, ends, told } = await begin();
    proxy.refuse();
    await until(() => seen.failures(told).length > 0);
    await fill('unseen');
    api.delete('pods', 'demo-1');
    proxy.heal();
    await ends();
    expect(seen.mirror.nodes.has('/pg/demo/members/demo-1')).toBe(false);
  });

  it('the connection is half open: the silence is noticed and said', async () => {
    const { proxy, seen, fill, ends, told } = await begin();
    proxy.stall();
    await fill('unheard');
    await until(() => seen.failures(told).length > 0);
    expect(seen.failures(told)[0]).toMatchObject({ kind: 'timeout' });
    expect(seen.failures(told)[0]?.message).toMatch(/no longer answers|did not answer in time/);
    proxy.heal();
    await ends();
  });

  it('the past is forgotten while it was away: it reads everything anew', async () => {
    const { api, proxy, seen, fill, ends, told } = await begin();
    proxy.refuse();
    await until(() => seen.failures(told).length > 0);
    await fill('unseen');
    api.delete('pods', 'demo-1');
    api.compact();
    proxy.heal();
    await ends();
  });

  it('a lock runs out while it was away, and is taken by another: the other one leads', async () => {
    const { proxy, writer, seen, ends, told } = await begin();
    const session = await writer.openSession(1);
    if (!session.ok) throw new Error(session.error.message);
    expect((await writer.create('/pg/demo/leader', 'demo-0', session.value)).kind).toBe('done');
    await until(() => seen.mirror.nodes.get('/pg/demo/leader')?.value === 'demo-0');
    proxy.refuse();
    await until(() => seen.failures(told).length > 0);
    await until(async () => {
      const next = await writer.openSession(60);
      return next.ok && (await writer.create('/pg/demo/leader', 'demo-1', next.value)).kind === 'done';
    });
    proxy.heal();
    await ends();
    expect(seen.mirror.nodes.get('/pg/demo/leader')?.value).toBe('demo-1');
  });

  it('the clock is wrong by five minutes, either way: it makes no difference', async () => {
    const { proxy, seen, fill, ends, clock } = await begin();
    for (const offsetMs of [300_000, -300_000]) {
      clock.offsetMs = offsetMs;
      await fill(String(offsetMs));
      await ends();
      proxy.refuse();
      await until(() => !seen.isLive);
      proxy.heal();
      await ends();
    }
  });

  it('the machine sleeps for an hour: after waking the connection is made anew at once', async () => {
    const { proxy, seen, fill, ends, clock } = await begin();
    proxy.stall();
    await fill('asleep');
    clock.offsetMs += 3_600_000;
    proxy.heal();
    seen.mirror.wake();
    await ends();
  });

  it.each([false, true])(
    'etcd behind it is restored, its versions then higher than what was seen: %s',
    async (higher) => {
      const { api, writer, seen, fill, told } = await begin();
      const restore = api.backup();
      await fill('now');
      expect((await writer.create('/pg/demo/failover', '{"member":"demo-1"}', null)).kind).toBe('done');
      await seen.equals(writer);
      restore();
      if (higher) for (let i = 0; i < 30; i += 1) api.put('pods', 'elsewhere', { i: String(i) }, { app: 'x' });
      await until(() => seen.statuses.length > told);
      await seen.equals(writer);
      expect(seen.mirror.nodes.has('/pg/demo/failover')).toBe(false);
      expect(seen.mirror.nodes.get('/pg/demo/config')?.value).toBe('{"value":"before"}');
    },
  );

  it('the token is no longer valid: says so, and goes on when it is again', async () => {
    const { api, seen, fill, ends, told } = await begin();
    api.token = 'another';
    api.endWatches('closed');
    await until(() => seen.failures(told).length > 0);
    expect(seen.failures(told)[0]).toMatchObject({ kind: 'unauthenticated' });
    api.token = null;
    await fill('again');
    await ends();
  });
});
