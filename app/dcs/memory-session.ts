import { ok, type Result } from '../result';
import type { MemoryStore } from './memory-store';
import type { StoreFailure, StoreSession } from './store';

/** A session of a store in memory. */
export class MemorySession implements StoreSession {
  constructor(
    private readonly store: Pick<MemoryStore, 'keepAlive' | 'revokeSession'>,
    readonly id: string,
    readonly ttlSeconds: number,
  ) {}

  async keepAlive(): Promise<Result<boolean, StoreFailure>> {
    return ok(this.store.keepAlive(this.id));
  }

  async close(): Promise<Result<boolean, StoreFailure>> {
    return ok(this.store.revokeSession(this.id));
  }
}
