import { build, nodes } from '../cluster/test-nodes';
import type { Check } from './check';
import { readReport, type MemberReport } from './member-report';
import type { Situation } from './plan';

// For tests: a herd of three that nothing speaks against, and what a test makes of it.

export const NOW = '2026-11-24T12:00:00.000Z';
export const LAST_LSN = 0x2000000;
const SYSTEM = '7711168519450300005';
const MIB = 1024 * 1024;

type Values = Readonly<Record<string, unknown>>;

/** A member's key: a replica unless told. */
export function memberValue(name: string, over: Values = {}): Values {
  return {
    conn_url: `postgres://${name}:5432/postgres`,
    api_url: `http://${name}:8008/patroni`,
    state: 'running',
    role: 'replica',
    version: '4.1.5',
    xlog_location: LAST_LSN,
    timeline: 3,
    ...over,
  };
}

/** What a member answers to `GET /patroni`: a replica unless told. */
export function answer(name: string, over: Values = {}): MemberReport {
  const body = {
    state: 'running',
    role: 'replica',
    timeline: 3,
    database_system_identifier: SYSTEM,
    xlog: { received_location: LAST_LSN, replayed_location: LAST_LSN, paused: false },
    patroni: { name, scope: 'demo', version: '4.1.5' },
    ...over,
  };
  return readReport(name, NOW, { kind: 'answered', status: 200, body: JSON.stringify(body), elapsedMs: 12 });
}

export const leaderAnswer = (over: Values = {}): MemberReport =>
  answer('pg1', {
    role: 'primary',
    xlog: { location: LAST_LSN },
    replication: ['pg2', 'pg3'].map((name) => ({ application_name: name, state: 'streaming' })),
    ...over,
  });

export const unreachable = (name: string): MemberReport =>
  readReport(name, NOW, {
    kind: 'unreachable',
    failure: { kind: 'refused', endpoint: name, message: 'Nothing listens there.', advice: 'Start it.', detail: '' },
    sent: 'no',
  });

/** Three members, pg1 leads, all of them answer. `keys` are put in place of the usual ones; null takes one away. */
export function situation(keys: Values = {}, over: Partial<Situation> = {}): Situation {
  const usual: Values = {
    initialize: SYSTEM,
    config: { ttl: 30, loop_wait: 10, maximum_lag_on_failover: MIB, postgresql: { use_pg_rewind: true } },
    leader: 'pg1',
    status: { optime: LAST_LSN },
    history: [
      [1, 100, 'no recovery target specified', '2026-11-01T10:00:00+00:00', 'pg1'],
      [2, 200, 'no recovery target specified', '2026-11-02T10:00:00+00:00', 'pg1'],
    ],
    'members/pg1': memberValue('pg1', { role: 'primary' }),
    'members/pg2': memberValue('pg2'),
    'members/pg3': memberValue('pg3'),
  };
  const all = Object.entries({ ...usual, ...keys }).filter(([, value]) => value !== null);
  const [group] = build(nodes(Object.fromEntries(all))).groups;
  if (group === undefined) throw new Error('there is no cluster in these keys');
  return {
    namespace: '/service',
    scope: 'demo',
    cluster: group.cluster,
    reports: [leaderAnswer(), answer('pg2'), answer('pg3')],
    databases: { kind: 'no-login' },
    now: NOW,
    isLive: true,
    lockSeconds: 20,
    isWritable: true,
    past: [],
    throughStore: false,
    ...over,
  };
}

/** How a check came out: `state: title`; null where there is none of this id. */
export function outcome(checks: readonly Check[], id: string): string | null {
  const check = checks.find((one) => one.id === id);
  return check === undefined ? null : `${check.state}: ${check.title}`;
}

/** The ids of those that stop or warn. */
export function bad(checks: readonly Check[]): readonly string[] {
  return checks.filter(({ state }) => state === 'stop' || state === 'warning').map(({ id }) => id);
}
