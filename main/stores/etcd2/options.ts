import { type Endpoint, parseHttpEndpoint } from '../http-endpoint';
import type { Way } from '../tls/way';

/** How an etcd is reached by its v2 API, in the words of Patroni's `etcd` section (`patroni/dcs/etcd.py: AbstractEtcd.get_etcd_client`). */
export interface Etcd2Options {
  /** Each `http://host:port` or `https://host:port`, without a port 2379; tried in turn. */
  readonly endpoints: readonly string[];
  readonly username: string | null;
  readonly password: string | null;
  /** PEM files, read when the first request is made; null for the authorities that the system trusts and for no client certificate. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly way?: Way | undefined;
  /** Times, in milliseconds; the defaults are for people. */
  readonly timing?: Partial<Etcd2Timing>;
}

/** All in milliseconds. */
export interface Etcd2Timing {
  /** Until one of the endpoints must have answered a first request. With `diagnosisMs` it stays below 5 s, so that a connection test does. */
  readonly connectMs: number;
  /** For finding out why nothing was answered. */
  readonly diagnosisMs: number;
  /** For any other single request. */
  readonly callMs: number;
  /** How long a watch waits for a change before it asks anew, which shows that etcd is still there. */
  readonly waitMs: number;
}

export const DEFAULT_TIMING: Etcd2Timing = { connectMs: 2400, diagnosisMs: 1600, callMs: 4000, waitMs: 5000 };

/** Null when the text is no endpoint. */
export function parseEndpoint(url: string): Endpoint | null {
  return parseHttpEndpoint(url, 2379);
}
