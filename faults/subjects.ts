import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConsul, startConsulCluster } from '../lab/consul-server';
import { type EtcdServer, startEtcd, startEtcdCluster } from '../lab/etcd-server';
import { plainConsul } from '../lab/plain-consul';
import { plainEtcd } from '../lab/plain-etcd';
import { plainZooKeeper } from '../lab/plain-zookeeper';
import { TcpProxy } from '../lab/tcp-proxy';
import { startZooKeeper, startZooKeeperEnsemble } from '../lab/zookeeper-server';
import type { WritableStore } from '../app/dcs/store';
import { ConsulStore } from '../main/stores/consul/consul-store';
import { Etcd2Store } from '../main/stores/etcd2/etcd2-store';
import { Etcd3Store } from '../main/stores/etcd3/etcd3-store';
import { ZooKeeperStore } from '../main/stores/zookeeper/zookeeper-store';
import type { Restorable, Servers, Subject } from './subject';

/** What all stores have alike: proxies, and clients that are closed in the end. */
async function behindProxies(
  ports: readonly number[],
  open: (ports: readonly number[]) => WritableStore,
  own: Pick<Servers, 'kill' | 'start' | 'leader' | 'forgetPast'> & { end(): Promise<unknown> },
): Promise<Servers> {
  const proxies = await Promise.all(ports.map((port) => TcpProxy.start(port)));
  const clients: WritableStore[] = [];
  const client = (of: readonly number[]): WritableStore => {
    const one = open(of);
    clients.push(one);
    return one;
  };
  const { end, ...rest } = own;
  return {
    ...rest,
    reader: () => client(proxies.map(({ port }) => port)),
    writer: () => client(ports),
    cut: () => proxies.forEach((proxy) => proxy.refuse()),
    stall: () => proxies.forEach((proxy) => proxy.stall()),
    heal: () => proxies.forEach((proxy) => proxy.heal()),
    stop: async () => {
      for (const one of clients) one.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await end();
    },
  };
}

const openEtcd = (ports: readonly number[]): WritableStore =>
  new Etcd3Store(plainEtcd(...ports.map((port) => `http://127.0.0.1:${String(port)}`)));

const openEtcd2 = (ports: readonly number[]): WritableStore =>
  new Etcd2Store(plainEtcd(...ports.map((port) => `http://127.0.0.1:${String(port)}`)));

const openZooKeeper = (ports: readonly number[]): WritableStore =>
  new ZooKeeperStore(plainZooKeeper(...ports.map((port) => `127.0.0.1:${String(port)}`)));

const openConsul = (ports: readonly number[]): WritableStore =>
  new ConsulStore(plainConsul(...ports.map((port) => `http://127.0.0.1:${String(port)}`)));

/** Which of them leads, by etcd's own word. */
async function leaderOf(servers: readonly EtcdServer[]): Promise<number> {
  for (const [index, server] of servers.entries()) {
    const status: unknown = JSON.parse(await server.ctl(['endpoint', 'status', '-w', 'json']));
    const { Status } = (Array.isArray(status) ? (status[0] as unknown) : {}) as {
      Status?: { leader: number; header: { member_id: number } };
    };
    if (Status !== undefined && Status.leader === Status.header.member_id) return index;
  }
  throw new Error('no server leads');
}

export const etcd3: Subject = {
  name: 'etcd v3',
  words: {
    broken: /The connection to etcd at 127\.0\.0\.1:\d+ broke\.|ended the connection without an answer|was refused/,
    silent: /no longer answers|did not answer in time/,
    allGone: /was refused: nothing listens on that port|ended the connection without an answer/,
  },
  kinds: { broken: ['unavailable', 'refused', 'other'], allGone: ['refused', 'unavailable'] },
  async startThree() {
    const servers = await startEtcdCluster(3);
    const at = (index: number): EtcdServer => {
      const server = servers[index];
      if (server === undefined) throw new Error(`there is no server ${String(index)}`);
      return server;
    };
    return behindProxies(
      servers.map(({ port }) => port),
      openEtcd,
      {
        kill: (server) => at(server).kill(),
        start: (server) => at(server).restart(),
        leader: () => leaderOf(servers),
        forgetPast: async () => {
          const status: unknown = JSON.parse(await at(0).ctl(['get', '/none', '-w', 'json']));
          const { header } = status as { header: { revision: number } };
          await at(0).ctl(['compact', String(header.revision)]);
        },
        end: () => Promise.all(servers.map((server) => server.dispose())),
      },
    );
  },
  async startOne() {
    const server = await startEtcd();
    const backup = join(server.dataDir, '..', 'backup.db');
    const clients: WritableStore[] = [];
    const open = (): WritableStore => {
      const one = openEtcd([server.port]);
      clients.push(one);
      return one;
    };
    return {
      reader: open,
      writer: open,
      backup: async () => void (await server.ctl(['snapshot', 'save', backup])),
      restore: () => server.restore(backup),
      stop: async () => {
        for (const one of clients) one.close();
        await server.dispose();
      },
    };
  },
};

