import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { type ConnectionSettings, connectionSettingsSchema } from '../../app/ipc/contract';
import { err, ok, type Result } from '../../app/result';
import { nameOf } from './connect-url';

/** A connection that a file tells of, with its password beside the settings. */
export interface FoundConnection {
  /** `id` is empty. */
  readonly settings: ConnectionSettings;
  readonly password: string | null;
  /** Options that were left out or changed, each a sentence. */
  readonly notes: readonly string[];
}

/** Patroni's own files are a few KiB; a large text could keep the YAML parser busy for long. */
export const maxImportBytes = 262_144;

const defaultPort = 2379;

/** Stores of Patroni that are not read (yet), by their section's name. */
const otherStores: Readonly<Record<string, string>> = {
  consul: 'Consul',
  zookeeper: 'ZooKeeper',
  exhibitor: 'Exhibitor',
  kubernetes: 'Kubernetes',
  raft: 'Raft',
};

/**
 * Finds the etcd v3 connection in the text of a `patroni.yml` or `patronictl.yaml`, as Patroni reads it
 * (`patroni/dcs/etcd.py: AbstractEtcd.get_etcd_client`, `patroni/dcs/__init__.py: get_dcs`).
 * Paths in it are
 * relative to the folder of `file`; a pasted text (`file` null) has none, and its paths stay as they are. The error is a
 * sentence that says what the file is and what is missing in it.
 */
export function readPatroniFile(text: string, file: string | null): Result<readonly FoundConnection[], string> {
  const what = file === null ? 'This text' : basename(file);
  const read = parseYaml(text, what);
  if (!read.ok) return read;
  const config = read.value;
  const section = property(config, 'etcd3');
  if (section === undefined) return err(whyNone(config, what));
  if (!isRecord(section)) return err(`In ${what} the section etcd3 is not a list of options, so it names no host.`);
  return connectionOf(section, config, { what, file });
}

function parseYaml(source: string, what: string): Result<Readonly<Record<string, unknown>>, string> {
  if (Buffer.byteLength(source) > maxImportBytes) {
    return err(`${what} is larger than 256 KiB: that is not a configuration of Patroni.`);
  }
  // The parser takes seconds over brackets within brackets within brackets.
  if (openBrackets(source) > 1000) return err(`${what} is not YAML that can be read.`);
  let value: unknown;
  try {
    // Patroni's reader knows merge keys. A tag of one's own gives plain data here, and aliases may not multiply.
    const document = parseDocument(source, { schema: 'core', merge: true, uniqueKeys: false, logLevel: 'silent' });
    const problem = document.errors[0];
    if (problem !== undefined) {
      const line = problem.linePos?.[0].line;
      return err(`${what} is not YAML that can be read${line === undefined ? '' : ` (line ${String(line)})`}.`);
    }
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return err(`${what} is not YAML that can be read.`);
  }
  return isRecord(value) ? ok(value) : err(`${what} holds no options: it is not a configuration of Patroni.`);
}

function openBrackets(source: string): number {
  let open = 0;
  let most = 0;
  for (const char of source) {
    if (char === '[' || char === '{') most = Math.max(most, (open += 1));
    else if (char === ']' || char === '}') open -= 1;
  }
  return most;
}

function whyNone(config: Readonly<Record<string, unknown>>, what: string): string {
  if (property(config, 'etcd') !== undefined) {
    return `${what} tells of etcd with its v2 protocol (section etcd), which this version of Herdscope does not speak. It reads etcd v3 (section etcd3).`;
  }
  const other = Object.keys(otherStores).find((name) => property(config, name) !== undefined);
  if (other !== undefined) {
    return `${what} tells of ${otherStores[other] ?? other} (section ${other}), which this version of Herdscope does not read. It reads etcd v3 (section etcd3).`;
  }
  return `${what} has no section etcd3, so it does not tell where the store is.`;
}

interface Origin {
  readonly what: string;
  readonly file: string | null;
}

function connectionOf(
  section: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
  origin: Origin,
): Result<readonly FoundConnection[], string> {
  const notes: string[] = [];
  const hosts = readHosts(section, origin.what, notes);
  if (!hosts.ok) return hosts;
  const { endpoints, username, password } = hosts.value;
  // What stands at the top level of the file wins over the section.
  const namespace = text(property(config, 'namespace')) ?? text(property(section, 'namespace')) ?? 'service';
  const file = (name: string): string | null => readPath(text(property(section, name)), name, origin, notes);
  const certFile = file('cert');
  const settings = connectionSettingsSchema.safeParse({
    kind: 'etcd3',
    id: 'import',
    name: nameOf(endpoints, namespace),
    endpoints,
    namespace: `/${namespace}`.replace(/^\/+/, '/'),
    username,
    caFile: file('cacert'),
    certFile,
    // Patroni takes a file that holds both.
    keyFile: file('key') ?? certFile,
  });
  if (!settings.success) {
    const place = settings.error.issues[0]?.path.map(String).join('.') ?? '';
    return err(`The section etcd3 in ${origin.what} holds a value that Herdscope cannot use (${place}).`);
  }
  return ok([{ settings: { ...settings.data, id: '' }, password, notes }]);
}

