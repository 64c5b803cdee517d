/** A bastion, and who goes through it. */
export interface BastionOptions {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A private key; null for those of the SSH agent. */
  readonly keyFile: string | null;
  /** Of the key; null where it has none. */
  readonly passphrase: string | null;
}

/** In milliseconds. */
export interface BastionTiming {
  /** Until it must be reached, checked and signed in to. */
  readonly connectMs: number;
  /** How often it is asked whether it is still there; after two questions without an answer it is lost. */
  readonly keepaliveMs: number;
  /** How long it is kept when nothing goes through it. */
  readonly idleMs: number;
}

export const DEFAULT_TIMING: BastionTiming = { connectMs: 10_000, keepaliveMs: 4000, idleMs: 30_000 };

/** `user@host:port`, for a person. */
export function bastionName({ user, host, port }: Pick<BastionOptions, 'user' | 'host' | 'port'>): string {
  const at = host.includes(':') ? `[${host}]` : host;
  return `${user}@${at}${port === 22 ? '' : `:${String(port)}`}`;
}
