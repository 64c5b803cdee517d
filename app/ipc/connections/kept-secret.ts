import { assertNever } from '../../assert-never';
import { bastionText } from './kinds';
import type { SecretName } from './secrets';
import type { ConnectionKind, ConnectionSettings } from './settings';
import { trimmedEnd } from '../../text';

/** Whom a secret was given for. */
export interface SecretFor {
  readonly kind: ConnectionKind;
  /** Where it is sent to, in one spelling, with how it goes there: over TLS or in the clear. */
  readonly addresses: readonly string[];
  /** The user (etcd, REST), the scheme (ZooKeeper) …; empty for none. */
  readonly user: string;
  /** Whether it is checked who takes it. */
  readonly verified: boolean;
}

/** The word for a person when a secret that is kept would go elsewhere. */
export const secretIsForOthers =
  'The password that is kept was given for other endpoints or another user, so it is not sent to these. Enter it again, or remove it.';

/**
 * Whom a secret of a connection with these settings is given for. Null when it is sent to nobody: a passphrase opens a
 * key on this machine.
 */
export function secretFor(settings: ConnectionSettings, secret: SecretName): SecretFor | null {
  const { kind, restApi } = settings;
  // What an address is, and who stands there, is said by the bastion.
  const via = settings.bastion === null ? '' : ` through ${bastionText(settings.bastion).toLowerCase()}`;
  const addresses = sentTo(settings).map((address) => address + via);
  switch (secret) {
    case 'password':
      return { kind, addresses, user: userOf(settings), verified: 'verify' in settings ? settings.verify : true };
    case 'restPassword':
      // The members are those that the store tells of.
      return { kind, addresses, user: restApi.username ?? '', verified: restApi.verify };
    case 'keyPassword':
    case 'restKeyPassword':
    case 'sshPassphrase':
      return null;
    default:
      return assertNever(secret);
  }
}

/**
 * Whether a secret that was given for `before` may be sent to `after`: to the same user of the same store, over the same
 * scheme, and checked no less. Fewer endpoints, or the same in another order, are no other store; one more is, because
 * nobody said so.
 */
export function mayKeepSecret(before: SecretFor | null, after: SecretFor | null): boolean {
  if (before === null || after === null) return before === after;
  if (before.kind !== after.kind || before.user !== after.user || (before.verified && !after.verified)) return false;
  const known = new Set(before.addresses);
  return after.addresses.every((address) => known.has(address));
}

function userOf(settings: ConnectionSettings): string {
  switch (settings.kind) {
    case 'etcd3':
    case 'etcd':
      return settings.username ?? '';
    case 'zookeeper':
    case 'exhibitor':
      return settings.authScheme ?? '';
    case 'consul':
    case 'kubernetes':
      return '';
    case 'rest':
    case 'raft':
      return settings.restApi.username ?? '';
    default:
      return assertNever(settings);
  }
}

function sentTo(settings: ConnectionSettings): readonly string[] {
  switch (settings.kind) {
    case 'etcd3':
    case 'etcd':
      return settings.endpoints.map((endpoint) => plain(endpoint, 2379));
    case 'consul':
      return settings.endpoints.map((endpoint) => plain(endpoint, 8500));
    case 'zookeeper':
      return settings.hosts.map((host) => plain(`${settings.useSsl ? 'tls' : 'tcp'}://${host}`, 2181));
    case 'exhibitor':
      return settings.hosts.map((host) => plain(`${settings.useSsl ? 'tls' : 'tcp'}://${host}`, settings.port));
    case 'kubernetes':
      // Which API server a kubeconfig names is not known here: the file and the context must be the same.
      return [
        settings.server === null
          ? `kubeconfig ${settings.kubeconfig ?? ''} context ${settings.context ?? ''}`
          : plain(settings.server, 443),
      ];
    case 'rest':
    case 'raft':
      return settings.members.map((member) => plain(member, 8008));
    default:
      return assertNever(settings);
  }
}

/** One spelling for each endpoint: case does not count, and without a port it is the store's own. */
function plain(endpoint: string, port: number): string {
  const lower = trimmedEnd(endpoint.trim().toLowerCase(), (character) => character === '/');
  return /:\d+$/.test(lower) ? lower : `${lower}:${String(port)}`;
}
