import { resolve } from 'node:path';
import { connectionSettingsSchema, type ConnectionSettings } from '../../app/ipc/contract';
import { err, ok, type Result } from '../../app/result';

/** A connection from the command line: for this run, and its password too. */
export interface UrlConnection {
  /** `id` is empty: whoever takes the connection in gives it one. */
  readonly settings: ConnectionSettings;
  readonly password: string | null;
}

const usage = 'Write it as etcd3://[user[:password]@]host[:port][,host[:port]…][/namespace], or etcd3s:// for TLS.';
const fileOptions = ['cacert', 'cert', 'key'] as const;
const defaultPort = 2379;

/**
 * Reads what `--connect` was given:
 * `etcd3://[user[:password]@]host[:port][,host[:port]…][/namespace][?tls=1&cacert=…&cert=…&key=…]`.
 * `etcd3s://` is the same with TLS. Without a port it is 2379, without a namespace `/service`. User, password and
 * namespace are percent-encoded where they hold `/ @ : ? # %`. Files are relative to `folder`. The error is a sentence
 * that never holds the password.
 */
export function parseConnectUrl(text: string, folder: string): Result<UrlConnection, string> {
  const match = /^(etcd3s?):\/\/(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/i.exec(text.trim());
  if (match === null) return err(`--connect: this is no address that Herdscope can connect to. ${usage}`);
  const [, scheme = '', credentials, hosts = '', namespace, query = ''] = match;

  const options = readOptions(query, folder);
  if (!options.ok) return options;
  const user = readCredentials(credentials);
  if (user === null)
    return err(
      '--connect: the user or the password holds a % that is not followed by two hexadecimal digits. Write % as %25.',
    );
  const secure = scheme.toLowerCase() === 'etcd3s' || options.value.tls;
  const endpoints: string[] = [];
  for (const host of hosts.split(',')) {
    const endpoint = readHost(host.trim());
    if (endpoint === null) return err(`--connect: “${host.slice(0, 100)}” is not a host and a port. ${usage}`);
    endpoints.push(`${secure ? 'https' : 'http'}://${endpoint}`);
  }
  const decodedNamespace = decode(namespace ?? '/service');
  if (decodedNamespace === null)
    return err('--connect: the namespace holds a % that is not followed by two hexadecimal digits. Write % as %25.');
  const settings = connectionSettingsSchema.safeParse({
    kind: 'etcd3',
    id: 'url',
    name: nameOf(endpoints, decodedNamespace),
    endpoints,
    namespace: decodedNamespace,
    username: user.username,
    caFile: options.value.cacert,
    certFile: options.value.cert,
    keyFile: options.value.key,
  });
  if (!settings.success) return err(`--connect: ${settings.error.issues[0]?.message ?? 'this is too long'}. ${usage}`);
  return ok({ settings: { ...settings.data, id: '' }, password: user.password });
}

interface UrlOptions {
  readonly tls: boolean;
  readonly cacert: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

function readOptions(query: string, folder: string): Result<UrlOptions, string> {
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find(
    (name) => name !== 'tls' && !fileOptions.some((option) => option === name),
  );
  if (unknown !== undefined) {
    return err(`--connect: there is no option “${unknown.slice(0, 100)}”. There are tls, cacert, cert and key.`);
  }
  const [cacert, cert, key] = fileOptions.map((name) => {
    const value = parameters.get(name);
    return value === null || value === '' ? null : resolve(folder, value);
  });
  const tls = parameters.get('tls');
  if (tls !== null && tls !== '0' && tls !== '1') return err('--connect: tls is 1 or 0.');
  const files = { cacert: cacert ?? null, cert: cert ?? null, key: key ?? null };
  if ((files.cert === null) !== (files.key === null))
    return err('--connect: a client certificate needs both cert and key.');
  const anyFile = files.cacert !== null || files.cert !== null;
  if (tls === '0' && anyFile) return err('--connect: tls=0 does not go with cacert, cert or key.');
  return ok({ tls: tls === '1' || anyFile, ...files });
}

function readCredentials(
  text: string | undefined,
): { readonly username: string | null; readonly password: string | null } | null {
  if (text === undefined || text === '') return { username: null, password: null };
  const colon = text.indexOf(':');
  const username = decode(colon < 0 ? text : text.slice(0, colon));
  const password = decode(colon < 0 ? '' : text.slice(colon + 1));
  if (username === null || password === null) return null;
  return { username: username === '' ? null : username, password: password === '' ? null : password };
}

/** `host:port` with the port filled in; null when it is none. An IPv6 address stands in brackets. */
function readHost(text: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[^\s[\]:/?#@]+)(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1];
  if (host === undefined) return null;
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  return port >= 1 && port <= 65535 ? `${host}:${String(port)}` : null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** What the fleet list calls a connection that nobody named: its first host, and its namespace unless that is the usual one. */
export function nameOf(endpoints: readonly string[], namespace: string): string {
  const host = (endpoints[0] ?? '').replace(/^https?:\/\//i, '').replace(/:2379$/, '');
  const path = `/${namespace}`.replace(/\/+/g, '/').replace(/\/$/, '');
  return (path === '/service' ? host : `${host}${path}`).slice(0, 80) || 'etcd';
}
