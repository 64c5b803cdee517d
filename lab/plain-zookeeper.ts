import type { ZooKeeperOptions } from '../main/stores/zookeeper/options';

/** How to reach a ZooKeeper that asks for no sign-in and speaks no TLS. */
export const plainZooKeeper = (...hosts: readonly string[]): ZooKeeperOptions => ({
  hosts,
  useTls: false,
  verify: true,
  caFile: null,
  certFile: null,
  keyFile: null,
  keyPassword: null,
  auth: [],
  acls: null,
});
