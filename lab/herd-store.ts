import type { Purpose } from '../scripts/debian';
import type { ReadableStore } from '../app/dcs/store';
import { ConsulStore } from '../main/stores/consul/consul-store';
import { ZooKeeperStore } from '../main/stores/zookeeper/zookeeper-store';
import { startConsul } from './consul-server';
import { type EtcdServer, startEtcd } from './etcd-server';
import { plainConsul } from './plain-consul';
import { plainZooKeeper } from './plain-zookeeper';
import { startZooKeeper } from './zookeeper-server';

/** The stores that a herd of the lab can live on, by the name of Patroni's section for them. */
export const HERD_STORES = ['etcd3', 'consul', 'zookeeper'] as const;

export type HerdStoreKind = (typeof HERD_STORES)[number];

/** The store of a herd: started, looked at and ended the same way, whatever it is. */
export interface HerdStore {
  readonly kind: HerdStoreKind;
  /** For a person, e.g. `etcd`. */
  readonly name: string;
  readonly port: number;
  /** For a person, e.g. `http://127.0.0.1:2379`. */
  readonly endpoint: string;
  /** The file of what it printed, in a folder of its own. */
  readonly logFile: string;
  /** Of the running process; 0 when it is stopped. */
  readonly pid: number;
  /** How a `patroni.yml` names it: `{ etcd3: { hosts: … } }`. */
  readonly patroniSettings: Readonly<Record<string, object>>;
  /** What `npm start -- --connect` takes, without the namespace: `etcd3://127.0.0.1:2379`. */
  readonly connectUrl: string;
  /** Whether there is such a key, which begins with `/`. */
  has(key: string): Promise<boolean>;
  /** Ends it in an orderly way; the data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Stops it and removes what it has. */
  dispose(): Promise<void>;
}

/** What a herd on such a store needs from the machine beyond what every herd does. */
export const herdStorePurposes: Readonly<Record<HerdStoreKind, readonly Purpose[]>> = {
  etcd3: [],
  consul: ['herd-on-consul'],
  zookeeper: ['zookeeper'],
};

/** Starts the store of a herd in `dataDir`, a folder that is not there yet. */
export function startHerdStore(kind: HerdStoreKind, dataDir: string): Promise<HerdStore> {
  return makers[kind](dataDir);
}

const makers: Readonly<Record<HerdStoreKind, (dataDir: string) => Promise<HerdStore>>> = {
  etcd3: async (dataDir) => new EtcdHerdStore(await startEtcd({ dataDir })),
  consul,
  zookeeper,
};

/** An etcd, spoken to with its v3 API. */
export class EtcdHerdStore implements HerdStore {
  readonly kind = 'etcd3';
  readonly name = 'etcd';

  constructor(readonly server: EtcdServer) {}

  get port(): number {
    return this.server.port;
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  get logFile(): string {
    return this.server.logFile;
  }

  get pid(): number {
    return this.server.pid;
  }

  get patroniSettings(): Readonly<Record<string, object>> {
    return { etcd3: { hosts: `127.0.0.1:${String(this.port)}` } };
  }

  get connectUrl(): string {
    return `etcd3://127.0.0.1:${String(this.port)}`;
  }

  async has(key: string): Promise<boolean> {
    return (await this.server.ctl(['get', '--keys-only', key])).trim() !== '';
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  restart(): Promise<void> {
    return this.server.restart();
  }

  dispose(): Promise<void> {
    return this.server.dispose();
  }
}

/** A single server that is asked through the program's own client of its kind. */
class ClientHerdStore implements HerdStore {
  #client: ReadableStore | null = null;

  constructor(
    readonly kind: HerdStoreKind,
    readonly name: string,
    private readonly server: Pick<HerdStore, 'port' | 'logFile' | 'pid' | 'stop' | 'restart' | 'dispose'>,
    readonly endpoint: string,
    readonly patroniSettings: Readonly<Record<string, object>>,
    private readonly open: () => ReadableStore,
  ) {}

  get port(): number {
    return this.server.port;
  }

  get logFile(): string {
    return this.server.logFile;
  }

  get pid(): number {
    return this.server.pid;
  }

  get connectUrl(): string {
    return `${this.kind}://127.0.0.1:${String(this.port)}`;
  }

  async has(key: string): Promise<boolean> {
    this.#client ??= this.open();
    const snapshot = await this.#client.snapshot(key.slice(0, key.lastIndexOf('/') + 1));
    return snapshot.ok && snapshot.value.nodes.some((node) => node.key === key);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  restart(): Promise<void> {
    return this.server.restart();
  }

  async dispose(): Promise<void> {
    this.#client?.close();
    await this.server.dispose();
  }
}

async function zookeeper(dataDir: string): Promise<HerdStore> {
  const server = await startZooKeeper({ dataDir });
  const { host } = server;
  const settings = { zookeeper: { hosts: [host] } };
  return new ClientHerdStore('zookeeper', 'ZooKeeper', server, host, settings, () => {
    return new ZooKeeperStore(plainZooKeeper(host));
  });
}

async function consul(dataDir: string): Promise<HerdStore> {
  const server = await startConsul({ dataDir });
  const { endpoint } = server;
  const settings = { consul: { host: `127.0.0.1:${String(server.port)}` } };
  return new ClientHerdStore('consul', 'Consul', server, endpoint, settings, () => {
    return new ConsulStore(plainConsul(endpoint));
  });
}
