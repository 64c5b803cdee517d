import type { ConnectionStatus, ConnectionView } from '../../app/ipc/contract';
import { assertNever } from '../../app/assert-never';
import { formatDuration, formatInstant } from '../lib/format';

/** What kind of store a connection goes to, as its section names it. */
export const storeWords: Record<ConnectionView['kind'], string> = {
  etcd3: 'etcd v3',
  etcd: 'etcd v2',
  consul: 'Consul',
  zookeeper: 'ZooKeeper',
  exhibitor: 'Exhibitor',
  kubernetes: 'Kubernetes',
  rest: 'REST API',
  raft: 'Raft',
  practice: 'simulated',
  snapshot: 'snapshot',
};

/** A connection's state in a word or two, e.g. `live`, `stale 12 s`. */
export function statusWord(status: ConnectionStatus, now: number): string {
  switch (status.kind) {
    case 'connecting':
      return 'connecting…';
    case 'live':
      return 'live';
    case 'lost':
      return status.lastHeardAt === null
        ? 'not reached'
        : `stale ${formatDuration(now - Date.parse(status.lastHeardAt))}`;
    case 'as-of':
      return `as of ${formatInstant(status.at, now)}`;
    default:
      return assertNever(status);
  }
}
