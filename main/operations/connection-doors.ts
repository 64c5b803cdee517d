import type { Connections, ConnectionWay } from '../connections/connections';
import type { Feed } from '../inspection/feed';
import type { Databases } from '../postgres/databases';
import type { ClusterDoor, Doors } from './cluster-door';

/** The doors to the clusters of the connections. */
export class ConnectionDoors implements Doors {
  constructor(
    private readonly connections: Pick<Connections, 'way'>,
    private readonly feed: Pick<Feed, 'detail' | 'watch' | 'remainingSeconds' | 'summary'>,
    private readonly databases: Pick<Databases, 'ask' | 'login'>,
  ) {}

  open(clusterId: string): ClusterDoor | null {
    // An id begins with its connection's, which holds no slash.
    const connectionId = clusterId.split('/', 1)[0] ?? '';
    const way = this.connections.way(connectionId);
    if (way === null) return null;
    const { connections, feed } = this;
    // Members are asked for seconds, and meanwhile a leader may change, a store be lost, a connection be made anew.
    const now = (): ConnectionWay | null => connections.way(connectionId);
    return {
      clusterId,
      connectionId,
      connectionName: way.name,
      namespace: way.namespace,
      practice: way.practice,
      get isWritable() {
        return now()?.isWritable === true;
      },
      get isProduction() {
        return (now() ?? way).isProduction;
      },
      get isLive() {
        return now()?.isLive === true;
      },
      get detail() {
        return feed.detail(clusterId);
      },
      get members() {
        return (now() ?? way).members;
      },
      get store() {
        return now()?.store ?? null;
      },
      databases: (members) =>
        way.practice ? Promise.resolve({ kind: 'nobody-to-ask' }) : this.databases.ask(clusterId, members, way.through),
      databaseLogin: way.practice ? { kind: 'nobody-to-ask' } : this.databases.login(clusterId),
      remainingSeconds: (session) => this.feed.remainingSeconds(clusterId, session),
    };
  }

  watch(clusterId: string, heard: () => void): () => void {
    return this.feed.watch(clusterId, heard);
  }
}
