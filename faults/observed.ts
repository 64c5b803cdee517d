import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../app/clock';
import { compareRevisions } from '../app/dcs/revision';
import type { StoreNode } from '../app/dcs/node';
import type { StoreFailure, WritableStore } from '../app/dcs/store';
import type { ConnectionStatus } from '../app/ipc/contract';
import { Mirror, type MirrorBatch } from '../main/inspection/mirror';

/** The mirror that the window shows, with all that it said. */
export class Observed {
  readonly statuses: ConnectionStatus[] = [];
  readonly batches: MirrorBatch[] = [];
  readonly mirror: Mirror;
  readonly #told = new Set<string>();
  /** What was applied a second time. */
  readonly twice: string[] = [];

  constructor(
    readonly store: WritableStore,
    private readonly prefix: string,
    clock: Clock,
  ) {
    this.mirror = new Mirror(store, prefix, clock, {
      onBatch: (batch) => this.#take(batch),
      onStatus: (status) => this.statuses.push(status),
    });
    this.mirror.start();
  }

  /** The failures that the status told since a number of statuses. */
  failures(since = 0): readonly StoreFailure[] {
    return this.statuses.slice(since).flatMap((status) => (status.kind === 'lost' ? [status.failure] : []));
  }

  get isLive(): boolean {
    return this.mirror.status.kind === 'live';
  }

  /** Waits, at most 10 s, until it is live and has what the store has. */
  async equals(truth: WritableStore): Promise<void> {
    await until(async () => {
      if (!this.isLive) return false;
      const snapshot = await truth.snapshot(this.prefix);
      if (!snapshot.ok) return false;
      const expected = new Map(snapshot.value.nodes.map((node) => [node.key, node]));
      return isDeepStrictEqual(new Map<string, StoreNode>(this.mirror.nodes), expected);
    }, 10_000);
  }

  #take(batch: MirrorBatch): void {
    this.batches.push(batch);
    let before = '0';
    for (const change of batch.changes) {
      const [key, revision] =
        change.kind === 'put' ? [change.node.key, change.node.modRevision] : [`-${change.key}`, change.modRevision];
      const event = `${key} @${revision}`;
      if (this.#told.has(event)) this.twice.push(event);
      this.#told.add(event);
      if (batch.cause === 'watch' && compareRevisions(revision, before) < 0) this.twice.push(`out of order: ${event}`);
      before = revision;
    }
  }
}

/** Waits until something holds; throws when it does not within `ms`. */
export async function until(holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('what was waited for did not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
