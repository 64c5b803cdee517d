import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Intent } from '../../app/operations/intent';
import { KubernetesDouble } from '../../lab/kubernetes-double';
import { Feed } from '../inspection/feed';
import { Source } from '../inspection/source';
import { HttpMemberApi } from '../patroni-api/http-member-api';
import { KubernetesStore } from '../stores/kubernetes/kubernetes-store';
import { systemClock } from '../system-clock';
import { ConnectionDoors } from './connection-doors';
import { Operations } from './operations';

// The program's operations on a Patroni in Kubernetes: on a double of the API server, with members that answer as Patroni does.

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const CLUSTER = 'k8s/demo';

/** Answers for a member, and writes down what it is asked to do. */
async function member(name: string, role: string, asked: string[]): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      if (request.method !== 'GET') asked.push(`${name} ${request.method ?? ''} ${request.url ?? ''} ${body}`.trim());
      const told = {
        state: 'running',
        role,
        timeline: 1,
        server_version: 160004,
        patroni: { version: '4.1.0', scope: 'demo', name },
        xlog: role === 'primary' ? { location: 100 } : { received_location: 100, replayed_location: 100 },
        ...(role === 'primary' ? {} : { replication_state: 'streaming' }),
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/patroni`;
}

async function desk(withMembers: boolean) {
  const api = await KubernetesDouble.start();
  ends.push(() => api.close());
  const asked: string[] = [];
  for (const [name, role] of [
    ['demo-0', 'primary'],
    ['demo-1', 'replica'],
  ] as const) {
    const url = withMembers ? await member(name, role, asked) : 'http://127.0.0.1:9/patroni';
    const conn = `postgres://127.0.0.1:5432/postgres`;
    const status = { role, state: 'running', timeline: 1, xlog_location: 100, api_url: url, conn_url: conn };
    api.put('pods', name, { status: JSON.stringify({ ...status, version: '4.1.0' }) });
  }
  api.put('endpoints', 'demo', { leader: 'demo-0', ttl: '300', renewTime: 'x', optime: '100' });
  api.put('endpoints', 'demo-config', { initialize: '7711168519450300001', config: '{"ttl":30}' });
  api.put('endpoints', 'demo-failover', {});
  const store = new KubernetesStore({
    namespace: 'pg',
    scopeLabel: 'cluster-name',
    useEndpoints: true,
    kubeconfig: null,
    context: null,
    server: api.url,
    caFile: null,
    token: null,
    labels: {},
  });
  ends.push(() => store.close());
  const feed = new Feed(systemClock, () => [], { send: () => undefined, happened: () => undefined });
  const source = new Source('k8s', store, '/pg', systemClock, {
    onDirty: () => feed.sourceChanged(),
    onStatus: () => feed.connectionsChanged(),
  });
  feed.add(source);
  source.start();
  ends.push(() => feed.close());
  await expect.poll(() => feed.detail(CLUSTER)?.groups[0]?.cluster.leader?.member.name).toBe('demo-0');
  const folder = mkdtempSync(join(tmpdir(), 'herdscope-operations-'));
  const members = new HttpMemberApi({
    username: null,
    password: null,
    caFile: null,
    certFile: null,
    keyFile: null,
    keyPassword: null,
    verify: true,
  });
  const way = () => ({
    name: 'k8s',
    practice: false,
    isWritable: true,
    isProduction: false,
    isLive: source.status.kind === 'live',
    namespace: '/pg',
    members,
    through: undefined,
    store,
  });
  const databases = {
    ask: () => Promise.resolve({ kind: 'nobody-to-ask' } as const),
    login: () => ({ kind: 'nobody-to-ask' }) as const,
  };
  const operations = new Operations({
    folder,
    doors: new ConnectionDoors({ way }, feed, databases),
    clock: systemClock,
    by: { user: 'dba', host: 'desk' },
    changed: () => undefined,
    ended: () => undefined,
    tell: () => undefined,
  });
  operations.start();
  ends.push(() => {
    operations.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const begin = async (intent: Intent, throughStore = false): Promise<string> => {
    const planned = await operations.plan(CLUSTER, intent, throughStore);
    if (!planned.ok) throw new Error(planned.error.message);
    const accepted = planned.value.plan.checks.filter(({ state }) => state === 'warning').map(({ id }) => id);
    const begun = await operations.begin({ clusterId: CLUSTER, intent, accepted, typedName: 'demo', throughStore });
    if (!begun.ok) throw new Error(begun.error.message);
    if (begun.value.kind !== 'started') throw new Error(JSON.stringify(begun.value));
    return begun.value.view.record.id;
  };
  const outcome = (id: string) => operations.list(null).find(({ record }) => record.id === id)?.outcome ?? null;
  return { api, feed, asked, begin, outcome };
}

describe('operations on a Patroni in Kubernetes', () => {
  it('a switchover for which no member can be reached is written into the annotations that the leader reads, and followed', async () => {
    const { api, begin, outcome } = await desk(false);
    const scheduledAt = null;
    const id = await begin(
      { kind: 'switchover', group: null, leader: 'demo-0', candidate: 'demo-1', scheduledAt },
      true,
    );
    await expect
      .poll(() => api.annotations('endpoints', 'demo-failover'), { timeout: 5000 })
      .toEqual({ leader: 'demo-0', member: 'demo-1' });
    expect(outcome(id)).toBeNull();
  });

  it('the configuration is edited where it is still the one that was read, and refused otherwise', async () => {
    const { api, feed, begin, outcome } = await desk(true);
    const revision = feed.detail(CLUSTER)?.groups[0]?.cluster.config?.version ?? '';
    const edit = (text: string): Intent => ({ kind: 'edit-config', group: null, text, revision });
    await begin(edit('{"ttl":20}'));
    await expect
      .poll(() => api.annotations('endpoints', 'demo-config'), { timeout: 5000 })
      .toEqual({ initialize: '7711168519450300001', config: '{"ttl":20}' });
    const planned = await begin(edit('{"ttl":10}')).catch((error: unknown) => String(error));
    if (!planned.startsWith('Error')) await expect.poll(() => outcome(planned)).not.toBeNull();
    expect(api.annotations('endpoints', 'demo-config')).toMatchObject({ config: '{"ttl":20}' });
  });

  it.each<[Intent, string]>([
    [{ kind: 'pause', group: null }, 'demo-0 PATCH /config {"pause":true}'],
    [
      { kind: 'restart', group: null, members: ['demo-1'], scheduledAt: null, onlyPending: false },
      'demo-1 POST /restart {}',
    ],
    [{ kind: 'reinitialize', group: null, members: ['demo-1'], fromLeader: false }, 'demo-1 POST /reinitialize {}'],
  ])('%o goes to the member that its pod tells of', async (intent, request) => {
    const { asked, begin } = await desk(true);
    await begin(intent);
    await expect.poll(() => asked, { timeout: 5000 }).toEqual([request]);
  });

  it('members are not missed a session: a member is its pod', async () => {
    const { feed } = await desk(true);
    expect(JSON.stringify(feed.detail(CLUSTER))).not.toContain('member-without-session');
  });

  it('a cluster that is removed is removed with its objects; its pods stay', async () => {
    const { api, begin } = await desk(true);
    api.put('endpoints', 'other-config', { config: '{}' }, { 'cluster-name': 'other' });
    await begin({ kind: 'remove-cluster', group: null });
    await expect.poll(() => api.annotations('endpoints', 'demo-config')).toBeNull();
    expect(api.annotations('pods', 'demo-0')).not.toBeNull();
    expect(api.annotations('endpoints', 'other-config')).toEqual({ config: '{}' });
  });
});
