import type { Socket } from 'node:net';
import { Client } from 'pg';
import type { DatabaseTold } from '../../app/operations/database/database-report';
import type { DatabaseLogin, SslMode } from '../../app/ipc/database';
import { err, ok, type Result } from '../../app/result';
import { type Address, type Opened, openTcp, openTls } from '../stores/tls/open-socket';
import { socketWords } from '../stores/tls/socket-words';
import { readTlsFiles } from '../stores/tls/tls-files';
import { askAll } from './questions';

/** Why PostgreSQL could not be asked, in words for a person. */
export interface DatabaseFailure {
  readonly message: string;
  readonly advice: string;
  /** It would be the same until another login is given: asking again could lock the account. */
  readonly isOfLogin: boolean;
}

/** Until the connection stands, and until each answer must be there. */
const CONNECT_MS = 5000;
const STATEMENT_MS = 3000;
/** For all questions of one round. */
const ROUND_MS = 6000;

/** One connection to the PostgreSQL of a member, which can read and nothing else. */
export class DatabaseSession {
  #ended = false;
  #asking = false;

  private constructor(
    private readonly client: Client,
    private readonly to: Address,
  ) {}

  /** Connects, over a bastion where one is named, and signs in, within 5 s. */
  static async open(to: Address, login: DatabaseLogin): Promise<Result<DatabaseSession, DatabaseFailure>> {
    // A bastion has deadlines of its own.
    const noWay = (await to.way?.ready()) ?? null;
    if (noWay !== null) return err({ message: noWay.message, advice: noWay.advice, isOfLogin: false });
    const until = Date.now() + CONNECT_MS;
    const opened = await openSocket(to, login);
    if (!opened.ok) return opened;
    const socket = opened.value;
    const client = new Client({
      host: to.host,
      port: to.port,
      user: login.user,
      database: login.database,
      // A function: for an empty password pg would look into the environment and into ~/.pgpass.
      password: () => login.password,
      // It is over TLS already where it is to be.
      ssl: false,
      stream: () => standing(socket),
      application_name: 'Herdscope',
      connectionTimeoutMillis: Math.max(1, until - Date.now()),
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS + 1000,
      options: '-c default_transaction_read_only=on',
    });
    const session = new DatabaseSession(client, to);
    client.on('error', () => {
      session.#ended = true;
    });
    try {
      await client.connect();
      return ok(session);
    } catch (error) {
      socket.destroy();
      return err(signInFailure(error, to, login));
    }
  }

  /** It cannot be asked any more. */
  get isOver(): boolean {
    return this.#ended;
  }

  /** Asks all that the checks need. A session that did not answer in time is over. */
  async ask(): Promise<Result<DatabaseTold, DatabaseFailure>> {
    this.#asking = true;
    const timer = setTimeout(() => this.end(), ROUND_MS);
    try {
      return ok(await askAll(async (sql) => (await this.client.query<Record<string, unknown>>(sql)).rows));
    } catch (error) {
      this.end();
      const said = error instanceof Error ? error.message : String(error);
      const message = `${name(this.to)} did not answer to the end: ${said}.`;
      return err({ message, advice: 'It is asked again soon.', isOfLogin: false });
    } finally {
      this.#asking = false;
      clearTimeout(timer);
    }
  }

  /** Ends the connection. What it is being asked is cancelled there too: a statement goes on without its client otherwise. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#asking) void this.#cancel();
    this.client.end().catch(() => undefined);
  }

  /** A CancelRequest (PostgreSQL’s protocol, 54.2.8): on a connection of its own, without TLS as libpq always sent it. */
  async #cancel(): Promise<void> {
    const key = backendKey(this.client);
    if (key === null) return;
    const opened = await openTcp(this.to, CONNECT_MS);
    if (opened.kind === 'no') return;
    opened.socket.on('error', () => undefined);
    const request = Buffer.alloc(16);
    request.writeInt32BE(16, 0);
    request.writeInt32BE(80877102, 4);
    request.writeInt32BE(key.pid, 8);
    request.writeInt32BE(key.secret, 12);
    opened.socket.end(request);
  }
}

/** pg keeps them, and its types do not tell. */
function backendKey(client: object): { readonly pid: number; readonly secret: number } | null {
  const pid: unknown = Reflect.get(client, 'processID');
  const secret: unknown = Reflect.get(client, 'secretKey');
  return typeof pid === 'number' && typeof secret === 'number' ? { pid, secret } : null;
}

/** A socket that stands already, for pg, which would connect it. */
function standing(socket: Socket): Socket {
  socket.connect = (): Socket => {
    process.nextTick(() => socket.emit('connect'));
    return socket;
  };
  return socket;
}

