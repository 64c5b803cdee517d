import { err, ok, type Result } from '../../../app/result';

/** An address of `--connect`, taken apart and decoded; what it means is up to its kind. */
export interface UrlParts {
  readonly scheme: string;
  readonly user: string | null;
  readonly password: string | null;
  /** What stands between `//` and the next `/`, not split and not decoded. */
  readonly hosts: string;
  /** With its first slash; null when there is none. */
  readonly path: string | null;
  readonly options: URLSearchParams;
}

/** The error is a sentence that never holds a password. */
export function takeApart(text: string): Result<UrlParts, string> {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/i.exec(text.trim());
  if (match === null) return err('this is no address that Herdscope can connect to.');
  const [, scheme = '', credentials = '', hosts = '', path, query = ''] = match;
  const colon = credentials.indexOf(':');
  const user = decode(colon < 0 ? credentials : credentials.slice(0, colon));
  const password = decode(colon < 0 ? '' : credentials.slice(colon + 1));
  const percent = 'that is not followed by two hexadecimal digits. Write % as %25.';
  if (user === null || password === null) return err(`the user or the password holds a % ${percent}`);
  const decodedPath = path === undefined ? null : decode(path);
  if (path !== undefined && decodedPath === null) return err(`the namespace holds a % ${percent}`);
  return ok({
    scheme: scheme.toLowerCase(),
    user: user === '' ? null : user,
    password: password === '' ? null : password,
    hosts,
    path: decodedPath,
    options: new URLSearchParams(query),
  });
}

/** `host:port` of each host, with `defaultPort` where there is none. An IPv6 address stands in brackets. */
export function readHosts(hosts: string, defaultPort: number): Result<readonly string[], string> {
  const read: string[] = [];
  for (const host of hosts.split(',')) {
    const match = /^(\[[0-9a-f:.]+\]|[^\s[\]:/?#@]+)(?::(\d{1,5}))?$/i.exec(host.trim());
    const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
    if (match?.[1] === undefined || port < 1 || port > 65_535) {
      return err(`“${host.trim().slice(0, 100)}” is not a host and a port.`);
    }
    read.push(`${match[1]}:${String(port)}`);
  }
  return ok(read);
}

export function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
