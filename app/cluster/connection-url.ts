/** A URL in parts, as `urllib.parse.urlparse` splits it. */
interface UrlParts {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly params: string;
  readonly query: string;
  readonly fragment: string;
}

/** Where a URL leads; null for a part that it does not name. */
export interface UrlAddress {
  readonly host: string | null;
  /** Null when what is there is no port: Patroni itself stops at such a URL. */
  readonly port: number | null;
  readonly dbname: string;
}

const DEFAULT_PORT = 5432;
const PLAIN = /^postgres(?:ql)?:\/\/([a-z0-9._-]+):([0-9]{1,5})\/([A-Za-z0-9_]*)$/;
/** Schemes that have parameters after `;` (`urllib.parse.uses_params`). */
const WITH_PARAMS = ' ftp hdl prospero http imap https shttp rtsp rtspu sip sips mms sftp tel'.split(' ');

/**
 * Splits the value of a member key as Governor wrote it: the connection URL without its query, and the REST API's URL
 * that the query carries as `application_name`. Null where the value is no URL: Patroni itself stops at such a one.
 * `patroni/dcs: parse_connection_string`.
 */
export function parseConnectionString(value: string): { connUrl: string; apiUrl: string | null } | null {
  const parts = splitUrl(value);
  if (parts === null) return null;
  return { connUrl: joinUrl({ ...parts, query: '' }), apiUrl: queryValue(parts.query, 'application_name') };
}

/** Host (lower case), port (5432 when none is given) and database of a connection URL; null when it is no URL. */
export function parseConnUrl(url: string): UrlAddress | null {
  // As Patroni writes it, and nothing in it that could mean something else.
  const [, plainHost, plainPort, dbname] = PLAIN.exec(url) ?? [];
  if (plainHost !== undefined && dbname !== undefined)
    return { host: plainHost, port: parsePort(plainPort ?? ''), dbname };
  const parts = splitUrl(url);
  if (parts === null) return null;
  const hostinfo = parts.netloc.slice(parts.netloc.lastIndexOf('@') + 1);
  const [, bracketed] = partition(hostinfo, '[');
  const [host, behind] = hostinfo.includes('[') ? partition(bracketed, ']') : partition(hostinfo, ':');
  const port = parsePort(hostinfo.includes('[') ? partition(behind, ':')[1] : behind);
  // What follows `%` is an interface's name, in which case matters.
  const [name, zone] = partition(host, '%');
  const shown = `${name.toLowerCase()}${host.slice(name.length, host.length - zone.length)}${zone}`;
  return { host: host === '' ? null : shown, port, dbname: parts.path.slice(1) };
}

/** A REST API's URL with another path; `path` alone where the URL has no host. `patroni/dcs: Member.get_endpoint_url`. */
export function withPath(url: string, path: string): string | null {
  const parts = splitUrl(url);
  return parts && joinUrl({ ...parts, path, params: '', query: '', fragment: '' });
}

/** `postgresql://host:port`, with an IPv6 address in brackets (`patroni/utils.py: uri`). */
export function connUrlOf(host: string, port: number | string): string {
  const bare = host.includes(':') && !host.startsWith('[') && !host.endsWith(']');
  return `postgresql://${bare ? `[${host}]` : host}${port === '' ? '' : `:${port}`}`;
}

/** `host:port` as a person writes it; the port is left out when it is not known. */
export function hostPort(host: string, port: number | null): string {
  const shown = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return port === null ? shown : `${shown}:${port}`;
}

