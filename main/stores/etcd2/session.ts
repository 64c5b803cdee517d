import { randomUUID } from 'node:crypto';
import type { StoreFailure, StoreSession } from '../../../app/dcs/store';
import { ok, type Result } from '../../../app/result';

/** A key that lives with a session, as it was written last. */
export interface OwnKey {
  readonly value: string;
  readonly modRevision: string;
}

/** What a session does to its keys. */
export interface SessionHost {
  /** Writes the key again with its whole TTL if it is still as it was; its new revision, or null when it is not. */
  renew(key: string, own: OwnKey, ttlSeconds: number): Promise<Result<string | null, StoreFailure>>;
  /** Removes the key if it is still as it was. */
  drop(key: string, own: OwnKey): Promise<Result<unknown, StoreFailure>>;
}

/**
 * etcd v2 has no sessions: each key has a TTL of its own, which Patroni renews by writing the key again (`patroni/dcs/etcd.py:
 * Etcd.touch_member`, `_do_update_leader`). So does this one, for all keys that were written with it.
 */
export class Etcd2Session implements StoreSession {
  readonly id = `herdscope-${randomUUID()}`;
  readonly ttlSeconds: number;
  readonly #keys = new Map<string, OwnKey>();
  #renewedAt = Date.now();
  #over = false;

  constructor(
    private readonly host: SessionHost,
    ttlSeconds: number,
  ) {
    this.ttlSeconds = Math.max(1, Math.ceil(ttlSeconds));
  }

  /** What is left of it, in seconds; 0 when it is over. */
  get remainingSeconds(): number {
    return this.#over ? 0 : Math.max(0, this.ttlSeconds - (Date.now() - this.#renewedAt) / 1000);
  }

  get isOver(): boolean {
    return this.remainingSeconds <= 0;
  }

  /** Whether this is how we wrote the key. */
  owns(key: string, modRevision: string): boolean {
    return this.#keys.get(key)?.modRevision === modRevision;
  }

  took(key: string, own: OwnKey): void {
    this.#keys.set(key, own);
  }

  lost(key: string): void {
    this.#keys.delete(key);
  }

  /** One key that is gone or another's is the end of it: who holds a lock must not think that it is still theirs. */
  async keepAlive(): Promise<Result<boolean, StoreFailure>> {
    if (this.isOver) {
      this.#over = true;
      return ok(false);
    }
    const asked = Date.now();
    for (const [key, own] of this.#keys) {
      const renewed = await this.host.renew(key, own, this.ttlSeconds);
      if (!renewed.ok) return renewed;
      if (renewed.value === null) {
        this.#over = true;
        return ok(false);
      }
      this.#keys.set(key, { value: own.value, modRevision: renewed.value });
    }
    this.#renewedAt = asked;
    return ok(true);
  }

  async close(): Promise<Result<boolean, StoreFailure>> {
    const lived = !this.isOver;
    this.#over = true;
    for (const [key, own] of this.#keys) {
      const dropped = await this.host.drop(key, own);
      if (!dropped.ok) return dropped;
    }
    this.#keys.clear();
    return ok(lived);
  }
}
