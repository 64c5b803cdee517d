import { assertNever } from '../../../app/assert-never';
import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreFailure, StoreFailureKind } from '../../../app/dcs/store';
import { diagnose, type Diagnosis } from './diagnosis';
import { GrpcCode, readGrpcError, type GrpcError } from './grpc-error';
import type { Endpoint, Etcd3Options } from './options';
import type { TlsMaterial } from './tls-files';

/** What failed, for the words. */
export interface FailureContext {
  readonly endpoint: Endpoint;
  readonly options: Etcd3Options;
  readonly namespace: string;
}

/** A failure in words, from what gRPC said alone: at once, but where gRPC is vague it is vague, too. */
export function describe(error: unknown, context: FailureContext): StoreFailure {
  const said = readGrpcError(error);
  return (
    plain(said, context) ??
    (said.code === GrpcCode.deadlineExceeded
      ? say(context, said, 'timeout', `etcd at ${name(context)} no longer answers.`, ADVICE.silent)
      : say(
          context,
          said,
          said.code === GrpcCode.unavailable ? 'unavailable' : 'other',
          `The connection to etcd at ${name(context)} broke.`,
          'It is tried again by itself; if that does not help, look whether etcd runs and the network is up.',
        ))
  );
}

/** A failure in words, after a look at the endpoint of its own where gRPC is vague; takes up to `ms` milliseconds. */
export async function explain(
  error: unknown,
  context: FailureContext,
  tls: TlsMaterial,
  ms: number,
): Promise<StoreFailure> {
  const said = readGrpcError(error);
  const known = plain(said, context);
  if (known !== null) return known;
  return fromDiagnosis(await diagnose(context.endpoint, tls, ms), said, context, tls.caFrom);
}

/** Failures that etcd itself names. */
function plain(said: GrpcError, context: FailureContext): StoreFailure | null {
  const { username } = context.options;
  const user = username === null || username === '' ? null : `"${username}"`;
  const at = name(context);
  // Some proxies answer HTTP instead of gRPC, and grpc-js makes a status of it: that one is not etcd's.
  if (/HTTP status code|invalid content-type/i.test(said.words)) return null;
  if (/authentication failed, invalid user ID or password/i.test(said.words)) {
    return say(
      context,
      said,
      'unauthenticated',
      `etcd at ${at} refused the user ${user ?? '(none)'}: the user name or the password is wrong.`,
      'Enter them again; etcd does not tell which of the two is wrong.',
    );
  }
  if (/user name is empty|user name not found/i.test(said.words) || said.code === GrpcCode.unauthenticated) {
    return say(
      context,
      said,
      'unauthenticated',
      user === null
        ? `etcd at ${at} demands a user name and a password.`
        : `etcd at ${at} did not accept the sign-in of the user ${user}.`,
      'Enter the user and password that Patroni or patronictl use for this etcd.',
    );
  }
  if (/permission denied/i.test(said.words) || said.code === GrpcCode.permissionDenied) {
    const prefix = namespacePrefix(context.namespace);
    return say(
      context,
      said,
      'permission-denied',
      `The user ${user ?? '(none)'} may not read ${prefix === '/' ? 'all keys' : `the keys below ${prefix}`} of etcd at ${at}.`,
      `Check the namespace, or let an administrator grant it: etcdctl role grant-permission ROLE read ${prefix} --prefix.`,
    );
  }
  if (/no leader/i.test(said.words)) return noQuorum(said, context);
  return null;
}

function noQuorum(said: GrpcError, context: FailureContext): StoreFailure {
  return say(
    context,
    said,
    'no-quorum',
    `etcd at ${name(context)} answers, but its cluster has no leader: a majority of its members cannot be reached.`,
    'Bring the missing etcd members back: etcdctl endpoint status --cluster shows which. Patroni cannot write either.',
  );
}

const ADVICE = {
  silent: 'Look whether this machine hangs, or whether a firewall or VPN drops the connection.',
  certificate: 'Choose the certificate and key that this etcd accepts (its --trusted-ca-file must have signed them).',
} as const;

