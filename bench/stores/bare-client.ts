import Consul from 'consul';
import { Etcd3 } from 'etcd3';
import { createClient, type Client, CreateMode } from 'node-zookeeper-client';

/** The stores that are measured, each through the client that a Node program would take. */
export type BareKind = 'etcd3' | 'consul' | 'zookeeper';

/** The yardstick: a store's own client and nothing around it. */
export interface BareClient {
  put(key: string, value: string): Promise<void>;
  /** All keys below `/service` with their values. */
  read(): Promise<ReadonlyMap<string, string>>;
  /** Calls `hear` with each value of `key` that the client is told of. Resolves when the watch stands. */
  watch(key: string, hear: (value: string) => void): Promise<void>;
  close(): void;
}

/** Connects to the store on `127.0.0.1:port`. */
export async function bareClient(kind: BareKind, port: number): Promise<BareClient> {
  switch (kind) {
    case 'etcd3':
      return bareEtcd(new Etcd3({ hosts: `http://127.0.0.1:${String(port)}` }));
    case 'consul':
      return bareConsul(new Consul({ host: '127.0.0.1', port }));
    case 'zookeeper':
      return bareZooKeeper(await connected(createClient(`127.0.0.1:${String(port)}`)));
  }
}

function bareEtcd(client: Etcd3): BareClient {
  return {
    async put(key, value) {
      await client.put(key).value(value);
    },
    read: async () => new Map(Object.entries(await client.getAll().prefix('/service/').strings())),
    async watch(key, hear) {
      const watcher = await client.watch().key(key).create();
      watcher.on('put', ({ value }) => hear(value.toString()));
    },
    close: () => client.close(),
  };
}

interface ConsulPair {
  readonly Key: string;
  readonly Value: string;
}

function bareConsul(client: Consul): BareClient {
  return {
    async put(key, value) {
      await client.kv.set(key.slice(1), value);
    },
    async read() {
      const pairs = (await client.kv.get({ key: 'service/', recurse: true })) as unknown as readonly ConsulPair[];
      return new Map(pairs.map(({ Key, Value }) => [`/${Key}`, Value]));
    },
    watch: (key, hear) =>
      new Promise((stands) => {
        const watch = client.watch({ method: client.kv.get, options: { key: key.slice(1) } });
        watch.on('change', (pair: ConsulPair) => {
          hear(pair.Value);
          stands();
        });
      }),
    close: () => undefined,
  };
}

function bareZooKeeper(client: Client): BareClient {
  const get = async (key: string, watcher: () => void = () => undefined): Promise<string> =>
    (await answer<Buffer | undefined>((done) => client.getData(key, watcher, done)))?.toString() ?? '';
  return {
    async put(key, value) {
      const data = Buffer.from(value);
      const stat = await answer<unknown>((done) => client.exists(key, done));
      if (stat) await answer((done) => client.setData(key, data, -1, done));
      else await answer((done) => client.mkdirp(key, data, CreateMode.PERSISTENT, done));
    },
    async read() {
      const values = new Map<string, string>();
      const walk = async (key: string): Promise<void> => {
        const names = await answer<readonly string[]>((done) => client.getChildren(key, done));
        if (names.length === 0) values.set(key, await get(key));
        await Promise.all(names.map((name) => walk(`${key}/${name}`)));
      };
      await walk('/service');
      return values;
    },
    async watch(key, hear) {
      const again = async (): Promise<void> => {
        hear(await get(key, () => void again()));
      };
      await again();
    },
    close: () => client.close(),
  };
}

/** What a call of the ZooKeeper package gives, whose callback takes an error first. */
function answer<T>(start: (done: (error: unknown, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    start((error, value) => {
      if (error) reject(error instanceof Error ? error : new Error('ZooKeeper refused'));
      else resolve(value);
    }),
  );
}

function connected(client: Client): Promise<Client> {
  return new Promise((resolve) => {
    client.once('connected', () => resolve(client));
    client.connect();
  });
}
