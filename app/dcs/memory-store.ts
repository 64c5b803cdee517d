import { assertNever } from '../assert-never';
import type { Clock } from '../clock';
import { err, ok, type Result } from '../result';
import { compareText } from '../text';
import { isCluster, namespacePrefix, parseKey } from './keys';
import { MemorySession } from './memory-session';
import { MemoryWatch } from './memory-watch';
import type { StoreNode } from './node';
import type {
  ChangeBatch,
  NodeChange,
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
import { utf8Bytes } from './utf8';

export interface MemoryStoreOptions {
  readonly storeId?: string;
  /** What a probe calls the store. */
  readonly version?: string;
  /** The revision of the empty store, 1 as in etcd unless told: a store may look as if it had a life before. */
  readonly revision?: bigint;
  /** How many revisions a watch can look back. */
  readonly keptRevisions?: number;
}

/** What must be so for a transaction to take its `then`. */
export type Condition =
  /** `0` for a key that must not exist. */
  | { readonly kind: 'mod-revision'; readonly key: string; readonly is: string }
  | { readonly kind: 'value'; readonly key: string; readonly is: string };

/** One write of a transaction. A put without a session takes the key out of the session that it had. */
export type Write =
  | { readonly kind: 'put'; readonly key: string; readonly value: string; readonly session?: string | null }
  | { readonly kind: 'delete'; readonly key: string };

export interface Transaction {
  readonly when: readonly Condition[];
  readonly then: readonly Write[];
  readonly otherwise?: readonly Write[];
}

/** What became of a write. `revision` is the store's after it. */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly revision: string }
  /** A condition was not met; `otherwise`, if any, was done. */
  | { readonly kind: 'conflict'; readonly revision: string }
  /** A put named a session that the store does not have; nothing was done. */
  | { readonly kind: 'no-session'; readonly session: string };

interface Session {
  readonly ttlSeconds: number;
  readonly keys: Set<string>;
  /** When it ends unless it is kept alive, milliseconds since 1970. */
  endsAt: number;
  stopTimer: () => void;
}

/** Lease ids of etcd are numbers of 63 bits: ours are as long, so that nobody takes them for a JavaScript number. */
const FIRST_SESSION = 7_587_870_104_420_600_833n;
const SESSION_STEP = 4_294_967_311n;
const DEFAULT_KEPT_REVISIONS = 10_000;

/**
 * A store in memory with etcd's rules: one revision for each transaction that changes something, conditional writes,
 * sessions that take their keys with them, and a log of changes that a watch can read from an older revision.
 *
 * Writes are done when they return; watches hear of them right after, never from inside a write. A session ends when
 * its timer on the clock runs out: after a laptop's sleep its keeper gets the chance to keep it alive first.
 */
export class MemoryStore implements WritableStore {
  readonly kind = 'memory';
  private readonly nodes = new Map<string, StoreNode>();
  private readonly sessionsById = new Map<string, Session>();
  private readonly watches = new Set<MemoryWatch>();
  /** One entry for each revision from `logStart` to the head, without a gap. */
  private log: ChangeBatch[] = [];
  private logStart: bigint;
  private head: bigint;
  private compacted = 0n;
  private nextSession = FIRST_SESSION;
  private closed = false;
  private readonly storeId: string;
  private readonly version: string;
  private readonly keptRevisions: number;

  constructor(
    private readonly clock: Clock,
    options: MemoryStoreOptions = {},
  ) {
    this.storeId = options.storeId ?? 'memory';
    this.version = options.version ?? 'in memory';
    this.head = options.revision ?? 1n;
    this.logStart = this.head + 1n;
    if (options.revision !== undefined) this.compacted = this.head;
    this.keptRevisions = options.keptRevisions ?? DEFAULT_KEPT_REVISIONS;
  }

  // Reading

  /** One key as it is now; null when there is none. */
  get(key: string): StoreNode | null {
    return this.nodes.get(key) ?? null;
  }

  /** The keys that begin with `prefix`, in the store's order. */
  list(prefix: string): StoreNode[] {
    const found: StoreNode[] = [];
    for (const node of this.nodes.values()) if (node.key.startsWith(prefix)) found.push(node);
    return found.sort((a, b) => compareText(a.key, b.key));
  }

  /** The store's revision now, as a decimal string. */
  get revision(): string {
    return this.head.toString();
  }

  snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    if (this.closed) return Promise.resolve(err(closedFailure()));
    return Promise.resolve(ok({ storeId: this.storeId, revision: this.revision, nodes: this.list(prefix) }));
  }

  /**
   * See `ReadableStore.watch`. Each batch is one revision. Ends with `compacted` when the log no longer reaches back to
   * `fromRevision`, and with `replaced` when that is more than one past the head: it cannot be from this store.
   */
  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    const watch = new MemoryWatch(prefix, BigInt(fromRevision), listener, {
      head: () => this.head,
      compacted: () => this.compacted,
      batch: (revision) => this.log[Number(revision - this.logStart)],
      ended: (which) => this.watches.delete(which),
    });
    if (this.closed) watch.close();
    else this.watches.add(watch);
    watch.wake();
    return watch;
  }

  sessions(ids: readonly string[]): Promise<Result<readonly SessionState[], StoreFailure>> {
    if (this.closed) return Promise.resolve(err(closedFailure()));
    const now = this.clock.now();
    const askedAt = new Date(now).toISOString();
    const states = ids.map((id): SessionState => {
      const session = this.sessionsById.get(id);
      if (session === undefined) return { id, grantedTtlSeconds: 0, remainingTtlSeconds: -1, askedAt };
      const remainingTtlSeconds = (session.endsAt - now) / 1000;
      return { id, grantedTtlSeconds: session.ttlSeconds, remainingTtlSeconds, askedAt };
    });
    return Promise.resolve(ok(states));
  }

  probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    if (this.closed) return Promise.resolve(err(closedFailure()));
    const nodes = this.list(prefix);
    const relatives = new Map<string, string[]>();
    for (const node of nodes) {
      const path = parseKey(prefix, node.key);
      if (path === null) continue;
      const known = relatives.get(path.scope);
      if (known === undefined) relatives.set(path.scope, [path.relative]);
      else known.push(path.relative);
    }
    const clusterCount = [...relatives.values()].filter(isCluster).length;
    return Promise.resolve(
      ok({ endpoint: 'memory', version: this.version, clusterCount, keyCount: nodes.length, elapsedMs: 0 }),
    );
  }

  /** Nothing to do: there is no connection that could be dead. */
  wake(): void {}

  /** Ends all watches without a word and all sessions' timers. The store takes no more writes. */
  close(): void {
    this.closed = true;
    for (const watch of [...this.watches]) watch.close();
    for (const session of this.sessionsById.values()) session.stopTimer();
    this.sessionsById.clear();
  }

  // Writing, as any store does it

  async create(key: string, value: string, session: StoreSession | null): Promise<Written> {
    return this.set(key, value, { modRevision: '0' }, session);
  }

  async set(key: string, value: string, condition: SetCondition, session: StoreSession | null): Promise<Written> {
    const id = session?.id ?? null;
    return this.written(key, () =>
      condition === 'any' ? this.put(key, value, id) : this.compareAndSet(key, condition.modRevision, value, id),
    );
  }

  async remove(key: string, modRevision: string | null): Promise<Written> {
    return this.written(key, () => (modRevision === null ? this.delete(key) : this.compareAndDelete(key, modRevision)));
  }

  async removeAll(prefix: string): Promise<Written> {
    return this.written(prefix, () =>
      this.transaction({
        when: [],
        then: this.list(namespacePrefix(prefix)).map(({ key }) => ({ kind: 'delete', key })),
      }),
    );
  }

  async openSession(ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    if (this.closed) return err(closedFailure());
    return ok(new MemorySession(this, this.grantSession(ttlSeconds), ttlSeconds));
  }

  private written(key: string, write: () => WriteOutcome): Written {
    if (this.closed) return { kind: 'failed', failure: closedFailure() };
    const outcome = write();
    switch (outcome.kind) {
      case 'done':
        return outcome;
      case 'conflict':
        return { kind: 'refused', found: this.get(key) };
      case 'no-session':
        return { kind: 'no-session' };
      default:
        return assertNever(outcome);
    }
  }

  // Writing, done when the call returns

  /** Sets a key, with a session or (null) without. */
  put(key: string, value: string, session: string | null = null): WriteOutcome {
    return this.transaction({ when: [], then: [{ kind: 'put', key, value, session }] });
  }

  /** Sets a key whose last change was at `modRevision`; `0` for a key that must not exist, as in etcd. */
  compareAndSet(key: string, modRevision: string, value: string, session: string | null = null): WriteOutcome {
    return this.transaction({
      when: [{ kind: 'mod-revision', key, is: modRevision }],
      then: [{ kind: 'put', key, value, session }],
    });
  }

  /** Deletes a key whose last change was at `modRevision`. */
  compareAndDelete(key: string, modRevision: string): WriteOutcome {
    return this.transaction({
      when: [{ kind: 'mod-revision', key, is: modRevision }],
      then: [{ kind: 'delete', key }],
    });
  }

  /** Deletes a key; `done` too when there was none. */
  delete(key: string): WriteOutcome {
    return this.transaction({ when: [], then: [{ kind: 'delete', key }] });
  }

  /**
   * Does `then` when all conditions hold, else `otherwise`: all of it at one revision, or nothing.
   * Throws when one transaction writes a key twice (etcd refuses that too) or when the store is closed.
   */
  transaction(transaction: Transaction): WriteOutcome {
    if (this.closed) throw new Error('The store in memory is closed.');
    const met = transaction.when.every((condition) => this.holds(condition));
    const writes = met ? transaction.then : (transaction.otherwise ?? []);
    const keys = new Set<string>();
    for (const write of writes) {
      if (keys.has(write.key)) throw new Error(`A transaction writes ${write.key} twice.`);
      keys.add(write.key);
      if (write.kind === 'put' && write.session !== undefined && write.session !== null) {
        if (!this.sessionsById.has(write.session)) return { kind: 'no-session', session: write.session };
      }
    }
    this.commit(writes);
    return { kind: met ? 'done' : 'conflict', revision: this.revision };
  }

  /** A new session that ends `ttlSeconds` from now unless it is kept alive; the answer is its id. */
  grantSession(ttlSeconds: number): string {
    if (this.closed) throw new Error('The store in memory is closed.');
    const id = this.nextSession.toString();
    this.nextSession += SESSION_STEP;
    const session: Session = { ttlSeconds, keys: new Set(), endsAt: 0, stopTimer: () => undefined };
    this.sessionsById.set(id, session);
    this.extend(id, session);
    return id;
  }

  /** Gives a session its whole TTL again; false when the store does not have it (any more). */
  keepAlive(id: string): boolean {
    const session = this.sessionsById.get(id);
    if (session === undefined) return false;
    this.extend(id, session);
    return true;
  }

  /** Ends a session and deletes its keys, all at one revision; false when the store does not have it. */
  revokeSession(id: string): boolean {
    const session = this.sessionsById.get(id);
    if (session === undefined) return false;
    session.stopTimer();
    this.sessionsById.delete(id);
    this.commit([...session.keys].sort(compareText).map((key) => ({ kind: 'delete', key })));
    return true;
  }

  /** While on, no session runs out, as while a store is down; when it is back each has its whole TTL again. */
  holdSessions(on: boolean): void {
    for (const [id, session] of this.sessionsById) {
      if (on) session.stopTimer();
      else this.extend(id, session);
    }
  }

  /** Drops from the log what is older than `revision`, which may not be past the head: watches can begin there. */
  compact(revision: string): void {
    const wanted = BigInt(revision);
    if (wanted > this.head) throw new Error(`Revision ${revision} is past the head, ${this.revision}.`);
    if (wanted > this.compacted) this.compacted = wanted;
    this.trimLog();
  }

  private holds(condition: Condition): boolean {
    const node = this.nodes.get(condition.key);
    switch (condition.kind) {
      case 'mod-revision':
        return (node?.modRevision ?? '0') === condition.is;
      case 'value':
        return node?.value === condition.is;
      default:
        return assertNever(condition);
    }
  }

  /** Makes the next revision out of the writes, unless they change nothing. */
  private commit(writes: readonly Write[]): void {
    const revision = (this.head + 1n).toString();
    const changes: NodeChange[] = [];
    for (const write of writes) {
      const before = this.nodes.get(write.key);
      if (write.kind === 'delete' && before === undefined) continue;
      this.sessionsById.get(before?.session ?? '')?.keys.delete(write.key);
      if (write.kind === 'delete') {
        this.nodes.delete(write.key);
        changes.push({ kind: 'delete', key: write.key, modRevision: revision });
        continue;
      }
      const session = write.session ?? null;
      const node: StoreNode = {
        key: write.key,
        value: write.value,
        bytes: utf8Bytes(write.value),
        createRevision: before?.createRevision ?? revision,
        modRevision: revision,
        version: (BigInt(before?.version ?? '0') + 1n).toString(),
        session,
      };
      this.nodes.set(write.key, node);
      if (session !== null) this.sessionsById.get(session)?.keys.add(write.key);
      changes.push({ kind: 'put', node });
    }
    if (changes.length === 0) return;
    this.head += 1n;
    this.log.push({ revision, changes });
    const oldest = this.head - BigInt(this.keptRevisions) + 1n;
    if (oldest > this.compacted && oldest > this.logStart) this.compacted = oldest;
    // Cutting the array at each revision would copy it each time.
    if (this.log.length > 2 * this.keptRevisions) this.trimLog();
    for (const watch of this.watches) watch.wake();
  }

  private trimLog(): void {
    const dropped = Number(this.compacted - this.logStart);
    if (dropped <= 0) return;
    this.log = this.log.slice(dropped);
    this.logStart = this.compacted;
  }

  private extend(id: string, session: Session): void {
    session.stopTimer();
    session.endsAt = this.clock.now() + session.ttlSeconds * 1000;
    session.stopTimer = this.clock.after(session.ttlSeconds * 1000, () => this.revokeSession(id));
  }
}

function closedFailure(): StoreFailure {
  return {
    kind: 'unavailable',
    endpoint: 'memory',
    message: 'The store in memory was closed.',
    advice: 'Open it again.',
    detail: 'closed',
  };
}
