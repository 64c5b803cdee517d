import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DcsError } from '../../app/dcs/dcs-error';
import { getDcs } from '../../app/dcs/get-dcs';
import { type EtcdServer, startEtcd } from '../../lab/etcd-server';
import { systemClock } from '../system-clock';
import { dcsMakers } from './dcs-makers';

let etcd: EtcdServer;
beforeAll(async () => {
  etcd = await startEtcd();
}, 30_000);
afterAll(async () => {
  await etcd.dispose();
});

describe('getDcs on a real etcd', () => {
  it('opens the store that a configuration names, and reads and writes it as Patroni does', async () => {
    const config = { scope: 'demo', name: 'pg1', etcd3: { host: `127.0.0.1:${String(etcd.port)}` } };
    const dcs = await getDcs(config, dcsMakers(systemClock));
    await etcd.ctl(['put', '/service/demo/config', '{"ttl": 30}']);
    expect((await dcs.getCluster()).config?.data).toEqual({ ttl: 30 });
    expect(await dcs.initialize(true, '7711168519450300001')).toBe(true);
    expect(await etcd.ctl(['get', '--print-value-only', '/service/demo/initialize'])).toContain('7711168519450300001');
  });

  it('says in a DcsError what is wrong with the section', async () => {
    const error: unknown = await getDcs({ scope: 'demo', etcd3: {} }, dcsMakers(systemClock)).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DcsError);
    expect((error as DcsError).failure.detail).toContain('names no host');
  });
});
