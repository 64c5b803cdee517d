import { startConsul } from '../../lab/consul-server';
import { startEtcd } from '../../lab/etcd-server';
import { startZooKeeper } from '../../lab/zookeeper-server';
import { fleetKeys } from '../fleet';
import { type BareClient, bareClient, type BareKind } from './bare-client';

/** A real store with a fleet in it, and its own client beside it. */
export interface BenchedStore {
  readonly kind: BareKind;
  readonly port: number;
  /** For `--connect`. */
  readonly connectUrl: string;
  readonly client: BareClient;
  stop(): Promise<void>;
}

/** Starts a store of the kind and fills it with `clusters` × `members`. */
export async function startStore(kind: BareKind, clusters: number, members: number): Promise<BenchedStore> {
  const server = await start(kind);
  const { port } = server;
  try {
    const client = await bareClient(kind, port);
    for (const [key, value] of fleetKeys(clusters, members)) await client.put(key, value);
    return {
      kind,
      port,
      connectUrl: `${kind}://127.0.0.1:${String(port)}/service`,
      client,
      async stop() {
        client.close();
        await server.dispose();
      },
    };
  } catch (error) {
    await server.dispose();
    throw error;
  }
}

interface Server {
  readonly port: number;
  dispose(): Promise<void>;
}

async function start(kind: BareKind): Promise<Server> {
  switch (kind) {
    case 'etcd3': {
      const etcd = await startEtcd();
      return { port: Number(new URL(etcd.endpoint).port), dispose: () => etcd.dispose() };
    }
    case 'consul':
      return startConsul();
    case 'zookeeper':
      return startZooKeeper();
  }
}
