import type { Socket } from 'node:net';
import type { StoreFailure } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { mergeFailures } from '../merge-failures';
import { openTcp, type Opened, openTls, speaksTls } from '../tls/open-socket';
import { readTlsFiles, type TlsMaterial } from '../tls/tls-files';
import { Connection, type Handshake, LostError } from './connection';
import { describe, describeNoConnection, type FailureContext, type NoConnection, wordsFor } from './failure';
import { askServer } from './four-letter';
import type { ZooKeeperHost, ZooKeeperHosts, ZooKeeperOptions, ZooKeeperTiming } from './options';

/** A connection that has answered: it has a session, is signed in and up to date with the ensemble's leader. */
export interface Connected {
  readonly connection: Connection;
  readonly session: Handshake;
  readonly host: ZooKeeperHost;
  readonly context: FailureContext;
}

/** What is wanted of a connection. */
export interface Wanted {
  readonly sessionMs: number;
  /** The session to go on with; null for a new one. Where the server does not know it any more, its `timeoutMs` is 0. */
  readonly session: Handshake | null;
  /** Whether it is kept alive by itself. */
  readonly heartbeat: boolean;
}

/** Answers that another server of the same ensemble would give as well. */
const SAME_EVERYWHERE: ReadonlySet<string> = new Set(['unauthenticated', 'permission-denied']);

/**
 * Connects to the first server that answers. They are tried in their order, the next one as soon as one failed or has been silent
 * for a while, so that one dead host does not cost the whole deadline. Takes at most `connectMs` + `diagnosisMs`; a failure says
 * what was found at each.
 */
export async function connect(
  hosts: readonly ZooKeeperHost[],
  chroot: ZooKeeperHosts['chroot'],
  options: ZooKeeperOptions,
  timing: ZooKeeperTiming,
  wanted: Wanted,
): Promise<Result<Connected, StoreFailure>> {
  const files = await readTlsFiles({
    ...options,
    endpoint: hosts.map(({ target }) => target).join(', '),
    secure: options.useTls,
  });
  if (!files.ok) return files;
  const noWay = await options.way?.ready();
  if (noWay) return err(noWay);
  const tls = files.value;
  const deadline = Date.now() + timing.connectMs;
  const patience = Math.min(1000, (timing.connectMs * 0.75) / hosts.length);
  return new Promise((resolve) => {
    const waiting = hosts.map((host) => ({ ...host, way: options.way }));
    const failures: StoreFailure[] = [];
    let settled = false;
    let timer: NodeJS.Timeout | undefined;
    const settle = (outcome: Result<Connected, StoreFailure>): void => {
      settled = true;
      clearTimeout(timer);
      resolve(outcome);
    };
    const next = (): void => {
      clearTimeout(timer);
      const host = waiting.shift();
      if (host === undefined || settled) return;
      if (waiting.length > 0) timer = setTimeout(next, patience);
      const context = { host, options, caFrom: tls.caFrom };
      void attempt(context, chroot, tls, timing, wanted, deadline, next).then((outcome) => {
        if (outcome.ok) {
          if (settled) void outcome.value.connection.end();
          else settle(outcome);
          return;
        }
        failures.push(outcome.error);
        if (settled) return;
        const all = failures.length === hosts.length ? mergeFailures(failures) : null;
        if (SAME_EVERYWHERE.has(outcome.error.kind)) settle(outcome);
        else if (all !== null) settle(err(all));
      });
    };
    next();
  });
}

async function attempt(
  context: FailureContext,
  chroot: string,
  tls: TlsMaterial,
  timing: ZooKeeperTiming,
  wanted: Wanted,
  deadline: number,
  onFailed: () => void,
): Promise<Result<Connected, StoreFailure>> {
  const { host, options } = context;
  const opened = await open(host, options, tls, deadline);
  if (opened.kind === 'no') {
    onFailed();
    return err(describeNoConnection(await diagnose(opened.why, host, options, tls, timing.diagnosisMs), context));
  }
  const words = wordsFor(context);
  const connection = new Connection(opened.socket, {
    host,
    chroot,
    callMs: timing.callMs,
    heartbeatMs: wanted.heartbeat ? timing.heartbeatMs : null,
    words,
  });
  const late = setTimeout(() => connection.giveUp(words.silent()), Math.max(50, deadline - Date.now()));
  try {
    const session = await connection.shakeHands(wanted.sessionMs, wanted.session);
    if (session.timeoutMs > 0) {
      await Promise.all(options.auth.map(({ scheme, credentials }) => connection.authenticate(scheme, credentials)));
      await connection.sync();
    }
    return ok({ connection, session, host, context });
  } catch (error) {
    onFailed();
    const failure = describe(error, context);
    connection.giveUp(failure);
    if (!(error instanceof LostError) || (failure.kind !== 'unavailable' && failure.kind !== 'timeout'))
      return err(failure);
    const why = { kind: failure.kind === 'timeout' ? 'silent' : 'hung-up', connected: true } as const;
    return err(describeNoConnection(await diagnose(why, host, options, tls, timing.diagnosisMs), context));
  } finally {
    clearTimeout(late);
  }
}

async function open(
  host: ZooKeeperHost,
  options: ZooKeeperOptions,
  tls: TlsMaterial,
  deadline: number,
): Promise<Opened> {
  const left = (): number => Math.max(50, deadline - Date.now());
  const tcp = await openTcp(host, left());
  if (tcp.kind === 'no' || !options.useTls) return tcp;
  const secured = await openTls(tcp.socket, host.host, tls, left(), { verify: options.verify });
  if (secured.kind === 'no') tcp.socket.destroy();
  return secured;
}

/** Finds out why a server ends a connection without a word, with up to two connections of its own. */
async function diagnose(
  found: NoConnection,
  host: ZooKeeperHost,
  options: ZooKeeperOptions,
  tls: TlsMaterial,
  ms: number,
): Promise<NoConnection> {
  if (found.kind !== 'hung-up' && !(found.kind === 'silent' && found.connected)) return found;
  const until = Date.now() + ms;
  const left = (): number => Math.max(50, until - Date.now());
  // A server that waits for TLS waits on: four letters are no whole record.
  const words = await ask(await open(host, options, tls, until - ms / 2), ms / 3);
  if (words === 'not-serving') return { kind: 'no-quorum' };
  if (words !== 'nothing') return found.kind === 'silent' ? found : { kind: 'turned-away' };
  if (options.useTls) {
    const plain = await ask(await openTcp(host, left()), left());
    return plain === 'nothing' ? found : { kind: 'plaintext-server' };
  }
  return (await speaksTls(host, left())) ? { kind: 'tls-server' } : found;
}

async function ask(opened: Opened, ms: number): Promise<'serving' | 'not-serving' | 'not-allowed' | 'nothing'> {
  return opened.kind === 'no' ? 'nothing' : (await askServer(opened.socket, ms)).kind;
}

/** Asks a server for its version, over a connection of its own; null where it does not tell. */
export async function serverVersion(
  host: ZooKeeperHost,
  options: ZooKeeperOptions,
  ms: number,
): Promise<string | null> {
  const until = Date.now() + ms;
  const tls = await readTlsFiles({ ...options, endpoint: host.target, secure: options.useTls });
  if (!tls.ok) return null;
  const opened = await open({ ...host, way: options.way }, options, tls.value, until);
  if (opened.kind === 'no') return null;
  const socket: Socket = opened.socket;
  const words = await askServer(socket, Math.max(50, until - Date.now()));
  return words.kind === 'serving' ? words.version : null;
}
