import type { Clock } from '../clock';
import { ok, type Result } from '../result';
import type { StoreFailure, StoreSession, WritableStore } from './store';

/** The one session of a member: its own key lives with it and, while it leads, the leader's (`patroni/dcs/etcd3.py: Etcd3`). */
export class MemberSession {
  #session: StoreSession | null = null;
  /** In milliseconds since 1970. */
  #refreshedAt = 0;

  constructor(
    private readonly store: WritableStore,
    private readonly clock: Clock,
  ) {}

  get current(): StoreSession | null {
    return this.#session;
  }

  /**
   * The session, kept alive if that is not younger than `everySeconds`, and opened anew where there is none
   * (`Etcd3._do_refresh_lease`).
   */
  async refresh(ttlSeconds: number, everySeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    const current = this.#session;
    if (current !== null) {
      if (this.#refreshedAt + everySeconds * 1000 > this.clock.now()) return ok(current);
      const kept = await current.keepAlive();
      if (!kept.ok) return kept;
      if (kept.value) {
        this.#refreshedAt = this.clock.now();
        return ok(current);
      }
      this.#session = null;
    }
    const opened = await this.store.openSession(ttlSeconds);
    if (!opened.ok) return opened;
    this.#session = opened.value;
    this.#refreshedAt = this.clock.now();
    return opened;
  }

  /** The next `refresh` asks the store, however long ago the last one was. */
  expectRefresh(): void {
    this.#refreshedAt = 0;
  }

  /** Leaves the session to its TTL: the store no longer has it, or another TTL is wanted. */
  forget(): void {
    this.#session = null;
  }
}
