import type { Way } from '../tls/way';
import { type Endpoint, parseHttpEndpoint } from '../http-endpoint';

/** How a Consul is reached, in the words of Patroni's `consul` section (`patroni/dcs/consul.py: Consul.__init__`). */
export interface ConsulOptions {
  /** Agents, each `http://host:port` or `https://host:port`, without a port 8500; tried in turn. */
  readonly endpoints: readonly string[];
  /** The ACL token; null for none. */
  readonly token: string | null;
  /** The datacenter; null for the agent's own. */
  readonly dc: string | null;
  readonly consistency: 'default' | 'consistent' | 'stale';
  /** PEM files, read anew for each connection; null for the authorities that the system trusts and for no client certificate. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** False leaves the agents' certificates unchecked, unless there is a CA file: as in Patroni. */
  readonly verify: boolean;
  readonly way?: Way | undefined;
  /** Times, in milliseconds; the defaults are for people. */
  readonly timing?: Partial<ConsulTiming>;
}

/** All in milliseconds. */
export interface ConsulTiming {
  /** Until a connection must have answered its first request, over all endpoints. With `diagnosisMs` it stays below 5 s, so that a connection test does. */
  readonly connectMs: number;
  /** For finding out why a connection failed. */
  readonly diagnosisMs: number;
  /** For any other single request. */
  readonly callMs: number;
  /** How long a watch lets Consul wait for a change; without one it answers then all the same. */
  readonly waitMs: number;
}

export const DEFAULT_TIMING: ConsulTiming = { connectMs: 2400, diagnosisMs: 1600, callMs: 4000, waitMs: 5000 };

/** Null when the text is no endpoint. */
export function parseEndpoint(url: string): Endpoint | null {
  return parseHttpEndpoint(url, 8500);
}

/** Whether certificates are judged. */
export function verifies(options: ConsulOptions): boolean {
  return options.verify || options.caFile !== null;
}
