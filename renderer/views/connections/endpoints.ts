/** What a list of endpoints as a person types it says. */
export interface Endpoints {
  /** Each `http://host:port` or `https://host:port`, none twice, in the order typed. */
  readonly urls: readonly string[];
  /** A sentence about the first thing that is wrong; null when nothing is. */
  readonly problem: string | null;
}

type Scheme = 'http' | 'https';

const ETCD_PORT = 2379;
const MOST = 32;

/**
 * Reads endpoints separated by line ends, commas, semicolons or spaces. One without a scheme becomes http, or https
 * when `secure` (files for TLS are given) or another one says https; one without a port gets etcd's 2379.
 */
export function readEndpoints(text: string, secure: boolean): Endpoints {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  if (parts.length === 0) return { urls: [], problem: 'Give at least one endpoint, e.g. 10.0.0.1:2379.' };
  const schemes = new Set(parts.map(schemeOf));
  const scheme = schemes.has('https') || (secure && !schemes.has('http')) ? 'https' : 'http';
  const urls = new Set<string>();
  for (const part of parts) {
    const read = readEndpoint(part, scheme);
    if (!read.ok) return { urls: [], problem: read.problem };
    urls.add(read.url);
  }
  const problem =
    schemes.has('http') && schemes.has('https')
      ? 'Some endpoints are http and some https: etcd’s members are all the one or all the other.'
      : urls.size > MOST
        ? `These are ${urls.size} endpoints; at most ${MOST} can be kept.`
        : null;
  return { urls: [...urls], problem };
}

function schemeOf(part: string): Scheme | null {
  const scheme = /^(https?):\/\//i.exec(part)?.[1]?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : null;
}

type Read = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly problem: string };

function readEndpoint(part: string, scheme: Scheme): Read {
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
    return no(`${part} looks like an IPv6 address: write it in brackets, e.g. [::1]:${ETCD_PORT}.`);
  }
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(.*))?$/i.exec(authority) ?? [];
  if (host === undefined) return no(`${part} is no host with a port.`);
  if (port !== undefined && !isPort(port)) return no(`${part} has no valid port: it is a number from 1 to 65535.`);
  return {
    ok: true,
    url: `${schemeOf(part) ?? scheme}://${host}:${port === undefined ? ETCD_PORT : Number(port)}`,
  };
}

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;

/** The same endpoints with the other scheme, one a line: for when a test has found that the store speaks it. */
export function withScheme(urls: readonly string[], scheme: Scheme): string {
  return urls.map((url) => url.replace(/^https?/i, scheme)).join('\n');
}