const name = ({ host, port }: Address): string => `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;

async function openSocket(to: Address, login: DatabaseLogin): Promise<Result<Socket, DatabaseFailure>> {
  const { sslMode, caFile } = login;
  const files = await readTlsFiles({
    endpoint: name(to),
    secure: verifies(sslMode),
    caFile: verifies(sslMode) ? caFile : null,
    certFile: null,
    keyFile: null,
  });
  if (!files.ok) return err({ message: files.error.message, advice: files.error.advice, isOfLogin: true });
  const failed = (opened: Extract<Opened, { kind: 'no' }>): Result<Socket, DatabaseFailure> => {
    const { message, advice } = socketWords(opened.why, {
      product: 'PostgreSQL',
      host: to.host,
      target: name(to),
      caFile,
      caFrom: files.value.caFrom,
      certFile: null,
      clientCertificateAdvice: 'A login with a client certificate is not supported here.',
      plaintextAdvice: 'Set ssl = on there, or choose sslmode disable.',
    });
    return err({ message, advice, isOfLogin: false });
  };
  const tcp = await openTcp(to, CONNECT_MS);
  if (tcp.kind === 'no') return failed(tcp);
  if (sslMode === 'disable') return ok(tcp.socket);
  const answer = await askForTls(tcp.socket);
  if (answer !== 'S') {
    tcp.socket.destroy();
    return err({
      message:
        answer === 'N'
          ? `PostgreSQL at ${name(to)} does not speak TLS.`
          : `${name(to)} did not say whether it speaks TLS.`,
      advice: 'Set ssl = on there; sslmode disable goes in the clear.',
      isOfLogin: false,
    });
  }
  const secured = await openTls(tcp.socket, to.host, files.value, CONNECT_MS, {
    verify: verifies(sslMode),
    anyName: sslMode === 'verify-ca',
  });
  if (secured.kind === 'open') return ok(secured.socket);
  tcp.socket.destroy();
  return failed(secured);
}

const verifies = (mode: SslMode): boolean => mode === 'verify-full' || mode === 'verify-ca';

/** Sends an SSLRequest and gives the one byte that answers it; empty when none came, or more than one, which somebody slipped in. */
function askForTls(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => answer(''), CONNECT_MS);
    const heard = (data: Buffer): void => answer(data.length === 1 ? data.toString('latin1') : '');
    const gone = (): void => answer('');
    const answer = (said: string): void => {
      clearTimeout(timer);
      socket.off('data', heard).off('close', gone);
      // It must not flow before TLS reads it.
      socket.pause();
      resolve(said);
    };
    socket.on('data', heard).on('close', gone);
    const request = Buffer.alloc(8);
    request.writeInt32BE(8, 0);
    request.writeInt32BE(80877103, 4);
    socket.write(request);
  });
}

/** PostgreSQL did not let it in (`errcodes.txt`), or went away. */
function signInFailure(error: unknown, to: Address, { user, database, sslMode }: DatabaseLogin): DatabaseFailure {
  const said = error instanceof Error ? error.message : String(error);
  const code: unknown = error instanceof Error && 'code' in error ? error.code : '';
  const where = name(to);
  if (code === '28P01') {
    return {
      message: `PostgreSQL at ${where} refuses the password of ${user}.`,
      advice: 'Give the login again.',
      isOfLogin: true,
    };
  }
  if (code === '28000') {
    const clear = sslMode === 'disable' ? ' It goes in the clear; pg_hba.conf may want TLS (hostssl).' : '';
    return {
      message: `PostgreSQL at ${where} does not let ${user} in: ${said}.${clear}`,
      advice: 'Add this machine, user and database to pg_hba.conf (postgresql.pg_hba), or give another login.',
      isOfLogin: true,
    };
  }
  if (code === '3D000') {
    return {
      message: `There is no database ${database} at ${where}.`,
      advice: 'Give a database that is there.',
      isOfLogin: true,
    };
  }
  if (typeof code === 'string' && code.startsWith('53')) {
    return {
      message: `PostgreSQL at ${where} takes no more connections: ${said}.`,
      advice: 'It is asked again soon.',
      isOfLogin: false,
    };
  }
  if (code === '57P03') {
    return {
      message: `PostgreSQL at ${where} takes no connections now: ${said}.`,
      advice: 'It is asked again soon.',
      isOfLogin: false,
    };
  }
  return {
    message: `PostgreSQL at ${where} could not be asked: ${said}.`,
    advice: 'Look at its log.',
    isOfLogin: false,
  };
}
