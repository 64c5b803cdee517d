import { randomUUID } from 'node:crypto';
import type { StoreFailure, StoreSession } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';

/**
 * Kubernetes has no sessions. A lock lives as long as its record is written again within its TTL, by the clock of whoever looks; a
 * member lives as long as its pod. So this one is only here: it gives the TTL that is written into the record, and at its end it gives
 * up the locks that were written with it.
 */
export class KubernetesSession implements StoreSession {
  readonly id = `herdscope-${randomUUID()}`;
  readonly ttlSeconds: number;
  readonly #locks = new Map<string, string>();
  #renewedAt = Date.now();
  #over = false;

  constructor(
    ttlSeconds: number,
    /** Gives a lock up if it is still ours. */
    private readonly giveUp: (key: string, holder: string) => Promise<StoreFailure | null>,
  ) {
    this.ttlSeconds = Math.max(1, Math.ceil(ttlSeconds));
  }

  get isOver(): boolean {
    return this.#over || Date.now() - this.#renewedAt >= this.ttlSeconds * 1000;
  }

  /** A lock was written with it, in the holder's name. */
  took(key: string, holder: string): void {
    this.#locks.set(key, holder);
  }

  /** By our own clock. The record of a lock is renewed by setting its key again, as Patroni does. */
  keepAlive(): Promise<Result<boolean, StoreFailure>> {
    if (!this.isOver) this.#renewedAt = Date.now();
    return Promise.resolve(ok(!this.isOver));
  }

  async close(): Promise<Result<boolean, StoreFailure>> {
    const wasOver = this.isOver;
    this.#over = true;
    for (const [key, holder] of this.#locks) {
      const failure = await this.giveUp(key, holder);
      if (failure !== null) return err(failure);
    }
    this.#locks.clear();
    return ok(!wasOver);
  }
}
