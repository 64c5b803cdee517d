import type { Clock } from '../../app/clock';
import type { ClusterSummary } from '../../app/cluster/summary';
import { namespacePrefix, parseKey } from '../../app/dcs/keys';
import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange, ReadableStore, SessionState } from '../../app/dcs/store';
import type { ConnectionStatus } from '../../app/ipc/contract';
import type { ClusterDetail } from '../../app/ipc/detail';
import { Mirror, type MirrorBatch } from './mirror';
import { ObservedCluster } from './observed-cluster';
import type { Happening } from '../../app/history/happenings';

/** The instant at which a source stands, and where its picture is from. */
export interface FixedPicture {
  /** ISO 8601. */
  readonly at: string;
  /** The name of a file, e.g. `incident.herdscope`. */
  readonly from: string;
  /** Whether it tells which keys live with which session. */
  readonly tellsSessions: boolean;
}

/** Told at once when there is something new to look at. */
export interface SourceListener {
  /** Clusters have changed: `Source.look` says how. */
  onDirty(): void;
  onStatus(): void;
  /** Told what the mirror has just applied, before it is looked at: `nodes` are all keys now. */
  readonly tap?: {
    take(revision: string, changes: readonly NodeChange[], nodes: ReadonlyMap<string, StoreNode>): void;
    heard(isLive: boolean): void;
  };
}

/** What changed since the look before. */
export interface SourceChanges {
  readonly set: readonly ClusterSummary[];
  /** Ids. */
  readonly removed: readonly string[];
  /** Ids of clusters of which a key changed, whether or not their line in the list did. */
  readonly touched: ReadonlySet<string>;
  readonly happenings: readonly (Happening & { readonly clusterId: string })[];
}

/**
 * One connection: its store, the mirror of its keys, and the clusters that they make. A change marks its scope; only
 * marked scopes are built again, when the feed looks.
 */
export class Source {
  readonly #mirror: Mirror;
  readonly #clusters = new Map<string, ObservedCluster>();
  readonly #byId = new Map<string, ObservedCluster>();
  readonly #dirty = new Set<string>();
  /** Keys directly below the namespace, which name no scope. */
  readonly #loose = new Set<string>();
  /** What the feed knows of. */
  readonly #shown = new Set<string>();
  #closed = false;

