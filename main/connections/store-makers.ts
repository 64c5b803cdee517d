import { assertNever } from '../../app/assert-never';
import type { Clock } from '../../app/clock';
import type { ReadableStore } from '../../app/dcs/store';
import type { AvailableSettings } from '../../app/ipc/connections/kinds';
import type { ConnectionSecrets } from '../../app/ipc/connections/secrets';
import type { ExhibitorSettings, ZooKeeperSettings } from '../../app/ipc/connections/zookeeper';
import type { MemberApi } from '../../app/operations/member-api';
import { systemClock } from '../system-clock';
import type { Bastions } from '../ssh/bastions';
import type { AllowedPlugins } from '../stores/kubernetes/allowed-plugins';
import type { Way } from '../stores/tls/way';
import type { StoreMakers } from './connections';

/** The real stores. What each needs is loaded when the first of its kind is opened: the window should not wait for it. */
export function storeMakers(clock: Clock, bastions: Bastions, plugins?: AllowedPlugins): StoreMakers {
  const wayOf = ({ bastion }: AvailableSettings, { sshPassphrase }: ConnectionSecrets): Promise<Way | undefined> =>
    bastions.way(bastion, sshPassphrase);
  return {
    open: async (settings, secrets) => openStore(settings, secrets, clock, await wayOf(settings, secrets), plugins),
    practice: async () => {
      const { openPractice } = await import('./practice');
      return openPractice(clock);
    },
    members: async (settings, secrets) => membersOf(settings, secrets, await wayOf(settings, secrets)),
    way: wayOf,
  };
}

async function membersOf(
  { restApi }: AvailableSettings,
  { restPassword, restKeyPassword }: ConnectionSecrets,
  way: Way | undefined,
): Promise<MemberApi> {
  const { HttpMemberApi } = await import('../patroni-api/http-member-api');
  return new HttpMemberApi({ ...restApi, password: restPassword, keyPassword: restKeyPassword, way });
}

/** One case for each kind of `availableKinds` (`app/ipc/connections/kinds.ts`): the connection's settings as the store's own options. */
export async function openStore(
  settings: AvailableSettings,
  secrets: ConnectionSecrets,
  clock: Clock = systemClock,
  way?: Way,
  plugins?: AllowedPlugins,
): Promise<ReadableStore> {
  const { password } = secrets;
  switch (settings.kind) {
    case 'etcd3': {
      const { Etcd3Store } = await import('../stores/etcd3/etcd3-store');
      const { endpoints, username, caFile, certFile, keyFile } = settings;
      return new Etcd3Store({ endpoints, username, password, caFile, certFile, keyFile, way });
    }
    case 'etcd': {
      const { Etcd2Store } = await import('../stores/etcd2/etcd2-store');
      const { endpoints, username, caFile, certFile, keyFile } = settings;
      return new Etcd2Store({ endpoints, username, password, caFile, certFile, keyFile, way });
    }
    case 'consul': {
      const { ConsulStore } = await import('../stores/consul/consul-store');
      const { endpoints, dc, consistency, caFile, certFile, keyFile, verify } = settings;
      return new ConsulStore({ endpoints, token: password, dc, consistency, caFile, certFile, keyFile, verify, way });
    }
    case 'zookeeper': {
      const { ZooKeeperStore } = await import('../stores/zookeeper/zookeeper-store');
      return new ZooKeeperStore({ hosts: settings.hosts, way, ...zooKeeperClient(settings, secrets) });
    }
    case 'exhibitor': {
      const { openExhibitor } = await import('../stores/exhibitor/exhibitor-store');
      const { hosts, port, pollIntervalSeconds } = settings;
      return openExhibitor(
        { hosts, port, pollMs: pollIntervalSeconds * 1000, way },
        { ...zooKeeperClient(settings, secrets), way },
      );
    }
    case 'kubernetes': {
      const { KubernetesStore } = await import('../stores/kubernetes/kubernetes-store');
      const { kubeconfig, context, server, caFile, namespace, labels, scopeLabel, useEndpoints } = settings;
      const layout = { namespace, labels, scopeLabel, useEndpoints };
      return new KubernetesStore({ kubeconfig, context, server, caFile, token: password, ...layout, way, plugins });
    }
    case 'rest':
    case 'raft': {
      const { RestStore } = await import('../stores/rest/rest-store');
      const { kind, members } = settings;
      return new RestStore({ kind, members, api: await membersOf(settings, secrets, way), clock });
    }
    default:
      return assertNever(settings);
  }
}

/** What ZooKeeper's own client is told, by whatever its servers were found. */
function zooKeeperClient(
  settings: ZooKeeperSettings | ExhibitorSettings,
  { password, keyPassword }: ConnectionSecrets,
) {
  const { useSsl, verify, caFile, certFile, keyFile, authScheme, setAcls } = settings;
  const acls = Object.entries(setAcls).map(([principal, permissions]) => ({ principal, permissions }));
  return {
    useTls: useSsl,
    verify,
    caFile,
    certFile,
    keyFile,
    keyPassword,
    auth: authScheme === null || password === null ? [] : [{ scheme: authScheme, credentials: password }],
    acls: acls.length === 0 ? null : acls,
  };
}
