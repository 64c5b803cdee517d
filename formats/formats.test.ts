import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Clusters from '../app/cluster/cluster';
import type { ReadableStore } from '../app/dcs/store';
import { consulProgram } from '../lab/consul-program';
import { type ConsulServer, startConsul } from '../lab/consul-server';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { type Herd, startHerd } from '../lab/herd';
import { plainConsul } from '../lab/plain-consul';
import { plainEtcd } from '../lab/plain-etcd';
import { plainZooKeeper } from '../lab/plain-zookeeper';
import { ConsulStore } from '../main/stores/consul/consul-store';
import { Etcd3Store } from '../main/stores/etcd3/etcd3-store';
import { ZooKeeperStore } from '../main/stores/zookeeper/zookeeper-store';
import { atOneMoment, byKey, clusterOf, type File, opened, read, seen, values } from './pictures';

// Kubernetes is not here: there is no API server to be had on this machine. What kubectl prints is read by the rules of its API
// (app/snapshot/readers/readers.test.ts), on text that was written after its documentation.

const run = promisify(execFile);
const shell = async (line: string, env: NodeJS.ProcessEnv = {}): Promise<string> =>
  (await run('bash', ['-c', line], { env: { ...process.env, ...env }, maxBuffer: 1 << 26 })).stdout;

describe.each(['4.1', '3.0'] as const)('a herd of Patroni %s on etcd', (patroni) => {
  let herd: Herd;
  let store: ReadableStore;

  beforeAll(async () => {
    herd = await startHerd({ members: 3, patroni, sync: 'on' });
    await herd.switchover();
    await herd.addSlot('feed', 'physical');
    store = new Etcd3Store(plainEtcd(herd.etcd.endpoint));
  });
  afterAll(async () => {
    store.close();
    await herd.stop();
  });

  it.each(['json', 'fields'])('etcdctl get --prefix -w %s tells all: keys, revisions and leases', async (format) => {
    const { live, printed } = await atOneMoment(store, () =>
      herd.etcd.ctl(['get', '--prefix', '/service/', '-w', format]),
    );
    expect(byKey((await opened(['dump', printed])).nodes)).toEqual(byKey(live.nodes));
  });

  it('etcdctl get --prefix tells keys and values', async () => {
    const { live, printed } = await atOneMoment(store, () => herd.etcd.ctl(['get', '--prefix', '/service/']));
    expect(values((await opened(['dump', printed])).nodes)).toEqual(values(live.nodes));
  });

  it.each([['-f', 'json'], ['-f', 'yaml'], ['-f', 'tsv'], ['-f', 'pretty'], []])(
    'patronictl list -e %s %s tells who is there',
    async (...format) => {
      const { live, printed } = await atOneMoment(store, () => herd.patronictl(['list', 'demo', '-e', ...format]));
      const [told, known] = [clusterOf((await opened(['list', printed])).nodes), clusterOf(live.nodes)];
      expect(told.members.map(({ name }) => name)).toEqual(known.members.map(({ name }) => name));
      expect(Clusters.leaderName(told)).toBe(Clusters.leaderName(known));
      // Patroni 3.0 prints PostgreSQL's state, where the key tells also whether it streams.
      const rows = (cluster: typeof told) =>
        seen(cluster).map((row) => (patroni === '3.0' ? row.filter((_cell, i) => i !== 2) : row));
      expect(rows(told)).toEqual(rows(known));
    },
  );

  it('patronictl topology, history and show-config tell the rest', async () => {
    const { live, printed } = await atOneMoment(store, () =>
      herd.patronictls([
        ['topology', 'demo'],
        ['history', 'demo', '-f', 'json'],
        ['history', 'demo'],
        ['show-config', 'demo'],
      ]),
    );
    const [topology = '', historyJson = '', history = '', config = ''] = printed;
    const known = clusterOf(live.nodes);
    for (const text of [historyJson, history]) {
      const told = clusterOf((await opened(['topology', topology], ['history', text], ['config.yml', config])).nodes);
      expect(Clusters.leaderName(told)).toBe(Clusters.leaderName(known));
      expect(told.members.map(({ name }) => name)).toEqual(known.members.map(({ name }) => name));
      expect(told.history?.lines).toEqual(known.history?.lines);
      expect(told.config?.data).toEqual(known.config?.data);
    }
  });

  it('the REST API: /cluster, each member’s /patroni, /history and /config make one picture', async () => {
    const { live, printed } = await atOneMoment(store, async () => {
      const get = async (port: number, path: string): Promise<string> =>
        (await fetch(`http://127.0.0.1:${port}${path}`)).text();
      const [first] = herd.members;
      const port = first?.apiPort ?? 0;
      const files: File[] = [];
      for (const path of ['/cluster', '/history', '/config'])
        files.push([`${path.slice(1)}.json`, await get(port, path)]);
      for (const member of herd.members) files.push([`${member.name}.json`, await get(member.apiPort, '/patroni')]);
      return files;
    });
    const [told, known] = [clusterOf((await opened(...printed)).nodes), clusterOf(live.nodes)];
    const rows = (cluster: typeof told) =>
      seen(cluster).map((row) => (patroni === '3.0' ? row.filter((_cell, i) => i !== 2) : row));
    expect(rows(told)).toEqual(rows(known));
    expect(told.history?.lines).toEqual(known.history?.lines);
    expect(told.config?.data).toEqual(known.config?.data);
    expect(told.initialize).toBe(known.initialize);
  });
});

