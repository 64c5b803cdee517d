import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreFailure, StoreFailureKind } from '../../../app/dcs/store';
import { diagnose, type Diagnosis } from './diagnosis';
import { GrpcCode, readGrpcError, type GrpcError } from './grpc-error';
import type { Endpoint, Etcd3Options } from './options';
import { SILENT_ADVICE, socketWords } from '../tls/socket-words';
import type { TlsMaterial } from '../tls/tls-files';

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
      ? say(context, said, 'timeout', `etcd at ${name(context)} no longer answers.`, SILENT_ADVICE)
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

function fromDiagnosis(
  found: Diagnosis,
  said: GrpcError,
  context: FailureContext,
  caFrom: string | null,
): StoreFailure {
  const at = name(context);
  const as = (kind: StoreFailureKind, message: string, advice: string, more = ''): StoreFailure =>
    say(context, said, kind, message, advice, more);
  switch (found.kind) {
    case 'tls-server':
      return as('tls-server', `${at} speaks TLS only.`, `Use https://${context.endpoint.target} instead of http.`);
    case 'http':
      return as(
        'not-grpc',
        `${at} speaks HTTP${found.server === null ? '' : ` (${found.server})`} but not gRPC, or is no etcd at all ` +
          `(HTTP ${String(found.status)} for /version).`,
        "Use etcd's own client port. A proxy before it must pass HTTP/2 with gRPC on.",
      );
    case 'etcd':
      return fromEtcd(found, said, context);
    default: {
      const {
        kind,
        message,
        advice,
        said: more,
      } = socketWords(found, {
        product: 'etcd',
        host: context.endpoint.host,
        target: at,
        caFile: context.options.caFile,
        caFrom,
        certFile: context.options.certFile,
        clientCertificateAdvice:
          'Choose the certificate and key that this etcd accepts (its --trusted-ca-file must have signed them).',
        plaintextAdvice: `Use http://${at} instead of https.`,
      });
      return as(kind, message, advice, more);
    }
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
  // Over a connection that stands: before there is one grpc-js waits for its load balancer to pick it.
  if (said.code === GrpcCode.deadlineExceeded && !/waiting for lb pick/i.test(said.words)) {
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
    `etcd ${found.version} answers over HTTP at ${at}, but neither a gRPC connection nor one by its HTTP gateway came about.`,
    'Use the client port of etcd itself, or a proxy that passes gRPC or /v3 on; --enable-grpc-gateway=false turns the gateway off.',
  );
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
