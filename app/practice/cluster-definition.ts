import type { JsonObject } from '../json';
import type { HistoryLine } from './postgres-simulation';

/** A cluster of the practice herd as it is when the herd starts. */
export interface ClusterDefinition {
  readonly scope: string;
  /** The MPP group; null for a plain cluster. */
  readonly group: number | null;
  readonly systemId: string;
  readonly config: JsonObject;
  /** The first one leads. */
  readonly members: readonly MemberDefinition[];
  /** The promotions so far, the oldest first. */
  readonly promotions: readonly PromotionDefinition[];
  /** Where the leader's WAL ends, in bytes. */
  readonly lsn: number;
  readonly walBytesPerSecond: number;
  /** The scope that a standby cluster replicates from. */
  readonly replicatesFrom?: string;
  /** Who reads the permanent slots. */
  readonly slotReaders?: Readonly<Record<string, SlotReaderDefinition>>;
  /** Whether the herd's life may change its leader. */
  readonly changesLeader: boolean;
  /** Set for a rehearsal: how the cluster stood when it was cloned. */
  readonly asItIs?: ClusterAsItIs;
}

/** What a rehearsal begins with, beside its members. */
export interface ClusterAsItIs {
  /** Whether the first member leads. */
  readonly hasLeader: boolean;
  readonly isStandbyCluster: boolean;
  readonly timeline: number;
  readonly history: readonly HistoryLine[];
  /** Values of keys; null without the key. */
  readonly sync: JsonObject | null;
  readonly status: JsonObject;
  readonly failsafe: JsonObject | null;
}

/** How a member of a rehearsal stood, positions in bytes. */
export interface MemberAsItIs {
  readonly isRunning: boolean;
  readonly received: number;
  readonly replayed: number;
  readonly timeline: number;
}

export interface MemberDefinition {
  readonly name: string;
  readonly host: string;
  readonly tags?: JsonObject;
  readonly pendingRestartReason?: JsonObject;
  /** How far behind it is at the start, in bytes; it catches up. */
  /** Of its Patroni; the newest unless told. */
  readonly version?: string | undefined;
  readonly asItIs?: MemberAsItIs;
  readonly behindBytes?: { readonly receive: number; readonly replay: number };
}

export interface PromotionDefinition {
  /** Hours before the start. */
  readonly hoursAgo: number;
  /** How far the WAL had come then, in bytes before the leader's position at the start. */
  readonly bytesAgo: number;
  readonly leader: string;
  /** Where /history does not tell all: no leader before Patroni 2.1.1, and only the position where it was not Patroni's doing. */
  readonly recorded?: 'position' | 'position-and-instant';
}

export type SlotReaderDefinition =
  /** Reads all there is, every so often. */
  | { readonly kind: 'every'; readonly seconds: number }
  /** The leader of a standby cluster. */
  | { readonly kind: 'standby-cluster'; readonly scope: string }
  /** Went away at a position so many bytes before the leader's at the start. */
  | { readonly kind: 'away'; readonly heldBytes: number };
