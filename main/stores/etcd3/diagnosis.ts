import { isIP } from 'node:net';
import { type NoSocket, openTcp, openTls, speaksTls, tlsFailure } from '../tls/open-socket';
import type { TlsMaterial } from '../tls/tls-files';
import { readHttp, type HttpAnswer } from './http-answer';
import type { Endpoint } from './options';

/** What stands at an endpoint, as found by knocking there without gRPC. */
export type Diagnosis =
  | NoSocket
  /** We spoke in the clear, the server speaks TLS. */
  | { readonly kind: 'tls-server' }
  /** It is an etcd, and says this about itself. */
  | { readonly kind: 'etcd'; readonly version: string; readonly healthy: boolean | null }
  /** It speaks HTTP and is no etcd. */
  | { readonly kind: 'http'; readonly status: number; readonly server: string | null };

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
  if (tcp.kind === 'no') return tcp.why;
  let socket = tcp.socket;
  try {
    if (endpoint.secure) {
      const secured = await openTls(socket, endpoint.host, tls, Math.max(50, until - Date.now()), { alpn: 'http/1.1' });
      if (secured.kind === 'no') return secured.why;
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
        return endpoint.secure ? tlsFailure(outcome.error) : { kind: 'hung-up' };
      case 'ended':
        return { kind: 'hung-up' };
    }
  } finally {
    socket.destroy();
    tcp.socket.destroy();
  }
}

/** What web servers, those written in Go and nginx at least, say when one speaks HTTP to their TLS port. */
function demandsTls(body: string): boolean {
  return /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS/i.test(body);
}

/** etcd's version from what it answers to GET /version; null when it is no etcd. */
function etcdVersion(body: string): string | null {
  return /"etcdserver"\s*:\s*"([0-9][^"]{0,40})"/.exec(body)?.[1] ?? null;
}
