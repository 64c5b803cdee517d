import type { Etcd3Options } from '../main/stores/etcd3/options';

/** How to reach an etcd that asks for no user and speaks no TLS. */
export const plainEtcd = (...endpoints: readonly string[]): Etcd3Options => ({
  endpoints,
  username: null,
  password: null,
  caFile: null,
  certFile: null,
  keyFile: null,
});
