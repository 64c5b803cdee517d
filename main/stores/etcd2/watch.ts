import { compareRevisions, nextRevision, previousRevision } from '../../../app/dcs/revision';
import type { NodeChange, StoreFailure, StoreWatch, WatchEnd, WatchListener } from '../../../app/dcs/store';
import { namespacePrefix } from '../../../app/dcs/keys';
import type { Result } from '../../../app/result';
import { readWhole } from '../../http/http-exchange';
import type { Client } from './client';
import { refused } from './failure';
import { type ApiEvent, apiPath, errorCodes, readError, readEvent } from './nodes';
import { Pace } from '../pace';

/** Whether a store is the one that was read; `unclear` when only reading anew can tell. */
export type Comparison = 'same' | 'other' | 'unclear';

/** What a watch needs of its store. */
export interface WatchHost {
  readonly client: Client;
  /** The id of the store that was read; null when none was. */
  readonly clusterId: () => string | null;
  /** The index of the store now, by the majority of its members. */
  index(): Promise<Result<string, StoreFailure>>;
  /** Whether an endpoint was lost since the keys were read or compared. */
  wasLost(): boolean;
  /** Compares what was read up to a revision with what is there. */
  compare(revision: string): Promise<Result<Comparison, StoreFailure>>;
  /** What an event changed; null when that cannot be told from it alone. */
  changes(event: ApiEvent): readonly NodeChange[] | null;
}

const MAX_BYTES = 64 * 1024 * 1024;
/** Until a follower that lags is asked again, ms. */
const PAUSE_MS = 200;

/** Deletions, as the API names them. */
export const deletions: ReadonlySet<string> = new Set(['delete', 'compareAndDelete', 'expire']);

/**
 * Asks etcd again and again for the next event below a prefix: one answer, one event. etcd keeps its last thousand events, of all
 * keys; who comes later is told so, and reads anew. Its streaming watch is not used: of the past it tells one event, then none.
 */
export class Etcd2Watch implements StoreWatch {
  readonly #cancel = new AbortController();
  readonly #prefix: string;
  #over = false;
  #ready = false;
  /** Whether the last question brought an event. */
  #told = false;

  constructor(
    private readonly host: WatchHost,
    private readonly namespace: string,
    private readonly fromRevision: string,
    private readonly listener: WatchListener,
  ) {
    this.#prefix = namespacePrefix(namespace);
    void this.#run();
  }

  close(): void {
    this.#over = true;
    this.#cancel.abort();
  }

  async #run(): Promise<void> {
    let next = this.fromRevision;
    const pace = new Pace();
    while (!this.#isOver()) {
      const askedAt = Date.now();
      this.#told = false;
      next = await this.#step(next);
      await pace.answered(askedAt, this.#told);
    }
  }

  /** Waits for the first event from an index on; the index to go on from. */
  async #step(next: string): Promise<string> {
    const { client } = this.host;
    if (this.host.wasLost() && !(await this.#isSame(next))) return next;
    const path = `${apiPath(this.#prefix)}?wait=true&recursive=true&waitIndex=${next}`;
    const opened = await client.open({ method: 'GET', path }, this.namespace, this.#cancel.signal);
    if (this.#isOver()) {
      if (opened.ok) opened.value.stream.message.destroy();
      return next;
    }
    if (!opened.ok) return this.#end({ kind: 'failed', failure: opened.error.failure }, next);
    const { endpoint, stream, index, clusterId } = opened.value;
    const known = this.host.clusterId();
    const isOther = known !== null && clusterId !== null && known !== clusterId;
    if (stream.status === 200 && (isOther || (index !== null && compareRevisions(index, previousRevision(next)) < 0))) {
      stream.message.destroy();
      return isOther ? this.#end({ kind: 'replaced' }, next) : this.#behind(next);
    }
    if (stream.status === 200 && index !== null) {
      if (!this.#ready) this.listener.onReady();
      this.#ready = true;
      // It is there, whether or not there is something to tell.
      if (!this.#isOver()) this.listener.onBatch({ revision: previousRevision(next), changes: [] });
    }
    const whole = await readWhole(stream, client.timing.waitMs, MAX_BYTES, this.#cancel.signal);
    if (this.#isOver()) return next;
    // Nothing happened, and the next question shows whether etcd is still there. It had told of all up to its index when it was asked.
    if (whole.kind === 'broken' && whole.why !== 'too-large') {
      if (whole.why !== 'timeout') client.lost();
      return index !== null && compareRevisions(index, next) >= 0 ? nextRevision(index) : next;
    }
    if (whole.kind !== 'answered') return this.#end({ kind: 'compacted', compactRevision: next }, next);
    // etcd ended the wait by itself.
    if (whole.status === 200 && whole.body.trim() === '') return next;
    if (readError(whole.body)?.errorCode === errorCodes.eventsCleared) {
      return this.#end({ kind: 'compacted', compactRevision: index ?? next }, next);
    }
    const event = whole.status === 200 ? readEvent(whole.body) : null;
    if (event?.node.modifiedIndex === undefined) {
      const context = { endpoint, options: client.options, namespace: this.namespace };
      return this.#end({ kind: 'failed', failure: refused(whole.status, whole.body, context) }, next);
    }
    const revision = String(event.node.modifiedIndex);
    const changes = this.host.changes(event);
    if (changes === null) return this.#end({ kind: 'compacted', compactRevision: revision }, next);
    this.#told = true;
    this.listener.onBatch({ revision, changes });
    return nextRevision(revision);
  }

  /** After a loss: a store that was restored may have passed the revision by now. */
  async #isSame(next: string): Promise<boolean> {
    const compared = await this.host.compare(previousRevision(next));
    if (this.#isOver()) return false;
    if (!compared.ok) this.#end({ kind: 'failed', failure: compared.error }, next);
    else if (compared.value === 'other') this.#end({ kind: 'replaced' }, next);
    else if (compared.value === 'unclear') this.#end({ kind: 'compacted', compactRevision: next }, next);
    return !this.#isOver();
  }

  /** A member that has not yet heard of what was read, or a store that was restored or wiped: the majority tells. */
  async #behind(next: string): Promise<string> {
    const index = await this.host.index();
    if (this.#isOver()) return next;
    if (!index.ok) return this.#end({ kind: 'failed', failure: index.error }, next);
    if (compareRevisions(index.value, previousRevision(next)) < 0) return this.#end({ kind: 'replaced' }, next);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return next;
  }

  #isOver(): boolean {
    return this.#over;
  }

  #end(end: WatchEnd, next: string): string {
    if (this.#over) return next;
    this.close();
    this.listener.onEnd(end);
    return next;
  }
}
