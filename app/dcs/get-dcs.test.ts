import { describe, expect, it } from 'vitest';
import { ManualClock } from '../manual-clock';
import { DcsError } from './dcs-error';
import { dcsModules, type DcsMaker, type DcsMakers, getDcs, iterDcsClasses } from './get-dcs';
import { KeyValueDcs } from './key-value-dcs';
import { MemoryStore } from './memory-store';
import type { PatroniConfig } from './patroni-config';

const sections: PatroniConfig[] = [];
/** Every store stands on one in memory here: which one is chosen, and with what, is what is tried. */
const make: DcsMaker = (section, options) => {
  sections.push(section);
  const clock = new ManualClock();
  return Promise.resolve(new KeyValueDcs(new MemoryStore(clock), options, clock));
};
const makers: DcsMakers = { etcd3: make, zookeeper: make, consul: make };

async function refusal(config: PatroniConfig, some: DcsMakers = makers): Promise<DcsError> {
  const error: unknown = await getDcs(config, some).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DcsError)) throw new Error('no DcsError', { cause: error });
  return error;
}

describe('dcsModules and iterDcsClasses', () => {
  it('give the stores that Patroni knows, in its order', () => {
    expect(dcsModules()).toEqual(['consul', 'etcd', 'etcd3', 'exhibitor', 'kubernetes', 'raft', 'zookeeper']);
    expect(iterDcsClasses(makers).map(([name]) => name)).toEqual(['consul', 'etcd3', 'zookeeper']);
  });

  it('give those that a configuration has a section of', () => {
    const config = { zookeeper: {}, etcd3: null, raft: {}, scope: 'demo' };
    expect(iterDcsClasses(makers, config).map(([name]) => name)).toEqual(['etcd3', 'zookeeper']);
    expect(iterDcsClasses(makers, {})).toEqual([]);
  });
});

describe('getDcs', () => {
  it('opens the first store in the alphabet, with what the top level passes down', async () => {
    const dcs = await getDcs(
      {
        scope: 'demo',
        name: 'pg1',
        namespace: '/db/',
        ttl: 20,
        zookeeper: { hosts: [] },
        etcd3: { host: 'a', ttl: 99 },
      },
      makers,
    );
    expect(sections.at(-1)).toEqual({ host: 'a', scope: 'demo', name: 'pg1', namespace: '/db/', ttl: 20 });
    expect([dcs.ttl, dcs.loopWait, dcs.retryTimeout]).toEqual([20, 10, 10]);
    expect(dcs.configPath).toBe('/db/demo/config');
  });

  it('goes by the environment before the file', async () => {
    const dcs = await getDcs({ scope: 'demo', name: 'pg1', etcd3: { host: 'a' } }, makers, {
      PATRONI_SCOPE: 'other',
      PATRONI_ETCD3_HOST: 'b',
      PATRONI_CITUS_GROUP: '2',
      PATRONI_CITUS_DATABASE: 'citus',
    });
    expect(sections.at(-1)).toMatchObject({ host: 'b', scope: 'other' });
    expect(dcs.configPath).toBe('/service/other/2/config');
  });

  it('throws a DcsError and nothing else', async () => {
    expect((await refusal({ scope: 'demo', raft: {} })).failure.advice).toContain('consul, etcd3, zookeeper');
    expect((await refusal({ scope: 'demo', etcd3: null })).message).toContain('not a list of options');
    expect((await refusal({ etcd3: {} })).message).toContain('no scope');
    const broken: DcsMaker = () => Promise.reject(new TypeError('boom'));
    expect((await refusal({ scope: 'demo', etcd3: {} }, { etcd3: broken })).failure.detail).toBe('boom');
    expect((await refusal({ __proto__: { etcd3: {} } })).message).toContain('names no store');
  });
});
