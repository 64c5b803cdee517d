import { parseInt } from '../../cluster/coerce';
import * as GlobalConfig from '../../cluster/global-config';
import { isObject } from '../../cluster/parsed';
import { str } from '../../cluster/python-text';
import type { Clock } from '../../clock';
import type { Json, JsonObject } from '../../json';
import { bodyOf, type RestAnswer, textAnswer } from './answer';
import type { RestartRequest, RestMember } from './rest-member';
import { parseSchedule } from './schedule';
import { pythonTime } from './status';

/** A readable request for a restart, or the answer to one that is not. */
type Read =
  | { readonly kind: 'now'; readonly request: RestartRequest }
  | { readonly kind: 'later'; readonly request: RestartRequest; readonly atMs: number; readonly data: JsonObject }
  | { readonly kind: 'bad'; readonly answer: RestAnswer };

/** `POST /restart` (`patroni/api.py: do_POST_restart`). */
export async function postRestart(member: RestMember, clock: Clock, sent: unknown): Promise<RestAnswer> {
  const body = bodyOf(sent, true);
  if (body.kind === 'bad') return body.answer;
  const { config } = await member.dcs.getCluster();
  if (GlobalConfig.isPaused(config) && Object.hasOwn(body.data, 'schedule'))
    return textAnswer(500, "Can't schedule restart in the paused state");
  const read = readRequest(body.data, clock.now());
  switch (read.kind) {
    case 'bad':
      return read.answer;
    case 'now': {
      const { done, words } = await member.restartNow(read.request);
      return textAnswer(done ? 200 : 503, words);
    }
    case 'later': {
      const startedAt = member.facts().server?.startedAt;
      const started: Json = startedAt === undefined ? null : pythonTime(startedAt);
      const data = { ...read.data, postmaster_start_time: started };
      return member.scheduleRestart(read.atMs, read.request, data)
        ? textAnswer(202, 'Restart scheduled')
        : textAnswer(409, 'Another restart is already scheduled');
    }
  }
}

/** `DELETE /restart` (`patroni/api.py: do_DELETE_restart`). */
export function deleteRestart(member: RestMember): RestAnswer {
  return member.cancelRestart()
    ? textAnswer(200, 'scheduled restart deleted')
    : textAnswer(404, 'no restarts are scheduled');
}

/** `POST /reinitialize` (`patroni/api.py: do_POST_reinitialize`). */
export async function postReinitialize(member: RestMember, sent: unknown): Promise<RestAnswer> {
  const body = bodyOf(sent, true);
  if (body.kind === 'bad') return body.answer;
  const refusal = await member.reinitialize(body.data['force'] === true);
  return refusal === null ? textAnswer(200, 'reinitialize started') : textAnswer(503, refusal);
}

function readRequest(data: JsonObject, now: number): Read {
  const bad = (status: number, words: string): Read => ({ kind: 'bad', answer: textAnswer(status, words) });
  let request: RestartRequest = { role: null, postgresVersion: null, onlyPending: false };
  let at: { readonly ms: number; readonly iso: string } | null = null;
  for (const [name, value] of Object.entries(data)) {
    if (name === 'schedule') {
      const schedule = parseSchedule(value, 'restart', now);
      if (schedule.kind === 'refused') return bad(schedule.status, schedule.words);
      at = schedule;
    } else if (name === 'role') {
      if (typeof value !== 'string' || !['primary', 'standby_leader', 'replica'].includes(value))
        return bad(400, 'PostgreSQL role should be either primary, standby_leader, or replica');
      request = { ...request, role: value };
    } else if (name === 'postgres_version') {
      const postgresVersion = versionNumber(value);
      if (postgresVersion === null) return bad(400, 'Invalid PostgreSQL version: give it as 15.8, 9.6.24 or the like');
      request = { ...request, postgresVersion };
    } else if (name === 'timeout') {
      const seconds = parseInt(value, 's');
      if (seconds === null || seconds <= 0) return bad(400, 'Timeout should be a positive number of seconds');
    } else if (name === 'restart_pending') {
      request = { ...request, onlyPending: true };
    } else {
      return bad(400, `Unknown filter for the scheduled restart: ${name}`);
    }
  }
  if (at === null) return { kind: 'now', request };
  return { kind: 'later', request, atMs: at.ms, data: { ...data, schedule: at.iso } };
}

/** `15.8` as 150008, `9.6.24` as 90624 (`patroni/postgresql/misc.py: postgres_version_to_int`). */
function versionNumber(value: Json): number | null {
  if (value === null || isObject(value) || Array.isArray(value)) return null;
  const parts = str(value).split('.');
  if (!parts.every((part) => /^\d{1,2}$/.test(part))) return null;
  const [major = 0, second = 0, third = 0] = parts.map(Number);
  if (major >= 10) return parts.length === 2 ? major * 10_000 + second : null;
  return parts.length === 3 ? major * 10_000 + second * 100 + third : null;
}
