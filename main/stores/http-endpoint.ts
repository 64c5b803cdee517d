import type { Way } from './tls/way';

/** An address over HTTP or HTTPS, taken apart. */
export interface Endpoint {
  /** As it was given. */
  readonly url: string;
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** `host:port`, with the brackets. */
  readonly target: string;
  readonly way?: Way | undefined;
}

/** Null when the text is no endpoint; `port` is the one that it has without saying one. */
export function parseHttpEndpoint(url: string, port: number): Endpoint | null {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/\s?#@:]+)(?::(\d{1,5}))?\/?$/i.exec(url.trim());
  const [, scheme, host, said] = match ?? [];
  if (scheme === undefined || host === undefined) return null;
  const number = said === undefined ? port : Number(said);
  if (number < 1 || number > 65535) return null;
  return {
    url,
    secure: scheme.toLowerCase() === 'https',
    host: host.replace(/^\[|\]$/g, ''),
    port: number,
    target: `${host}:${String(number)}`,
  };
}
