/** `patroni/utils.py: split_host_port`: what follows the last colon is the port; an IPv6 address may lack its brackets. */
export function readHostAndPort(value: string, defaultPort: string): string | null {
  if (/^\[[0-9a-f:.]+\]$/i.test(value)) return withPort(value, defaultPort);
  const colon = value.lastIndexOf(':');
  if (colon < 0) return withPort(value, defaultPort);
  const host = value.slice(0, colon).replace(/^\[|\]$/g, '');
  return withPort(host.includes(':') ? `[${host}]` : host, value.slice(colon + 1));
}

export function withPort(host: string, portText: string): string | null {
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  return host === '' || /[\s/?#@]/.test(host) || port < 1 || port > 65_535 ? null : `${host}:${String(port)}`;
}

/** The host of `host:port`, an IPv6 address in brackets. */
export const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'));
export const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1);

export interface UrlRead {
  /** `scheme://host:port` */
  readonly endpoint: string;
  readonly username: string | null;
  readonly password: string | null;
}

/** An http or https address, with `defaultPort` where it names none; null when it is none. */
export function readUrl(url: string, defaultPort: number): UrlRead | null {
  try {
    const { protocol, hostname, port, username, password } = new URL(url);
    if ((protocol !== 'http:' && protocol !== 'https:') || hostname === '') return null;
    // The parser leaves out a port that is the scheme's own, but to Patroni `:443` and none are two things.
    const explicit = /^https?:\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^:/?#]*):(\d+)/i.exec(url)?.[1] ?? port;
    return {
      endpoint: `${protocol}//${hostname}:${explicit === '' ? String(defaultPort) : explicit}`,
      username: username === '' ? null : decodeURIComponent(username),
      password: username === '' || password === '' ? null : decodeURIComponent(password),
    };
  } catch {
    return null;
  }
}
