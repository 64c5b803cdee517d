import { assertNever } from '../../../app/assert-never';
import { addressesOf, bastionText } from '../../../app/ipc/connections/kinds';
import type { SecretName } from '../../../app/ipc/connections/secrets';
import type { ConnectionSettings } from '../../../app/ipc/contract';
import { labelsText } from './labels';
import { storeFormWords } from './store-words';

/** One line about a connection that is not saved yet. */
export interface SettingsFact {
  readonly name: string;
  readonly value: string;
  /** Said after it. */
  readonly aside: string | null;
}

type Handles = Readonly<Partial<Record<SecretName, string>>>;

/** What a connection that was imported is set to, in the order in which a person would ask; what is as usual is left out. */
export function factsOf(settings: ConnectionSettings, handles: Handles): readonly SettingsFact[] {
  const addresses = storeFormWords[settings.kind].addresses?.label.toLowerCase() ?? 'API server';
  return [
    ...fact('store', storeFormWords[settings.kind].label),
    ...fact(addresses, addressesOf(settings).join(' ')),
    ...storeFacts(settings, handles),
    ...('certFile' in settings ? fact('certificate', settings.certFile) : []),
    ...fact('bastion', settings.bastion === null ? null : bastionText(settings.bastion)),
    ...restFacts(settings, handles),
  ];
}

function fact(name: string, value: string | null, aside: string | null = null): readonly SettingsFact[] {
  return value === null ? [] : [{ name, value, aside }];
}

const withSecret = (handle: string | undefined, what: string): string =>
  handle === undefined ? `without ${what}` : `with ${what}`;

function storeFacts(settings: ConnectionSettings, handles: Handles): readonly SettingsFact[] {
  switch (settings.kind) {
    case 'etcd3':
    case 'etcd':
      return [
        ...fact('namespace', settings.namespace),
        ...fact('user', settings.username, withSecret(handles.password, 'a password')),
        ...fact('CA', settings.caFile),
      ];
    case 'consul':
      return [
        ...fact('namespace', settings.namespace),
        ...fact('datacenter', settings.dc),
        ...fact('consistency', settings.consistency === 'default' ? null : settings.consistency),
        ...fact('ACL token', handles.password === undefined ? null : 'found'),
        ...fact('CA', settings.caFile),
        ...fact('certificates', settings.verify ? null : 'not checked'),
      ];
    case 'zookeeper':
    case 'exhibitor':
      return [
        ...fact('namespace', settings.namespace),
        ...fact('authentication', settings.authScheme, withSecret(handles.password, 'credentials')),
        ...fact('TLS', settings.useSsl ? (settings.verify ? 'on' : 'on, certificates not checked') : null),
        ...fact('CA', settings.caFile),
      ];
    case 'kubernetes':
      return [
        ...fact('namespace', settings.namespace),
        ...fact('labels', Object.keys(settings.labels).length === 0 ? null : labelsText(settings.labels)),
        ...fact('label of the scope', settings.scopeLabel === 'cluster-name' ? null : settings.scopeLabel),
        ...fact('state in', settings.useEndpoints ? 'Endpoints' : 'ConfigMaps'),
        ...fact('CA', settings.caFile),
      ];
    case 'rest':
    case 'raft':
      return [];
    default:
      return assertNever(settings);
  }
}

function restFacts({ restApi }: ConnectionSettings, handles: Handles): readonly SettingsFact[] {
  return [
    ...fact('API user', restApi.username, withSecret(handles.restPassword, 'a password')),
    ...fact('API CA', restApi.caFile),
    ...fact('API certificate', restApi.certFile),
    ...fact('API certificates', restApi.verify ? null : 'not checked'),
  ];
}
