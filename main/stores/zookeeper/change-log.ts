import type { StoreNode } from '../../../app/dcs/node';
import { compareRevisions } from '../../../app/dcs/revision';
import type { ChangeBatch, NodeChange } from '../../../app/dcs/store';

/** How many batches a watch can look back. */
const KEPT_BATCHES = 4096;

/**
 * What is known of the keys below a prefix, and how they came to be so: ZooKeeper itself keeps no past, so that whoever goes on after
 * a break goes on from here. It outlives the connection.
 */
export class ChangeLog {
  readonly nodes = new Map<string, StoreNode>();
  #batches: ChangeBatch[] = [];
  #start: string;
  #revision: string;
  readonly #readers = new Set<(batch: ChangeBatch) => void>();

  /** Begins with a picture. */
  constructor(revision: string, nodes: Iterable<StoreNode>) {
    this.#start = revision;
    this.#revision = revision;
    for (const node of nodes) this.nodes.set(node.key, node);
  }

  /** Up to here nothing is missing. */
  get revision(): string {
    return this.#revision;
  }

  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  /**
   * The log begins earlier: at `revision` the keys were what they are now, but for these changes. Only right after its beginning,
   * and only by one who knows.
   */
  lookBack(revision: string, changes: readonly NodeChange[]): void {
    if (this.#batches.length > 0 || compareRevisions(revision, this.#start) >= 0) return;
    this.#start = revision;
    if (changes.length > 0) this.#batches.push({ revision: this.#revision, changes });
  }

  /** These changes bring it to a revision. Without changes it only says that nothing happened until then. */
  append(batch: ChangeBatch): void {
    if (compareRevisions(batch.revision, this.#revision) > 0) this.#revision = batch.revision;
    if (batch.changes.length === 0) return;
    for (const change of batch.changes) {
      if (change.kind === 'put') this.nodes.set(change.node.key, change.node);
      else this.nodes.delete(change.key);
    }
    this.#batches.push(batch);
    if (this.#batches.length > 2 * KEPT_BATCHES) {
      const dropped = this.#batches.splice(0, KEPT_BATCHES);
      this.#start = dropped.at(-1)?.revision ?? this.#start;
    }
    for (const reader of [...this.#readers]) reader(batch);
  }

  /** The batches after a revision, or since when there are any where it does not reach back so far. */
  since(revision: string): readonly ChangeBatch[] | { readonly compacted: string } {
    if (compareRevisions(revision, this.#start) < 0) return { compacted: this.#start };
    return this.#batches.filter((batch) => compareRevisions(batch.revision, revision) > 0);
  }

  /** Hears each batch from now on. */
  read(reader: (batch: ChangeBatch) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}
