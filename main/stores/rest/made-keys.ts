import { get, isObject } from '../../../app/cluster/parsed';
import * as Lsn from '../../../app/cluster/lsn';
import type { Json, JsonObject } from '../../../app/json';
import { isLeader, membersIn, nameOf, originOf, type Testimony, type ToldCluster } from './ask-members';

/** States in which a replica's `state` in `/cluster` is that of its replication (`patroni/utils.py: cluster_as_json`). */
const REPLICATING: ReadonlySet<Json | undefined> = new Set(['streaming', 'in archive recovery']);

const SYNCHRONOUS: ReadonlySet<Json | undefined> = new Set(['sync_standby', 'quorum_standby']);

/**
 * The keys of a cluster as far as its members tell them, by their path below the scope. They are put together, not read: what
 * the REST API does not tell is left out. Empty when nobody gives a picture of the cluster.
 */
export function madeKeys(told: ToldCluster): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const { witness } = told;
  if (witness === null || !witness.cluster.ok) return keys;
  const cluster = witness.cluster.value;
  const members = membersIn(cluster);
  const own = ownStates(told.testimonies);
  const leader = members.find(isLeader);
  const leaderName = leader === undefined ? null : nameOf(leader);
  const leaderLsn = leader === undefined ? null : ownPosition(stateOf(leader, own));
  const optime = leaderPosition(members, leaderLsn);
  for (const member of members) {
    const value = memberValue(member, stateOf(member, own), optime);
    keys.set(`members/${nameOf(member) ?? ''}`, JSON.stringify(value));
  }
  if (leaderName !== null) keys.set('leader', leaderName);
  if (optime !== null) keys.set('status', JSON.stringify({ optime }));
  const sync = syncValue(members, leaderName);
  if (sync !== null) keys.set('sync', JSON.stringify(sync));
  const failover = failoverValue(get(cluster, 'scheduled_switchover'));
  if (failover !== null) keys.set('failover', JSON.stringify(failover));
  if (told.config !== null) keys.set('config', JSON.stringify(told.config));
  if (told.history !== null && told.history.length > 0) keys.set('history', JSON.stringify(told.history));
  if (told.failsafe !== null) keys.set('failsafe', JSON.stringify(told.failsafe));
  const system = [leader === undefined ? undefined : stateOf(leader, own), ...own.values()]
    .map((state) => (state === undefined ? null : get(state, 'database_system_identifier')))
    .find((id) => typeof id === 'string');
  if (typeof system === 'string') keys.set('initialize', system);
  return keys;
}

/** What the members say of themselves, by the address that they were asked at. */
export function ownStates(testimonies: readonly Testimony[]): ReadonlyMap<string, JsonObject> {
  return new Map(testimonies.flatMap(({ origin, patroni }) => (patroni.ok ? [[origin, patroni.value]] : [])));
}

function stateOf(member: JsonObject, own: ReadonlyMap<string, JsonObject>): JsonObject | undefined {
  const origin = originOf(member);
  return origin === null ? undefined : own.get(origin);
}

/** The position that a primary tells of itself; null of any other. */
function ownPosition(state: JsonObject | undefined): number | null {
  const xlog = state === undefined ? undefined : get(state, 'xlog');
  const location = isObject(xlog) ? get(xlog, 'location') : undefined;
  return typeof location === 'number' ? location : null;
}

/**
 * The leader's position in `/status`, counted back from what `/cluster` says of the others: position plus lag. Who lags by
 * nothing may be ahead of it. Patroni before 4.1 tells lags only; then it is where the leader says that it is.
 */
function leaderPosition(members: readonly JsonObject[], leaderLsn: number | null): number | null {
  let most: number | null = null;
  for (const member of members) {
    for (const prefix of ['', 'receive_', 'replay_']) {
      const lsn = position(get(member, `${prefix}lsn`));
      const lag = get(member, `${prefix}lag`);
      if (lsn === null || typeof lag !== 'number') continue;
      if (lag > 0) return lsn + lag;
      most = most === null ? lsn : Math.min(most, lsn);
    }
  }
  return most ?? leaderLsn;
}

function position(value: Json | undefined): number | null {
  return typeof value === 'string' ? Lsn.parse(value) : null;
}

function memberValue(member: JsonObject, state: JsonObject | undefined, optime: number | null): JsonObject {
  const told = get(member, 'state');
  const replicates = REPLICATING.has(told);
  const patroni = state === undefined ? undefined : get(state, 'patroni');
  const version = isObject(patroni) ? get(patroni, 'version') : undefined;
  const host = get(member, 'host');
  const port = get(member, 'port');
  const value: [string, Json | undefined][] = [
    ['conn_kwargs', typeof host === 'string' ? { host, ...(typeof port === 'number' ? { port } : {}) } : undefined],
    ['api_url', get(member, 'api_url')],
    // Who replicates runs: Patroni tells no state of replication otherwise.
    ['state', replicates ? ((state === undefined ? undefined : get(state, 'state')) ?? 'running') : told],
    ['replication_state', replicates ? told : undefined],
    ['role', roleOf(member, state)],
    ['version', typeof version === 'string' ? version : undefined],
    ...['timeline', 'pending_restart', 'pending_restart_reason', 'scheduled_restart', 'tags'].map(
      (name): [string, Json | undefined] => [name, get(member, name)],
    ),
    ['pause', state !== undefined && get(state, 'pause') === true ? true : undefined],
    ...positions(member, state, optime),
  ];
  return Object.fromEntries(value.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** The role in the member's key is that of its PostgreSQL; who leads stands in another key. */
function roleOf(member: JsonObject, state: JsonObject | undefined): Json | undefined {
  const own = state === undefined ? undefined : get(state, 'role');
  const told = get(member, 'role');
  if (told === 'standby_leader') return told;
  if (typeof own === 'string') return own;
  return isLeader(member) ? 'primary' : 'replica';
}

function positions(
  member: JsonObject,
  state: JsonObject | undefined,
  optime: number | null,
): readonly [string, Json | undefined][] {
  if (isLeader(member)) return [['xlog_location', ownPosition(state) ?? undefined]];
  if (Object.hasOwn(member, 'lsn')) {
    return [
      ['xlog_location', position(get(member, 'lsn')) ?? undefined],
      ['receive_lsn', position(get(member, 'receive_lsn')) ?? undefined],
      ['replay_lsn', position(get(member, 'replay_lsn')) ?? undefined],
    ];
  }
  const lag = get(member, 'lag');
  return [['xlog_location', typeof lag === 'number' && optime !== null ? optime - lag : undefined]];
}

/** Who is a synchronous standby; the quorum is not told. */
function syncValue(members: readonly JsonObject[], leader: string | null): JsonObject | null {
  const names = members.filter((member) => SYNCHRONOUS.has(get(member, 'role'))).map(nameOf);
  return names.length === 0 ? null : { leader, sync_standby: names.join(',') };
}

function failoverValue(scheduled: Json | undefined): JsonObject | null {
  if (!isObject(scheduled)) return null;
  const [at, from, to] = [get(scheduled, 'at'), get(scheduled, 'from'), get(scheduled, 'to')];
  return {
    ...(typeof from === 'string' ? { leader: from } : {}),
    ...(typeof to === 'string' ? { member: to } : {}),
    ...(typeof at === 'string' ? { scheduled_at: at } : {}),
  };
}
