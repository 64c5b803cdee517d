import { afterEach, describe, expect, it } from 'vitest';
import { DcsError } from '../../../app/dcs/dcs-error';
import { getDcs } from '../../../app/dcs/get-dcs';
import { KubernetesDouble } from '../../../lab/kubernetes-double';
import { dcsMakers } from '../../connections/dcs-makers';
import { systemClock } from '../../system-clock';
import { KubernetesStore } from './kubernetes-store';
import type { KubernetesOptions } from './options';

// On a double of the API server (see there). The rules that all stores keep are in contract/.

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(more: Partial<KubernetesOptions> = {}) {
  const api = await KubernetesDouble.start();
  closers.push(() => api.close());
  const store = new KubernetesStore({ ...optionsFor(api), timing: { callMs: 1000 }, ...more });
  closers.push(() => store.close());
  return { api, store };
}

const CONFIG = '/pg/demo/config';

describe('writing Patroni’s state in Kubernetes', () => {
  it.each(['before it was done', 'after it was done'] as const)(
    'an answer that is lost %s is “unknown”, and nothing is sent again',
    async (when) => {
      const { api, store } = await start();
      api.put('endpoints', 'demo-config', { config: '{"ttl":30}' });
      api.loseNext = when;
      expect(await store.set(CONFIG, '{"ttl":20}', 'any', null)).toMatchObject({
        kind: 'unknown',
        failure: { kind: 'unavailable' },
      });
      expect(api.writes).toEqual(['PATCH /api/v1/namespaces/pg/endpoints/demo-config']);
      const ttl = when === 'after it was done' ? 20 : 30;
      expect(api.annotations('endpoints', 'demo-config')).toEqual({ config: `{"ttl":${String(ttl)}}` });
      api.loseNext = when;
      expect((await store.create('/pg/new/config', '{}', null)).kind).toBe('unknown');
      api.loseNext = when;
      expect((await store.removeAll('/pg/demo/')).kind).toBe('unknown');
      expect(api.writes).toHaveLength(3);
    },
  );

  it('a server that gives up in the middle may have done it; one that is too busy has not', async () => {
    const { api, store } = await start();
    api.put('endpoints', 'demo-config', {});
    api.refuseNext = 500;
    expect((await store.set(CONFIG, '{}', 'any', null)).kind).toBe('unknown');
    api.refuseNext = 429;
    expect((await store.set(CONFIG, '{}', 'any', null)).kind).toBe('failed');
    expect(api.writes).toHaveLength(2);
  });

  it('a change of another annotation in between is no reason to refuse a key that has no condition', async () => {
    const { api, store } = await start();
    api.put('endpoints', 'demo-config', { history: '[]' });
    const others = new KubernetesStore({ ...optionsFor(api), timing: {} });
    closers.push(() => others.close());
    const written = await Promise.all([
      store.set(CONFIG, '{"a":1}', 'any', null),
      others.set('/pg/demo/initialize', '7', { modRevision: '0' }, null),
      others.set('/pg/demo/history', '[[1]]', 'any', null),
    ]);
    expect(written.map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
    expect(api.annotations('endpoints', 'demo-config')).toEqual({
      config: '{"a":1}',
      initialize: '7',
      history: '[[1]]',
    });
  });

  it('says what right is missing, and that a token is not valid', async () => {
    const { api, store } = await start();
    api.put('endpoints', 'demo-config', {});
    for (const verb of ['patch', 'create', 'deletecollection']) api.forbidden.add(`${verb} endpoints`);
    const [patched, created, removed] = [
      await store.set(CONFIG, '{}', 'any', null),
      await store.set('/pg/new/config', '{}', 'any', null),
      await store.removeAll('/pg/demo/'),
    ];
    for (const written of [patched, created, removed]) {
      expect(written).toMatchObject({ kind: 'failed', failure: { kind: 'permission-denied' } });
    }
    expect(JSON.stringify(patched)).toContain('cannot patch resource');
    expect(JSON.stringify(patched)).toContain('grant get, create, patch and deletecollection on endpoints in pg');
    api.token = 'other';
    expect(await store.set(CONFIG, '{}', 'any', null)).toMatchObject({
      kind: 'failed',
      failure: { kind: 'unauthenticated' },
    });
    expect(api.annotations('endpoints', 'demo-config')).toEqual({});
  });

  it('an object of that name that is not Patroni’s is left alone', async () => {
    const { api, store } = await start({ labels: { app: 'patroni' } });
    api.put('endpoints', 'demo-config', { mine: 'x' }, { app: 'else' });
    const written = await store.set(CONFIG, '{}', 'any', null);
    expect(written.kind === 'failed' ? written.failure.message : '').toContain('without the labels');
    expect(api.annotations('endpoints', 'demo-config')).toEqual({ mine: 'x' });
    await store.set('/pg/new/config', '{}', 'any', null);
    expect(api.labels('endpoints', 'new-config')).toEqual({ app: 'patroni', 'cluster-name': 'new' });
  });

  it('the objects of a group have its number in their names and labels; a standby cluster is written like any other', async () => {
    const { api, store } = await start({ useEndpoints: false });
    const standby = '{"standby_cluster":{"host":"h"}}';
    await store.set('/pg/demo/1/config', standby, 'any', null);
    await store.set('/pg/demo/1/failover', '{"leader":"a","member":null}', 'any', null);
    await store.set('/pg/demo/1/leader', 'a', 'any', null);
    expect(api.annotations('configmaps', 'demo-1-config')).toEqual({ config: standby });
    expect(api.annotations('configmaps', 'demo-1-failover')).toEqual({ leader: 'a' });
    expect(api.labels('configmaps', 'demo-1-leader')).toEqual({ 'cluster-name': 'demo', 'citus-group': '1' });
    const other = await store.set('/pg/demo/failover', '{"leader":"a","why":"x"}', 'any', null);
    expect(other.kind === 'failed' ? other.failure.message : '').toContain('no place for why');
    const text = await store.set('/pg/demo/sync', 'a', 'any', null);
    expect(text.kind).toBe('failed');
    expect(api.annotations('configmaps', 'demo-failover')).toBeNull();
  });

  it('getDcs opens it by a configuration of Patroni, in the namespace of its section', async () => {
    const kubernetes = { namespace: 'pg', use_endpoints: true, labels: {} };
    const dcs = await getDcs({ scope: 'demo', name: 'pg-0', kubernetes }, dcsMakers(systemClock)).catch(
      (error: unknown) => error,
    );
    // Whether there is a kubeconfig is up to who runs this: that is told when it is asked.
    if (dcs instanceof DcsError || dcs instanceof Error) throw dcs;
    expect((dcs as { configPath: string }).configPath).toBe('/pg/demo/config');
  });
});

function optionsFor(api: KubernetesDouble): KubernetesOptions {
  return {
    namespace: 'pg',
    scopeLabel: 'cluster-name',
    useEndpoints: true,
    kubeconfig: null,
    context: null,
    server: api.url,
    caFile: null,
    token: null,
    labels: {},
  };
}
