import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import { readHttp, type HttpAnswer } from './http-answer';
import type { Endpoint } from './options';
import type { TlsMaterial } from './tls-files';

/** What stands at an endpoint, as found by knocking there without gRPC. */
export type Diagnosis =
  | { readonly kind: 'name-not-found'; readonly code: string }
  | { readonly kind: 'refused' }
  /** No TCP connection, because no way leads there. */
  | { readonly kind: 'unreachable'; readonly code: string }
  /** Nothing came back: no TCP connection, or nothing through it. */
  | { readonly kind: 'silent'; readonly connected: boolean }
  /** It took the connection and ended it without a word. */
  | { readonly kind: 'hung-up' }
  | { readonly kind: 'ca-rejected'; readonly code: string; readonly issuer: string }
  | { readonly kind: 'certificate-expired'; readonly from: string; readonly to: string }
  | { readonly kind: 'hostname-mismatch'; readonly names: string | null }
  /** The server ended the handshake because of the client's certificate, or because there was none. */
  | { readonly kind: 'client-certificate'; readonly words: string }
  /** We spoke TLS, the server does not. */
  | { readonly kind: 'plaintext-server' }
  /** We spoke in the clear, the server speaks TLS. */
  | { readonly kind: 'tls-server' }
  /** TLS failed in another way. */
  | { readonly kind: 'tls'; readonly words: string }
  /** It is an etcd, and says this about itself. */
  | { readonly kind: 'etcd'; readonly version: string; readonly healthy: boolean | null }
  /** It speaks HTTP and is no etcd. */
  | { readonly kind: 'http'; readonly status: number; readonly server: string | null };

type Opened =
  { readonly kind: 'open'; readonly socket: Socket } | { readonly kind: 'no'; readonly diagnosis: Diagnosis };

/** Finds out what stands at an endpoint, with up to three connections of its own; answers within `ms` milliseconds. */
export async function diagnose(endpoint: Endpoint, tls: TlsMaterial, ms: number): Promise<Diagnosis> {
  const until = Date.now() + ms;
  const left = (): number => Math.max(50, until - Date.now());
  const version = await ask(endpoint, tls, '/version', left());
  // A server ends a connection that begins as the other kind: speak the other way, only to see whether it answers then.
  if (version.kind === 'hung-up' && endpoint.secure) {
    const plain = await ask({ ...endpoint, secure: false }, tls, '/version', left());
    return plain.kind === 'http-answer' && !demandsTls(plain.answer.body) ? { kind: 'plaintext-server' } : version;
  }
  if (version.kind === 'hung-up') return (await speaksTls(endpoint, left())) ? { kind: 'tls-server' } : version;
  if (version.kind !== 'http-answer') return version;
  const found = etcdVersion(version.answer.body);
  if (found === null) {
    const { status, server, body } = version.answer;
    if (!endpoint.secure && demandsTls(body)) return { kind: 'tls-server' };
    return { kind: 'http', status, server };
  }
  const health = await ask(endpoint, tls, '/health', left());
  return {
    kind: 'etcd',
    version: found,
    healthy: health.kind === 'http-answer' ? /"health"\s*:\s*"?true/.test(health.answer.body) : null,
  };
}

type Asked = Diagnosis | { readonly kind: 'http-answer'; readonly answer: HttpAnswer };

async function ask(endpoint: Endpoint, tls: TlsMaterial, path: string, ms: number): Promise<Asked> {
  const until = Date.now() + ms;
  const tcp = await openTcp(endpoint, ms);
  if (tcp.kind === 'no') return tcp.diagnosis;
  let socket = tcp.socket;
  try {
    if (endpoint.secure) {
      const secured = await openTls(socket, endpoint, tls, Math.max(50, until - Date.now()));
      if (secured.kind === 'no') return secured.diagnosis;
      socket = secured.socket;
    }
    const host = isIP(endpoint.host) === 6 ? `[${endpoint.host}]` : endpoint.host;
    const outcome = await readHttp(socket, host, path, Math.max(50, until - Date.now()));
    switch (outcome.kind) {
      case 'answer':
        return { kind: 'http-answer', answer: outcome.answer };
      case 'silent':
        return { kind: 'silent', connected: true };
      case 'other-protocol':
        // A TLS server answers what is no handshake with an alert (21) of TLS (3).
        return outcome.first[0] === 21 && outcome.first[1] === 3 ? { kind: 'tls-server' } : { kind: 'hung-up' };
      case 'failed':
        // With TLS 1.3 the server judges the client's certificate after the client thinks that the handshake is done.
        return endpoint.secure ? tlsFailure(codeOf(outcome.error), outcome.error.message) : { kind: 'hung-up' };
      case 'ended':
        return { kind: 'hung-up' };
    }
  } finally {
    socket.destroy();
    tcp.socket.destroy();
  }
}

