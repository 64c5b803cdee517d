import type { ChangeBatch, StoreWatch, WatchEnd, WatchListener } from './store';

/** What a watch reads of the store's log. */
export interface WatchedLog {
  head(): bigint;
  /** The oldest revision that can still be asked for; 0 when nothing was dropped. */
  compacted(): bigint;
  /** A revision's changes; undefined before the log's beginning. */
  batch(revision: bigint): ChangeBatch | undefined;
  ended(watch: MemoryWatch): void;
}

/**
 * One watch on a store in memory. It reads the log at its own pace from its cursor on, so that nothing is left out or
 * told twice whatever the listener does meanwhile; it never calls the listener from inside a write.
 */
export class MemoryWatch implements StoreWatch {
  private ready = false;
  private scheduled = false;
  private closed = false;

  constructor(
    private readonly prefix: string,
    private next: bigint,
    private readonly listener: WatchListener,
    private readonly log: WatchedLog,
  ) {}

  close(): void {
    this.closed = true;
    this.log.ended(this);
  }

  /** There may be something to read. */
  wake(): void {
    if (this.scheduled || this.closed) return;
    this.scheduled = true;
    void Promise.resolve().then(() => {
      this.scheduled = false;
      this.read();
    });
  }

  private read(): void {
    if (this.closed) return;
    if (!this.ready) {
      if (this.next > this.log.head() + 1n) return this.end({ kind: 'replaced' });
      if (this.isCompacted()) return;
      this.ready = true;
      this.listener.onReady();
    }
    // The listener may write, compact or close: look again each time.
    while (!this.closed && this.next <= this.log.head()) {
      if (this.isCompacted()) return;
      const batch = this.log.batch(this.next);
      this.next += 1n;
      if (batch === undefined) continue;
      const changes = batch.changes.filter((change) =>
        (change.kind === 'put' ? change.node.key : change.key).startsWith(this.prefix),
      );
      if (changes.length > 0) this.listener.onBatch({ revision: batch.revision, changes });
    }
  }

  private isCompacted(): boolean {
    const oldest = this.log.compacted();
    if (this.next >= oldest) return false;
    this.end({ kind: 'compacted', compactRevision: oldest.toString() });
    return true;
  }

  private end(how: WatchEnd): void {
    this.close();
    this.listener.onEnd(how);
  }
}
