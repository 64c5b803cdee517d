import type { EtcdServer } from '../lab/etcd-server';

/** What `--connect` takes for the namespace `/service` (or another) of this etcd. */
export function connectUrl(etcd: EtcdServer, namespace = '/service'): string {
  return `${etcd.endpoint.replace(/^http:/, 'etcd3:').replace(/^https:/, 'etcd3s:')}${namespace}`;
}
