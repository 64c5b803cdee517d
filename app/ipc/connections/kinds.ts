import { assertNever } from '../../assert-never';
import type { BastionSettings } from './bastion';
import type { ConnectionKind, ConnectionSettings, SettingsOf } from './settings';

// Apart from the schemas, so that the window can use it without them.

/**
 * The kinds that can be connected to, in the order in which they are offered. The one place that says so: the form,
 * `--connect` and the import follow it, and `main/connections/store-makers.ts` must have a maker for each.
 */
export const availableKinds = [
  'etcd3',
  'etcd',
  'consul',
  'zookeeper',
  'exhibitor',
  'kubernetes',
  'rest',
  'raft',
] as const satisfies readonly ConnectionKind[];
export type AvailableKind = (typeof availableKinds)[number];

export type AvailableSettings = SettingsOf<AvailableKind>;

/** Whether a connection of this kind can be made. */
export function isAvailable(settings: ConnectionSettings): settings is AvailableSettings {
  return availableKinds.some((kind) => kind === settings.kind);
}

/**
 * What all keys of a connection's clusters are below. Kubernetes has no keys: there it is the namespace of Kubernetes, and
 * with the REST API alone, which does not tell it, it is the root.
 */
export function namespaceOf(settings: ConnectionSettings): string {
  switch (settings.kind) {
    case 'etcd3':
    case 'etcd':
    case 'consul':
    case 'zookeeper':
    case 'exhibitor':
      return settings.namespace;
    case 'kubernetes':
      return `/${settings.namespace}`;
    case 'rest':
    case 'raft':
      return '/';
    default:
      return assertNever(settings);
  }
}

/** Where a connection goes, for a person to read; each address as it was given. */
export function addressesOf(settings: ConnectionSettings): readonly string[] {
  switch (settings.kind) {
    case 'etcd3':
    case 'etcd':
    case 'consul':
      return settings.endpoints;
    case 'zookeeper':
      return settings.hosts;
    case 'exhibitor':
      return settings.hosts.map((host) => `${host}:${settings.port}`);
    case 'kubernetes':
      return [settings.server ?? settings.context ?? settings.kubeconfig ?? 'kubeconfig'];
    case 'rest':
    case 'raft':
      return settings.members;
    default:
      return assertNever(settings);
  }
}

/** `user@host:port` of a bastion, for a person. */
export function bastionText({ user, host, port }: BastionSettings): string {
  return `${user}@${host}${port === 22 ? '' : `:${String(port)}`}`;
}

/** The files on this machine that a connection is made with: when they are replaced, it is made anew. */
export function filesOf(settings: ConnectionSettings): readonly string[] {
  const { caFile, certFile, keyFile } = settings.restApi;
  const own = [
    'caFile' in settings ? settings.caFile : null,
    'certFile' in settings ? settings.certFile : null,
    'keyFile' in settings ? settings.keyFile : null,
    'kubeconfig' in settings ? settings.kubeconfig : null,
    settings.bastion?.keyFile ?? null,
  ];
  return [...new Set([...own, caFile, certFile, keyFile].flatMap((file) => file ?? []))];
}

/** Whether both go to the same keys of the same store as the same user: then a picture of the one is one of the other. */
export function isSameStore(a: ConnectionSettings | null, b: ConnectionSettings): boolean {
  return a !== null && JSON.stringify(wayApart(a)) === JSON.stringify(wayApart(b));
}

/** What is left without its name, what may be done, how it is recorded, and how it is proved who asks and who answers. */
export function wayApart(settings: ConnectionSettings): unknown {
  const rest = { ...settings, name: '', writable: false, production: false, recording: null, restApi: null };
  return { ...rest, caFile: null, certFile: null, keyFile: null, verify: null };
}
