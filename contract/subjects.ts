import { ManualClock } from '../app/manual-clock';
import { MemoryStore } from '../app/dcs/memory-store';
import { startEtcd } from '../lab/etcd-server';
import { plainEtcd } from '../lab/plain-etcd';
import { Etcd3Store } from '../main/stores/etcd3/etcd3-store';
import { systemClock } from '../main/system-clock';
import type { Subject } from './subject';

const memory: Subject = {
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

const etcd3: Subject = {
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

/** Every store that keeps the contract. One more joins here, with what starts it. */
export const subjects: readonly Subject[] = [memory, etcd3];
