import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type EtcdServer, startEtcd } from '../../../lab/etcd-server';
import type { WatchEnd } from '../../../app/dcs/store';
import { plainEtcd } from '../../../lab/plain-etcd';
import { Mirror } from '../../inspection/mirror';
import { systemClock } from '../../system-clock';
import { Etcd2Store } from './etcd2-store';

let server: EtcdServer;
beforeAll(async () => {
  server = await startEtcd({ args: ['--enable-v2'] });
}, 30_000);
afterAll(() => server.dispose());

const v2 = (method: string, path: string, body = '') =>
  fetch(`${server.endpoint}/v2/keys/${path}`, {
    method,
    body: method === 'PUT' ? body : null,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }).then((answer) => answer.text());

it('the keys of an etcd v2 are followed: set, expired, deleted alone and as a folder', async () => {
  const store = new Etcd2Store(plainEtcd('http://127.0.0.1:9', server.endpoint));
  expect(await store.snapshot('/service')).toMatchObject({ ok: true, value: { nodes: [] } });
  await v2('PUT', 'service/demo/config', 'value={}');
  const causes: string[] = [];
  const mirror = new Mirror(store, '/service', systemClock, {
    onBatch: ({ cause }) => void causes.push(cause),
    onStatus: () => undefined,
  });
  onTestFinished(() => {
    mirror.close();
    store.close();
  });
  mirror.start();
  const values = () => Object.fromEntries([...mirror.nodes].map(([key, { value }]) => [key, value]));
  await expect.poll(() => mirror.status.kind, { timeout: 5000 }).toBe('live');
  await v2('PUT', 'service/demo/leader', 'value=a&ttl=1');
  await expect.poll(() => values()['/service/demo/leader'], { timeout: 5000 }).toBe('a');
  await expect.poll(values, { timeout: 5000 }).toEqual({ '/service/demo/config': '{}' });
  await v2('PUT', 'service/demo/members/a', 'value=x');
  await v2('DELETE', 'service/demo/config');
  await expect.poll(values, { timeout: 5000 }).toEqual({ '/service/demo/members/a': 'x' });
  expect(causes).not.toContain('resync');
  await v2('DELETE', 'service/demo?recursive=true');
  await expect.poll(values, { timeout: 5000 }).toEqual({});
  expect(await store.probe('/service')).toMatchObject({ ok: true, value: { version: 'etcd 3.4.23 (v2 API)' } });
}, 40_000);

it('a watch from before the window of 1000 events says so, and an etcd without the v2 API is named', async () => {
  for (let i = 0; i < 1010; i += 1) await v2('PUT', 'elsewhere', `value=${String(i)}`);
  const store = new Etcd2Store(plainEtcd(server.endpoint));
  onTestFinished(() => store.close());
  const end = await new Promise<WatchEnd>((resolve) => {
    store.watch('/service', '2', { onReady: () => undefined, onBatch: () => undefined, onEnd: resolve });
  });
  expect(end.kind).toBe('compacted');
  const without = await startEtcd();
  onTestFinished(() => without.dispose());
  expect(await new Etcd2Store(plainEtcd(without.endpoint)).probe('/service')).toMatchObject({
    ok: false,
    error: { kind: 'too-old', message: expect.stringContaining('not to etcd’s v2 API') as string },
  });
}, 60_000);
