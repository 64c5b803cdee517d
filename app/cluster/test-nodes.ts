import type { StoreNode } from '../dcs/node';
import { ClusterBuilder, type BuiltCluster } from './build-cluster';

// For tests: a scope's nodes from what a test cares about.

let revision = 100;

/** A node with a revision of its own; members and the leader live with a session, as Patroni's do. */
export function node(key: string, value: unknown, over: Partial<StoreNode> = {}): StoreNode {
  revision += 1;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return {
    key,
    value: text,
    bytes: text.length,
    createRevision: String(revision),
    modRevision: String(revision),
    version: '1',
    session:
      /\/(?:leader|members\/[^/]*)$/.test(key) && !key.endsWith('optime/leader') ? `s-${text.slice(0, 9)}` : null,
    ...over,
  };
}

/** Nodes by absolute key, below `/service/demo/`, from relative keys. */
export function nodes(values: Readonly<Record<string, unknown>>): Map<string, StoreNode> {
  return new Map(
    Object.entries(values).map(([relative, value]) => {
      const made = node(`/service/demo/${relative}`, value);
      return [made.key, made];
    }),
  );
}

/** A scope built once. */
export function build(map: ReadonlyMap<string, StoreNode>): BuiltCluster {
  return new ClusterBuilder('service').build(map);
}
