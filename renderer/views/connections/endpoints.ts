/** What a list of endpoints as a person types it says. */
export interface Endpoints {
  /** Each `http://host:port` or `https://host:port`, none twice, in the order typed; of hosts without a scheme `host:port`, or `host`. */
  readonly urls: readonly string[];
  /** A sentence about the first thing that is wrong; null when nothing is. */
  readonly problem: string | null;
}

type Scheme = 'http' | 'https';

const MOST = 32;

const none = (example: string): Endpoints => ({ urls: [], problem: `Give at least one, e.g. ${example}.` });

const tooMany = (count: number): string | null =>
  count > MOST ? `These are ${count} addresses; at most ${MOST} can be kept.` : null;

const split = (text: string): readonly string[] => text.split(/[\s,;]+/).filter((part) => part !== '');

/**
 * Reads endpoints separated by line ends, commas, semicolons or spaces. One without a scheme becomes http, or https
 * when `secure` (files for TLS are given) or another one says https; one without a port gets `port`, the store's own.
 */
export function readEndpoints(text: string, secure: boolean, port: number): Endpoints {
  const parts = split(text);
  if (parts.length === 0) return none(`10.0.0.1:${port}`);
  const schemes = new Set(parts.map(schemeOf));
  const scheme = schemes.has('https') || (secure && !schemes.has('http')) ? 'https' : 'http';
  const urls = new Set<string>();
  for (const part of parts) {
    const read = readEndpoint(part, scheme, port);
    if (!read.ok) return { urls: [], problem: read.problem };
    urls.add(read.url);
  }
  const problem =
    schemes.has('http') && schemes.has('https')
      ? 'Some endpoints are http and some https: they are all the one or all the other.'
      : tooMany(urls.size);
  return { urls: [...urls], problem };
}

/**
 * Reads hosts that have no scheme, separated in the same way. One without a port gets `port`; with `port` null there is to be
 * none, and each is a host alone.
 */
export function readHosts(text: string, port: number | null): Endpoints {
  const parts = split(text);
  if (parts.length === 0) return none(port === null ? '10.0.0.1' : `10.0.0.1:${port}`);
  const hosts = new Set<string>();
  for (const part of parts) {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(part)) {
      return { urls: [], problem: 'Here a host has no http:// or other scheme before it.' };
    }
    const read = readEndpoint(part, 'http', port ?? 1);
    if (!read.ok) return { urls: [], problem: read.problem };
    const host = read.url.slice('http://'.length);
    if (port === null && /:\d+$/.test(part.replace(/^\[.*\]/, ''))) {
      return { urls: [], problem: `${part} has a port; the port of all of them stands in a field of its own.` };
    }
    hosts.add(port === null ? host.replace(/:1$/, '') : host);
  }
  return { urls: [...hosts], problem: tooMany(hosts.size) };
}

function schemeOf(part: string): Scheme | null {
  const scheme = /^(https?):\/\//i.exec(part)?.[1]?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : null;
}

type Read = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly problem: string };

function readEndpoint(part: string, scheme: Scheme, defaultPort: number): Read {
  const no = (problem: string): Read => ({ ok: false, problem });
  // Nothing of an endpoint with a user in it is repeated: it may hold a password.
  if (part.includes('@')) {
    return no('User name and password do not belong into an endpoint: there are fields for them below.');
  }
  const other = /^([a-z][a-z0-9+.-]*):\/\//i.exec(part)?.[1]?.toLowerCase();
  if (other !== undefined && schemeOf(part) === null) {
    return no(`${part} begins with ${other}://; an endpoint begins with http:// or https://, or with the host.`);
  }
  const rest = part.replace(/^https?:\/\//i, '');
  const path = rest.search(/[/?#]/);
  const authority = path < 0 ? rest : rest.slice(0, path);
  if (authority === '') return no(`${part} names no host.`);
  if (path >= 0 && rest.slice(path) !== '/') return no(`${part} has something after the port; an endpoint ends there.`);
  if (/^[0-9a-f]*:[0-9a-f:]*:[0-9a-f.:]*$/i.test(authority)) {
    return no(`${part} looks like an IPv6 address: write it in brackets, e.g. [::1]:${defaultPort}.`);
  }
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(.*))?$/i.exec(authority) ?? [];
  if (host === undefined) return no(`${part} is no host with a port.`);
  if (port !== undefined && !isPort(port)) return no(`${part} has no valid port: it is a number from 1 to 65535.`);
  return {
    ok: true,
    url: `${schemeOf(part) ?? scheme}://${host}:${port === undefined ? defaultPort : Number(port)}`,
  };
}

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;

/** The same endpoints with the other scheme, one a line: for when a test has found that the store speaks it. */
export function withScheme(urls: readonly string[], scheme: Scheme): string {
  return urls.map((url) => url.replace(/^https?/i, scheme)).join('\n');
}
