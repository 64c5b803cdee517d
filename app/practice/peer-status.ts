import * as Tags from '../cluster/tags';
import type { JsonObject } from '../json';
import type { PostgresSimulation } from './postgres-simulation';

/** What a member's REST API tells the others during a leader race. */
export interface PeerStatus {
  /** Whether PostgreSQL is a standby; null when it does not run. */
  readonly inRecovery: boolean | null;
  /** In bytes; 0 when PostgreSQL does not run. */
  readonly walPosition: number;
  readonly timeline: number;
  readonly nofailover: boolean;
  readonly failoverPriority: number;
}

/** Asks a member's REST API; null when it does not answer. */
export type AskPeer = (name: string) => PeerStatus | null;

/** What a member with these tags answers now. `patroni/api.py: get_postgresql_status`. */
export function peerStatus(server: PostgresSimulation, tags: JsonObject): PeerStatus {
  const { running, inRecovery, position, timeline } = server;
  return {
    inRecovery: running ? inRecovery : null,
    walPosition: running ? position : 0,
    timeline,
    nofailover: Tags.nofailover(tags),
    failoverPriority: Tags.failoverPriority(tags),
  };
}
