import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { makeCertificates } from '../../../lab/certificates';
import { type EtcdServer, startEtcd, startEtcdCluster } from '../../../lab/etcd-server';
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

/** A user of the v2 API, which has users of its own; `root` may do everything, a guest nothing. */
async function guard(endpoint: string): Promise<void> {
  const auth = async (method: string, path: string, body: object | null): Promise<void> => {
    const answer = await fetch(`${endpoint}/v2/auth/${path}`, {
      method,
      body: body === null ? null : JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from('root:let me in').toString('base64')}`,
      },
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  };
  await auth('PUT', 'users/root', { user: 'root', password: 'let me in' });
  await auth('PUT', 'enable', null);
  await auth('PUT', 'roles/guest', { role: 'guest', revoke: { kv: { read: ['/*'], write: ['/*'] } } });
}

it('user and password, where etcd demands them: right, wrong, none', async () => {
  const guarded = await startEtcd({ args: ['--enable-v2'] });
  onTestFinished(() => guarded.dispose());
  await guard(guarded.endpoint);
  const probe = (username: string | null, password: string | null) =>
    new Etcd2Store({ ...plainEtcd(guarded.endpoint), username, password }).probe('/service');
  expect(await probe('root', 'let me in')).toMatchObject({ ok: true });
  const wrong = await probe('root', 'let me out');
  expect(wrong).toMatchObject({
    ok: false,
    error: { kind: 'unauthenticated', message: expect.stringContaining('"root"') as string },
  });
  expect(JSON.stringify(wrong)).not.toContain('let me out');
  expect(await probe(null, null)).toMatchObject({
    ok: false,
    error: { kind: 'unauthenticated', message: expect.stringContaining('demands a user name') as string },
  });
  const store = new Etcd2Store({ ...plainEtcd(guarded.endpoint), username: 'root', password: 'let me in' });
  expect(await store.create('/service/demo/config', '{}', null)).toMatchObject({ kind: 'done' });
}, 60_000);

it('TLS: with the CA, without it, with a client certificate, and what is spoken where', async () => {
  const certificates = await makeCertificates();
  onTestFinished(() => certificates.dispose());
  const { ca, client, server: pair, wrongCa } = certificates;
  const secure = await startEtcd({
    args: ['--enable-v2'],
    tls: {
      ...pair,
      caFile: ca.certFile,
      clientCaFile: ca.certFile,
      clientCertFile: client.certFile,
      clientKeyFile: client.keyFile,
    },
  });
  onTestFinished(() => secure.dispose());
  const probe = (endpoint: string, caFile: string | null, own = false) =>
    new Etcd2Store({
      ...plainEtcd(endpoint),
      caFile,
      certFile: own ? client.certFile : null,
      keyFile: own ? client.keyFile : null,
    }).probe('/service');
  const kind = async (asked: ReturnType<typeof probe>): Promise<string> => {
    const outcome = await asked;
    return outcome.ok ? 'ok' : outcome.error.kind;
  };
  expect(await kind(probe(secure.endpoint, ca.certFile, true))).toBe('ok');
  expect(await kind(probe(secure.endpoint, ca.certFile))).toBe('client-certificate');
  expect(await kind(probe(secure.endpoint, wrongCa.certFile, true))).toBe('ca-rejected');
  expect(await kind(probe(secure.endpoint.replace('https', 'http'), null))).toBe('tls-server');
  expect(await kind(probe(server.endpoint.replace('http', 'https'), ca.certFile))).toBe('plaintext-server');
}, 60_000);

it('a majority that is away: says so, within five seconds', async () => {
  const members = await startEtcdCluster(3, ['--enable-v2']);
  const [one, two, three] = members;
  onTestFinished(async () => {
    await Promise.all(members.map((member) => member.dispose()));
  });
  await Promise.all([two?.kill(), three?.kill()]);
  const store = new Etcd2Store(plainEtcd(one?.endpoint ?? ''));
  await expect
    .poll(() => store.probe('/service'), { timeout: 30_000 })
    .toMatchObject({ ok: false, error: { kind: 'no-quorum' } });
}, 60_000);
