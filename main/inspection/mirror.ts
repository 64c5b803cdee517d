import { assertNever } from '../../app/assert-never';
import type { Clock } from '../../app/clock';
import { difference } from '../../app/dcs/difference';
import type { StoreNode } from '../../app/dcs/node';
import { compareRevisions, nextRevision } from '../../app/dcs/revision';
import { err, type Result } from '../../app/result';
import type {
  ChangeBatch,
  NodeChange,
  ReadableStore,
  StoreFailure,
  StoreSnapshot,
  StoreWatch,
  WatchEnd,
} from '../../app/dcs/store';
import type { ConnectionStatus } from '../../app/ipc/contract';
import { Backoff } from './backoff';
import { unreadable, unsteady } from './mirror-failures';

/** Changes that the mirror has just applied. */
export interface MirrorBatch {
  /** The store's revision that the mirror shows after them. */
  readonly revision: string;
  readonly changes: readonly NodeChange[];
  /**
   * `snapshot`: the first picture. `watch`: what the store reported, change by change. `resync`: the difference to a new
   * snapshot, because the store no longer had the changes in between, or is another store; a deletion then carries the
   * snapshot's revision.
   */
  readonly cause: 'snapshot' | 'watch' | 'resync';
}

export interface MirrorListener {
  /** Called in order, right after the mirror's nodes have changed. */
  onBatch(batch: MirrorBatch): void;
  /** Called when the status changes in kind, failure or retry; while live also when the store was heard, once a second at most. */
  onStatus(status: ConnectionStatus): void;
}

/** How long a connection must have held for its loss to count as the first one. */
const STEADY_MS = 5000;
/** How often all is read anew without a pause while no picture holds that long. */
const MOST_REREADS = 3;
const TELL_HEARD_MS = 1000;

/**
 * The keys below one prefix of a store, as the store has them: a snapshot, then every change, none left out and none
 * twice. When the connection breaks the picture stays, and the watch goes on from the revision that was reached, so that
 * what happened meanwhile arrives change by change; only when the store no longer has those changes (compaction), or is
 * another store (restored, wiped), a new snapshot is read and the difference applied.
 */
export class Mirror {
  readonly #nodes = new Map<string, StoreNode>();
  readonly #backoff = new Backoff();
  #revision: string | null = null;
  #storeId: string | null = null;
  #status: ConnectionStatus;
  #lastHeardAt: string | null = null;
  #toldHeardAt = 0;
  #watch: StoreWatch | null = null;
  #stopTimer: (() => void) | null = null;
  /** Raised with each attempt: what an older one still reports is not listened to. 0: not started. */
  #turn = 0;
  #closed = false;
  /** The store no longer has what came after `#revision`, or is another one: all is read anew. */
  #isOutdated = false;
  /** When all was read last, by the clock, and how often since a picture held. */
  #readAt = Number.NEGATIVE_INFINITY;
  #rereads = 0;

  constructor(
    private store: ReadableStore,
    private readonly prefix: string,
    private readonly clock: Clock,
    private readonly listener: MirrorListener,
  ) {
    this.#status = { kind: 'connecting', since: this.#now() };
  }

  /** The keys as of `revision`. It changes in place; a batch tells what changed. */
  get nodes(): ReadonlyMap<string, StoreNode> {
    return this.#nodes;
  }

  /** The store's revision up to which nothing is missing; null before the first snapshot. */
  get revision(): string | null {
    return this.#revision;
  }

