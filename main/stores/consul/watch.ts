import { EventEmitter } from 'node:events';
import { previousRevision } from '../../../app/dcs/revision';
import type { StoreFailure, StoreWatch, WatchEnd, WatchListener } from '../../../app/dcs/store';
import type { Result } from '../../../app/result';
import type { Connection } from './connection';
import type { ConsulTiming } from './options';
import { follow, type Picture } from './picture';
import { Pace } from '../pace';

/** What a watch needs of its store. */
export interface WatchHost {
  readonly timing: ConsulTiming;
  connection(): Promise<Result<Connection, StoreFailure>>;
  /** A call failed: says why, and gives the connection up where that is at fault. */
  failed(error: unknown, connection: Connection): StoreFailure;
  /** The picture that was read at this revision; null when it is not remembered. */
  picture(revision: string): Picture | null;
  remember(picture: Picture): void;
}

/**
 * Asks Consul again and again to wait for a change below a prefix, and compares what is there with what was. Consul keeps no past:
 * of changes that come together only the last is seen, and from a revision that was not read here nothing can be told.
 * The package's own watch tries again by itself after an error; here whoever watches decides that.
 */
export class ConsulWatch implements StoreWatch {
  readonly #cancel = new EventEmitter();
  #over = false;

  constructor(
    private readonly host: WatchHost,
    private readonly namespace: string,
    private readonly fromRevision: string,
    private readonly listener: WatchListener,
  ) {
    void this.#run();
  }

  close(): void {
    this.#over = true;
    this.#cancel.emit('cancel');
  }

  async #run(): Promise<void> {
    const connected = await this.host.connection();
    if (!connected.ok) {
      this.#end({ kind: 'failed', failure: connected.error });
      return;
    }
    const connection = connected.value;
    let picture = this.host.picture(previousRevision(this.fromRevision));
    if (picture === null) {
      this.#end({ kind: 'compacted', compactRevision: this.fromRevision });
      return;
    }
    const { callMs, waitMs } = this.host.timing;
    // The first question does not wait: its answer says that the watch stands.
    let waiting: { readonly after: string; readonly waitMs: number } | null = null;
    const pace = new Pace();
    while (!this.#over) {
      const askedAt = Date.now();
      try {
        const listing = await connection.list(this.namespace, callMs, waiting, this.#cancel);
        if (this.#isOver()) return;
        const next = follow(picture, listing);
        if (next === null) {
          this.#end({ kind: 'replaced' });
          return;
        }
        if (waiting === null) this.listener.onReady();
        picture = next.picture;
        this.host.remember(picture);
        if (!this.#isOver()) this.listener.onBatch(next.batch);
        waiting = { after: picture.index, waitMs };
        await pace.answered(askedAt, next.batch.changes.length > 0);
      } catch (error) {
        if (this.#isOver()) return;
        this.#end({ kind: 'failed', failure: this.host.failed(error, connection) });
      }
    }
  }

  #isOver(): boolean {
    return this.#over;
  }

  #end(end: WatchEnd): void {
    if (this.#over) return;
    this.close();
    this.listener.onEnd(end);
  }
}
