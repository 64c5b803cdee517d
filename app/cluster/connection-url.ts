/** Where a connection goes; null for what is not said. */
export interface ConnKwargs {
  readonly host: string | null;
  readonly port: number | null;
  readonly dbname: string | null;
}

const URL = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i;
const DEFAULT_PORT = 5432;

/**
 * Splits the value of a member key as Governor wrote it: the connection URL without its query, and the REST API's URL
 * that the query carries as `application_name` (`patroni/dcs: parse_connection_string`).
 */
export function splitConnectionString(value: string): { connUrl: string; apiUrl: string | null } {
  const match = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(value);
  const query = match?.[2] ?? '';
  const fragment = match?.[3] ?? '';
  return {
    connUrl: `${match?.[1] ?? ''}${fragment === '#' ? '' : fragment}`,
    apiUrl: queryValue(query, 'application_name'),
  };
}

/** Host (lower case), port (5432 when none is given) and database of a connection URL; null when it is no URL. */
export function parseConnUrl(url: string): ConnKwargs | null {
  const match = URL.exec(url);
  if (match === null) return null;
  const authority = (match[2] ?? '').slice((match[2] ?? '').lastIndexOf('@') + 1);
  const hostAndPort = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(authority);
  if (hostAndPort === null) return null;
  const host = (hostAndPort[1] ?? hostAndPort[2] ?? '').toLowerCase();
  const dbname = (match[3] ?? '').slice(1);
  return { host: host === '' ? null : host, port: parsePort(hostAndPort[3] ?? ''), dbname };
}

/** `postgresql://host:port`, with an IPv6 address in brackets (`patroni/utils.py: uri`). */
export function connUrlOf(host: string, port: number): string {
  const bare = host.includes(':') && !host.startsWith('[') && !host.endsWith(']');
  return `postgresql://${bare ? `[${host}]` : host}:${port}`;
}

/** `host:port` as a person writes it; the port is left out when it is not known. */
export function hostPort(host: string, port: number | null): string {
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return port === null ? shown : `${shown}:${port}`;
}

function parsePort(text: string): number | null {
  if (text === '') return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) return null;
  return port === 0 ? DEFAULT_PORT : port;
}

/** The first value of a name in a URL's query that is not blank. */
function queryValue(query: string, name: string): string | null {
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || decode(pair.slice(0, equals)) !== name) continue;
    const value = decode(pair.slice(equals + 1));
    if (value !== '') return value;
  }
  return null;
}

function decode(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return '\uFFFD';
    }
  });
}
