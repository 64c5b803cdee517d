import type { IWatchResponse } from 'etcd3';
import { compareRevisions, previousRevision } from '../../../app/dcs/revision';
import type { StoreFailure, StoreWatch, WatchEnd, WatchListener } from '../../../app/dcs/store';
import type { Result } from '../../../app/result';
import { BatchAssembly } from './batch-assembly';
import type { EtcdConnection, WatchStream } from './etcd-connection';
import { isCompacted, isFutureRevision, isTransportError, readGrpcError } from './grpc-error';
import { keyRange, type KeyRange } from './key-range';
import type { Lineage } from './lineage';
import type { Etcd3Timing } from './options';

/** What a watch needs of its store. */
export interface WatchHost {
  readonly timing: Etcd3Timing;
  connection(namespace: string): Promise<Result<EtcdConnection, StoreFailure>>;
  describe(error: unknown, connection: EtcdConnection, namespace: string): StoreFailure;
}

/** A watch over one connection; when that breaks the watch ends, and whoever wants to go on opens another one from the cursor. */
export class Etcd3Watch implements StoreWatch {
  readonly #range: KeyRange;
  readonly #assembly: BatchAssembly;
  #over = false;
  #stream: WatchStream | null = null;
  #connection: EtcdConnection | null = null;
  #stopListening: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Counts what was heard, to tell whether anything was while the store was asked. */
  #heard = 0;

  constructor(
    private readonly host: WatchHost,
    private readonly namespace: string,
    private readonly fromRevision: string,
    private readonly listener: WatchListener,
    private readonly lineage: Lineage,
  ) {
    this.#range = keyRange(namespace);
    this.#assembly = new BatchAssembly(previousRevision(fromRevision));
    void this.#open();
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#stopListening?.();
    if (this.#stream !== null) cancel(this.#stream);
    this.#stream = null;
  }

  async #open(): Promise<void> {
    const connected = await this.host.connection(this.namespace);
    if (this.#over) return;
    if (!connected.ok) {
      this.#end({ kind: 'failed', failure: connected.error });
      return;
    }
    const connection = connected.value;
    this.#connection = connection;
    this.#stopListening = connection.onLost((failure) => this.#end({ kind: 'failed', failure }));
    try {
      if (!(await this.#isSameStore(connection))) {
        this.#end({ kind: 'replaced' });
        return;
      }
      if (this.#over) return;
      const stream = await connection.watch();
      this.#listen(stream);
      if (this.#over) cancel(stream);
      else this.#create(stream);
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Asks for a key that was read before, as it was at the cursor: another store does not have it with the same revisions.
   * Being a call it also renews a token that has expired, which opening a watch does not.
   */
  async #isSameStore(connection: EtcdConnection): Promise<boolean> {
    const deadline = Date.now() + this.host.timing.callMs;
    const done = this.#assembly.done;
    const witness = this.lineage.witnessAt(done);
    try {
      if (witness === null) {
        const answer = await connection.range({ ...this.#range, limit: 1, keys_only: true }, deadline);
        return this.lineage.continues(answer.header);
      }
      const answer = await connection.range({ key: witness.key, revision: done, keys_only: true }, deadline);
      const now = answer.kvs[0];
      return (
        this.lineage.continues(answer.header) &&
        now?.mod_revision === witness.modRevision &&
        now.create_revision === witness.createRevision &&
        now.version === witness.version
      );
    } catch (error) {
      const said = readGrpcError(error);
      if (isFutureRevision(said)) return false;
      // The watch itself will say so, with the revision up to which it was compacted.
      if (isCompacted(said)) return true;
      throw error;
    }
  }

  #listen(stream: WatchStream): void {
    this.#stream = stream;
    stream.on('error', (error) => this.#fail(error));
    stream.on('end', () => this.#fail(new Error('etcd ended the watch stream')));
    stream.on('data', (message) => this.#take(message));
  }

  #create(stream: WatchStream): void {
    // One revision early: a deletion at the very revision of a compaction is gone, and etcd takes a watch that starts
    // there nevertheless, without a word. From before it, the watch is refused as compacted; what comes twice is dropped.
    const start = compareRevisions(this.#assembly.done, '0') > 0 ? this.#assembly.done : this.fromRevision;
    stream.write({ create_request: { ...this.#range, start_revision: start, progress_notify: true, fragment: true } });
    this.#timer = setTimeout(() => this.#fail(silence('the watch was not taken in time')), this.host.timing.callMs);
  }

  #take(message: IWatchResponse): void {
    if (this.#over) return;
    this.#heard++;
    if (message.canceled) {
      this.#cancelled(message);
      return;
    }
    this.#restartTimer();
    if (message.created) {
      const known = this.#assembly.done;
      if (!this.lineage.continues(message.header) || compareRevisions(message.header.revision, known) < 0) {
        this.#end({ kind: 'replaced' });
        return;
      }
      this.listener.onReady();
      return;
    }
    this.lineage.extend(message.events);
    this.listener.onBatch(this.#assembly.take(message));
  }

  #cancelled(message: IWatchResponse): void {
    if (message.compact_revision !== '0') {
      this.#end({ kind: 'compacted', compactRevision: message.compact_revision });
    } else {
      this.#fail(new Error(message.cancel_reason === '' ? 'etcd cancelled the watch' : message.cancel_reason));
    }
  }

  #restartTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#askWhetherAlive(), this.host.timing.heartbeatMs);
  }

  /** Silence may mean that nothing changed, or that nobody is there any more: one cheap read tells. */
  async #askWhetherAlive(): Promise<void> {
    const connection = this.#connection;
    if (connection === null || this.#over) return;
    const heard = this.#heard;
    try {
      const answer = await connection.range(
        { key: this.#range.key, keys_only: true },
        Date.now() + this.host.timing.callMs,
      );
      if (this.#over) return;
      if (!this.lineage.continues(answer.header)) {
        this.#end({ kind: 'replaced' });
        return;
      }
      this.listener.onBatch({ revision: this.#assembly.done, changes: [] });
    } catch (error) {
      // Behind a long backlog on a slow line the answer comes late; what came meanwhile is proof enough.
      if (this.#heard === heard) {
        this.#fail(error);
        return;
      }
    }
    if (!this.#over && this.#heard === heard) this.#restartTimer();
  }

  #fail(error: unknown): void {
    const connection = this.#connection;
    if (this.#over || connection === null) return;
    const failure = this.host.describe(error, connection, this.namespace);
    // This ends the watch as well, by way of onLost.
    if (isTransportError(readGrpcError(error))) connection.giveUp(failure);
    this.#end({ kind: 'failed', failure });
  }

  #end(end: WatchEnd): void {
    if (this.#over) return;
    this.close();
    this.listener.onEnd(end);
  }
}

/** Ended first: etcd3 takes the cancelling of a stream that is still open for a failure of the host, and closes its other channels. */
function cancel(stream: WatchStream): void {
  stream.end();
  stream.cancel();
}

/** As gRPC says it when a deadline has passed. */
function silence(words: string): Error {
  return new Error(`4 DEADLINE_EXCEEDED: ${words}`);
}