/** Python's `urlparse`, which Patroni reads every URL with; null where it raises. */
function splitUrl(text: string): UrlParts | null {
  let rest = text.replace(/^[\0-\x20]+/, '').replace(/[\t\r\n]/g, '');
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(rest)?.[0] ?? '';
  if (scheme !== '') rest = rest.slice(scheme.length + 1);
  let netloc = '';
  if (rest.startsWith('//')) {
    netloc = /^[^/?#]*/.exec(rest.slice(2))?.[0] ?? '';
    rest = rest.slice(2 + netloc.length);
    if (!isNetloc(netloc)) return null;
  }
  const [beforeFragment, fragment] = partition(rest, '#');
  const [withParams, query] = partition(beforeFragment, '?');
  const [path, params] = splitParams(withParams, scheme.toLowerCase());
  return { scheme: scheme.toLowerCase(), netloc, path, params, query, fragment };
}

/** Python's `urlunparse`. */
function joinUrl({ scheme, netloc, path, params, query, fragment }: UrlParts): string {
  let url = params === '' ? path : `${path};${params}`;
  if (netloc !== '') url = `//${netloc}${url === '' || url.startsWith('/') ? '' : '/'}${url}`;
  // Schemes that always have a host are written with `//` even without one.
  else if (NETLOC_SCHEMES.includes(scheme) && !url.startsWith('//'))
    url = `//${url === '' || url.startsWith('/') ? '' : '/'}${url}`;
  return `${scheme === '' ? '' : `${scheme}:`}${url}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
}

/** `urllib.parse.uses_netloc`. */
const NETLOC_SCHEMES =
  'ftp http gopher nntp telnet imap wais file mms https shttp snews prospero rtsp rtsps rtspu rsync svn svn+ssh sftp nfs git git+ssh ws wss itms-services'.split(
    ' ',
  );

function splitParams(path: string, scheme: string): readonly [path: string, params: string] {
  if (!WITH_PARAMS.includes(scheme)) return [path, ''];
  const at = path.indexOf(';', Math.max(0, path.lastIndexOf('/')));
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

function isNetloc(netloc: string): boolean {
  if (netloc.includes('[') !== netloc.includes(']')) return false;
  if (netloc.includes('[') && !isBracketed(netloc)) return false;
  const bare = netloc.replace(/[@:#?]/g, '');
  const normal = bare.normalize('NFKC');
  return normal === bare || !/[/?#@:]/.test(normal);
}

function isBracketed(netloc: string): boolean {
  const hostAndPort = netloc.slice(netloc.lastIndexOf('@') + 1);
  const [before, bracketed] = partition(hostAndPort, '[');
  if (!hostAndPort.includes('[')) return isBracketedHost(partition(hostAndPort, ':')[0]);
  const [host, port] = partition(bracketed, ']');
  return before === '' && (port === '' || port.startsWith(':')) && isBracketedHost(host);
}

function isBracketedHost(host: string): boolean {
  return host.startsWith('v') ? /^v[a-f0-9]+\.[^\n]+$/i.test(host) : isIpv6(host);
}

/** Python's `ipaddress.IPv6Address`. */
function isIpv6(text: string): boolean {
  const [address, zone] = partition(text, '%');
  if (text.includes('%') && (zone === '' || zone.includes('%'))) return false;
  if (text.includes('/')) return false;
  let parts = address.split(':');
  if (parts.length < 3) return false;
  const last = parts.at(-1) ?? '';
  if (last.includes('.')) {
    if (!isIpv4(last)) return false;
    parts = [...parts.slice(0, -1), '0', '0'];
  }
  const gaps = parts.flatMap((part, i) => (part === '' && i > 0 && i < parts.length - 1 ? [i] : []));
  if (parts.length > 9 || gaps.length > 1) return false;
  if (gaps.length === 0 && (parts.length !== 8 || parts[0] === '' || parts.at(-1) === '')) return false;
  const gap = gaps[0];
  if (gap !== undefined) {
    const high = parts[0] === '' ? gap - 1 : gap;
    const low = parts.at(-1) === '' ? parts.length - gap - 2 : parts.length - gap - 1;
    // An empty first or last part is half of `::`.
    if ((parts[0] === '' && high > 0) || (parts.at(-1) === '' && low > 0) || high + low > 7) return false;
  }
  return parts.every((part) => part === '' || /^[0-9a-f]{1,4}$/i.test(part));
}

function isIpv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255);
}

/** The port, 5432 for none; null where it is no port. */
function parsePort(text: string): number | null {
  if (text === '') return DEFAULT_PORT;
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) return null;
  return port === 0 ? DEFAULT_PORT : port;
}

/** Python's `text.partition(separator)`, without the separator. */
function partition(text: string, separator: string): readonly [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The first value of a name in a URL's query that is not blank (`urllib.parse.parse_qsl`). */
function queryValue(query: string, name: string): string | null {
  for (const pair of query.split('&')) {
    const [key, value] = partition(pair, '=');
    if (value !== '' && unquote(key) === name) return unquote(value);
  }
  return null;
}

/** Python's `unquote_plus`: what is not UTF-8 becomes U+FFFD. */
function unquote(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    const bytes = run
      .slice(1)
      .split('%')
      .map((hex) => Number.parseInt(hex, 16));
    return decodeUtf8(bytes);
  });
}

/** The well-formed characters of a run of bytes, and one U+FFFD for each longest beginning of one that is broken off. */
function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    let taken = 1;
    let point = length < 2 ? first : first & (0xff >> (length + 1));
    while (taken < length && isContinuation(first, taken, bytes[i + taken])) {
      point = (point << 6) | ((bytes[i + taken] ?? 0) & 0x3f);
      taken += 1;
    }
    text += length > 0 && taken === length ? String.fromCodePoint(point) : '\uFFFD';
    i += taken;
  }
  return text;
}

/** Whether a byte may stand at a place in a character: overlong forms, surrogates and points beyond U+10FFFF may not begin. */
function isContinuation(first: number, at: number, byte: number | undefined): boolean {
  if (byte === undefined || byte < 0x80 || byte > 0xbf) return false;
  if (at > 1) return true;
  if (first === 0xe0) return byte >= 0xa0;
  if (first === 0xed) return byte <= 0x9f;
  if (first === 0xf0) return byte >= 0x90;
  return first !== 0xf4 || byte <= 0x8f;
}
