import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../app/cluster/build-cluster';
import { clusterAsJson } from '../app/cluster/cluster-as-json';
import { historyAsJson, listAsJson } from '../app/cluster/patronictl-json';
import { rulesOf } from '../app/cluster/rules-of';
import { KeyValueDcs } from '../app/dcs/key-value-dcs';
import type { WritableStore } from '../app/dcs/store';
import { ConsulStore } from '../main/stores/consul/consul-store';
import { Etcd3Store } from '../main/stores/etcd3/etcd3-store';
import { ZooKeeperStore } from '../main/stores/zookeeper/zookeeper-store';
import { systemClock } from '../main/system-clock';
import { isAvailable } from './available';
import { type Herd, startHerd } from './herd';
import { parseList } from './patronictl';
import { plainConsul } from './plain-consul';
import { plainEtcd } from './plain-etcd';
import { plainZooKeeper } from './plain-zookeeper';
import { PracticeMember } from './practice-member';

// Herdscope as one more client beside real Patroni members, on each store that a herd of the lab can live on. On etcd the windows' own tests
// (e2e/lab.spec.ts, e2e/wizard-lab.spec.ts) do the same.
const consul = (herd: Herd): WritableStore =>
  new ConsulStore(plainConsul(`http://127.0.0.1:${String(herd.store.port)}`));
const etcd3 = (herd: Herd): WritableStore => new Etcd3Store(plainEtcd(`http://127.0.0.1:${String(herd.store.port)}`));
const zookeeper = (herd: Herd): WritableStore =>
  new ZooKeeperStore(plainZooKeeper(`127.0.0.1:${String(herd.store.port)}`));
// Each herd takes its time: all of them by hand, `HERDSCOPE_INTEROPERATION=all`.
const everything = process.env['HERDSCOPE_INTEROPERATION'] === 'all';
const subjects = [
  {
    store: 'zookeeper',
    patroni: '4.1',
    open: zookeeper,
    session: /^0x[0-9a-f]+$/,
  },
  {
    store: 'zookeeper',
    patroni: '3.0',
    open: zookeeper,
    session: /^0x[0-9a-f]+$/,
  },
  { store: 'consul', patroni: '4.1', open: consul, session: /^[0-9a-f-]{36}$/ },
  // What Patroni 3.0 does on Consul, and both on etcd, is tried by hand only, for the time that each herd takes.
  ...(everything
    ? ([
        { store: 'consul', patroni: '3.0', open: consul, session: /^[0-9a-f-]{36}$/ },
        { store: 'etcd3', patroni: '4.1', open: etcd3, session: /^\d+$/ },
        { store: 'etcd3', patroni: '3.0', open: etcd3, session: /^\d+$/ },
      ] as const)
    : []),
] as const;

const here = await isAvailable('interoperation (lab/interoperation.test.ts)', 'herd', 'herd-on-consul', 'zookeeper');

