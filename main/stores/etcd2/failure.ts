import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreFailure, StoreFailureKind } from '../../../app/dcs/store';
import type { NoAnswer } from '../../http/http-exchange';
import type { Endpoint } from '../http-endpoint';
import type { NoSocket } from '../tls/open-socket';
import { SILENT_ADVICE, socketWords } from '../tls/socket-words';
import type { TlsMaterial } from '../tls/tls-files';
import { errorCodes, readError } from './nodes';
import type { Etcd2Options } from './options';

/** What failed, for the words. */
export interface FailureContext {
  readonly endpoint: Endpoint;
  readonly options: Etcd2Options;
  readonly namespace: string;
}

/** Why an endpoint gave no answer. */
export function unanswered(why: NoAnswer, context: FailureContext, tls: TlsMaterial | null): StoreFailure {
  const at = context.endpoint.target;
  switch (why.kind) {
    case 'no-connection':
      return why.why.kind === 'tls-server'
        ? say(context, 'tls-server', `${at} speaks TLS only.`, `Use https://${at} instead of http.`, '')
        : unconnected(why.why, context, tls);
    case 'bad-request':
      return say(context, 'other', `The request to etcd at ${at} cannot be sent.`, 'The detail says why.', why.words);
    case 'broken':
      if (why.why === 'timeout')
        return say(context, 'timeout', `etcd at ${at} did not answer in time.`, SILENT_ADVICE, why.words);
      if (why.why === 'too-large')
        return say(
          context,
          'other',
          `The keys of etcd at ${at} are more than Herdscope reads at once.`,
          'Choose a namespace that holds the clusters alone.',
          why.words,
        );
      if (why.why === 'no-http')
        return say(
          context,
          'other',
          `What listens at ${at} does not speak HTTP.`,
          'Check host and port: etcd’s own is 2379.',
          why.words,
        );
      return unconnected({ kind: 'hung-up' }, context, tls);
  }
}

function unconnected(why: NoSocket, context: FailureContext, tls: TlsMaterial | null): StoreFailure {
  const { endpoint, options } = context;
  const { kind, message, advice, said } = socketWords(why, {
    product: 'etcd',
    host: endpoint.host,
    target: endpoint.target,
    caFile: options.caFile,
    caFrom: tls?.caFrom ?? null,
    certFile: options.certFile,
    clientCertificateAdvice:
      'Choose the certificate and key that this etcd accepts (its --trusted-ca-file must have signed them).',
    plaintextAdvice: `Use http://${endpoint.target} instead of https.`,
  });
  return say(context, kind, message, advice, said);
}

/** Why an answer is none of what was asked for. */
export function refused(status: number, body: string, context: FailureContext): StoreFailure {
  const at = context.endpoint.target;
  const error = readError(body);
  const words = `HTTP ${String(status)}; ${error === null ? body.slice(0, 300) : `${error.message}; ${error.cause ?? ''}`}`;
  const as = (kind: StoreFailureKind, message: string, advice: string): StoreFailure =>
    say(context, kind, message, advice, words);
  const { username } = context.options;
  const prefix = namespacePrefix(context.namespace);
  if (status === 401 || status === 403 || error?.errorCode === errorCodes.insufficientCredentials) {
    return username === null || username === ''
      ? as(
          'unauthenticated',
          `etcd at ${at} demands a user name and a password.`,
          'Enter the user and password that Patroni or patronictl use for this etcd.',
        )
      : as(
          'unauthenticated',
          `etcd at ${at} did not let the user "${username}" read the keys below ${prefix}: the user name or the password is wrong, or the right is missing.`,
          'Enter them again, check the namespace, or let an administrator grant it; etcd’s v2 API does not tell which it is.',
        );
  }
  if (status === 404 && error === null) {
    return as(
      'too-old',
      `${at} answers, but not to etcd’s v2 API: it is switched off there (etcd 3.4 and 3.5), gone (3.6), or this is no etcd.`,
      'Take a connection of the kind etcd v3, or start etcd with --enable-v2 if Patroni uses the section etcd.',
    );
  }
  if (/no leader|leader changed|not have a leader/i.test(words)) return noQuorum(context, words);
  if (status >= 500) {
    return as(
      'unavailable',
      `etcd at ${at} could not do it: ${error?.message ?? `HTTP ${String(status)}`}.`,
      'It is tried again by itself. If it lasts, look at etcdctl endpoint status and into the log of etcd.',
    );
  }
  return as(
    'other',
    `${at} answers, but not as etcd’s v2 API does.`,
    'The detail has its words. Look whether etcd itself listens there, or a proxy that knows nothing of it.',
  );
}

export function noQuorum(context: FailureContext, words: string): StoreFailure {
  return say(
    context,
    'no-quorum',
    `etcd at ${context.endpoint.target} answers, but its cluster has no leader: a majority of its members cannot be reached.`,
    'Bring the missing etcd members back: etcdctl endpoint status --cluster shows which. Patroni cannot write either.',
    words,
  );
}

/** A key that this API cannot hold, or that a directory or a key above it stands in the way of. */
export function notHeld(context: FailureContext, key: string, why: string): StoreFailure {
  return say(context, 'other', `${key} cannot be a key of etcd v2: ${why}.`, 'Choose another name.', '');
}

function say(
  { endpoint, options }: FailureContext,
  kind: StoreFailureKind,
  message: string,
  advice: string,
  words: string,
): StoreFailure {
  const { password } = options;
  const detail = words.slice(0, 1000);
  return {
    kind,
    endpoint: endpoint.url,
    message,
    advice,
    detail: password === null || password === '' ? detail : detail.replaceAll(password, '•••'),
  };
}