function openTcp(endpoint: Endpoint, ms: number): Promise<Opened> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: endpoint.host, port: endpoint.port, autoSelectFamily: true });
    const answer = (opened: Opened): void => {
      clearTimeout(timer);
      if (opened.kind === 'no') socket.destroy();
      resolve(opened);
    };
    const timer = setTimeout(() => answer({ kind: 'no', diagnosis: { kind: 'silent', connected: false } }), ms);
    socket.once('connect', () => answer({ kind: 'open', socket }));
    // It stays: a socket without one throws its later errors.
    socket.on('error', (error) => answer({ kind: 'no', diagnosis: tcpFailure(error) }));
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function tcpFailure(error: Error): Diagnosis {
  // With several addresses tried, the errors come together.
  const code = codeOf(error instanceof AggregateError ? error.errors[0] : error);
  switch (code) {
    case 'ECONNREFUSED':
      return { kind: 'refused' };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return { kind: 'name-not-found', code };
    case 'ETIMEDOUT':
      return { kind: 'silent', connected: false };
    case 'ECONNRESET':
      return { kind: 'hung-up' };
    default:
      return { kind: 'unreachable', code: code === '' ? error.message : code };
  }
}

function openTls(tcp: Socket, endpoint: Endpoint, tls: TlsMaterial, ms: number): Promise<Opened> {
  return new Promise((resolve) => {
    let socket: TLSSocket | null = null;
    const answer = (opened: Opened): void => {
      clearTimeout(timer);
      resolve(opened);
    };
    const timer = setTimeout(() => answer({ kind: 'no', diagnosis: { kind: 'silent', connected: true } }), ms);
    const failed = (error: Error): void => answer({ kind: 'no', diagnosis: tlsFailure(codeOf(error), error.message) });
    try {
      socket = connectTls({
        socket: tcp,
        host: endpoint.host,
        ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
        ALPNProtocols: ['http/1.1'],
        // Judged below instead: a connection that Node refuses shows no certificate any more.
        rejectUnauthorized: false,
        ...(tls.ca === null ? {} : { ca: tls.ca }),
        ...(tls.client === null ? {} : tls.client),
      });
    } catch (error) {
      failed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const secured = socket;
    secured.once('secureConnect', () => {
      if (secured.authorized) {
        answer({ kind: 'open', socket: secured });
        return;
      }
      // Node's types say Error; it is the error's code.
      const code = String(secured.authorizationError);
      answer({ kind: 'no', diagnosis: certificateFailure(code, secured.getPeerCertificate()) });
    });
    secured.on('error', failed);
    secured.once('close', () => answer({ kind: 'no', diagnosis: { kind: 'hung-up' } }));
  });
}

/** The server's certificate was refused, for the reason that Node gives as a code. */
function certificateFailure(code: string, certificate: PeerCertificate): Diagnosis {
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(code)) {
    return { kind: 'certificate-expired', from: certificate.valid_from, to: certificate.valid_to };
  }
  if (code.includes('ALTNAME_INVALID')) {
    return { kind: 'hostname-mismatch', names: certificate.subjectaltname ?? null };
  }
  return { kind: 'ca-rejected', code, issuer: String(certificate.issuer.CN) };
}

/** The handshake failed, or the connection right after it. */
function tlsFailure(code: string, message: string): Diagnosis {
  const words = `${code} ${message}`;
  if (/alert (bad certificate|certificate|unknown ca|unsupported certificate|handshake failure)/i.test(words)) {
    return { kind: 'client-certificate', words: message };
  }
  if (/_ALERT_(BAD_CERTIFICATE|CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE)/.test(words)) {
    return { kind: 'client-certificate', words: message };
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|wrong version number/.test(words)) {
    return { kind: 'plaintext-server' };
  }
  if (/ECONNRESET|EPIPE|socket disconnected/.test(words)) return { kind: 'hung-up' };
  return { kind: 'tls', words: words.trim() };
}

/** Whether a server takes a TLS handshake at all; who it is does not matter, and nothing is told to it. */
function speaksTls(endpoint: Endpoint, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ host: endpoint.host, port: endpoint.port, rejectUnauthorized: false });
    const answer = (yes: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(yes);
    };
    const timer = setTimeout(() => answer(false), ms);
    socket.once('secureConnect', () => answer(true));
    socket.on('error', (error: Error) => answer(/alert/i.test(`${codeOf(error)} ${error.message}`)));
  });
}

/** What web servers, those written in Go and nginx at least, say when one speaks HTTP to their TLS port. */
function demandsTls(body: string): boolean {
  return /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS/i.test(body);
}

/** etcd's version from what it answers to GET /version; null when it is no etcd. */
function etcdVersion(body: string): string | null {
  return /"etcdserver"\s*:\s*"([0-9][^"]{0,40})"/.exec(body)?.[1] ?? null;
}