  /** Null before the first snapshot. */
  get storeId(): string | null {
    return this.#storeId;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** When the store last answered anything, ISO 8601; null: never. */
  get lastHeardAt(): string | null {
    return this.#lastHeardAt;
  }

  /** Begins to mirror; once. */
  start(): void {
    if (this.#turn > 0 || this.#closed) return;
    this.listener.onStatus(this.#status);
    this.#attempt();
  }

  /** When it waits for its next attempt: makes it now. */
  retry(): void {
    if (this.#status.kind !== 'lost' || this.#status.retryAt === null || this.#closed) return;
    this.#attempt();
  }

  /** The machine woke up: whatever connection there was is made anew at once. */
  wake(): void {
    if (this.#turn === 0 || this.#closed) return;
    this.store.wake();
    this.#backoff.reset();
    this.retry();
  }

  /**
   * The same store is reached in another way from now on (a new password, a new certificate): the picture stays, and the
   * watch goes on there from the revision that was reached.
   */
  renew(store: ReadableStore): void {
    this.store = store;
    if (this.#turn === 0 || this.#closed) return;
    this.#backoff.reset();
    this.#attempt();
  }

  /** Stops; the listener hears nothing more. The store is its owner's to close. */
  close(): void {
    this.#closed = true;
    this.#endTurn();
  }

  #attempt(): void {
    this.#endTurn();
    if (this.#status.kind === 'lost') this.#setStatus({ ...this.#status, retryAt: null });
    if (this.#revision === null || this.#isOutdated) void this.#readAll();
    else this.#follow(this.#revision);
  }

  #endTurn(): void {
    this.#turn++;
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#watch?.close();
    this.#watch = null;
  }

  async #readAll(): Promise<void> {
    const turn = this.#turn;
    let snapshot: Result<StoreSnapshot, StoreFailure>;
    try {
      snapshot = await this.store.snapshot(this.prefix);
    } catch (error) {
      snapshot = err(unreadable(error));
    }
    if (turn !== this.#turn) return;
    if (!snapshot.ok) {
      this.#lose(snapshot.error);
      return;
    }
    this.#take(snapshot.value);
    if (turn === this.#turn) this.#follow(snapshot.value.revision);
  }

  #take(snapshot: StoreSnapshot): void {
    const cause = this.#revision === null ? 'snapshot' : 'resync';
    const changes = difference(this.#nodes, snapshot);
    for (const change of changes) this.#apply(change);
    this.#revision = snapshot.revision;
    this.#isOutdated = false;
    this.#readAt = this.clock.now();
    this.#storeId = snapshot.storeId;
    this.#heard();
    this.listener.onBatch({ revision: snapshot.revision, changes, cause });
  }

  #follow(revision: string): void {
    const turn = this.#turn;
    const mine = (): boolean => turn === this.#turn;
    let watch: StoreWatch;
    try {
      watch = this.store.watch(this.prefix, nextRevision(revision), {
        onReady: () => {
          if (mine()) this.#live();
        },
        onBatch: (batch) => {
          if (mine()) this.#advance(batch);
        },
        onEnd: (end) => {
          if (mine()) this.#ended(end);
        },
      });
    } catch (error) {
      if (mine()) this.#lose(unreadable(error));
      return;
    }
    if (mine()) this.#watch = watch;
    else watch.close();
  }

  #live(): void {
    this.#heard();
    if (this.#status.kind === 'live') return;
    const now = this.#now();
    const { way = null } = this.store;
    this.#setStatus({ kind: 'live', since: now, lastHeardAt: now, ...(way === null ? {} : { by: way }) });
  }

  #advance(batch: ChangeBatch): void {
    const reached = this.#revision ?? '0';
    // What the mirror has already must not be applied again: an older value would come back for a moment.
    const changes = batch.changes.filter((change) => compareRevisions(revisionOf(change), reached) > 0);
    for (const change of changes) this.#apply(change);
    if (compareRevisions(batch.revision, reached) > 0) this.#revision = batch.revision;
    this.#heard();
    if (changes.length > 0) {
      this.listener.onBatch({ revision: this.#revision ?? batch.revision, changes, cause: 'watch' });
    }
  }

  #apply(change: NodeChange): void {
    switch (change.kind) {
      case 'put':
        this.#nodes.set(change.node.key, change.node);
        return;
      case 'delete':
        this.#nodes.delete(change.key);
        return;
      default:
        assertNever(change);
    }
  }

  #ended(end: WatchEnd): void {
    switch (end.kind) {
      case 'failed':
        this.#lose(end.failure);
        return;
      case 'compacted':
      case 'replaced':
        this.#readAnew();
        return;
      default:
        assertNever(end);
    }
  }

  /** At once, unless that was of no use again and again: then as after a loss, for the picture is not known to be what is there. */
  #readAnew(): void {
    this.#isOutdated = true;
    if (Math.abs(this.clock.now() - this.#readAt) >= STEADY_MS) this.#rereads = 0;
    this.#rereads += 1;
    if (this.#rereads > MOST_REREADS) {
      this.#lose(unsteady);
      return;
    }
    this.#endTurn();
    void this.#readAll();
  }

  #lose(failure: StoreFailure): void {
    this.#endTurn();
    const now = this.clock.now();
    if (this.#status.kind === 'live' && now - Date.parse(this.#status.since) >= STEADY_MS) this.#backoff.reset();
    const delayMs = this.#backoff.next();
    this.#stopTimer = this.clock.after(delayMs, () => this.#attempt());
    this.#setStatus({
      kind: 'lost',
      since: this.#status.kind === 'lost' ? this.#status.since : this.#now(),
      lastHeardAt: this.#lastHeardAt,
      failure,
      retryAt: new Date(now + delayMs).toISOString(),
    });
  }

  #heard(): void {
    const now = this.clock.now();
    this.#lastHeardAt = new Date(now).toISOString();
    if (this.#status.kind !== 'live') return;
    const status = { ...this.#status, lastHeardAt: this.#lastHeardAt };
    this.#status = status;
    if (Math.abs(now - this.#toldHeardAt) >= TELL_HEARD_MS) this.#setStatus(status);
  }

  #setStatus(status: ConnectionStatus): void {
    this.#status = status;
    this.#toldHeardAt = this.clock.now();
    this.listener.onStatus(status);
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

function revisionOf(change: NodeChange): string {
  return change.kind === 'put' ? change.node.modRevision : change.modRevision;
}
