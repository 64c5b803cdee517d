import type { Json, JsonObject } from '../json';
import type { RestartRequest } from './practice-api/rest-member';

/** A restart of one member's PostgreSQL that was asked for at a time (`patroni/ha.py: schedule_future_restart`). */
export interface ScheduledRestart {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly request: RestartRequest;
  /** PostgreSQL's start when it was asked for: one that was restarted since then needs no other. */
  readonly startedAt: number;
  /** As the member's key tells it. */
  readonly data: JsonObject;
}

/** What is to be done about a scheduled restart now (`Ha.evaluate_scheduled_restart`, `Ha.should_run_scheduled_action`). */
export type RestartDue = 'not-yet' | 'now' | 'drop' | { readonly inMs: number };

/** `loopMs`: the pause between two rounds. In pause nothing that was scheduled is done. */
export function restartDue(
  restart: ScheduledRestart,
  now: { readonly ms: number; readonly loopMs: number; readonly paused: boolean; readonly startedAt: number },
): RestartDue {
  if (now.startedAt !== restart.startedAt) return 'drop';
  const dueMs = restart.atMs - now.ms;
  if (now.paused || dueMs > now.loopMs) return 'not-yet';
  if (dueMs < -1.5 * now.loopMs) return 'drop';
  return dueMs > 0 ? { inMs: dueMs } : 'now';
}

/** Whether a restart is for a member as it is (`Ha.restart_matches`). */
export function restartMatches(
  request: RestartRequest,
  member: { readonly role: string; readonly serverVersion: number; readonly pendingRestartReason: Json },
): boolean {
  if (request.role !== null && request.role !== member.role) return false;
  if (request.postgresVersion !== null && request.postgresVersion <= member.serverVersion) return false;
  return !request.onlyPending || member.pendingRestartReason !== null;
}
