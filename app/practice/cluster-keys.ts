import type * as Cluster from '../cluster/cluster';
import { GroupBuilder } from '../cluster/build-group';
import { clusterKey, patroniKey } from '../dcs/keys';
import type { MemoryStore } from '../dcs/memory-store';
import type { Json } from '../json';

/** Where the practice herd lives in its store. */
export const PRACTICE_NAMESPACE = '/service';

/** One PostgreSQL cluster's keys in the store, as all its members share them. */
export class ClusterKeys {
  readonly prefix: string;
  private readonly builder: GroupBuilder;
  /** What was read last, and of which of the store's revisions: most reads come before anybody wrote again. */
  private last: { readonly revision: string; readonly cluster: Cluster.Cluster } | null = null;

  constructor(
    readonly store: MemoryStore,
    scope: string,
    group: number | null,
  ) {
    this.prefix = clusterKey(PRACTICE_NAMESPACE, scope, group, '');
    this.builder = new GroupBuilder(group);
  }

  key(relative: string): string {
    return `${this.prefix}${relative}`;
  }

  /** The cluster as the keys have it now. Keys that cannot be read count as empty, as for Patroni. */
  read(): Cluster.Cluster {
    const { revision } = this.store;
    if (this.last?.revision === revision) return this.last.cluster;
    const nodes = this.store.list(this.prefix).flatMap((node) => {
      const path = patroniKey(node.key.slice(this.prefix.length));
      return path === null ? [] : [{ path, node }];
    });
    const { cluster } = this.builder.build(nodes).detail;
    this.last = { revision, cluster };
    return cluster;
  }

  /** Writes a key unless it holds the value already; without a session, as all keys but the members' and the leader's. */
  write(relative: string, value: string): void {
    const key = this.key(relative);
    if (this.store.get(key)?.value !== value) this.store.put(key, value);
  }

  writeJson(relative: string, value: Json): void {
    this.write(relative, JSON.stringify(value));
  }
}
