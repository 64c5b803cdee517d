import { expect, it } from 'vitest';
import { DcsError } from '../../../app/dcs/dcs-error';
import { KeyValueDcs } from '../../../app/dcs/key-value-dcs';
import { startEtcd } from '../../../lab/etcd-server';
import { plainEtcd } from '../../../lab/plain-etcd';
import { systemClock } from '../../system-clock';
import { Etcd3Store } from './etcd3-store';

it('says that a write may have been done when etcd does not answer, and sends it once', async () => {
  const server = await startEtcd();
  const store = new Etcd3Store({
    ...plainEtcd(server.endpoint),
    timing: { connectMs: 1500, diagnosisMs: 300, callMs: 500, heartbeatMs: 300 },
  });
  const dcs = new KeyValueDcs(store, { scope: 'demo', name: 'a' }, systemClock);
  try {
    await dcs.getCluster();
    await server.pause();
    const error: unknown = await dcs.setConfigValue('{"ttl":20}').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DcsError);
    expect(error).toMatchObject({ operation: 'setConfigValue', mayBeDone: true, failure: { kind: 'timeout' } });
    server.resume();
    // Done or not, but never twice.
    const { nodes } = await snapshotOf(store);
    expect(nodes.every(({ version }) => version === '1')).toBe(true);
  } finally {
    server.resume();
    store.close();
    await server.dispose();
  }
});

it('says that nothing was done when etcd cannot be reached', async () => {
  const server = await startEtcd();
  const { endpoint } = server;
  await server.dispose();
  const store = new Etcd3Store(plainEtcd(endpoint));
  const dcs = new KeyValueDcs(store, { scope: 'demo', name: 'a', retryTimeout: 1 }, systemClock);
  await expect(dcs.setConfigValue('{}')).rejects.toMatchObject({ mayBeDone: false, failure: { kind: 'refused' } });
  await expect(dcs.getCluster()).rejects.toBeInstanceOf(DcsError);
  store.close();
});

async function snapshotOf(store: Etcd3Store) {
  const snapshot = await store.snapshot('/service/demo/');
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  return snapshot.value;
}
