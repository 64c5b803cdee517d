import { get, isObject, parseJson } from '../../app/cluster/parsed';
import type { StoreFailure } from '../../app/dcs/store';
import type { Json, JsonObject } from '../../app/json';
import type { MemberApi } from '../../app/operations/member-api';
import { err, ok, type Result } from '../../app/result';

/** What a member says, or why it says nothing of use. */
export type Told<T> = Result<T, StoreFailure>;

const WITHIN_MS = 4000;

/** `GET /cluster`: the cluster as this member's store has it now (`patroni/utils.py: cluster_as_json`). */
export function readCluster(api: MemberApi, apiUrl: string): Promise<Told<JsonObject>> {
  return readJson(api, apiUrl, '/cluster', objectOf);
}

/** `GET /patroni`: the member's own state (`patroni/api.py: get_postgresql_status`). */
export function readPatroni(api: MemberApi, apiUrl: string): Promise<Told<JsonObject>> {
  return readJson(api, apiUrl, '/patroni', objectOf);
}

/** `GET /history`: the lines, oldest first; an empty list also where there is none. */
export function readHistory(api: MemberApi, apiUrl: string): Promise<Told<readonly Json[]>> {
  return readJson(api, apiUrl, '/history', (value) => (Array.isArray(value) ? value : null));
}

/** `GET /config`: the dynamic configuration; null where the store has none, to which Patroni answers 502. */
export function readConfig(api: MemberApi, apiUrl: string): Promise<Told<JsonObject | null>> {
  return readJson(api, apiUrl, '/config', objectOf, 502);
}

/** `GET /failsafe`: `{name: api_url}`; null where failsafe mode is off, to which Patroni answers 502. */
export function readFailsafe(api: MemberApi, apiUrl: string): Promise<Told<JsonObject | null>> {
  return readJson(api, apiUrl, '/failsafe', objectOf, 502);
}

function objectOf(value: Json): JsonObject | null {
  return isObject(value) ? value : null;
}

async function readJson<T>(
  api: MemberApi,
  apiUrl: string,
  path: string,
  take: (value: Json) => T | null,
): Promise<Told<T>>;
async function readJson<T>(
  api: MemberApi,
  apiUrl: string,
  path: string,
  take: (value: Json) => T | null,
  noneIs: number,
): Promise<Told<T | null>>;
async function readJson<T>(
  api: MemberApi,
  apiUrl: string,
  path: string,
  take: (value: Json) => T | null,
  noneIs?: number,
): Promise<Told<T | null>> {
  const answer = await api.ask(apiUrl, { method: 'GET', path, body: null, timeoutMs: WITHIN_MS });
  if (answer.kind === 'unreachable') return err(answer.failure);
  if (answer.status === noneIs) return ok(null);
  if (answer.status !== 200) return err(refused(apiUrl, path, answer.status, answer.body));
  const { value, problem } = parseJson(answer.body);
  const taken = problem === null ? take(value) : null;
  return taken === null ? err(notPatroni(apiUrl, path, answer.body)) : ok(taken);
}

function refused(endpoint: string, path: string, status: number, body: string): StoreFailure {
  const isLogin = status === 401 || status === 403;
  return {
    kind: status === 401 ? 'unauthenticated' : status === 403 ? 'permission-denied' : 'other',
    endpoint,
    message: `${endpoint} answered GET ${path} with HTTP ${String(status)}.`,
    advice: isLogin
      ? 'Enter the user and password of the REST API (restapi.authentication in patroni.yml), or look at restapi.allowlist.'
      : "Is it Patroni's REST API that listens there? Look into the member's log.",
    detail: body.slice(0, 300),
  };
}

function notPatroni(endpoint: string, path: string, body: string): StoreFailure {
  return {
    kind: 'other',
    endpoint,
    message: `What ${endpoint} answers to GET ${path} is not Patroni's.`,
    advice:
      "Look at the address: it must be that of a member's REST API (restapi.connect_address, port 8008 by default).",
    detail: body.slice(0, 300),
  };
}

/** The scope that an answer to `/patroni` or `/cluster` is of; null where it does not say. */
export function scopeIn(answer: JsonObject): string | null {
  const patroni = get(answer, 'patroni');
  const scope = isObject(patroni) ? get(patroni, 'scope') : get(answer, 'scope');
  return typeof scope === 'string' && scope !== '' ? scope : null;
}
