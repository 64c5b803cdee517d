import type { StoreNode } from '../../../app/dcs/node';
import type { Stat } from './protocol';

/** A session as ZooKeeper's own tools show it: `0x1000012ab340000`. */
export function sessionName(id: bigint): string {
  return `0x${BigInt.asUintN(64, id).toString(16)}`;
}

/**
 * Whether a znode is only there to have others below it, as the parents that kazoo makes on the way to a key: it is empty and has
 * (had) children. An empty znode that never had one is a key with an empty value, as `initialize` is at first.
 */
export function isFolder(stat: Stat): boolean {
  return stat.dataBytes === 0 && stat.childVersion > 0;
}

/** A znode as a node; null where it is only a folder. */
export function toNode(path: string, data: Buffer, stat: Stat): StoreNode | null {
  if (isFolder(stat)) return null;
  return {
    key: path,
    value: data.toString('utf8'),
    bytes: data.length,
    createRevision: stat.createZxid,
    modRevision: stat.modifyZxid,
    // ZooKeeper counts from 0, etcd and Consul from 1: this is how often the value was written.
    version: String(stat.version + 1),
    session: stat.owner === 0n ? null : sessionName(stat.owner),
  };
}

/** The znode that a prefix stands below: `/service/` → `/service`, `/` → `/`. */
export function rootOf(prefix: string): string {
  return prefix === '/' ? '/' : prefix.replace(/\/$/, '');
}

/** The znode that holds this one. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export function childOf(path: string, name: string): string {
  return path === '/' ? `/${name}` : `${path}/${name}`;
}

/** ZooKeeper's own znodes: its configuration and quotas, which are nobody's keys. */
export function isOwn(path: string): boolean {
  return path === '/zookeeper' || path.startsWith('/zookeeper/');
}
