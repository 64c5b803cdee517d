import type { Clock } from '../../app/clock';
import { difference } from '../../app/dcs/difference';
import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange, ReadableStore, WatchListener } from '../../app/dcs/store';
import type { ObservedEvent } from '../../app/ipc/contract';
import { valueDelta } from '../../app/recording/value-delta';
import { ok } from '../../app/result';
import { Source } from '../inspection/source';

/** What only numbers can tell (a replica that falls behind) is looked for so often, ms: to look costs far more than to read. */
const LOOK_MS = 20_000;

/**
 * Says what happened to clusters when their keys are played back: the same as would have been said then, lag at a coarser grain. The events' clusters are named by
 * their scope alone.
 */
export class ReplayedEvents {
  readonly #nodes = new Map<string, StoreNode>();
  #source: Source | null = null;
  #listener: WatchListener | null = null;
  #ms = 0;
  #lookedMs = 0;
  #count = 0;

  constructor(
    private readonly namespace: string,
    /** What the events' ids begin with. */
    private readonly ids: string,
  ) {}

  /** All keys as they were at `ms` since 1970: what is different from before happened then. */
  async all(ms: number, revision: string, nodes: ReadonlyMap<string, StoreNode>): Promise<readonly ObservedEvent[]> {
    if (this.#source !== null)
      return this.step(ms, revision, difference(this.#nodes, { revision, nodes: [...nodes.values()] }));
    this.#ms = ms;
    for (const [key, node] of nodes) this.#nodes.set(key, node);
    const clock: Clock = { now: () => this.#ms, after: () => () => undefined };
    const source = new Source('', this.#store(revision), this.namespace, clock, {
      onDirty: () => undefined,
      onStatus: () => undefined,
    });
    this.#source = source;
    source.start();
    // The snapshot is there at once, and the watch with it: a few turns of promises.
    for (let turn = 0; turn < 8 && this.#listener === null; turn += 1) await Promise.resolve();
    source.look();
    return [];
  }

  /** What a change at `ms` since 1970 came to. */
  step(ms: number, revision: string, changes: readonly NodeChange[]): readonly ObservedEvent[] {
    if (changes.length === 0) return [];
    this.#ms = ms;
    const isRoutine = changes.every((change) => this.#isRoutine(change));
    for (const change of changes) {
      if (change.kind === 'put') this.#nodes.set(change.node.key, change.node);
      else this.#nodes.delete(change.key);
    }
    this.#listener?.onBatch({ revision, changes });
    if (isRoutine && ms - this.#lookedMs < LOOK_MS) return [];
    this.#lookedMs = ms;
    const at = new Date(ms).toISOString();
    return (this.#source?.look().happenings ?? []).map(({ kind, words, clusterId }) => {
      this.#count += 1;
      return { id: `${this.ids}${this.#count}`, at, clusterId: clusterId.slice(1), kind, words };
    });
  }

  /** Whether nothing but numbers moved, as with each loop of Patroni: positions, mostly. */
  #isRoutine(change: NodeChange): boolean {
    const before = change.kind === 'put' ? this.#nodes.get(change.node.key) : undefined;
    if (before === undefined || change.kind === 'delete' || before.createRevision !== change.node.createRevision)
      return false;
    return !/\/(?:config|leader|history)$/.test(before.key) && valueDelta(before.value, change.node.value) !== null;
  }

  close(): void {
    this.#source?.close();
  }

  #store(revision: string): ReadableStore {
    return {
      kind: 'memory',
      snapshot: () => Promise.resolve(ok({ storeId: 'replay', revision, nodes: [...this.#nodes.values()] })),
      watch: (_prefix, _from, listener) => {
        this.#listener = listener;
        listener.onReady();
        return { close: () => undefined };
      },
      sessions: () => Promise.resolve(ok([])),
      probe: () => Promise.resolve(ok({ endpoint: '', version: '', clusterCount: 0, keyCount: 0, elapsedMs: 0 })),
      wake: () => undefined,
      close: () => undefined,
    };
  }
}
