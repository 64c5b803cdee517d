import type { Json, JsonObject } from '../json';
import { parseInt, pythonInt, truthy } from './coerce';
import { connUrlOf, parseConnectionString, parseConnUrl, withPath } from './connection-url';
import { get, getText, isObject, joinProblems, type Parsed, parseJsonObject } from './parsed';
import { str } from './python-text';
import { applies, newest, type Rules } from './rules';
import * as Tags from './tags';

/** One member as its key below /members describes it (patroni.dcs.Member). */
export interface Member {
  readonly version: string;
  readonly name: string;
  readonly session: string | null;
  /** The parsed value; empty when it could not be parsed. */
  readonly data: JsonObject;
}

/** A parameter that waits for a restart (Patroni 3.3). Null where the key does not say. */
export interface PendingRestartReason {
  readonly parameter: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

/** Where PostgreSQL listens; null for what is not said. */
export interface Address {
  readonly host: string | null;
  readonly port: number | null;
  readonly dbname: string | null;
}

/** A restart that was asked for at a time. */
export interface ScheduledRestart {
  /** As stored: ISO 8601 when Patroni wrote it. */
  readonly at: string;
  /** Restart only below this PostgreSQL version; null for always. */
  readonly postgresVersion: string | null;
}

const TEXT_FIELDS = ['conn_url', 'api_url', 'state', 'role', 'version', 'replication_state'] as const;
const NUMBER_FIELDS = ['xlog_location', 'receive_lsn', 'replay_lsn', 'timeline'] as const;

/** Reads a member key's value: JSON, or a connection URL as Governor wrote it. `patroni/dcs: Member.from_node`. */
export function parse(version: string, name: string, session: string | null, value: string): Parsed<Member> {
  if (value.startsWith('postgres')) {
    const urls = parseConnectionString(value);
    if (urls === null) return { value: { version, name, session, data: {} }, problem: 'is not a URL' };
    const { connUrl, apiUrl } = urls;
    return { value: { version, name, session, data: { conn_url: connUrl, api_url: apiUrl } }, problem: null };
  }
  const { value: data, problem } = parseJsonObject(value);
  return { value: { version, name, session, data }, problem: problem ?? problemOf(data) };
}

/** The member of a key; one with empty data where the value cannot be read. */
export function fromNode(version: string, name: string, session: string | null, value: string): Member {
  return parse(version, name, session, value).value;
}

/** The lock's holder when it has no member key (`patroni/dcs/etcd3.py: _cluster_from_nodes`). */
export function withoutKey(name: string): Member {
  return { version: '-1', name, session: null, data: {} };
}

/**
 * A member outside of the cluster: the primary that a standby cluster follows, or nobody in particular.
 * `patroni/dcs: RemoteMember`.
 */
export function remoteMember(name: string, data: JsonObject): Member {
  return { version: '-1', name, session: null, data };
}

/**
 * Where PostgreSQL listens, as a URL; null when the key does not say. A host that is missing is written `None`, as
 * Patroni does. `patroni/dcs: Member.conn_url`.
 */
export function connUrl(member: Member): string | null {
  const url = getText(member.data, 'conn_url');
  if (url !== null) return url;
  const kwargs = connKwargsData(member);
  if (kwargs === null) return null;
  const port = get(kwargs, 'port');
  return connUrlOf(str(get(kwargs, 'host') ?? null), port === undefined ? 5432 : truthy(port) ? str(port) : '');
}

/** Where PostgreSQL listens, in parts; null when the key does not say or its URL is none. */
export function address(member: Member): Address | null {
  const kwargs = connKwargsData(member);
  if (kwargs !== null) {
    return { host: getText(kwargs, 'host'), port: portOf(get(kwargs, 'port')), dbname: getText(kwargs, 'dbname') };
  }
  const url = connUrl(member);
  return url?.includes('://') === true ? parseConnUrl(url) : null;
}

/**
 * What a client needs to connect: what the key says under conn_kwargs, else the parts of its conn_url, and over them the
 * authentication (`username` as `user`). Empty when the key names no address. `patroni/dcs: Member.conn_kwargs`.
 */
export function connKwargs(member: Member, auth: JsonObject | null = null, rules: Rules = newest): JsonObject {
  const parts = connectionParts(member);
  if (parts === null || auth === null || !truthy(auth)) return parts ?? {};
  const without = applies(rules, 'auth-without-options') ? ['options', 'connect_timeout'] : [];
  const given = Object.entries(auth).filter(([key, value]) => value !== null && !without.includes(key));
  const all: JsonObject = { ...parts, ...Object.fromEntries(given) };
  if (!Object.hasOwn(auth, 'username')) return all;
  const { username = null, ...rest } = all;
  return { ...rest, user: username };
}

function connectionParts(member: Member): JsonObject | null {
  const kwargs = connKwargsData(member);
  if (kwargs !== null) return { host: null, port: null, dbname: null, ...kwargs };
  const url = connUrl(member);
  const parsed = url === null ? null : parseConnUrl(url);
  return parsed === null || parsed.port === null ? null : { ...parsed };
}

/** A page of the REST API: its URL with another path, which leaves out the rest. `patroni/dcs: Member.get_endpoint_url`. */
export function endpointUrl(member: Member, endpoint = ''): string | null {
  const url = apiUrl(member) ?? '';
  return endpoint === '' ? url : withPath(url, endpoint);
}

/** The REST API's URL; null when the key does not say. `patroni/dcs: Member.api_url`. */
export function apiUrl(member: Member): string | null {
  return getText(member.data, 'api_url');
}

/** The tags; empty when there are none. What they mean is in `tags.ts`. */
export function tags(member: Member): JsonObject {
  const value = get(member.data, 'tags');
  return isObject(value) ? value : NO_TAGS;
}

const NO_TAGS: JsonObject = {};

export function nofailover(member: Member, rules?: Rules): boolean {
  return Tags.nofailover(tags(member), rules);
}

export function failoverPriority(member: Member): number {
  return Tags.failoverPriority(tags(member));
}

export function nosync(member: Member, rules?: Rules): boolean {
  return Tags.nosync(tags(member), rules);
}

export function syncPriority(member: Member): number {
  return Tags.syncPriority(tags(member));
}

export function noloadbalance(member: Member): boolean {
  return Tags.noloadbalance(tags(member));
}

export function nostream(member: Member): boolean {
  return Tags.nostream(tags(member));
}

export function replicatefrom(member: Member): string | null {
  return Tags.replicatefrom(tags(member));
}

/** Whether the tag replicatefrom is set at all, to a name or to something else. */
export function hasReplicatefrom(member: Member): boolean {
  return truthy(get(tags(member), 'replicatefrom'));
}

/** The tag is set, and the member says where it listens. `patroni/dcs: Member.clonefrom`. */
export function clonefrom(member: Member): boolean {
  return Tags.clonefrom(tags(member)) && (truthy(get(member.data, 'conn_url')) || connUrl(member) !== null);
}

/** One of `patroni/postgresql/misc.py: PostgresqlState`, or `unknown`. `patroni/dcs: Member.state`. */
export function state(member: Member): string {
  const value = get(member.data, 'state');
  return typeof value === 'string' ? value : 'unknown';
}

export function isRunning(member: Member): boolean {
  return state(member) === 'running';
}

/** PostgreSQL's role as the member sees it; `primary` also for `master`, as Patroni before 4.0 wrote it. Null when not said. */
export function role(member: Member): string | null {
  const value = getText(member.data, 'role');
  return value === 'master' ? 'primary' : value;
}

/** `streaming`, `in archive recovery`, or null: not said (Patroni 3.0.4 on, standbys only). */
export function replicationState(member: Member): string | null {
  return getText(member.data, 'replication_state');
}

/**
 * WAL position in bytes: written on a primary, the larger of received and replayed on a standby; null when not known.
 * `patroni/dcs: Member.lsn`.
 */
export function lsn(member: Member): number | null {
  return parseInt(get(member.data, 'xlog_location'));
}

/** WAL received, in bytes (Patroni 4.1, standbys only); null when not known. */
export function receiveLsn(member: Member): number | null {
  return parseInt(get(member.data, 'receive_lsn'));
}

/** WAL replayed, in bytes (Patroni 4.1, standbys only); null when not known. */
export function replayLsn(member: Member): number | null {
  return parseInt(get(member.data, 'replay_lsn'));
}

/** The timeline; null when not known. */
export function timeline(member: Member): number | null {
  const value = pythonInt(get(member.data, 'timeline'));
  return value !== null && value > 0 ? value : null;
}

/** Patroni's version as it is written, e.g. `4.1.5`; null when not said. */
export function version(member: Member): string | null {
  return getText(member.data, 'version');
}

/** Patroni's version in numbers; null when not said or not made of numbers alone. `patroni/dcs: Member.patroni_version`. */
export function patroniVersion(member: Member): readonly number[] | null {
  const text = version(member);
  // A megabyte of dots would be taken apart anew for each rule that asks.
  if (text === null || text.length > MOST_VERSION_LENGTH) return null;
  // A fleet runs few versions; ones from a hostile store must not fill the memory.
  const before = versions.get(text);
  if (before !== undefined) return before;
  const parts = text.split('.').map(pythonInt);
  const numbers = parts.includes(null) ? null : parts.filter((part) => part !== null);
  if (versions.size < 100 && text.length < 20) versions.set(text, numbers);
  return numbers;
}

/** No version of anything is as long. */
const MOST_VERSION_LENGTH = 1000;
const versions = new Map<string, readonly number[] | null>();

/** Whether the member runs this version of Patroni or a later one; null when its version is not known. `4.1` is `4.1.0`. */
export function isAtLeast(member: Member, wanted: readonly number[]): boolean | null {
  const actual = patroniVersion(member);
  if (actual === null) return null;
  const at = wanted.findIndex((part, i) => (actual[i] ?? 0) !== part);
  return at < 0 || (actual[at] ?? 0) > (wanted[at] ?? 0);
}

/** The order of two versions, as Python orders tuples: of `4` and `4.0` the longer one is later. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 || at >= b.length ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0);
}

export function pendingRestart(member: Member): boolean {
  return truthy(get(member.data, 'pending_restart'));
}

/** The parameters that wait for a restart, in the key's order; empty before Patroni 3.3. */
export function pendingRestartReason(member: Member): readonly PendingRestartReason[] {
  const reason = get(member.data, 'pending_restart_reason');
  if (!isObject(reason)) return [];
  return Object.entries(reason).map(([parameter, change]) => ({
    parameter,
    oldValue: isObject(change) ? shown(get(change, 'old_value')) : null,
    newValue: isObject(change) ? shown(get(change, 'new_value')) : null,
  }));
}

export function scheduledRestart(member: Member): ScheduledRestart | null {
  const restart = get(member.data, 'scheduled_restart');
  const at = isObject(restart) ? getText(restart, 'schedule') : null;
  if (!isObject(restart) || at === null) return null;
  return { at, postgresVersion: shown(get(restart, 'postgres_version')) };
}

function connKwargsData(member: Member): JsonObject | null {
  const kwargs = get(member.data, 'conn_kwargs');
  return isObject(kwargs) && truthy(kwargs) ? kwargs : null;
}

function portOf(value: Json | undefined): number | null {
  const port = pythonInt(value);
  return port !== null && port > 0 && port <= 65535 ? port : null;
}

/** A single value as a person reads it; null for none. */
function shown(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What is of another type than Patroni writes. */
function problemOf(data: JsonObject): string | null {
  const problems: string[] = [];
  for (const field of TEXT_FIELDS) {
    if (typeof (get(data, field) ?? '') !== 'string') problems.push(`has a ${field} that is not text`);
  }
  for (const field of NUMBER_FIELDS) {
    if (parseInt(get(data, field) ?? 0) === null) problems.push(`has a ${field} that is not a number`);
  }
  const rawTags = get(data, 'tags');
  if (isObject(rawTags)) {
    const isText = typeof (get(rawTags, 'replicatefrom') ?? '') === 'string';
    if (!isText) problems.push('has a tag replicatefrom that is not text');
  } else if (rawTags !== undefined) problems.push('has tags that are not an object');
  return problems.length === 0 ? null : joinProblems(problems);
}
