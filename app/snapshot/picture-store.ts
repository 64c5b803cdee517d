import { err, ok, type Result } from '../result';
import { compareText } from '../text';
import { isCluster, namespacePrefix, parseKey } from '../dcs/keys';
import type {
  ReadableStore,
  SessionState,
  StoreFailure,
  StoreProbe,
  StoreSnapshot,
  StoreWatch,
  WatchListener,
} from '../dcs/store';
import type { Picture } from './picture';

/**
 * A store that stands at one instant: what a picture holds, and nothing ever changes by itself. Another picture can be put in
 * its place (a recording that is moved in time): watches then end as with a store that was replaced, and what reads it takes the
 * difference, forwards or backwards.
 */
export class PictureStore implements ReadableStore {
  readonly kind = 'memory';
  readonly #watches = new Set<WatchListener>();
  #picture: Picture;
  #closed = false;

  constructor(picture: Picture) {
    this.#picture = picture;
  }

  /** What it shows now. */
  get picture(): Picture {
    return this.#picture;
  }

  /** Shows another picture from now on. */
  show(picture: Picture): void {
    if (this.#closed) return;
    this.#picture = picture;
    const watches = [...this.#watches];
    this.#watches.clear();
    for (const listener of watches) listener.onEnd({ kind: 'replaced' });
  }

  async snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    if (this.#closed) return err(closedFailure);
    const { revision } = this.#picture;
    return ok({ storeId: 'picture', revision, nodes: this.#below(prefix) });
  }

  /** Takes the watch; there is never anything to tell but that another picture came. */
  watch(_prefix: string, _fromRevision: string, listener: WatchListener): StoreWatch {
    this.#watches.add(listener);
    void Promise.resolve().then(() => {
      if (this.#watches.has(listener)) listener.onReady();
    });
    return {
      close: () => {
        this.#watches.delete(listener);
      },
    };
  }

  /** The sessions as they were; one that the picture does not tell of is left out. */
  async sessions(ids: readonly string[]): Promise<Result<readonly SessionState[], StoreFailure>> {
    if (this.#closed) return err(closedFailure);
    const wanted = new Set(ids);
    return ok(this.#picture.sessions.filter(({ id }) => wanted.has(id)));
  }

  async probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    if (this.#closed) return err(closedFailure);
    const nodes = this.#below(prefix);
    const relatives = new Map<string, string[]>();
    for (const { key } of nodes) {
      const path = parseKey(prefix, key);
      if (path === null) continue;
      const known = relatives.get(path.scope);
      if (known === undefined) relatives.set(path.scope, [path.relative]);
      else known.push(path.relative);
    }
    const clusterCount = [...relatives.values()].filter(isCluster).length;
    const version = this.#picture.store.version ?? this.#picture.store.kind;
    return ok({ endpoint: 'snapshot', version, clusterCount, keyCount: nodes.length, elapsedMs: 0 });
  }

  /** Nothing to do: there is no connection that could be dead. */
  wake(): void {}

  close(): void {
    this.#closed = true;
    this.#watches.clear();
  }

  #below(prefix: string): StoreSnapshot['nodes'] {
    const all = namespacePrefix(prefix);
    return this.#picture.nodes.filter(({ key }) => key.startsWith(all)).sort((a, b) => compareText(a.key, b.key));
  }
}

const closedFailure: StoreFailure = {
  kind: 'unavailable',
  endpoint: 'snapshot',
  message: 'The snapshot was closed.',
  advice: 'Open it again.',
  detail: 'closed',
};
