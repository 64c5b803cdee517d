import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { SocketWords } from './socket-words';
import type { TlsMaterial } from './tls-files';
import type { Way } from './way';

export interface Address {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** How it is reached; straight where it is left out. */
  readonly way?: Way | undefined;
}

/** Why no connection came about. */
export type NoSocket =
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
  /** The way there does not stand, or leads nowhere. */
  | { readonly kind: 'way'; readonly words: SocketWords }
  /** TLS failed in another way. */
  | { readonly kind: 'tls'; readonly words: string };

export type Opened =
  { readonly kind: 'open'; readonly socket: Socket } | { readonly kind: 'no'; readonly why: NoSocket };

/** A TCP connection, or what stands for one on the way there, within `ms` milliseconds. */
export function openTcp(to: Address, ms: number): Promise<Opened> {
  if (to.way !== undefined) return to.way.open(to, ms);
  return new Promise((resolve) => {
    const socket = connectTcp({ host: to.host, port: to.port, autoSelectFamily: true });
    const answer = (opened: Opened): void => {
      clearTimeout(timer);
      if (opened.kind === 'no') socket.destroy();
      resolve(opened);
    };
    const timer = setTimeout(() => answer({ kind: 'no', why: { kind: 'silent', connected: false } }), ms);
    socket.once('connect', () => answer({ kind: 'open', socket }));
    // It stays: a socket without one throws its later errors.
    socket.on('error', (error) => answer({ kind: 'no', why: tcpFailure(error) }));
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function tcpFailure(error: Error): NoSocket {
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

/** TLS over an open connection, with the server's certificate judged, within `ms` milliseconds. */
export function openTls(
  tcp: Socket,
  host: string,
  tls: TlsMaterial,
  ms: number,
  options: {
    readonly alpn?: string;
    readonly verify?: boolean;
    /** Whom the certificate names does not count, only who signed it. */
    readonly anyName?: boolean;
  } = {},
): Promise<Opened> {
  return new Promise((resolve) => {
    let socket: TLSSocket | null = null;
    const answer = (opened: Opened): void => {
      clearTimeout(timer);
      resolve(opened);
    };
    const timer = setTimeout(() => answer({ kind: 'no', why: { kind: 'silent', connected: true } }), ms);
    const failed = (error: Error): void => answer({ kind: 'no', why: tlsFailure(error) });
    try {
      socket = connectTls({
        socket: tcp,
        host,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(options.alpn === undefined ? {} : { ALPNProtocols: [options.alpn] }),
        ...(options.anyName === true ? { checkServerIdentity: () => undefined } : {}),
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
      if (secured.authorized || options.verify === false) {
        answer({ kind: 'open', socket: secured });
        return;
      }
      // Node's types say Error; it is the error's code.
      const code = String(secured.authorizationError);
      answer({ kind: 'no', why: certificateFailure(code, secured.getPeerCertificate()) });
    });
    secured.on('error', failed);
    secured.once('close', () => answer({ kind: 'no', why: { kind: 'hung-up' } }));
  });
}

/** The server's certificate was refused, for the reason that Node gives as a code. */
function certificateFailure(code: string, certificate: PeerCertificate): NoSocket {
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(code)) {
    return { kind: 'certificate-expired', from: certificate.valid_from, to: certificate.valid_to };
  }
  if (code.includes('ALTNAME_INVALID')) {
    return { kind: 'hostname-mismatch', names: certificate.subjectaltname ?? null };
  }
  return { kind: 'ca-rejected', code, issuer: String(certificate.issuer.CN) };
}

/** The handshake failed, or the connection right after it. */
export function tlsFailure(error: Error): NoSocket {
  const { message } = error;
  const words = `${codeOf(error)} ${message}`;
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
export async function speaksTls(to: Address, ms: number): Promise<boolean> {
  const tcp = await openTcp(to, ms);
  if (tcp.kind === 'no') return false;
  return new Promise((resolve) => {
    const socket = connectTls({ socket: tcp.socket, rejectUnauthorized: false });
    const answer = (yes: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      tcp.socket.destroy();
      resolve(yes);
    };
    const timer = setTimeout(() => answer(false), ms);
    socket.once('secureConnect', () => answer(true));
    socket.once('close', () => answer(false));
    socket.on('error', (error: Error) => answer(/alert/i.test(`${codeOf(error)} ${error.message}`)));
  });
}