describe.runIf(here).each(subjects)(
  'a herd of Patroni $patroni on $store',
  ({ store: kind, patroni, open, session }) => {
    let herd: Herd;
    let store: WritableStore;
    let dcs: KeyValueDcs;

    beforeAll(async () => {
      herd = await startHerd({ store: kind, patroni, members: 2, scope: 'interop' });
      store = open(herd);
      dcs = new KeyValueDcs(
        store,
        { namespace: herd.settings.namespace, scope: herd.scope, name: 'herdscope' },
        systemClock,
      );
    }, 200_000);
    afterAll(async () => {
      store?.close();
      await herd?.stop();
    }, 30_000);

    const untilSaid = async (holds: () => Promise<void>): Promise<void> => {
      const end = Date.now() + 60_000;
      for (;;) {
        try {
          await holds();
          return;
        } catch (error) {
          if (Date.now() > end) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    };

    /** The model that the program makes of the store, against what Patroni's own tools say. */
    const agree = (): Promise<void> =>
      untilSaid(async () => {
        const list = ['list', herd.scope, '-e', '-f', 'json'];
        const [[rows = '', history = ''], said, snapshot] = await Promise.all([
          herd.patronictls([list, ['history', herd.scope, '-f', 'json']]),
          herd.wholeCluster(),
          store.snapshot(herd.settings.namespace),
        ]);
        if (!snapshot.ok) throw new Error(snapshot.error.message);
        const nodes = new Map(snapshot.value.nodes.map((node) => [node.key, node]));
        const cluster = new ClusterBuilder(herd.settings.namespace).build(nodes).groups[0]?.cluster;
        if (cluster === undefined) throw new Error('there is no cluster');
        const rules = rulesOf(cluster);
        const asked = { scope: herd.scope, extended: true, citus: false, group: null };
        expect(listAsJson(cluster, asked, rules)).toEqual(parseList(rows));
        expect(historyAsJson(cluster.history)).toEqual(JSON.parse(history));
        const { scope = herd.scope, ...answer } = said as Readonly<Record<string, unknown>>;
        expect(scope).toBe(herd.scope);
        expect(clusterAsJson(cluster, rules)).toEqual(answer);
      });

    it('is read as patronictl reads it, field for field', agree, 90_000);

    it('the leader’s and the members’ keys live with their sessions', async () => {
      const { leader, members } = await dcs.getCluster();
      expect(members.map(({ name }) => name)).toEqual(['pg-1', 'pg-2']);
      expect(leader?.session).toBe(members.find(({ name }) => name === leader?.member.name)?.session);
      expect(leader?.session).toMatch(session);
    });

    it('carries out a failover key that we write, and takes it away', async () => {
      const before = await herd.leader();
      const candidate = before === 'pg-1' ? 'pg-2' : 'pg-1';
      expect(await dcs.manualFailover(before, candidate)).toBe(true);
      await untilSaid(async () => expect(await herd.leader()).toBe(candidate));
      // Patroni empties the key.
      await untilSaid(async () =>
        expect((await dcs.getCluster()).failover).toMatchObject({ leader: null, candidate: null }),
      );
      await herd.settled();
      await agree();
    }, 200_000);

    it('takes a config that we edit, and refuses none of ours for a stale one', async () => {
      const { config } = await dcs.getCluster();
      if (config === null) throw new Error('there is no config');
      const data = JSON.parse(JSON.stringify(config.data)) as Record<string, unknown>;
      const edited = JSON.stringify({ ...data, postgresql: { parameters: { work_mem: '7MB' } }, loop_wait: 2 });
      expect(await dcs.setConfigValue(edited, config.version)).toBe(true);
      expect(await dcs.setConfigValue('{}', config.version)).toBe(false);
      await untilSaid(async () => expect(await herd.sql('pg-1', 'SHOW work_mem')).toBe('7MB'));
    }, 90_000);

    it('pauses and goes on when we write it', async () => {
      for (const pause of [true, false]) {
        const { config } = await dcs.getCluster();
        if (config === null) throw new Error('there is no config');
        const data = JSON.parse(JSON.stringify(config.data)) as Record<string, unknown>;
        expect(await dcs.setConfigValue(JSON.stringify({ ...data, pause }), config.version)).toBe(true);
        await untilSaid(async () =>
          expect((await herd.patronictl(['list', herd.scope])).includes('Maintenance mode: on')).toBe(pause),
        );
      }
      await agree();
    }, 120_000);

    const isTheOne = kind === 'zookeeper' && patroni === '4.1';
    // Last: PostgreSQL of the real members has to find its way back from a leader that has no PostgreSQL.
    if (everything || isTheOne) {
      it('has a practice member of ours in its leader race, and sees one cluster all the time', async () => {
        const { initialize, members } = await dcs.getCluster();
        const version = String(members[0]?.data['version']);
        const name = 'practice';
        const ours = open(herd);
        const { namespace } = herd.settings;
        const practiceDcs = new KeyValueDcs(ours, { namespace, scope: herd.scope, name }, systemClock);
        const before = await herd.leader();
        const practice = await PracticeMember.join(practiceDcs, {
          name,
          scope: herd.scope,
          systemId: initialize ?? '',
          version,
        });
        try {
          await untilSaid(async () => expect(await herd.patronictl(['list', herd.scope])).toContain(name));
          await agree();
          // A real leader hands over to it, after asking it whether it may lead.
          expect(await dcs.manualFailover(before, name)).toBe(true);
          await untilSaid(async () => expect(await herd.leader()).toBe(name));
          expect(practice.leads).toBe(true);
          await untilSaid(async () =>
            expect((await dcs.getCluster()).failover).toMatchObject({ leader: null, candidate: null }),
          );
          await agree();
          // And it to a real one, after asking that; one that did not run would be refused.
          await untilSaid(async () => {
            const old = (await dcs.getCluster()).members.find((member) => member.name === before);
            expect(old?.data).toMatchObject({ role: 'replica', state: 'running' });
          });
          expect(await dcs.manualFailover(name, before)).toBe(true);
          await untilSaid(async () => expect(await herd.leader()).toBe(before));
          expect(practice.leads).toBe(false);
          // A race of one real member and ours for a lock that runs out.
          await herd.kill(before);
          await untilSaid(async () => expect(await herd.leader()).not.toBe(before));
          const leader = await herd.leader();
          expect(practice.leads).toBe(leader === name);
          expect(practice.failures).toEqual([]);
        } finally {
          await practice.leave();
          await practiceDcs.close();
          ours.close();
        }
        await untilSaid(async () => expect(['pg-1', 'pg-2']).toContain(await herd.leader()));
        await untilSaid(async () => expect(await herd.patronictl(['list', herd.scope])).not.toContain(name));
        await agree();
      }, 300_000);
    }
  },
);
