import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { KubernetesDouble } from '../../../lab/kubernetes-double';
import { Mirror } from '../../inspection/mirror';
import { systemClock } from '../../system-clock';
import { isStandbyCluster } from '../../../app/cluster/global-config';
import { KubernetesDcs } from './kubernetes-dcs';
import { KubernetesStore } from './kubernetes-store';
import type { KubernetesOptions } from './options';

// On a double of the API server (see there): no real one is to be had.

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(more: Partial<KubernetesOptions> = {}) {
  const api = await KubernetesDouble.start();
  closers.push(() => api.close());
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
    timing: { watchMs: 1000, expiryMs: 50 },
    ...more,
  });
  closers.push(() => store.close());
  return { api, store };
}

function follow(store: KubernetesStore) {
  const causes: string[] = [];
  const mirror = new Mirror(store, '/pg', systemClock, {
    onBatch: ({ cause }) => void causes.push(cause),
    onStatus: () => undefined,
  });
  mirror.start();
  closers.push(() => mirror.close());
  const values = (): object => Object.fromEntries([...mirror.nodes].map(([key, { value }]) => [key, value]));
  return { mirror, causes, values };
}

describe('Patroni’s state in Kubernetes', () => {
  it('is followed as keys: objects and pods that are made, changed and deleted', async () => {
    const { api, store } = await start();
    api.put('endpoints', 'demo', { leader: 'demo-0', ttl: '30' });
    api.put('pods', 'demo-0', { status: '{"state":"running"}' });
    const { mirror, causes, values } = follow(store);
    await expect.poll(() => mirror.status.kind).toBe('live');
    api.put('endpoints', 'demo-config', { config: '{"ttl":30}' });
    api.put('pods', 'demo-0', { status: '{"state":"stopped"}' });
    api.put('pods', 'demo-1', {});
    api.delete('pods', 'demo-1');
    api.put('endpoints', 'else', {}, { app: 'another' });
    await expect.poll(values).toEqual({
      '/pg/demo/leader': 'demo-0',
      '/pg/demo/config': '{"ttl":30}',
      '/pg/demo/members/demo-0': '{"state":"stopped","pod_labels":{"cluster-name":"demo"}}',
    });
    expect(mirror.nodes.get('/pg/demo/config')?.modRevision).toBe('103');
    // The server ends watches again and again: nothing is lost or read anew by that.
    const { opened } = api;
    await expect.poll(() => api.opened, { timeout: 5000 }).toBeGreaterThan(opened + 1);
    api.delete('endpoints', 'demo-config');
    await expect.poll(() => mirror.nodes.has('/pg/demo/config')).toBe(false);
    expect(new Set(causes)).toEqual(new Set(['snapshot', 'watch']));
    expect(mirror.status.kind).toBe('live');
  });

  it.each(['at the next watch', 'within a watch'])('is read anew when its past was forgotten: %s', async (when) => {
    const { api, store } = await start();
    api.put('endpoints', 'demo', { leader: 'a', ttl: '30' });
    const { mirror, causes, values } = follow(store);
    await expect.poll(() => mirror.status.kind).toBe('live');
    await expect.poll(() => api.opened).toBeGreaterThan(1);
    api.compact();
    api.endWatches(when === 'within a watch' ? 'gone' : 'closed');
    await expect.poll(() => causes, { timeout: 5000 }).toContain('resync');
    api.put('endpoints', 'demo', { leader: 'b', ttl: '30' });
    await expect.poll(values).toEqual({ '/pg/demo/leader': 'b' });
  });

  it('a leader that does not renew its record for its TTL leads no longer, and does so again when it comes back', async () => {
    const { api, store } = await start();
    api.put('endpoints', 'demo', { leader: 'a', ttl: '1', optime: '5', renewTime: '1' });
    const { mirror, values } = follow(store);
    await expect.poll(() => mirror.nodes.has('/pg/demo/leader')).toBe(true);
    await expect.poll(values, { timeout: 5000 }).toEqual({ '/pg/demo/status': '{"optime":5}' });
    api.put('endpoints', 'demo', { leader: 'a', ttl: '30', optime: '5', renewTime: '2' });
    await expect.poll(() => mirror.nodes.get('/pg/demo/leader')?.value).toBe('a');
  });

  it('ConfigMaps are read page by page, and only those with the labels', async () => {
    const { api, store } = await start({ useEndpoints: false, labels: { app: 'patroni' } });
    for (let i = 0; i < 1203; i += 1) {
      api.put('pods', `demo-${String(i)}`, {}, { 'cluster-name': 'demo', app: 'patroni' });
    }
    api.put('configmaps', 'demo-leader', { leader: 'demo-0' }, { 'cluster-name': 'demo', app: 'patroni' });
    api.put('pods', 'pooler', {});
    expect(await store.probe('/pg')).toMatchObject({
      ok: true,
      value: { endpoint: api.url, version: 'Kubernetes v1.33.0-double', clusterCount: 1, keyCount: 1204 },
    });
  });

  it('the API server and the token are those of the kubeconfig’s context; a token file is read again after a 401', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'herdscope-kube-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const kubeconfig = join(folder, 'config');
    const { api, store } = await start({ server: null, kubeconfig });
    const user = (name: string, body: string) => `- {name: ${name}, user: ${body}}\n`;
    const context = (name: string) => `- {name: ${name}, context: {cluster: c, user: ${name}}}\n`;
    await writeFile(
      kubeconfig,
      `clusters:\n- {name: c, cluster: {server: "${api.url}"}}\nusers:\n${user('good', '{tokenFile: token}')}` +
        `${user('plugin', '{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [get, "a b"]}}')}` +
        `contexts:\n${context('good')}${context('plugin')}current-context: good\n`,
    );
    api.token = 'one';
    await writeFile(join(folder, 'token'), 'one\n');
    expect(await store.probe('/pg')).toMatchObject({ ok: true });
    api.token = 'two';
    await writeFile(join(folder, 'token'), 'two\n');
    expect(await store.probe('/pg')).toMatchObject({ ok: true });
    api.token = 'three';
    const refused = await store.probe('/pg');
    expect(refused).toMatchObject({ ok: false, error: { kind: 'unauthenticated' } });
    expect(JSON.stringify(refused)).not.toContain('two');
    const other = (await start({ server: null, kubeconfig, context: 'plugin' })).store;
    expect(await other.probe('/pg')).toMatchObject({
      ok: false,
      error: {
        kind: 'unauthenticated',
        message: expect.stringContaining("nobody has allowed to be run yet: aws get 'a b'") as string,
      },
    });
    const none = (await start({ server: null, kubeconfig, context: 'none' })).store;
    expect(await none.probe('/pg')).toMatchObject({ ok: false, error: { advice: 'It has good, plugin.' } });
  });

  it('the groups of an MPP cluster are apart, one of them a standby cluster, and what is taken back in one stays in the other', async () => {
    const { api, store } = await start();
    const of = (group: string) => ({ 'cluster-name': 'demo', 'citus-group': group });
    for (const group of ['0', '1']) {
      api.put('endpoints', `demo-${group}`, { leader: `demo-${group}-0`, ttl: '300' }, of(group));
      api.put('endpoints', `demo-${group}-failover`, { member: `demo-${group}-1` }, of(group));
      api.put('pods', `demo-${group}-0`, { status: '{"role":"primary"}' }, of(group));
    }
    api.put('endpoints', 'demo-1-config', { config: '{"standby_cluster":{"host":"h"}}' }, of('1'));
    const { mirror } = follow(store);
    await expect.poll(() => mirror.status.kind).toBe('live');
    const written = await store.remove(
      '/pg/demo/1/failover',
      mirror.nodes.get('/pg/demo/1/failover')?.modRevision ?? '',
    );
    expect(written.kind).toBe('done');
    await expect.poll(() => mirror.nodes.has('/pg/demo/1/failover')).toBe(false);
    expect(mirror.nodes.has('/pg/demo/0/failover')).toBe(true);
    const options = { namespace: 'pg', scope: 'demo', name: 'x', mpp: { type: 'Citus', group: 0 } } as const;
    const whole = await new KubernetesDcs(store, options, systemClock).getCluster();
    expect(whole.leader?.member.name).toBe('demo-0-0');
    expect(whole.workers.map(([group, { config }]) => [group, isStandbyCluster(config)])).toEqual([[1, true]]);
  });

  it('says that nothing listens, and that a namespace or path is not there', async () => {
    const { store } = await start({ server: 'http://127.0.0.1:9' });
    expect(await store.probe('/pg')).toMatchObject({ ok: false, error: { kind: 'refused' } });
    const { store: elsewhere } = await start({ namespace: 'nowhere' });
    expect(await elsewhere.probe('/nowhere')).toMatchObject({ ok: false, error: { kind: 'other' } });
  });
});
