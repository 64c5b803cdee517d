import type { JsonObject } from '../json';

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
}

export interface MemberDefinition {
  readonly name: string;
  readonly host: string;
  readonly tags?: JsonObject;
  readonly pendingRestartReason?: JsonObject;
  /** How far behind it is at the start, in bytes; it catches up. */
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
