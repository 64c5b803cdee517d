import type { StoreFailure, StoreSession } from '../../../app/dcs/store';
import type { Result } from '../../../app/result';
import type { Connection } from './connection';
import { readHttpError } from './http-error';

/** Runs a call on a connection that works. */
export type Call = <T>(
  run: (connection: Connection, timeout: number) => Promise<T>,
) => Promise<Result<T, StoreFailure>>;

/** Consul ends a session twice its TTL after it was last renewed. */
const TIMES = 2;
/** Milliseconds in each of Go's units of time that a minimum is told in. */
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

export class ConsulSession implements StoreSession {
  #renewedAt = Date.now();

  constructor(
    private readonly call: Call,
    readonly id: string,
    readonly ttlSeconds: number,
  ) {}

  /** What is left of it, in seconds, by the last time that it was renewed. */
  get remainingSeconds(): number {
    return this.ttlSeconds - (Date.now() - this.#renewedAt) / 1000;
  }

  keepAlive(): Promise<Result<boolean, StoreFailure>> {
    return this.call(async (connection, timeout) => {
      const asked = Date.now();
      const lives = await connection.renewSession(this.id, timeout);
      if (lives) this.#renewedAt = asked;
      return lives;
    });
  }

  close(): Promise<Result<boolean, StoreFailure>> {
    return this.call(async (connection, timeout) => {
      // Consul says yes to ending a session that it does not know.
      const lived = await connection.hasSession(this.id, timeout);
      if (lived) await connection.destroySession(this.id, timeout);
      return lived;
    });
  }
}

/** A new session. It is asked for with half the TTL, as Patroni does (`patroni/dcs/consul.py: set_ttl`), or the least that this Consul takes. */
export async function openConsulSession(call: Call, ttlSeconds: number): Promise<Result<ConsulSession, StoreFailure>> {
  return call(async (connection, timeout) => {
    let ttlMs = Math.ceil((ttlSeconds * 1000) / TIMES);
    let id: string;
    try {
      id = await connection.createSession(ttlMs, timeout);
    } catch (error) {
      const least = leastTtlMs(readHttpError(error).words);
      if (least === null || least <= ttlMs) throw error;
      ttlMs = least;
      id = await connection.createSession(ttlMs, timeout);
    }
    return new ConsulSession(call, id, (ttlMs * TIMES) / 1000);
  });
}

/** From `Invalid Session TTL '5000000000', must be between [10s=24h0m0s]`. */
function leastTtlMs(words: string): number | null {
  const range = /must be between \[([0-9a-z.]+)=/.exec(words)?.[1] ?? '';
  let total = 0;
  for (const [, number, unit] of range.matchAll(/([\d.]+)(ms|s|m)/g))
    total += Number(number) * (UNIT_MS[unit ?? ''] ?? 0);
  return total > 0 ? total : null;
}
