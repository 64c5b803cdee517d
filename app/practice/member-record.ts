import type { JsonObject } from '../json';

/** PostgreSQL's states in Patroni's words that the practice herd goes through (`patroni/postgresql/misc.py`). */
export type MemberState = 'running' | 'starting' | 'restarting' | 'stopping' | 'stopped' | 'creating replica';
export type MemberRole = 'primary' | 'standby_leader' | 'replica' | 'demoted' | 'promoted';

/** What a member's key tells. */
export interface MemberFacts {
  readonly connUrl: string;
  readonly apiUrl: string;
  readonly version: string;
  readonly state: MemberState;
  readonly role: MemberRole;
  /** It holds the leader lock and has not made the checkpoint yet that follows a promotion. */
  readonly awaitsCheckpoint: boolean;
  readonly tags: JsonObject;
  readonly pendingRestartReason: JsonObject | null;
  readonly scheduledRestart: JsonObject | null;
  /** Null while something is being done to the server, or it does not accept connections. */
  readonly position: WalPosition | null;
  readonly paused: boolean;
}

export type WalPosition =
  | { readonly kind: 'primary'; readonly lsn: number; readonly timeline: number }
  | {
      readonly kind: 'standby';
      readonly receiveLsn: number;
      readonly replayLsn: number;
      readonly streaming: boolean;
      readonly timeline: number;
    };

export const PATRONI_VERSION = '4.1.5';

/** The value of a member's key, its fields in the order in which Patroni writes them (`patroni/ha.py: touch_member`). */
export function memberRecord(facts: MemberFacts): JsonObject {
  return {
    conn_url: facts.connUrl,
    api_url: facts.apiUrl,
    state: facts.state,
    role: facts.role,
    version: facts.version,
    ...(facts.awaitsCheckpoint ? { checkpoint_after_promote: false } : {}),
    ...(Object.keys(facts.tags).length > 0 ? { tags: facts.tags } : {}),
    ...(facts.pendingRestartReason === null
      ? {}
      : { pending_restart: true, pending_restart_reason: facts.pendingRestartReason }),
    ...(facts.position === null ? {} : positionFields(facts.position)),
    ...(facts.scheduledRestart === null ? {} : { scheduled_restart: facts.scheduledRestart }),
    ...(facts.paused ? { pause: true } : {}),
  };
}

function positionFields(position: WalPosition): JsonObject {
  if (position.kind === 'primary') return { xlog_location: position.lsn, timeline: position.timeline };
  return {
    xlog_location: Math.max(position.receiveLsn, position.replayLsn),
    replay_lsn: position.replayLsn,
    receive_lsn: position.receiveLsn,
    ...(position.streaming ? { replication_state: 'streaming' } : {}),
    timeline: position.timeline,
  };
}
