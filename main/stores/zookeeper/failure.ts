import type { StoreFailure, StoreFailureKind } from '../../../app/dcs/store';
import type { NoSocket } from '../tls/open-socket';
import { SILENT_ADVICE, socketWords } from '../tls/socket-words';
import { type ConnectionWords, LostError } from './connection';
import type { ZooKeeperHost, ZooKeeperOptions } from './options';
import { Code, KeeperError } from './protocol';

/** Where a failure happened, for the words. */
export interface FailureContext {
  readonly host: ZooKeeperHost;
  readonly options: ZooKeeperOptions;
  /** Where the authorities are from when no CA file was given. */
  readonly caFrom: string | null;
}

/** What was found at a host instead of a connection. */
export type NoConnection =
  | NoSocket
  | { readonly kind: 'tls-server' }
  /** It runs, but its ensemble has no majority. */
  | { readonly kind: 'no-quorum' }
  /** It serves others, but ended this connection. */
  | { readonly kind: 'turned-away' }
  | { readonly kind: 'not-zookeeper'; readonly words: string };

/** Why there is no connection, in words. */
export function describeNoConnection(found: NoConnection, context: FailureContext): StoreFailure {
  const at = context.host.target;
  switch (found.kind) {
    case 'no-quorum':
      return noQuorum(context);
    case 'turned-away':
      return say(
        context,
        'unavailable',
        `ZooKeeper at ${at} serves others but ended this connection.`,
        'It may have reached its limit of connections from one machine (maxClientCnxns), or demand a sign-in that Patroni does not know; its log tells.',
        found.kind,
      );
    case 'tls-server':
      return say(
        context,
        'tls-server',
        `${at} speaks TLS only.`,
        'Turn TLS on for this connection (use_ssl in patroni.yml).',
        found.kind,
      );
    case 'not-zookeeper':
      return say(
        context,
        'other',
        `${at} answers, but not as a ZooKeeper does.`,
        "Check host and port: ZooKeeper's own is 2181.",
        found.words,
      );
    default: {
      const words = socketWords(found, {
        product: 'ZooKeeper',
        host: context.host.host,
        target: at,
        caFile: context.options.caFile,
        caFrom: context.caFrom,
        certFile: context.options.certFile,
        clientCertificateAdvice:
          'Choose the certificate and key that this ZooKeeper accepts (its ssl.trustStore must hold who signed them).',
        plaintextAdvice: 'Turn TLS off for this connection, or use the port that secureClientPort names.',
      });
      return say(context, words.kind, words.message, words.advice, words.said === '' ? found.kind : words.said);
    }
  }
}

/** What happens to a connection that stood. */
export function wordsFor(context: FailureContext): ConnectionWords {
  const at = context.host.target;
  return {
    silent: () => say(context, 'timeout', `ZooKeeper at ${at} no longer answers.`, SILENT_ADVICE, 'no answer in time'),
    broken: (detail) =>
      say(
        context,
        'unavailable',
        `The connection to ZooKeeper at ${at} broke.`,
        'It is tried again by itself; if that does not help, look whether ZooKeeper runs, has a majority of its servers, and the network is up.',
        detail,
      ),
    garbled: (detail) => describeNoConnection({ kind: 'not-zookeeper', words: detail }, context),
    tooLarge: (bytes) =>
      say(
        context,
        'other',
        `ZooKeeper at ${at} ended the connection over a request of ${String(bytes)} bytes, which is more than it takes by default.`,
        'ZooKeeper takes 1 MB with name and all unless its jute.maxbuffer says otherwise, which must be the same on all servers and clients.',
        'connection closed over a large request',
      ),
  };
}

/** What ZooKeeper answered to a read, or that the connection broke, in words. */
export function describe(error: unknown, context: FailureContext): StoreFailure {
  if (error instanceof LostError) return error.failure;
  if (!(error instanceof KeeperError)) {
    const detail = error instanceof Error ? error.message : String(error);
    return say(context, 'other', `ZooKeeper at ${context.host.target} answered what cannot be read.`, REPORT, detail);
  }
  const at = context.host.target;
  const as = (kind: StoreFailureKind, message: string, advice: string): StoreFailure =>
    say(context, kind, message, advice, error.message);
  const { auth } = context.options;
  switch (error.code) {
    case Code.noAuth:
      return as(
        'permission-denied',
        `ZooKeeper at ${at} does not let ${who(context.options)} read or write ${error.path === '' ? 'this znode' : error.path}.`,
        `Sign in as Patroni does (auth_data and the client certificate in patroni.yml). zkCli's getAcl ${error.path} shows who may.`,
      );
    case Code.authFailed:
      return as(
        'unauthenticated',
        `ZooKeeper at ${at} refused the sign-in with ${auth.map(({ scheme }) => scheme).join(', ') || 'no scheme'}.`,
        'Check auth_data: scheme and credentials must be those of patroni.yml, and the server must know the scheme.',
      );
    case Code.saslRequired:
      return as(
        'unauthenticated',
        `ZooKeeper at ${at} demands a sign-in with SASL.`,
        'Herdscope signs in as Patroni does, with auth_data or a client certificate. Let an administrator allow one of these.',
      );
    case Code.connectionLoss:
    case Code.sessionExpired:
    case Code.sessionMoved:
    case Code.throttled:
      return as(
        'unavailable',
        `ZooKeeper at ${at} could not do it now (${error.message}).`,
        'It is tried again by itself.',
      );
    case Code.badArguments:
      return as(
        'other',
        `ZooKeeper takes no znode with the name ${error.path}.`,
        'Its names hold no control characters, no characters beyond U+FFFF such as emoji, and no part that is empty, "." or "..".',
      );
    case Code.noNode:
      return as(
        'other',
        `ZooKeeper at ${at} has no znode ${error.path === '/' ? 'for the chroot of this connection' : error.path}.`,
        error.path === '/'
          ? "Check the path after the hosts. ZooKeeper's administrator makes it: zkCli's create."
          : 'It was there a moment ago; try again.',
      );
    case Code.quotaExceeded:
      return as(
        'unavailable',
        `ZooKeeper at ${at} refused it: the quota of ${error.path} is used up.`,
        "Let an administrator raise it (zkCli's setquota). Patroni cannot write either.",
      );
    default:
      return as('other', `ZooKeeper at ${at} refused it: ${error.message}.`, REPORT);
  }
}

const REPORT = 'The detail says what it answered; please report it with that.';

export function noQuorum(context: FailureContext): StoreFailure {
  return say(
    context,
    'no-quorum',
    `ZooKeeper at ${context.host.target} answers, but serves nobody: a majority of its ensemble cannot be reached.`,
    'Bring the missing servers back: zkServer.sh status on each shows which. Patroni cannot write either.',
    'not currently serving requests',
  );
}

function who(options: ZooKeeperOptions): string {
  const shown = options.auth.map(({ scheme, credentials }) =>
    scheme === 'digest' ? `the user "${credentials.split(':', 1)[0] ?? ''}"` : `this sign-in (${scheme})`,
  );
  if (options.certFile !== null) shown.push(`the client certificate ${options.certFile}`);
  return shown.length === 0 ? 'somebody who has not signed in' : shown.join(' and ');
}

function say(
  context: FailureContext,
  kind: StoreFailureKind,
  message: string,
  advice: string,
  detail: string,
): StoreFailure {
  return { kind, endpoint: context.host.target, message, advice, detail };
}
