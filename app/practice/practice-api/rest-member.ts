import type { AbstractDCS } from '../../dcs/abstract-dcs';
import type { JsonObject } from '../../json';
import type { MemberRole, MemberState } from '../member-record';
import type { AskPeer } from '../peer-status';

/** Whether a member of the practice herd answers on the network. */
export type Presence =
  | 'answers'
  /** No process listens there. */
  | 'down'
  /** The connection is made, and nothing comes. */
  | 'silent'
  /** No connection comes about. */
  | 'cut-off';

/** One who streams from the member, as its pg_stat_replication shows it. */
export interface ReplicationRow {
  readonly name: string;
  readonly host: string;
  readonly sync: 'async' | 'sync' | 'quorum';
}

/** PostgreSQL as a query shows it, positions in bytes. */
export interface ServerFacts {
  readonly inRecovery: boolean;
  readonly received: number;
  readonly replayed: number;
  readonly timeline: number;
  readonly streaming: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** When the last transaction was replayed, milliseconds since 1970. */
  readonly replayedAt: number;
  readonly replayPaused: boolean;
}

/** A member as its own Patroni knows it. */
export interface RestFacts {
  readonly state: MemberState;
  readonly role: MemberRole;
  /** It takes itself for the leader. */
  readonly isLeader: boolean;
  /** Its tags as they count now. */
  readonly tags: JsonObject;
  readonly systemId: string;
  readonly pendingRestartReason: JsonObject | null;
  readonly scheduledRestart: JsonObject | null;
  /** It leads without the store, by the word of all others. */
  readonly failsafeIsActive: boolean;
  /** Null when no query can be made. */
  readonly server: ServerFacts | null;
  readonly replication: readonly ReplicationRow[];
}

/** What a restart is asked for with. */
export interface RestartRequest {
  /** Only if it has this role. */
  readonly role: string | null;
  /** Only if its PostgreSQL is older, as a number (150008 for 15.8). */
  readonly postgresVersion: number | null;
  /** Only if something waits for it. */
  readonly onlyPending: boolean;
}

/** What became of an operation, in Patroni's words. */
export interface Done {
  readonly done: boolean;
  readonly words: string;
}

/** What the REST API of a simulated member is served from (`patroni/api.py: RestApiHandler`). */
export interface RestMember {
  readonly name: string;
  readonly scope: string;
  readonly apiUrl: string;
  readonly presence: Presence;
  /** The store, as the member reaches it. */
  readonly dcs: AbstractDCS;
  /** Asks another member's REST API. */
  readonly ask: AskPeer;
  facts(): RestFacts;
  /** Its next round is due at once. */
  wakeUp(): void;
  /** Restarts PostgreSQL and answers when that is done. */
  restartNow(request: RestartRequest): Promise<Done>;
  /** At the latest half a round late; false when one is scheduled already. `data` is what the member's key tells of it. */
  scheduleRestart(atMs: number, request: RestartRequest, data: JsonObject): boolean;
  /** False when none was scheduled. */
  cancelRestart(): boolean;
  /** Starts a new copy of the leader; null when it began, else why not. */
  reinitialize(force: boolean): Promise<string | null>;
}
