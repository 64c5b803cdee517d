import {
  flagOption,
  listOption,
  option,
  type PatroniConfig,
  sectionOf,
  textOption,
  textsOption,
  truthyOption,
} from '../../../app/dcs/patroni-config';
import { err, ok } from '../../../app/result';
import { defaultPorts } from '../connection-name';
import { namespaceOf, type Origin, type SectionRead, type SectionReader, tlsFilesOf } from './found';
import { hostOf, readHostAndPort } from './hosts';
import { trimmedEnd } from '../../../app/text';

const permissions = ['CREATE', 'READ', 'WRITE', 'DELETE', 'ADMIN', 'ALL'];

/** `patroni/dcs/zookeeper.py: ZooKeeper.__init__`. What follows a slash in the hosts is kazoo's root: it comes before the namespace. */
export const zookeeperSection: SectionReader = (section, config, origin) => {
  const joined = listOption(section, 'hosts').join(',');
  const slash = joined.indexOf('/');
  const root = slash < 0 ? '' : trimmedEnd(joined.slice(slash), (character) => character === '/');
  const hosts: string[] = [];
  for (const host of (slash < 0 ? joined : joined.slice(0, slash)).split(',')) {
    if (host === '') continue;
    const read = readHostAndPort(host, String(defaultPorts.zookeeper));
    if (read === null) {
      return err(`In ${origin.what} the section zookeeper names a host that cannot be read: “${host.slice(0, 100)}”.`);
    }
    hosts.push(read);
  }
  if (hosts.length === 0) return err(`In ${origin.what} the section zookeeper names no hosts.`);
  const { settings, secrets } = client(section, config, origin, root);
  return ok({ settings: { hosts, ...settings }, secrets });
};

/** `patroni/dcs/exhibitor.py: Exhibitor.__init__`: `hosts` and `port` of Exhibitor, and what ZooKeeper's own client is told. */
export const exhibitorSection: SectionReader = (section, config, origin) => {
  const hosts: string[] = [];
  for (const host of listOption(section, 'hosts')) {
    const read = readHostAndPort(`${host}:1`, '1');
    if (read === null || (!host.startsWith('[') && /:\d+$/.test(host))) {
      return err(`In ${origin.what} the section exhibitor names a host that cannot be read: “${host.slice(0, 100)}”.`);
    }
    hosts.push(hostOf(read));
  }
  if (hosts.length === 0) return err(`In ${origin.what} the section exhibitor names no hosts.`);
  const port = textOption(section, 'port');
  if (port === null) return err(`In ${origin.what} the section exhibitor names no port.`);
  const interval = Number(textOption(section, 'poll_interval') ?? '300');
  const { settings, secrets } = client(section, config, origin, '');
  return ok({
    settings: {
      hosts,
      port: Number(port),
      pollIntervalSeconds: Number.isInteger(interval) && interval > 0 ? interval : 300,
      ...settings,
    },
    secrets,
  });
};

function client(section: PatroniConfig, config: PatroniConfig, origin: Origin, root: string): SectionRead {
  const auth = [...textsOption(section, 'auth_data')];
  const [first] = auth;
  if (auth.length > 1 && first !== undefined) {
    origin.note(`auth_data has ${String(auth.length)} schemes, of which only ${first[0].slice(0, 40)} was taken.`);
  }
  const keyPassword = textOption(section, 'key_password');
  return {
    settings: {
      namespace: `${root}${namespaceOf(section, config)}`,
      useSsl: truthyOption(section, 'use_ssl'),
      verify: option(section, 'verify') === undefined ? true : (flagOption(section, 'verify') ?? true),
      ...tlsFilesOf(section, origin),
      authScheme: first?.[0] ?? null,
      setAcls: aclsOf(section),
    },
    secrets: { password: first?.[1] ?? null, keyPassword },
  };
}

function aclsOf(section: PatroniConfig): Readonly<Record<string, readonly string[]>> {
  const acls = sectionOf(section, 'set_acls') ?? {};
  return Object.fromEntries(
    Object.keys(acls).map((principal) => [
      principal,
      listOption(acls, principal)
        .map((permission) => permission.toUpperCase())
        .filter((permission) => permissions.includes(permission)),
    ]),
  );
}