function fromDiagnosis(
  found: Diagnosis,
  said: GrpcError,
  context: FailureContext,
  caFrom: string | null,
): StoreFailure {
  const at = name(context);
  const { host } = context.endpoint;
  const as = (kind: StoreFailureKind, message: string, advice: string, more = ''): StoreFailure =>
    say(context, said, kind, message, advice, more);
  switch (found.kind) {
    case 'name-not-found':
      return as(
        'name-not-found',
        `The host name ${host} could not be resolved.`,
        'Check its spelling, and whether a VPN that knows it is up.',
        found.code,
      );
    case 'refused':
      return as(
        'refused',
        `The connection to ${at} was refused: nothing listens on that port.`,
        'Check host and port, and that etcd runs and listens on this address, not only on its own 127.0.0.1.',
      );
    case 'unreachable':
      return as(
        'unavailable',
        `There is no way to ${at} (${found.code}).`,
        'Check the address, and whether the network or the VPN is up.',
      );
    case 'silent':
      return found.connected
        ? as(
            'timeout',
            `${at} took the connection but did not answer in time.`,
            `Is it etcd that listens there? ${ADVICE.silent}`,
          )
        : as('timeout', `${at} did not answer in time.`, `Check the address. ${ADVICE.silent}`);
    case 'hung-up':
      return as(
        'unavailable',
        `${at} ended the connection without an answer.`,
        'Look into the log of etcd, or of the proxy that stands before it.',
      );
    case 'ca-rejected':
      return as(
        'ca-rejected',
        `The certificate of ${at} was signed by "${found.issuer}", which ` +
          `${context.options.caFile === null ? `is not among the authorities that this machine trusts (${caFrom ?? "Node's own list"})` : `${context.options.caFile} does not vouch for`}.`,
        'Choose the CA file that signed the certificate of this etcd (cacert in patroni.yml).' +
          (context.options.caFile === null ? ' Or add it to the authorities of this machine.' : ''),
        found.code,
      );
    case 'certificate-expired':
      return as(
        'certificate-expired',
        `The certificate of ${at} is not valid today: it is from ${found.from} to ${found.to}.`,
        'Give etcd a new certificate. If the dates look right, check the clock of this machine.',
      );
    case 'hostname-mismatch':
      return as(
        'hostname-mismatch',
        `The certificate of ${at} is not for ${host}${found.names === null ? '' : `, but for ${found.names}`}.`,
        'Use a host name that stands in the certificate, or give etcd a certificate with this one.',
      );
    case 'client-certificate':
      return context.options.certFile === null
        ? as('client-certificate', `etcd at ${at} demands a client certificate.`, ADVICE.certificate, found.words)
        : as(
            'client-certificate',
            `etcd at ${at} refused the client certificate ${context.options.certFile}.`,
            ADVICE.certificate,
            found.words,
          );
    case 'plaintext-server':
      return as(
        'plaintext-server',
        `${at} does not speak TLS.`,
        `Use http://${context.endpoint.target} instead of https.`,
      );
    case 'tls-server':
      return as('tls-server', `${at} speaks TLS only.`, `Use https://${context.endpoint.target} instead of http.`);
    case 'tls':
      return as(
        'other',
        `No TLS connection to ${at} came about.`,
        'The detail says what TLS complained of.',
        found.words,
      );
    case 'http':
      return as(
        'not-grpc',
        `${at} speaks HTTP${found.server === null ? '' : ` (${found.server})`} but not gRPC, or is no etcd at all ` +
          `(HTTP ${String(found.status)} for /version).`,
        "Use etcd's own client port. A proxy before it must pass HTTP/2 with gRPC on.",
      );
    case 'etcd':
      return fromEtcd(found, said, context);
    default:
      return assertNever(found);
  }
}

function fromEtcd(found: Extract<Diagnosis, { kind: 'etcd' }>, said: GrpcError, context: FailureContext): StoreFailure {
  const at = name(context);
  if (/^[012]\./.test(found.version)) {
    return say(
      context,
      said,
      'too-old',
      `etcd at ${at} is version ${found.version}, which has no v3 API.`,
      'Herdscope reads etcd 3 and newer; this one can be read with its v2 API only.',
    );
  }
  if (found.healthy === false) return noQuorum(said, context);
  if (said.code === GrpcCode.deadlineExceeded) {
    return say(
      context,
      said,
      'timeout',
      `etcd ${found.version} at ${at} is there but did not answer a read in time.`,
      'It may be overloaded or its disk slow: etcdctl endpoint status, and the warnings in its log, tell.',
    );
  }
  return say(
    context,
    said,
    'not-grpc',
    `etcd ${found.version} answers over HTTP at ${at}, but no gRPC connection came about.`,
    'Patroni can live with the HTTP gateway; this program needs gRPC. Use the client port of etcd itself, without a proxy before it.',
  );
}

/** Makes one failure of the failures of all endpoints: the one that says most, with all endpoints named. */
export function merge(failures: readonly StoreFailure[]): StoreFailure | null {
  const [first, ...more] = [...failures].sort((a, b) => rank(a.kind) - rank(b.kind));
  if (first === undefined || more.length === 0) return first ?? null;
  return {
    ...first,
    endpoint: [first, ...more].map((one) => one.endpoint).join(', '),
    message: [first, ...more].map((one) => one.message).join(' '),
    detail: [first, ...more].map((one) => `${one.endpoint}: ${one.detail}`).join('\n'),
  };
}

/** What a person can mend in the settings comes first, what only says that a machine is away comes last. */
function rank(kind: StoreFailureKind): number {
  const last: readonly StoreFailureKind[] = ['other', 'unavailable', 'name-not-found', 'refused', 'timeout'];
  return last.indexOf(kind);
}

function name(context: FailureContext): string {
  return context.endpoint.target;
}

function say(
  context: FailureContext,
  said: GrpcError,
  kind: StoreFailureKind,
  message: string,
  advice: string,
  more = '',
): StoreFailure {
  const words = [more, said.code === null ? said.words : `gRPC ${String(said.code)}: ${said.words}`];
  const detail = words.filter((word) => word !== '').join('; ');
  return { kind, endpoint: context.endpoint.url, message, advice, detail: withoutSecret(detail, context.options) };
}

function withoutSecret(text: string, options: Etcd3Options): string {
  const { password } = options;
  return password === null || password === '' ? text : text.replaceAll(password, '•••');
}
