import type { SessionState, StoreFailure, StoreSession } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import type { Connected } from './connect';
import { type Connection, type Handshake, LostError } from './connection';
import { sessionName } from './nodes';

/** Connects anew with a session; null for a new one. */
export type Reconnect = (session: Handshake | null) => Promise<Result<Connected, StoreFailure>>;

/**
 * A session of ZooKeeper for keys that live with it. ZooKeeper ties a session to a connection and an ephemeral znode to the session
 * of the connection that made it: so it has one of its own, which is not kept alive by itself.
 */
export class ZooKeeperSession implements StoreSession {
  readonly id: string;
  readonly ttlSeconds: number;
  #connection: Connection | null;
  #connecting: Promise<Result<Connection | null, StoreFailure>> | null = null;
  #over = false;
  /** In milliseconds since 1970. */
  #keptAt = Date.now();

  constructor(
    connected: Connected,
    private readonly reconnect: Reconnect,
  ) {
    this.handshake = connected.session;
    this.id = sessionName(connected.session.sessionId);
    this.ttlSeconds = connected.session.timeoutMs / 1000;
    this.#connection = connected.connection;
  }

  private readonly handshake: Handshake;

  get isOver(): boolean {
    return this.#over;
  }

  /** As far as it can be known on this side. */
  state(): SessionState {
    const now = Date.now();
    return {
      id: this.id,
      grantedTtlSeconds: this.ttlSeconds,
      remainingTtlSeconds: this.#over ? -1 : this.ttlSeconds - (now - this.#keptAt) / 1000,
      askedAt: new Date(now).toISOString(),
    };
  }

  /** Its connection, made anew when it broke; null when ZooKeeper does not know the session any more. */
  connection(): Promise<Result<Connection | null, StoreFailure>> {
    if (this.#over) return Promise.resolve(ok(null));
    if (this.#connection !== null && this.#connection.lost === null) return Promise.resolve(ok(this.#connection));
    this.#connecting ??= this.#connect();
    return this.#connecting;
  }

  /** ZooKeeper said that it is over. */
  expired(): void {
    this.#over = true;
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) void connection.end();
  }

  async keepAlive(): Promise<Result<boolean, StoreFailure>> {
    for (let attempt = 1; ; attempt += 1) {
      const connected = await this.connection();
      if (!connected.ok) return connected;
      if (connected.value === null) return ok(false);
      try {
        await connected.value.ping();
        this.#keptAt = Date.now();
        return ok(true);
      } catch (error) {
        // ZooKeeper ends the connection of a session that is over: only another one tells.
        if (!(error instanceof LostError)) throw error;
        if (attempt >= 2) return err(error.failure);
      }
    }
  }

  async close(): Promise<Result<boolean, StoreFailure>> {
    const connected = await this.connection();
    if (!connected.ok) return connected;
    if (connected.value === null) return ok(false);
    const ended = await connected.value.end();
    if (ended) this.#over = true;
    const lost = connected.value.lost;
    return ended || lost === null ? ok(true) : err(lost);
  }

  /** Leaves it to its TTL. */
  abandon(failure: StoreFailure): void {
    this.#connection?.giveUp(failure);
  }

  async #connect(): Promise<Result<Connection | null, StoreFailure>> {
    const connected = await this.reconnect(this.handshake);
    this.#connecting = null;
    if (!connected.ok) return connected;
    const { connection, session } = connected.value;
    if (session.timeoutMs <= 0 || session.sessionId !== this.handshake.sessionId) {
      this.#over = true;
      void connection.end();
      return ok(null);
    }
    this.#connection = connection;
    this.#keptAt = Date.now();
    return ok(connection);
  }
}
