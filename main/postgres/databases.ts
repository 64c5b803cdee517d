import type { Clock } from '../../app/clock';
import * as Member from '../../app/cluster/member';
import type { DatabaseLogin, DatabaseLoginView } from '../../app/ipc/database';
import type { AskedDatabases } from '../../app/operations/database/database-checks';
import type { DatabaseReport, DatabaseSaid } from '../../app/operations/database/database-report';
import type { Address } from '../stores/tls/open-socket';
import type { Way } from '../stores/tls/way';
import type { DatabaseLogins } from './database-logins';
import type { DatabaseFailure, DatabaseSession } from './database-session';

/** A connection that nobody asked for so long is closed, also when nobody said that it is not wanted any more. */
const IDLE_MS = 20_000;
/** After a failure a server is left alone for so long. */
const REST_MS = 10_000;

interface Line {
  session: DatabaseSession | null;
  /** What came last of it while it must rest; null when it may be asked. */
  failed: { readonly failure: DatabaseFailure; readonly at: number } | null;
  /** The answer that is under way: two who ask at once get one. */
  asking: Promise<DatabaseSaid> | null;
  stopIdle: (() => void) | null;
  closed: boolean;
}

/** The connections to the members’ PostgreSQL while an operation is prepared or waits: opened when they are first asked, kept as long as they are. */
export class Databases {
  /** By cluster and member. */
  readonly #lines = new Map<string, Map<string, Line>>();

  constructor(
    private readonly clock: Clock,
    private readonly logins: DatabaseLogins,
  ) {}

  /** What the members’ PostgreSQL tell just now, reached by `way`. Never rejects; a server that does not answer takes at most 11 s, once. */
  async ask(clusterId: string, members: readonly Member.Member[], way?: Way): Promise<AskedDatabases> {
    const login = this.logins.of(connectionOf(clusterId));
    if (login === null) return { kind: 'no-login' };
    const reports = await Promise.all(
      members.map(async (member): Promise<DatabaseReport> => ({
        name: member.name,
        said: await this.#ask(clusterId, login, member, way),
      })),
    );
    return { kind: 'asked', reports };
  }

  login(clusterId: string): DatabaseLoginView {
    return this.logins.view(connectionOf(clusterId));
  }

  /** From now on the members are asked with this one. */
  setLogin(clusterId: string, login: DatabaseLogin, keep: boolean): DatabaseLoginView {
    this.logins.set(connectionOf(clusterId), login, keep);
    this.#leaveConnection(connectionOf(clusterId));
    return this.login(clusterId);
  }

  forgetLogin(clusterId: string): DatabaseLoginView {
    this.logins.remove(connectionOf(clusterId));
    this.#leaveConnection(connectionOf(clusterId));
    return this.login(clusterId);
  }

  /** Closes what is open to a cluster; what is being asked is cancelled. */
  leave(clusterId: string): void {
    for (const line of this.#lines.get(clusterId)?.values() ?? []) end(line);
    this.#lines.delete(clusterId);
  }

  close(): void {
    for (const clusterId of [...this.#lines.keys()]) this.leave(clusterId);
  }

  /** Its login is another: what failed may do now. */
  #leaveConnection(connectionId: string): void {
    for (const clusterId of [...this.#lines.keys()])
      if (clusterId.startsWith(`${connectionId}/`)) this.leave(clusterId);
  }

  async #ask(
    clusterId: string,
    login: DatabaseLogin,
    member: Member.Member,
    way: Way | undefined,
  ): Promise<DatabaseSaid> {
    const address = Member.address(member);
    if (address?.host == null || address.host === '') return { kind: 'no-address' };
    const to = { host: address.host, port: address.port ?? 5432, way };
    const lines = this.#lines.get(clusterId) ?? new Map<string, Line>();
    this.#lines.set(clusterId, lines);
    const key = JSON.stringify([member.name, to.host, to.port]);
    const line = lines.get(key) ?? { session: null, failed: null, asking: null, stopIdle: null, closed: false };
    lines.set(key, line);
    line.stopIdle?.();
    line.stopIdle = this.clock.after(IDLE_MS, () => {
      end(line);
      lines.delete(key);
    });
    const { failed } = line;
    if (failed !== null && (failed.failure.isOfLogin || this.clock.now() - failed.at < REST_MS))
      return { kind: 'failed', message: failed.failure.message, advice: failed.failure.advice };
    line.asking ??= this.#answer(line, to, login).finally(() => {
      line.asking = null;
    });
    return line.asking;
  }

  async #answer(line: Line, to: Address, login: DatabaseLogin): Promise<DatabaseSaid> {
    const begun = performance.now();
    const failed = (failure: DatabaseFailure): DatabaseSaid => {
      line.failed = { failure, at: this.clock.now() };
      return { kind: 'failed', message: failure.message, advice: failure.advice };
    };
    if (line.session === null || line.session.isOver) {
      const { DatabaseSession } = await import('./database-session');
      const opened = await DatabaseSession.open(to, login);
      if (!opened.ok) return failed(opened.error);
      line.session = opened.value;
      // Nobody waits for it any more.
      if (line.closed) opened.value.end();
    }
    const told = await line.session.ask();
    if (!told.ok) return failed(told.error);
    line.failed = null;
    return { kind: 'told', elapsedMs: performance.now() - begun, told: told.value };
  }
}

/** A cluster's id begins with its connection's, which holds no slash. */
const connectionOf = (clusterId: string): string => clusterId.split('/', 1)[0] ?? '';

function end(line: Line): void {
  line.closed = true;
  line.stopIdle?.();
  line.session?.end();
}
