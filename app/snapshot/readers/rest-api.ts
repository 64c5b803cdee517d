import * as Lsn from '../../cluster/lsn';
import type { Json, JsonObject } from '../../json';
import { impliedBy, view } from './patronictl';
import type { Reader } from './reading';
import { field, isFields, textOf } from './values';

/** `GET /cluster` of the members' REST API (`patroni/utils.py: cluster_as_json`). */
export const readCluster: Reader = (_text, json) => {
  const list = field(json, 'members');
  if (!Array.isArray(list) || !list.every((one) => isFields(one) && 'name' in one && 'role' in one)) return null;
  const members = new Map<string, JsonObject>();
  const sync: string[] = [];
  let leader: string | null = null;
  let leaderLsn: number | null = null;
  let isQuorum = false;
  for (const one of list as readonly unknown[]) {
    const name = textOf(field(one, 'name'));
    const role = textOf(field(one, 'role')) ?? 'replica';
    if (name === null || name === '') continue;
    if (role === 'leader' || role === 'standby_leader') leader = name;
    if (role === 'sync_standby' || role === 'quorum_standby') sync.push(name);
    isQuorum ||= role === 'quorum_standby';
    const lsn = Lsn.parse(textOf(field(one, 'lsn')) ?? '');
    const lag = field(one, 'lag');
    // What a replica has, and how much that is behind: exact, in bytes.
    if (lsn !== null && typeof lag === 'number') leaderLsn = Math.max(leaderLsn ?? 0, lsn + lag);
    members.set(name, memberOf(one, role));
  }
  const values = new Map<string, string>();
  if (sync.length > 0)
    values.set('sync', JSON.stringify({ leader, sync_standby: sync.join(','), ...(isQuorum ? { quorum: 0 } : {}) }));
  if (leaderLsn !== null) values.set('status', JSON.stringify({ optime: leaderLsn }));
  const switchover = field(json, 'scheduled_switchover');
  values.set(
    'failover',
    isFields(switchover)
      ? JSON.stringify({
          leader: textOf(field(switchover, 'from')) ?? '',
          member: textOf(field(switchover, 'to')) ?? '',
          scheduled_at: textOf(field(switchover, 'at')) ?? '',
        })
      : '',
  );
  return view({
    what: 'answer of GET /cluster',
    scope: textOf(field(json, 'scope')),
    members,
    leader,
    values,
    implied: { ...impliedBy(sync.length > 0, isQuorum), ...pausedBy(json) },
  });
};

const pausedBy = (json: unknown): JsonObject => (field(json, 'pause') === true ? { pause: true } : {});

function memberOf(one: unknown, role: string): JsonObject {
  const host = textOf(field(one, 'host'));
  const port = field(one, 'port');
  const state = textOf(field(one, 'state')) ?? '';
  const isReplication = state === 'streaming' || state === 'in archive recovery';
  const lsn = (name: string): number | null => Lsn.parse(textOf(field(one, name)) ?? '');
  const positions: [string, number | null][] = [
    ['xlog_location', lsn('lsn')],
    ['receive_lsn', lsn('receive_lsn')],
    ['replay_lsn', lsn('replay_lsn')],
  ];
  const copied = ['timeline', 'pending_restart', 'pending_restart_reason', 'scheduled_restart', 'tags', 'api_url'];
  return {
    ...(host === null
      ? {}
      : {
          conn_url: `postgres://${host.includes(':') ? `[${host}]` : host}:${typeof port === 'number' ? port : 5432}/postgres`,
        }),
    role: role === 'leader' ? 'primary' : role === 'standby_leader' ? role : 'replica',
    state: isReplication ? 'running' : state,
    ...(isReplication ? { replication_state: state } : {}),
    ...Object.fromEntries(positions.filter(([, value]) => value !== null)),
    ...Object.fromEntries(
      copied.flatMap((name) => (field(one, name) === undefined ? [] : [[name, field(one, name) as Json]])),
    ),
  };
}

/** `GET /patroni` of one member. */
export const readPatroni: Reader = (_text, json) => {
  const patroni = field(json, 'patroni');
  const scope = textOf(field(patroni, 'scope'));
  const name = textOf(field(patroni, 'name'));
  if (scope === null || field(json, 'state') === undefined) return null;
  const role = textOf(field(json, 'role')) ?? 'replica';
  const isLeader = ['primary', 'master', 'leader', 'standby_leader'].includes(role);
  const xlog = field(json, 'xlog');
  const number = (of: string): number | null => {
    const value = field(xlog, of);
    return typeof value === 'number' ? value : null;
  };
  const location = number('location') ?? Math.max(number('received_location') ?? 0, number('replayed_location') ?? 0);
  const replication = textOf(field(json, 'replication_state'));
  const timeline = field(json, 'timeline');
  const version = textOf(field(patroni, 'version'));
  const data: JsonObject = {
    role,
    state: textOf(field(json, 'state')) ?? '',
    ...(replication === null ? {} : { replication_state: replication }),
    ...(typeof timeline === 'number' ? { timeline } : {}),
    ...(version === null ? {} : { version }),
    ...(location > 0 ? { xlog_location: location } : {}),
    ...(number('received_location') === null ? {} : { receive_lsn: number('received_location') }),
    ...(number('replayed_location') === null ? {} : { replay_lsn: number('replayed_location') }),
    ...(field(json, 'pending_restart') === true ? { pending_restart: true } : {}),
    ...(isFields(field(json, 'tags')) ? { tags: field(json, 'tags') as JsonObject } : {}),
  };
  const system = textOf(field(json, 'database_system_identifier'));
  const values = new Map<string, string>();
  if (system !== null) values.set('initialize', system);
  if (isLeader && location > 0) values.set('status', JSON.stringify({ optime: location }));
  return view({
    what: 'answer of GET /patroni',
    scope,
    members: name === null ? new Map() : new Map([[name, data]]),
    ...(isLeader && name !== null ? { leader: name } : {}),
    values,
    implied: pausedBy(json),
    notes: name === null ? ['GET /patroni of this version does not say which member answered.'] : [],
  });
};

/** `GET /history`, and the key `history` itself: a list of lists. */
export const readHistory: Reader = (_text, json) => {
  if (!Array.isArray(json) || json.length === 0) return null;
  const lines = json as readonly unknown[];
  if (
    !lines.every((line) => Array.isArray(line) && line.length >= 3 && line.length <= 5 && typeof line[0] === 'number')
  )
    return null;
  return view({ what: 'answer of GET /history', values: new Map([['history', JSON.stringify(json)]]) });
};

const CONFIG_NAMES = [
  'loop_wait',
  'retry_timeout',
  'maximum_lag_on_failover',
  'synchronous_mode',
  'failsafe_mode',
  'standby_cluster',
  'member_slots_ttl',
];

/** `GET /config` and `patronictl show-config` (given as what YAML makes of it): the dynamic configuration. */
export const readConfig: Reader = (_text, json) => {
  if (!isFields(json) || isFields(field(json, 'postgresql')) === isFields(field(json, 'restapi'))) {
    if (!isFields(json) || field(json, 'ttl') === undefined) return null;
  }
  // A patroni.yml has these as well, below `bootstrap`: it says what is wanted, not what is.
  if (['scope', 'name', 'restapi', 'bootstrap'].some((name) => field(json, name) !== undefined)) return null;
  if (field(json, 'ttl') === undefined && !CONFIG_NAMES.some((name) => field(json, name) !== undefined)) return null;
  return view({ what: 'dynamic configuration', values: new Map([['config', JSON.stringify(json)]]) });
};
