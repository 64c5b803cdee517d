import { listOption, option, type PatroniConfig, textOption } from '../../../app/dcs/patroni-config';
import { err, ok, type Result } from '../../../app/result';
import { defaultPorts } from '../connection-name';
import { namespaceOf, type Origin, type SectionReader, tlsFilesOf } from './found';
import { readHostAndPort, readUrl } from './hosts';

interface Hosts {
  readonly endpoints: readonly string[];
  readonly username: string | null;
  readonly password: string | null;
}

/** `patroni/dcs/etcd.py: AbstractEtcd.get_etcd_client`, for both versions of the API. */
export const etcdSection: SectionReader = (section, config, origin, kind) => {
  const hosts = readHosts(section, kind, origin);
  if (!hosts.ok) return hosts;
  const { endpoints, username, password } = hosts.value;
  return ok({
    settings: { endpoints, username, namespace: namespaceOf(section, config), ...tlsFilesOf(section, origin) },
    secrets: { password },
  });
};

/** In Patroni's order: `proxy`, `url`, a DNS record, `hosts`, `host`. */
function readHosts(section: PatroniConfig, kind: string, { what, note }: Origin): Result<Hosts, string> {
  const username = textOption(section, 'username');
  const password = textOption(section, 'password');
  const proxy = textOption(section, 'proxy');
  const url = proxy ?? textOption(section, 'url');
  if (url !== null) {
    const read = readUrl(url, defaultPorts.etcd3);
    if (read === null)
      return err(`In ${what} the ${proxy === null ? 'url' : 'proxy'} of section ${kind} is no http or https address.`);
    if (proxy !== null) note('The proxy is used as the endpoint, as Patroni does.');
    if (username !== null && read.username === null) {
      note('Patroni takes user and password from the url alone, so username and password were left out.');
    }
    return ok({ endpoints: [read.endpoint], username: read.username, password: read.password });
  }
  const secure = textOption(section, 'protocol')?.toLowerCase() === 'https';
  const port = textOption(section, 'port') ?? String(defaultPorts.etcd3);
  const hosts = listOption(section, option(section, 'hosts') === undefined ? 'host' : 'hosts');
  if (hosts.length === 0) {
    const srv = ['srv', 'discovery_srv', 'srv_domain'].find((name) => option(section, name) !== undefined);
    return err(
      srv === undefined
        ? `In ${what} the section ${kind} names no host: it has none of hosts, host, url and proxy.`
        : `In ${what} the section ${kind} finds its hosts by a DNS record (${srv}), which Herdscope does not look up. Enter the hosts by hand.`,
    );
  }
  const endpoints: string[] = [];
  for (const host of hosts) {
    const endpoint = readHostAndPort(host, port);
    if (endpoint === null)
      return err(`In ${what} the section ${kind} names a host that cannot be read: “${host.slice(0, 100)}”.`);
    endpoints.push(`${secure ? 'https' : 'http'}://${endpoint}`);
  }
  if (!secure && textOption(section, 'cacert') !== null) {
    note('There is a cacert but no “protocol: https”, so Patroni connects without TLS, and so will Herdscope.');
  }
  return ok({ endpoints, username, password: username === null ? null : password });
}
