import { addressesOf, namespaceOf } from '../../app/ipc/connections/kinds';
import type { ConnectionSettings } from '../../app/ipc/connections/settings';

/** The port that each kind's addresses have unless they say another. */
export const defaultPorts = {
  etcd3: 2379,
  etcd: 2379,
  consul: 8500,
  zookeeper: 2181,
  exhibitor: 8080,
  rest: 8008,
  raft: 8008,
} as const;

/**
 * What the fleet list calls a connection that nobody named: its first host without the usual port, and its namespace unless
 * that is the usual one.
 */
export function nameOf(settings: ConnectionSettings): string {
  const [first = ''] = addressesOf(settings);
  const port = settings.kind === 'kubernetes' ? 443 : defaultPorts[settings.kind];
  const host = first.replace(/^https?:\/\//i, '').replace(new RegExp(`:${String(port)}$`), '');
  const path = `/${namespaceOf(settings)}`.replace(/\/+/g, '/').replace(/\/$/, '');
  const usual = settings.kind === 'kubernetes' ? '/default' : '/service';
  return (path === usual ? host : `${host}${path}`).slice(0, 80) || settings.kind;
}