describe('a herd of Patroni 4.1 on ZooKeeper', () => {
  it('zkCli, asked as the README says, tells keys, values, revisions and sessions', async () => {
    const herd = await startHerd({ members: 2, store: 'zookeeper' });
    const store = new ZooKeeperStore(plainZooKeeper(herd.store.endpoint));
    try {
      const cli = `/usr/share/zookeeper/bin/zkCli.sh -server ${herd.store.endpoint}`;
      const line = `for k in $(${cli} ls -R /service | grep ^/); do echo "get -s $k"; ${cli} get -s $k; done`;
      const { live, printed } = await atOneMoment(store, () => shell(line, { ZOO_LOG_DIR: herd.folder }));
      const told = await opened(['zk.txt', printed]);
      const facts = (nodes: typeof live.nodes) =>
        byKey(nodes).map(({ key, value, createRevision, modRevision, session }) => [
          ...[key, value, createRevision, modRevision],
          session !== null,
        ]);
      expect(facts(told.nodes)).toEqual(facts(live.nodes));
      expect(seen(clusterOf(told.nodes))).toEqual(seen(clusterOf(live.nodes)));
    } finally {
      store.close();
      await herd.stop();
    }
  });
});

describe('the keys of a herd', () => {
  let nodes: readonly (readonly [string, string])[];
  let etcd: EtcdServer;
  let consul: ConsulServer;

  beforeAll(async () => {
    const herd = await startHerd({ members: 2 });
    const store = new Etcd3Store(plainEtcd(herd.etcd.endpoint));
    nodes = values((await read(store)).nodes);
    store.close();
    await herd.stop();
    etcd = await startEtcd({ args: ['--enable-v2'] });
    consul = await startConsul();
  });
  afterAll(async () => {
    await etcd.dispose();
    await consul.dispose();
  });

  it('in etcd’s API v2: its HTTP answer, and etcdctl’s get of each key', async () => {
    for (const [key, value] of nodes)
      await fetch(`${etcd.endpoint}/v2/keys${key}`, { method: 'PUT', body: new URLSearchParams({ value }) });
    const http = await (await fetch(`${etcd.endpoint}/v2/keys/service?recursive=true`)).text();
    expect(values((await opened(['v2.json', http])).nodes)).toEqual(nodes);
    const ctl = `ETCDCTL_API=2 etcdctl --endpoints ${etcd.endpoint}`;
    const each = await shell(`for k in $(${ctl} ls -r -p /service | grep -v '/$'); do ${ctl} -o json get $k; done`);
    expect(values((await opened(['v2.json', each])).nodes)).toEqual(nodes);
  });

  it('in Consul: kv export, kv get -recurse and the HTTP API', async () => {
    const store = new ConsulStore(plainConsul(consul.endpoint));
    const session = await store.openSession(60);
    if (!session.ok) throw new Error(session.error.message);
    for (const [key, value] of nodes)
      await store.create(key, value, /\/(?:leader|members\/[^/]+)$/.test(key) ? session.value : null);
    const program = await consulProgram();
    const ctl = (words: string) => shell(`${program} kv ${words} -http-addr=${consul.endpoint} service/`);
    const live = await read(store);
    const made = await opened(['export.json', await ctl('export')]);
    expect(values(made.nodes)).toEqual(values(live.nodes));
    expect(values((await opened(['kv.txt', await ctl('get -recurse')])).nodes)).toEqual(values(live.nodes));
    const http = await (await fetch(`${consul.endpoint}/v1/kv/service/?recurse`)).text();
    const facts = (all: typeof live.nodes) =>
      byKey(all).map(({ key, value, createRevision, modRevision, session: held }) => [
        ...[key, value, createRevision, modRevision],
        held,
      ]);
    expect(facts((await opened(['consul.json', http])).nodes)).toEqual(facts(live.nodes));
    store.close();
  });
});
