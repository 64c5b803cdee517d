import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type NoSocket, openTcp, openTls, speaksTls, tlsFailure } from '../stores/tls/open-socket';
import type { TlsMaterial } from '../stores/tls/tls-files';
import type { Way } from '../stores/tls/way';

/** Whom to ask, and how to know it. */
export interface HttpServer {
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMaterial;
  /** Whom its certificate must name, where that is not the host. */
  readonly serverName?: string;
  /** Whether its certificate is judged. */
  readonly verify: boolean;
  readonly way?: Way | undefined;
}

export interface HttpAsk {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface HttpLimits {
  /** Until the whole answer must be there; of a stream, its head. In milliseconds. */
  readonly ms: number;
  /** The longest body that is taken. */
  readonly maxBytes: number;
}

/** No answer came, and whether the server may have taken the request all the same. */
export type NoAnswer =
  /** There was no connection to send it over. */
  | { readonly kind: 'no-connection'; readonly why: NoSocket | { readonly kind: 'tls-server' } }
  /** The method, the path or a header cannot be sent. */
  | { readonly kind: 'bad-request'; readonly words: string }
  /** It may have been taken. */
  | {
      readonly kind: 'broken';
      readonly why: 'timeout' | 'ended' | 'too-large' | 'no-http' | 'cancelled';
      readonly words: string;
    };

export type HttpOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly contentType: string; readonly body: string }
  | NoAnswer;

/** An answer whose body is still to come. Whoever has it listens to its `error` and destroys it. */
export interface HttpStream {
  readonly kind: 'streaming';
  readonly status: number;
  readonly message: IncomingMessage;
}

/**
 * One request over a connection of its own, and its answer. It follows no redirect: that is an answer like any other, and what
 * was said to one server is said to no other. It knows of no proxy. Never rejects.
 */
export async function exchange(
  server: HttpServer,
  ask: HttpAsk,
  limits: HttpLimits,
  signal: AbortSignal | null = null,
): Promise<HttpOutcome> {
  const until = Date.now() + limits.ms;
  const begun = await openStream(server, ask, limits.ms, signal);
  if (begun.kind !== 'streaming') return begun;
  return readWhole(begun, Math.max(1, until - Date.now()), limits.maxBytes, signal);
}

/** The same, up to the head of the answer; `ms` is the time for that, and `signal` ends the wait for it. Never rejects. */
export async function openStream(
  server: HttpServer,
  ask: HttpAsk,
  ms: number,
  signal: AbortSignal | null = null,
): Promise<HttpStream | NoAnswer> {
  const until = Date.now() + ms;
  const left = (): number => Math.max(1, until - Date.now());
  const tcp = await openTcp(server, ms);
  if (tcp.kind === 'no') return { kind: 'no-connection', why: tcp.why };
  let socket: Socket = tcp.socket;
  if (server.secure) {
    const secured = await openTls(socket, server.serverName ?? server.host, server.tls, left(), {
      alpn: 'http/1.1',
      verify: server.verify,
    });
    if (secured.kind === 'no') {
      socket.destroy();
      return { kind: 'no-connection', why: secured.why };
    }
    socket = secured.socket;
  }
  const head = await readHead(server, ask, socket, left(), signal);
  if (head.kind === 'streaming') return head;
  socket.destroy();
  tcp.socket.destroy();
  // A server that speaks TLS only may end a connection that begins otherwise without a word.
  if (head.kind === 'broken' && head.why === 'ended' && !server.secure && (await speaksTls(server, left()))) {
    return { kind: 'no-connection', why: { kind: 'tls-server' } };
  }
  return head;
}

function readHead(
  server: HttpServer,
  ask: HttpAsk,
  socket: Socket,
  ms: number,
  signal: AbortSignal | null,
): Promise<HttpStream | NoAnswer> {
  return new Promise((resolve) => {
    const finish = (outcome: HttpStream | NoAnswer): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancelled);
      resolve(outcome);
    };
    const broken = (why: Extract<NoAnswer, { kind: 'broken' }>['why'], words: string): void =>
      finish({ kind: 'broken', why, words });
    const cancelled = (): void => broken('cancelled', 'cancelled');
    const timer = setTimeout(() => broken('timeout', `no answer within ${String(ms)} ms`), ms);
    if (signal?.aborted === true) {
      cancelled();
      return;
    }
    signal?.addEventListener('abort', cancelled, { once: true });
    const host = isIP(server.host) === 6 ? `[${server.host}]` : server.host;
    try {
      const body = ask.body === null ? null : Buffer.from(ask.body);
      const request = httpRequest({
        // Without an agent, which would not use it.
        createConnection: (): Duplex => socket,
        host: server.host,
        method: ask.method,
        path: ask.path,
        headers: {
          host: `${host}:${String(server.port)}`,
          connection: 'close',
          ...(body === null ? {} : { 'content-length': String(body.length) }),
          ...ask.headers,
        },
      });
      request.once('response', (message) => finish({ kind: 'streaming', status: message.statusCode ?? 0, message }));
      request.on('error', (error) => finish(failed(server, error)));
      // Whoever switches to another protocol has not answered.
      request.once('upgrade', (_, upgraded) => {
        upgraded.destroy();
        broken('no-http', 'the server switched to another protocol');
      });
      request.end(body ?? undefined);
    } catch (error) {
      finish({ kind: 'bad-request', words: error instanceof Error ? error.message : String(error) });
    }
  });
}

function failed(server: HttpServer, error: Error): NoAnswer {
  const code = 'code' in error ? String(error.code) : '';
  const words = `${code} ${error.message}`.trim();
  if (server.secure) {
    // With TLS 1.3 the server judges the client's certificate after the client thinks that the handshake is done.
    const why = tlsFailure(error);
    if (why.kind === 'client-certificate') return { kind: 'no-connection', why };
  }
  if (code.startsWith('HPE_')) {
    const packet: unknown = 'rawPacket' in error ? error.rawPacket : null;
    // A TLS server answers what is no handshake with an alert (21) of TLS (3).
    if (Buffer.isBuffer(packet) && packet[0] === 21 && packet[1] === 3) {
      return { kind: 'no-connection', why: { kind: 'tls-server' } };
    }
    return { kind: 'broken', why: 'no-http', words };
  }
  return { kind: 'broken', why: 'ended', words };
}

/** The rest of an answer, within `ms` milliseconds and `maxBytes`; the stream is used up by it. Never rejects. */
export function readWhole(
  { message, status }: HttpStream,
  ms: number,
  maxBytes: number,
  signal: AbortSignal | null,
): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (outcome: HttpOutcome): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancelled);
      message.destroy();
      resolve(outcome);
    };
    const cancelled = (): void => finish({ kind: 'broken', why: 'cancelled', words: 'cancelled' });
    const timer = setTimeout(
      () => finish({ kind: 'broken', why: 'timeout', words: `the answer was not whole within ${String(ms)} ms` }),
      ms,
    );
    signal?.addEventListener('abort', cancelled, { once: true });
    message.on('data', (part: Buffer) => {
      size += part.length;
      if (size > maxBytes)
        finish({ kind: 'broken', why: 'too-large', words: `more than ${String(maxBytes)} bytes came` });
      else parts.push(part);
    });
    message.on('error', (error) => finish({ kind: 'broken', why: 'ended', words: error.message }));
    message.once('close', () => finish({ kind: 'broken', why: 'ended', words: 'the answer broke off' }));
    message.once('end', () => {
      const contentType = message.headers['content-type'] ?? '';
      finish({ kind: 'answered', status, contentType, body: Buffer.concat(parts).toString('utf8') });
    });
  });
}
