import { err, type Result } from '../result';
import type {
  SessionState,
  SetCondition,
  StoreFailure,
  StoreProbe,
  StoreSession,
  StoreSnapshot,
  StoreWatch,
  WatchListener,
  WritableStore,
  Written,
} from './store';

/** The way to a store that can be cut: then nothing is answered, and watches end. What is closed is the way, not the store. */
export class StoreLink implements WritableStore {
  readonly kind;
  readonly #watches = new Set<{ readonly listener: WatchListener; readonly watch: StoreWatch }>();

  constructor(
    private readonly store: WritableStore,
    private readonly isUp: () => boolean,
    private readonly failure: StoreFailure,
    private readonly closed: () => void = () => undefined,
  ) {
    this.kind = store.kind;
  }

  /** Ends the watches, when the way was cut. */
  cut(): void {
    for (const { listener, watch } of [...this.#watches]) {
      watch.close();
      listener.onEnd({ kind: 'failed', failure: this.failure });
    }
    this.#watches.clear();
  }

  snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    return this.#ask(() => this.store.snapshot(prefix));
  }

  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    const { failure } = this;
    if (!this.isUp()) {
      let isOpen = true;
      void Promise.resolve().then(() => {
        if (isOpen) listener.onEnd({ kind: 'failed', failure });
      });
      return { close: () => (isOpen = false) };
    }
    const watch = this.store.watch(prefix, fromRevision, {
      onReady: () => listener.onReady(),
      onBatch: (batch) => listener.onBatch(batch),
      onEnd: (end) => {
        this.#watches.delete(entry);
        listener.onEnd(end);
      },
    });
    const entry = { listener, watch };
    this.#watches.add(entry);
    return {
      close: () => {
        this.#watches.delete(entry);
        watch.close();
      },
    };
  }

  sessions(ids: readonly string[]): Promise<Result<readonly SessionState[], StoreFailure>> {
    return this.#ask(() => this.store.sessions(ids));
  }

  probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    return this.#ask(() => this.store.probe(prefix));
  }

  create(key: string, value: string, session: StoreSession | null): Promise<Written> {
    return this.#write(() => this.store.create(key, value, session));
  }

  set(key: string, value: string, condition: SetCondition, session: StoreSession | null): Promise<Written> {
    return this.#write(() => this.store.set(key, value, condition, session));
  }

  remove(key: string, modRevision: string | null): Promise<Written> {
    return this.#write(() => this.store.remove(key, modRevision));
  }

  removeAll(prefix: string): Promise<Written> {
    return this.#write(() => this.store.removeAll(prefix));
  }

  openSession(ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    return this.#ask(() => this.store.openSession(ttlSeconds));
  }

  wake(): void {
    this.store.wake();
  }

  close(): void {
    for (const { watch } of this.#watches) watch.close();
    this.#watches.clear();
    this.closed();
  }

  #ask<T>(question: () => Promise<Result<T, StoreFailure>>): Promise<Result<T, StoreFailure>> {
    return this.isUp() ? question() : Promise.resolve(err(this.failure));
  }

  #write(write: () => Promise<Written>): Promise<Written> {
    return this.isUp() ? write() : Promise.resolve({ kind: 'failed', failure: this.failure });
  }
}
