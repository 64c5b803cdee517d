import type { AskPeer } from './peer-status';
import type { PostgresSimulation } from './postgres-simulation';
import type { StreamingStandby } from './sync-candidates';

/** What one member reaches over the network besides the store. */
export interface Network {
  readonly ask: AskPeer;
  /** Whether the store can be reached from here. */
  reachesStore(): boolean;
  /** Tells another member that we lead without the store; whether it agrees (`POST /failsafe`). */
  tellFailsafe(name: string): boolean;
  /** PostgreSQL of a member of the same cluster; null for an unknown name. */
  server(name: string): PostgresSimulation | null;
  /** What the leader of a standby cluster replicates from; null when it cannot be reached. */
  remote(): PostgresSimulation | null;
  /** The standbys that stream from a member directly. */
  standbysOf(name: string): StreamingStandby[];
  /** Where the reader of a permanent slot is, given the leader's position. */
  readPermanentSlot(slot: string, position: number): number | null;
}
