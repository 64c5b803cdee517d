import { parseBool, parseInt, pythonInt, truthy } from '../cluster/coerce';
import { get, getText, isObject, parseJson } from '../cluster/parsed';
import { applies, ofVersion } from '../cluster/rules';
import * as Tags from '../cluster/tags';
import type { StoreFailure } from '../dcs/store';
import type { Json, JsonObject } from '../json';
import type { MemberAnswer } from './member-api';

/** What a member answered to `GET /patroni` when it was asked just now. */
export interface MemberReport {
  readonly name: string;
  /** ISO 8601. */
  readonly askedAt: string;
  readonly said: MemberSaid;
}

export type MemberSaid =
  | { readonly kind: 'told'; readonly elapsedMs: number; readonly told: MemberTold }
  /** Something answers there, but not what Patroni does. */
  | { readonly kind: 'unreadable'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly failure: StoreFailure }
  /** Its key names no REST API. */
  | { readonly kind: 'no-address' };

/** A connection of the server's WAL senders. */
export interface WalSender {
  readonly applicationName: string;
  readonly state: string | null;
}

/** `GET /patroni` (`patroni/api.py: get_postgresql_status, _write_status_response`). Positions in bytes; null for what it does not say. */
export interface MemberTold {
  readonly name: string | null;
  readonly scope: string | null;
  readonly version: string | null;
  readonly systemIdentifier: string | null;
  readonly state: string;
  /** `primary` also for `master`. */
  readonly role: string;
  readonly timeline: number | null;
  /** Where a primary's WAL ends. */
  readonly location: number | null;
  readonly received: number | null;
  readonly replayed: number | null;
  readonly replayPaused: boolean;
  readonly replicationState: string | null;
  readonly nofailover: boolean;
  readonly failoverPriority: number;
  readonly watchdogFailed: boolean;
  readonly paused: boolean;
  readonly unlocked: boolean;
  readonly pendingRestart: boolean;
  /** Who streams from it; empty where nobody does or it does not say. */
  readonly senders: readonly WalSender[];
}

/** Reads what came of `GET /patroni`. */
export function readReport(name: string, askedAt: string, answer: MemberAnswer): MemberReport {
  if (answer.kind === 'unreachable') return { name, askedAt, said: { kind: 'unreachable', failure: answer.failure } };
  const told = readTold(answer.body);
  const said: MemberSaid =
    told === null ? { kind: 'unreadable', status: answer.status } : { kind: 'told', elapsedMs: answer.elapsedMs, told };
  return { name, askedAt, said };
}

/** What a member told, of the reports; null when it was not asked or told nothing. */
export function toldBy(reports: readonly MemberReport[], name: string): MemberTold | null {
  const said = reports.find((report) => report.name === name)?.said;
  return said?.kind === 'told' ? said.told : null;
}

/** Whether its PostgreSQL runs and takes writes: it is not in recovery. */
export function isWritable({ state, role }: MemberTold): boolean {
  return state === 'running' && role === 'primary';
}

/** Whether its PostgreSQL runs as a standby and gets WAL from somewhere. The second a Patroni before 3.0.4 does not tell. */
export function isFed({ state, role, replicationState, version }: MemberTold): boolean {
  if (state !== 'running' || role === 'primary') return false;
  const numbers = (version ?? '').split('.').flatMap((part) => pythonInt(part) ?? []);
  return replicationState !== null || (version !== null && !applies(ofVersion(numbers), 'replication-state'));
}

/** How far a standby is: the further of what it received and replayed (`patroni/ha.py: _MemberStatus.from_api_response`); null when not told. */
export function positionOf({ received, replayed }: MemberTold): number | null {
  const furthest = Math.max(received ?? 0, replayed ?? 0);
  return furthest === 0 ? null : furthest;
}

function readTold(body: string): MemberTold | null {
  const { value: data } = parseJson(body);
  if (!isObject(data)) return null;
  const state = getText(data, 'state');
  const role = getText(data, 'role');
  if (state === null || role === null) return null;
  const patroni = objectIn(data, 'patroni');
  const wal = isObject(get(data, 'wal')) ? objectIn(data, 'wal') : objectIn(data, 'xlog');
  const tags = objectIn(data, 'tags');
  const timeline = pythonInt(get(data, 'timeline'));
  return {
    name: getText(patroni, 'name'),
    scope: getText(patroni, 'scope'),
    version: getText(patroni, 'version'),
    systemIdentifier: getText(data, 'database_system_identifier'),
    state,
    role: role === 'master' ? 'primary' : role,
    timeline: timeline !== null && timeline > 0 ? timeline : null,
    location: parseInt(get(wal, 'location')),
    received: parseInt(get(wal, 'received_location')),
    replayed: parseInt(get(wal, 'replayed_location')),
    replayPaused: parseBool(get(wal, 'paused')) ?? false,
    replicationState: getText(data, 'replication_state'),
    nofailover: Tags.nofailover(tags),
    failoverPriority: Tags.failoverPriority(tags),
    watchdogFailed: truthy(get(data, 'watchdog_failed')),
    paused: truthy(get(data, 'pause')),
    unlocked: truthy(get(data, 'cluster_unlocked')),
    pendingRestart: truthy(get(data, 'pending_restart')),
    senders: sendersIn(get(data, 'replication')),
  };
}

function objectIn(data: JsonObject, name: string): JsonObject {
  const value = get(data, name);
  return isObject(value) ? value : {};
}

function sendersIn(value: Json | undefined): readonly WalSender[] {
  if (!Array.isArray(value)) return [];
  const list: readonly Json[] = value;
  return list
    .filter(isObject)
    .map((one) => ({ applicationName: getText(one, 'application_name') ?? '', state: getText(one, 'state') }));
}
