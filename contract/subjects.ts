import { ManualClock } from '../app/manual-clock';
import { MemoryStore } from '../app/dcs/memory-store';
import { startConsul } from '../lab/consul-server';
import { startEtcd } from '../lab/etcd-server';
import { startHttp1Proxy } from '../lab/http1-proxy';
import { plainConsul } from '../lab/plain-consul';
import { plainEtcd } from '../lab/plain-etcd';
import { plainZooKeeper } from '../lab/plain-zookeeper';
import { startZooKeeper } from '../lab/zookeeper-server';
import { ConsulStore } from '../main/stores/consul/consul-store';
import { Etcd2Store } from '../main/stores/etcd2/etcd2-store';
import { Etcd3Store } from '../main/stores/etcd3/etcd3-store';
import { ZooKeeperStore } from '../main/stores/zookeeper/zookeeper-store';
import { systemClock } from '../main/system-clock';
import type { Subject } from './subject';

export const memory: Subject = {
  name: 'in memory',
  async start() {
    const clock = new ManualClock();
    const store = new MemoryStore(clock);
    return {
      open: () => store,
      clock,
      pass: (seconds) => clock.advance(seconds * 1000),
      shortestTtlSeconds: 1,
      stop: async () => store.close(),
    };
  },
};

export const etcd3: Subject = {
  name: 'etcd v3',
  async start() {
    const server = await startEtcd();
    const clients: Etcd3Store[] = [];
    return {
      open: () => {
        const client = new Etcd3Store(plainEtcd(server.endpoint));
        clients.push(client);
        return client;
      },
      clock: systemClock,
      pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      shortestTtlSeconds: 1,
      stop: async () => {
        for (const client of clients) client.close();
        await server.dispose();
      },
    };
  },
};

export const gateway: Subject = {
  name: 'etcd v3 by its HTTP gateway',
  async start() {
    const server = await startEtcd();
    const proxy = await startHttp1Proxy(server.port);
    const clients: Etcd3Store[] = [];
    return {
      open: () => {
        const client = new Etcd3Store(plainEtcd(proxy.endpoint));
        clients.push(client);
        return client;
      },
      clock: systemClock,
      pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      shortestTtlSeconds: 1,
      stop: async () => {
        for (const client of clients) client.close();
        await proxy.close();
        await server.dispose();
      },
    };
  },
};

export const etcd2: Subject = {
  name: 'etcd v2',
  async start() {
    const server = await startEtcd({ args: ['--enable-v2'] });
    const clients: Etcd2Store[] = [];
    return {
      open: () => {
        const client = new Etcd2Store(plainEtcd(server.endpoint));
        clients.push(client);
        return client;
      },
      clock: systemClock,
      pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      shortestTtlSeconds: 1,
      nests: false,
      refuses: (name) => /(^|\/)(_|\.\.?$)/.test(name),
      stop: async () => {
        for (const client of clients) client.close();
        await server.dispose();
      },
    };
  },
};

export const zookeeper: Subject = {
  name: 'ZooKeeper',
  async start() {
    const server = await startZooKeeper();
    const clients: ZooKeeperStore[] = [];
    return {
      open: () => {
        const client = new ZooKeeperStore(plainZooKeeper(server.host));
        clients.push(client);
        return client;
      },
      clock: systemClock,
      pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      shortestTtlSeconds: 1,
      // Control characters, and what is beyond U+FFFF.
      refuses: (name) => /[\u{0}-\u{1f}\u{10000}-\u{10ffff}]|(^|\/)\.\.?$/u.test(name),
      stop: async () => {
        for (const client of clients) client.close();
        await server.dispose();
      },
    };
  },
};

export const consul: Subject = {
  name: 'Consul',
  async start() {
    // With its own least TTL of 10 s each rule about a session would take half a minute.
    const server = await startConsul({ leastSessionTtl: '500ms' });
    const clients: ConsulStore[] = [];
    return {
      open: () => {
        const client = new ConsulStore(plainConsul(server.endpoint));
        clients.push(client);
        return client;
      },
      clock: systemClock,
      pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      shortestTtlSeconds: 1,
      stop: async () => {
        for (const client of clients) client.close();
        await server.dispose();
      },
    };
  },
};

/** Every store that keeps the contract. One more joins here and in a file of its own that tries it. */
export const subjects: readonly Subject[] = [memory, etcd3, gateway, etcd2, consul, zookeeper];