  constructor(
    readonly id: string,
    private store: ReadableStore,
    private readonly namespace: string,
    private readonly clock: Clock,
    private readonly listener: SourceListener,
    /** The instant that it stands at; null for a source that lives. Its clock must stand at the same one. */
    private readonly fixed: (() => FixedPicture) | null = null,
  ) {
    this.#mirror = new Mirror(store, namespacePrefix(namespace), clock, {
      onBatch: (batch) => {
        listener.tap?.take(batch.revision, batch.changes, this.#mirror.nodes);
        this.#take(batch);
      },
      onStatus: (status) => {
        if (status.kind !== 'connecting') listener.tap?.heard(status.kind === 'live');
        listener.onStatus();
      },
    });
  }

  start(): void {
    this.#mirror.start();
  }

  retry(): void {
    this.#mirror.retry();
  }

  wake(): void {
    this.#mirror.wake();
  }

  /** Reaches the same store in another way from now on, without losing the picture; the way before is closed. */
  renew(store: ReadableStore): void {
    const before = this.store;
    this.store = store;
    this.#mirror.renew(store);
    before.close();
  }

  /** Ends the mirror and the store's connections. */
  close(): void {
    this.#closed = true;
    this.#mirror.close();
    this.store.close();
  }

  get status(): ConnectionStatus {
    const status = this.#mirror.status;
    if (this.fixed === null || status.kind !== 'live') return status;
    const { at, from } = this.fixed();
    return { kind: 'as-of', at, from };
  }

  /** Whether it stands at one instant: asked again it says the same. */
  get isFixed(): boolean {
    return this.fixed !== null;
  }

  /** Keys below the namespace that belong to no cluster. */
  get foreignKeyCount(): number {
    let count = this.#loose.size;
    for (const cluster of this.#clusters.values()) if (cluster.summary === null) count += cluster.keyCount;
    return count;
  }

  /** Builds what changed since the look before, and says what did. */
  look(): SourceChanges {
    const set: ClusterSummary[] = [];
    const removed: string[] = [];
    const touched = new Set<string>();
    const happened: (Happening & { readonly clusterId: string })[] = [];
    const now = this.#now();
    for (const scope of this.#dirty) {
      const cluster = this.#clusters.get(scope);
      if (cluster === undefined) continue;
      // Keys of something else entirely are counted, not built.
      if (!this.#shown.has(cluster.id) && !cluster.isCluster) {
        this.#forgetIfEmpty(cluster);
        continue;
      }
      const { summaryChanged, happenings } = cluster.look(now);
      touched.add(cluster.id);
      for (const happening of happenings) happened.push({ ...happening, clusterId: cluster.id });
      const summary = cluster.summary;
      if (summary === null) {
        removed.push(cluster.id);
        this.#shown.delete(cluster.id);
        this.#forgetIfEmpty(cluster);
      } else if (summaryChanged || !this.#shown.has(cluster.id)) {
        set.push(summary);
        this.#shown.add(cluster.id);
      }
    }
    this.#dirty.clear();
    return { set, removed, touched, happenings: happened };
  }

  /** All clusters as of the last look. */
  summaries(): readonly ClusterSummary[] {
    return [...this.#clusters.values()].flatMap(({ summary }) => summary ?? []);
  }

  /** The keys as they are now, of some scopes or (null) of all below the namespace; null while the store was never heard. */
  keys(scopes: ReadonlySet<string> | null): { readonly revision: string; readonly nodes: readonly StoreNode[] } | null {
    const { revision, nodes } = this.#mirror;
    if (revision === null) return null;
    const all = [...nodes.values()];
    if (scopes === null) return { revision, nodes: all };
    return { revision, nodes: all.filter(({ key }) => scopes.has(parseKey(this.namespace, key)?.scope ?? '')) };
  }

  /** A cluster's line in the fleet list; null when this source has none of this id. */
  summary(clusterId: string): ClusterSummary | null {
    return this.#byId.get(clusterId)?.summary ?? null;
  }

  /** A cluster as of the last look; null when this source has none of this id. */
  detail(clusterId: string, sessions: readonly SessionState[]): ClusterDetail | null {
    const cluster = this.#byId.get(clusterId);
    return cluster === undefined || cluster.summary === null ? null : cluster.detail(sessions);
  }

  /** A key's whole value; null when there is no such cluster or key. */
  value(clusterId: string, key: string): string | null {
    return this.#byId.get(clusterId)?.value(key) ?? null;
  }

  sessionIds(clusterId: string): readonly string[] {
    return this.#byId.get(clusterId)?.sessionIds() ?? [];
  }

  /** Asks the store for sessions; null when it cannot be asked now. */
  async askSessions(ids: readonly string[]): Promise<readonly SessionState[] | null> {
    if (this.#closed || this.#mirror.status.kind !== 'live' || ids.length === 0) return null;
    try {
      const answer = await this.store.sessions(ids);
      return answer.ok && !this.#closed ? answer.value : null;
    } catch {
      // What is left of them is then not known; that the store cannot be read the mirror says.
      return null;
    }
  }

  /** Marks the clusters of which time alone can change what is found. Answers whether there are any. */
  markTimeDependent(): boolean {
    const before = this.#dirty.size;
    for (const [scope, cluster] of this.#clusters) if (cluster.dependsOnTime) this.#dirty.add(scope);
    return this.#dirty.size > before;
  }

  #take(batch: MirrorBatch): void {
    const seenAt = batch.cause === 'snapshot' || this.isFixed ? null : this.#now();
    for (const change of batch.changes) {
      const key = change.kind === 'put' ? change.node.key : change.key;
      const scope = parseKey(this.namespace, key)?.scope;
      if (scope === undefined) {
        if (change.kind === 'put') this.#loose.add(key);
        else this.#loose.delete(key);
        continue;
      }
      this.#clusterOf(scope).apply(change, seenAt);
      this.#dirty.add(scope);
    }
    this.listener.onDirty();
  }

  #clusterOf(scope: string): ObservedCluster {
    const known = this.#clusters.get(scope);
    if (known !== undefined) return known;
    const { untold } = this.store;
    const cluster = new ObservedCluster(this.id, this.namespace, scope, {
      isFixed: this.fixed !== null,
      // Kubernetes has none: a member is its pod.
      hasSessions: () =>
        this.fixed?.().tellsSessions ?? (this.store.kind !== 'kubernetes' && untold?.includes('sessions') !== true),
      findings: () => this.store.findings?.(scope) ?? [],
    });
    this.#clusters.set(scope, cluster);
    this.#byId.set(cluster.id, cluster);
    return cluster;
  }

  #forgetIfEmpty(cluster: ObservedCluster): void {
    if (cluster.keyCount > 0) return;
    this.#clusters.delete(cluster.scope);
    this.#byId.delete(cluster.id);
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
