/** A member's REST API, as its `api_url` tells it. */
export interface MemberAddress {
  /** `http://host:port`, for a person. */
  readonly origin: string;
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/**
 * Takes an `api_url` apart; null when it is none. It comes from the store, so it may be anything. A user and a password in it are
 * left out: whom we are is told by the connection alone.
 */
export function memberAddress(apiUrl: string): MemberAddress | null {
  let url: URL;
  try {
    url = new URL(apiUrl.trim());
  } catch {
    return null;
  }
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return null;
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  if (port === 0) return null;
  return { origin: url.origin, secure, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}