export const etcd2: Subject = {
  name: 'etcd v2',
  words: {
    broken: /ended the connection without an answer|was refused/,
    silent: /did not answer in time/,
    allGone: /was refused: nothing listens on that port|ended the connection without an answer/,
  },
  kinds: { broken: ['unavailable', 'refused', 'timeout'], allGone: ['refused', 'unavailable'] },
  async startThree() {
    const servers = await startEtcdCluster(3, ['--enable-v2']);
    return behindProxies(
      servers.map(({ port }) => port),
      openEtcd2,
      {
        kill: async (server) => servers[server]?.kill(),
        start: async (server) => servers[server]?.restart(),
        leader: () => leaderOf(servers),
        // It keeps a thousand events of all keys.
        forgetPast: async () => {
          const url = `${servers[0]?.endpoint ?? ''}/v2/keys/elsewhere`;
          for (let i = 0; i < 1010; i += 1) {
            await fetch(url, { method: 'PUT', body: new URLSearchParams({ value: String(i) }) });
          }
        },
        end: () => Promise.all(servers.map((server) => server.dispose())),
      },
    );
  },
  async startOne() {
    const folder = await mkdtemp(join(tmpdir(), 'herdscope-backup-'));
    const server = await startEtcd({ args: ['--enable-v2'] });
    const clients: WritableStore[] = [];
    const open = (): WritableStore => {
      const one = openEtcd2([server.port]);
      clients.push(one);
      return one;
    };
    // etcdctl's snapshots hold the keys of v3 alone.
    const copy = async (from: string, to: string): Promise<void> => {
      await server.stop();
      await rm(to, { recursive: true, force: true });
      await cp(from, to, { recursive: true });
      await server.restart();
    };
    return {
      reader: open,
      writer: open,
      backup: () => copy(server.dataDir, join(folder, 'data')),
      restore: () => copy(join(folder, 'data'), server.dataDir),
      stop: async () => {
        for (const one of clients) one.close();
        await server.dispose();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

export const zookeeper: Subject = {
  name: 'ZooKeeper',
  words: {
    broken:
      /The connection to ZooKeeper at 127\.0\.0\.1:\d+ broke\.|ended the connection without an answer|was refused/,
    silent: /no longer answers|did not answer in time/,
    allGone: /was refused: nothing listens on that port|ended the connection without an answer|serves nobody/,
  },
  kinds: { broken: ['unavailable', 'refused', 'no-quorum'], allGone: ['refused', 'unavailable', 'no-quorum'] },
  async startThree() {
    const servers = await startZooKeeperEnsemble(3);
    return behindProxies(
      servers.map(({ port }) => port),
      openZooKeeper,
      {
        kill: async (server) => servers[server]?.kill(),
        start: async (server) => servers[server]?.restart(),
        leader: async () => {
          const words = await Promise.all(servers.map((server) => server.word('srvr')));
          return words.findIndex((text) => text.includes('Mode: leader'));
        },
        // ZooKeeper keeps none.
        forgetPast: () => Promise.resolve(),
        end: () => Promise.all(servers.map((server) => server.dispose())),
      },
    );
  },
  async startOne() {
    const folder = await mkdtemp(join(tmpdir(), 'herdscope-backup-'));
    const server = await startZooKeeper();
    const clients: WritableStore[] = [];
    const open = (): WritableStore => {
      const one = openZooKeeper([server.port]);
      clients.push(one);
      return one;
    };
    const running: Restorable = {
      reader: open,
      writer: open,
      backup: async () => {
        await server.backup(folder);
        await server.ready();
      },
      restore: async () => {
        await server.restore(folder);
        await server.ready();
      },
      stop: async () => {
        for (const one of clients) one.close();
        await server.dispose();
        await rm(folder, { recursive: true, force: true });
      },
    };
    return running;
  },
};

export const consul: Subject = {
  name: 'Consul',
  words: {
    broken:
      /The connection to Consul at 127\.0\.0\.1:\d+ broke\.|ended the connection without an answer|was refused|has no leader|has lost the server/,
    silent: /no longer answers|did not answer in time/,
    allGone: /was refused: nothing listens on that port|ended the connection without an answer/,
  },
  kinds: { broken: ['unavailable', 'refused', 'no-quorum', 'timeout'], allGone: ['refused', 'unavailable'] },
  async startThree() {
    const servers = await startConsulCluster(3);
    return behindProxies(
      servers.map(({ port }) => port),
      openConsul,
      {
        kill: async (server) => servers[server]?.kill(),
        start: async (server) => servers[server]?.restart(),
        leader: async () => (await Promise.all(servers.map((server) => server.leads()))).indexOf(true),
        // Consul keeps none.
        forgetPast: () => Promise.resolve(),
        end: () => Promise.all(servers.map((server) => server.dispose())),
      },
    );
  },
  async startOne() {
    const folder = await mkdtemp(join(tmpdir(), 'herdscope-backup-'));
    const file = join(folder, 'backup.snap');
    const server = await startConsul();
    const clients: WritableStore[] = [];
    const open = (): WritableStore => {
      const one = openConsul([server.port]);
      clients.push(one);
      return one;
    };
    return {
      reader: open,
      writer: open,
      backup: () => server.save(file),
      restore: () => server.load(file),
      stop: async () => {
        for (const one of clients) one.close();
        await server.dispose();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};
