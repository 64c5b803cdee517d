import type { Connections } from '../connections/connections';
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
    return {
      clusterId,
      connectionId,
      connectionName: way.name,
      namespace: way.namespace,
      practice: way.practice,
      isWritable: way.isWritable,
      isProduction: way.isProduction,
      isLive: way.isLive,
      detail: this.feed.detail(clusterId),
      members: way.members,
      databases: (members) =>
        way.practice ? Promise.resolve({ kind: 'nobody-to-ask' }) : this.databases.ask(clusterId, members, way.through),
      databaseLogin: way.practice ? { kind: 'nobody-to-ask' } : this.databases.login(clusterId),
      store: way.store,
      remainingSeconds: (session) => this.feed.remainingSeconds(clusterId, session),
    };
  }

  watch(clusterId: string, heard: () => void): () => void {
    return this.feed.watch(clusterId, heard);
  }
}