interface Hosts {
  readonly endpoints: readonly string[];
  readonly username: string | null;
  readonly password: string | null;
}

/** In Patroni's order: `proxy`, `url`, a DNS record, `hosts`, `host`. */
function readHosts(section: Readonly<Record<string, unknown>>, what: string, notes: string[]): Result<Hosts, string> {
  const username = text(property(section, 'username'));
  const password = text(property(section, 'password'));
  const proxy = text(property(section, 'proxy'));
  const url = proxy ?? text(property(section, 'url'));
  if (url !== null) {
    const read = readUrl(url);
    if (read === null)
      return err(`In ${what} the ${proxy === null ? 'url' : 'proxy'} of section etcd3 is no http or https address.`);
    if (proxy !== null) notes.push('The proxy is used as the endpoint, as Patroni does.');
    if (username !== null && read.username === null) {
      notes.push('Patroni takes user and password from the url alone, so username and password were left out.');
    }
    return ok(read);
  }
  const secure = text(property(section, 'protocol'))?.toLowerCase() === 'https';
  const port = text(property(section, 'port')) ?? String(defaultPort);
  const hosts = listOfHosts(property(section, 'hosts') ?? property(section, 'host'));
  if (hosts.length === 0) {
    const srv = ['srv', 'discovery_srv', 'srv_domain'].find((name) => property(section, name) !== undefined);
    return err(
      srv === undefined
        ? `In ${what} the section etcd3 names no host: it has none of hosts, host, url and proxy.`
        : `In ${what} the section etcd3 finds its hosts by a DNS record (${srv}), which Herdscope does not look up. Enter the hosts by hand.`,
    );
  }
  const endpoints: string[] = [];
  for (const host of hosts) {
    const endpoint = readHostAndPort(host, port);
    if (endpoint === null)
      return err(`In ${what} the section etcd3 names a host that cannot be read: “${host.slice(0, 100)}”.`);
    endpoints.push(`${secure ? 'https' : 'http'}://${endpoint}`);
  }
  if (!secure && text(property(section, 'cacert')) !== null) {
    notes.push('There is a cacert but no “protocol: https”, so Patroni connects without TLS, and so will Herdscope.');
  }
  return ok({ endpoints, username, password: username === null ? null : password });
}

function listOfHosts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  return list.flatMap((item) => (typeof item === 'string' && item.trim() !== '' ? [item.trim()] : []));
}

function readUrl(url: string): Hosts | null {
  try {
    const { protocol, hostname, port, username, password } = new URL(url);
    if ((protocol !== 'http:' && protocol !== 'https:') || hostname === '') return null;
    // The parser leaves out a port that is the scheme's own, but to Patroni `:443` and none are two things.
    const explicit = /^https?:\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^:/?#]*):(\d+)/i.exec(url)?.[1] ?? port;
    const at = `${hostname}:${explicit === '' ? String(defaultPort) : explicit}`;
    return {
      endpoints: [`${protocol}//${at}`],
      username: username === '' ? null : decodeURIComponent(username),
      password: username === '' || password === '' ? null : decodeURIComponent(password),
    };
  } catch {
    return null;
  }
}

/** `patroni/utils.py: split_host_port`: what follows the last colon is the port; an IPv6 address may lack its brackets. */
function readHostAndPort(value: string, defaultPortText: string): string | null {
  if (/^\[[0-9a-f:.]+\]$/i.test(value)) return withPort(value, defaultPortText);
  const colon = value.lastIndexOf(':');
  if (colon < 0) return withPort(value, defaultPortText);
  const host = value.slice(0, colon).replace(/^\[|\]$/g, '');
  return withPort(host.includes(':') ? `[${host}]` : host, value.slice(colon + 1));
}

function withPort(host: string, portText: string): string | null {
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  return host === '' || /[\s/?#@]/.test(host) || port < 1 || port > 65535 ? null : `${host}:${String(port)}`;
}

function readPath(path: string | null, option: string, { file }: Origin, notes: string[]): string | null {
  if (path === null) return null;
  if (file !== null) return resolve(dirname(file), path);
  if (!isAbsolute(path)) notes.push(`The path of ${option} is relative; choose the file again so that it is found.`);
  return path;
}

/** Text or a number as text; null for anything else and for nothing. */
function text(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function property(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
