import { compareRevisions, previousRevision } from '../../../app/dcs/revision';
import type { ChangeBatch, StoreFailure, StoreWatch, WatchEnd, WatchListener } from '../../../app/dcs/store';
import type { Result } from '../../../app/result';
import type { Connection } from './connection';
import type { TreeFollower } from './tree-follower';

/** A prefix that is followed. */
export interface Following {
  readonly follower: TreeFollower;
  readonly connection: Connection;
  /** Whoever asked for it does not need it any more. */
  leave(): void;
}

/** What a watch needs of its store. */
export interface WatchHost {
  /** Null: the store is not the one any more that was followed before. */
  follow(prefix: string, since: string): Promise<Result<Following | null, StoreFailure>>;
  describe(error: unknown, connection: Connection): StoreFailure;
}

/** A watch over one connection: reads the log of its prefix from its cursor on, and ends when the connection does. */
export class ZooKeeperWatch implements StoreWatch {
  #over = false;
  #done: string;
  readonly #stops: (() => void)[] = [];

  constructor(
    private readonly host: WatchHost,
    private readonly prefix: string,
    fromRevision: string,
    private readonly listener: WatchListener,
  ) {
    this.#done = previousRevision(fromRevision);
    void this.#open();
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    for (const stop of this.#stops) stop();
  }

  async #open(): Promise<void> {
    const followed = await this.host.follow(this.prefix, this.#done);
    if (this.#over) {
      if (followed.ok) followed.value?.leave();
      return;
    }
    if (!followed.ok) return this.#end({ kind: 'failed', failure: followed.error });
    const following = followed.value;
    if (following === null) return this.#end({ kind: 'replaced' });
    const { follower, connection } = following;
    this.#stops.push(
      () => following.leave(),
      follower.onFail((error) => {
        const failure = connection.lost ?? this.host.describe(error, connection);
        this.#end({ kind: 'failed', failure });
      }),
    );
    try {
      if (compareRevisions(this.#done, follower.log.revision) > 0) await follower.settled();
    } catch {
      // It failed, and said why.
      return;
    }
    if (!this.#over) this.#begin(follower, connection);
  }

  #begin(follower: TreeFollower, connection: Connection): void {
    const { log } = follower;
    if (compareRevisions(this.#done, log.revision) > 0) return this.#end({ kind: 'replaced' });
    const missed = log.since(this.#done);
    if ('compacted' in missed) return this.#end({ kind: 'compacted', compactRevision: missed.compacted });
    this.#stops.push(
      log.read((batch) => this.#take(batch)),
      connection.onPong(() => {
        follower.touch();
        this.#take({ revision: log.revision, changes: [] });
      }),
    );
    this.listener.onReady();
    for (const batch of missed) this.#take(batch);
  }

  #take(batch: ChangeBatch): void {
    // While the past is told, what is new may come: each in its turn.
    if (this.#over || compareRevisions(batch.revision, this.#done) < 0) return;
    this.#done = batch.revision;
    this.listener.onBatch(batch);
  }

  #end(end: WatchEnd): void {
    if (this.#over) return;
    this.close();
    this.listener.onEnd(end);
  }
}
