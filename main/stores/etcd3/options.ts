import type { Way } from '../tls/way';

/** How an etcd v3 is reached. */
export interface Etcd3Options {
  /** Each `http://host:port` or `https://host:port`; without a port it is etcd's 2379. Used as given: members' advertised addresses often cannot be reached from a laptop. */
  readonly endpoints: readonly string[];
  readonly username: string | null;
  readonly password: string | null;
  /** PEM files, read anew for each connection; null for the authorities that the system trusts and for no client certificate. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly way?: Way | undefined;
  /** Times, in milliseconds; the defaults are for people. */
  readonly timing?: Partial<Etcd3Timing>;
}

/** All in milliseconds. */
export interface Etcd3Timing {
  /** Until a connection must have answered its first request. With `diagnosisMs` it stays below 5 s, so that a connection test does. */
  readonly connectMs: number;
  /** For finding out why a connection failed. */
  readonly diagnosisMs: number;
  /** For any other single request. */
  readonly callMs: number;
  /** How long a watch may be silent before the store is asked whether it is still there. */
  readonly heartbeatMs: number;
}

export const DEFAULT_TIMING: Etcd3Timing = { connectMs: 2400, diagnosisMs: 1600, callMs: 4000, heartbeatMs: 5000 };

/** An endpoint taken apart. */
export interface Endpoint {
  /** As it was given. */
  readonly url: string;
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** `host:port`, as gRPC wants it. */
  readonly target: string;
  readonly way?: Way | undefined;
}

const ETCD_PORT = 2379;

/** Null when the text is no endpoint. */
export function parseEndpoint(url: string): Endpoint | null {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^/\s?#@:]+)(?::(\d{1,5}))?\/?$/i.exec(url.trim());
  const [, scheme, host, portText] = match ?? [];
  if (scheme === undefined || host === undefined) return null;
  const port = portText === undefined ? ETCD_PORT : Number(portText);
  if (port < 1 || port > 65535) return null;
  return {
    url,
    secure: scheme.toLowerCase() === 'https',
    host: host.replace(/^\[|\]$/g, ''),
    port,
    target: `${host}:${String(port)}`,
  };
}
