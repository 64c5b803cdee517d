import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreFailure, StoreFailureKind } from '../../../app/dcs/store';
import type { Endpoint } from '../http-endpoint';
import { type NoSocket, openTcp, openTls, speaksTls, tlsFailure } from '../tls/open-socket';
import { SILENT_ADVICE, socketWords } from '../tls/socket-words';
import type { TlsMaterial } from '../tls/tls-files';
import { type HttpError, isWithoutLeader, NO_INDEX, readHttpError } from './http-error';
import { type ConsulOptions, verifies } from './options';

/** What failed, for the words. */
export interface FailureContext {
  readonly endpoint: Endpoint;
  readonly options: ConsulOptions;
  readonly namespace: string;
}

/** A failure in words, from what Consul said alone. */
export function describe(error: unknown, context: FailureContext): StoreFailure {
  const said = readHttpError(error);
  return (
    plain(said, context) ??
    (said.timedOut
      ? say(context, said, 'timeout', `Consul at ${context.endpoint.target} no longer answers.`, SILENT_ADVICE)
      : say(
          context,
          said,
          'unavailable',
          `The connection to Consul at ${context.endpoint.target} broke.`,
          'It is tried again by itself; if that does not help, look whether Consul runs and the network is up.',
        ))
  );
}

/** A failure in words, after a look at the endpoint of its own where nothing was answered; takes up to `ms` milliseconds. */
export async function explain(
  error: unknown,
  context: FailureContext,
  tls: TlsMaterial,
  ms: number,
): Promise<StoreFailure> {
  const said = readHttpError(error);
  const known = plain(said, context);
  if (known !== null) return known;
  const { endpoint, options } = context;
  const found = await look(error, context, tls, ms);
  if (found === 'tls') {
    return say(
      context,
      said,
      'tls-server',
      `${endpoint.target} speaks TLS only.`,
      `Use https://${endpoint.target} instead of http.`,
    );
  }
  if (found === null) return describe(error, context);
  const {
    kind,
    message,
    advice,
    said: more,
  } = socketWords(found, {
    product: 'Consul',
    host: endpoint.host,
    target: endpoint.target,
    caFile: options.caFile,
    caFrom: tls.caFrom,
    certFile: options.certFile,
    clientCertificateAdvice:
      'Choose the certificate and key that this Consul accepts (its ca_file must have signed them).',
    plaintextAdvice: `Use http://${endpoint.target} instead of https; Consul's own port for https is 8501.`,
  });
  return say(context, said, kind, message, advice, more);
}

/** What stands between us and the agent: null where a connection comes about. */
async function look(
  error: unknown,
  { endpoint, options }: FailureContext,
  tls: TlsMaterial,
  ms: number,
): Promise<NoSocket | 'tls' | null> {
  const until = Date.now() + ms;
  const left = (): number => Math.max(50, until - Date.now());
  const tcp = await openTcp(endpoint, ms);
  if (tcp.kind === 'no') return tcp.why;
  try {
    if (!endpoint.secure) {
      if (readHttpError(error).timedOut) return { kind: 'silent', connected: true };
      return (await speaksTls(endpoint, left())) ? 'tls' : { kind: 'hung-up' };
    }
    const secured = await openTls(tcp.socket, endpoint.host, tls, left(), { verify: verifies(options) });
    if (secured.kind === 'no') return secured.why;
    secured.socket.destroy();
    // With TLS 1.3 the server judges the client's certificate after the handshake: only the call heard of it.
    if (error instanceof Error && readHttpError(error).status === null && !readHttpError(error).timedOut) {
      return tlsFailure(error);
    }
    return { kind: 'silent', connected: true };
  } finally {
    tcp.socket.destroy();
  }
}

/** Failures that Consul itself names. */
function plain(said: HttpError, context: FailureContext): StoreFailure | null {
  const at = context.endpoint.target;
  const { token, dc } = context.options;
  const prefix = namespacePrefix(context.namespace);
  if (/ACL not found/i.test(said.words)) {
    return say(
      context,
      said,
      'unauthenticated',
      `Consul at ${at} does not know this ACL token.`,
      'Enter the token that Patroni uses (token in patroni.yml); it may have expired or been deleted.',
    );
  }
  if (/permission denied/i.test(said.words) || said.status === 403) {
    const below = prefix === '/' ? 'all keys' : `the keys below ${prefix}`;
    return say(
      context,
      said,
      'permission-denied',
      token === null || token === ''
        ? `Consul at ${at} lets nobody read ${below} without an ACL token.`
        : `The ACL token may not read ${below} of Consul at ${at}.`,
      `Check namespace and token, or let an administrator grant it: key_prefix "${prefix.slice(1)}" { policy = "read" }.`,
    );
  }
  if (isWithoutLeader(said)) {
    return say(
      context,
      said,
      'no-quorum',
      `Consul at ${at} answers, but its cluster has no leader: a majority of its servers cannot be reached.`,
      'Bring the missing servers back: consul operator raft list-peers shows them. Patroni cannot write either.',
    );
  }
  if (/no path to datacenter/i.test(said.words)) {
    return say(
      context,
      said,
      'other',
      `Consul at ${at} knows no way to the datacenter ${dc ?? '(its own)'}.`,
      'Check its name: consul catalog datacenters lists them.',
    );
  }
  if (/HTTP request to an HTTPS server/i.test(said.words)) {
    return say(context, said, 'tls-server', `${at} speaks TLS only.`, `Use https://${at} instead of http.`);
  }
  if (/^rpc error|rpc error making call|rpc error getting client/i.test(said.words)) {
    return say(
      context,
      said,
      'unavailable',
      `The agent of Consul at ${at} answers, but has lost the server that it asks.`,
      'It is tried again by itself. If it lasts, look at the servers: consul members and consul operator raft list-peers.',
    );
  }
  if (said.words === NO_INDEX) {
    return say(
      context,
      said,
      'other',
      `${at} answers, but not as Consul does.`,
      'Check host and port: Consul’s own is 8500.',
    );
  }
  if (said.status === null) return null;
  if (said.status < 300) {
    return say(
      context,
      said,
      'other',
      `${at} answers, but not as Consul does.`,
      'The detail has its words. Check host and port: Consul’s own is 8500.',
    );
  }
  return say(
    context,
    said,
    said.status >= 500 ? 'unavailable' : 'other',
    `${at} answered with HTTP ${String(said.status)}.`,
    'The detail has its words. Look whether Consul itself listens there, or a proxy that knows nothing of it.',
  );
}

function say(
  context: FailureContext,
  said: HttpError,
  kind: StoreFailureKind,
  message: string,
  advice: string,
  more = '',
): StoreFailure {
  const words = [more, said.status === null ? said.code : `HTTP ${String(said.status)}`, said.words];
  const detail = words
    .filter((word) => word !== '')
    .join('; ')
    .slice(0, 1000);
  const { token } = context.options;
  const clean = token === null || token === '' ? detail : detail.replaceAll(token, '•••');
  return { kind, endpoint: context.endpoint.url, message, advice, detail: clean };
}
