import { describe, expect, it } from 'vitest';
import { candidateChecks } from './candidate-checks';
import type { ChangeOfLeader } from './intent';
import type { MemberReport } from './member-report';
import { answer, bad, LAST_LSN, leaderAnswer, memberValue, outcome, situation, unreachable } from './test-situation';

const switchover: ChangeOfLeader = {
  kind: 'switchover',
  group: null,
  leader: 'pg1',
  candidate: 'pg2',
  scheduledAt: null,
};
const failover: ChangeOfLeader = { kind: 'failover', group: null, candidate: 'pg2' };
const LIMIT = 1024 * 1024;
const MUCH = 16 * 1024 * 1024;

/** How a check of pg2 came out, with what it answers and what its key and the others say. */
function pg2(
  check: string,
  { says = answer('pg2'), key = {}, keys = {}, intent = switchover, leader = leaderAnswer() }: Of = {},
): string | null {
  const all = situation(
    { 'members/pg2': memberValue('pg2', key), ...keys },
    { reports: says === null ? [leader] : [leader, says] },
  );
  return outcome(candidateChecks(intent, all, 'pg2'), `${check} pg2`);
}
interface Of {
  readonly says?: MemberReport | null;
  readonly key?: Readonly<Record<string, unknown>>;
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly intent?: ChangeOfLeader;
  readonly leader?: MemberReport;
}
const config = (over: object) => ({ config: { maximum_lag_on_failover: LIMIT, ...over } });

describe('a candidate that is well', () => {
  it.each([switchover, failover])('has nothing against it', (intent) => {
    const checks = candidateChecks(intent, situation(), 'pg2');
    expect(bad(checks)).toEqual([]);
    expect(checks.map(({ id }) => id.split(' ')[0])).toEqual([
      'may-lead',
      'reachable',
      'runs',
      'lag',
      'replay',
      'timeline',
      'attached',
    ]);
  });
});

describe('one that cannot be it', () => {
  it('is no member', () => {
    expect(outcome(candidateChecks(switchover, situation(), 'pg9'), 'member pg9')).toBe('stop: pg9 is not a member');
  });
  it('is the leader', () => {
    expect(outcome(candidateChecks(switchover, situation(), 'pg1'), 'member pg1')).toBe('stop: pg1 leads already');
  });
});

describe('may-lead', () => {
  it.each<[string, Of, string]>([
    ['nofailover in its key', { key: { tags: { nofailover: true } } }, 'stop: pg2 may not lead'],
    ['nofailover in its answer', { says: answer('pg2', { tags: { nofailover: true } }) }, 'stop: pg2 may not lead'],
    ['failover_priority 0', { key: { tags: { failover_priority: 0 } } }, 'stop: pg2 may not lead'],
    ['failover_priority 1', { key: { tags: { failover_priority: 1 } } }, 'passed: pg2 may lead'],
    ['a watchdog that fails', { says: answer('pg2', { watchdog_failed: true }) }, 'stop: pg2 has no watchdog'],
    ['not asked', { says: null }, 'passed: pg2 may lead'],
  ])('%s', (_what, of, expected) => {
    expect(pg2('may-lead', of)).toBe(expected);
  });
});

describe('reachable', () => {
  it.each<[string, Of, string]>([
    ['answers', {}, 'passed: pg2 answers'],
    ['no address', { key: { api_url: undefined } }, 'stop: pg2 cannot be asked'],
    ['not asked', { says: null }, 'warning: pg2 was not asked'],
    ['nothing listens', { says: unreachable('pg2') }, 'warning: pg2 cannot be reached from here'],
    [
      'something else listens',
      { says: { ...answer('pg2'), said: { kind: 'unreadable', status: 200 } } },
      'warning: pg2 gives no answer of Patroni’s',
    ],
  ])('%s', (_what, of, expected) => {
    expect(pg2('reachable', of)).toBe(expected);
  });
});

describe('itself', () => {
  it.each<[string, Of, string | null]>([
    ['is itself', {}, null],
    ['is not asked', { says: null }, null],
    [
      'another cluster',
      { says: answer('pg2', { patroni: { name: 'pg2', scope: 'x' } }) },
      'stop: pg2 is another cluster’s',
    ],
    [
      'another member',
      { says: answer('pg2', { patroni: { name: 'pg3', scope: 'demo' } }) },
      'stop: Another member answers for pg2',
    ],
    ['other data', { says: answer('pg2', { database_system_identifier: '1' }) }, 'stop: pg2 has other data'],
    [
      'data that nobody can compare',
      { says: answer('pg2', { database_system_identifier: '1' }), keys: { initialize: '' } },
      null,
    ],
  ])('%s', (_what, of, expected) => {
    expect(pg2('itself', of)).toBe(expected);
  });
});

describe('runs', () => {
  it.each<[string, Of, string]>([
    ['by its answer, whatever its key says', { key: { state: 'stopped' } }, 'passed: PostgreSQL of pg2 runs'],
    ['by its key when not asked', { says: null, key: { state: 'stopped' } }, 'stop: PostgreSQL of pg2 does not run'],
    ['not by its answer', { says: answer('pg2', { state: 'starting' }) }, 'stop: PostgreSQL of pg2 does not run'],
    ['as a primary', { says: answer('pg2', { role: 'primary' }) }, 'stop: pg2 is a primary already'],
    ['as what was called master', { says: answer('pg2', { role: 'master' }) }, 'stop: pg2 is a primary already'],
  ])('%s', (_what, of, expected) => {
    expect(pg2('runs', of)).toBe(expected);
  });
});

describe('sync', () => {
  const sync = (standby: string, mode: unknown = true) => ({
    ...config({ synchronous_mode: mode }),
    sync: { leader: 'pg1', sync_standby: standby, ...(mode === 'quorum' ? { quorum: 0 } : {}) },
  });
  it.each<[string, Of, string | null]>([
    ['no synchronous mode', { keys: { sync: { leader: 'pg1', sync_standby: 'pg3' } } }, null],
    ['named', { keys: sync('pg2') }, 'passed: pg2 is in the synchronous standbys'],
    ['not named', { keys: sync('pg3') }, 'stop: pg2 is not in the synchronous standbys'],
    ['not named, for a failover', { keys: sync('pg3'), intent: failover }, 'warning: pg2 is asynchronous'],
    ['in the quorum', { keys: sync('pg2,pg3', 'quorum') }, 'passed: pg2 is in the quorum'],
    ['not in the quorum', { keys: sync('pg3', 'quorum') }, 'stop: pg2 is not in the quorum'],
  ])('%s', (_what, of, expected) => {
    expect(pg2('sync', of)).toBe(expected);
  });
});

describe('lag', () => {
  const behind = (bytes: number) =>
    answer('pg2', { xlog: { received_location: LAST_LSN - bytes, replayed_location: LAST_LSN - bytes } });
  it.each<[string, Of, RegExp]>([
    ['none', {}, /^passed: pg2 has all WAL$/],
    ['exactly the limit', { says: behind(LIMIT) }, /^passed: pg2 is close enough$/],
    ['one byte more', { says: behind(LIMIT + 1) }, /^stop: pg2 is too far behind$/],
    ['more, for a failover', { says: behind(LIMIT + 1), intent: failover }, /^warning: pg2 lacks /],
    ['any, when nobody leads', { says: behind(1), intent: failover, keys: { leader: null } }, /^warning: pg2 lacks /],
    [
      'none, when nobody leads',
      { intent: failover, keys: { leader: null } },
      /^passed: pg2 has all WAL that was reported$/,
    ],
    ['of its key, when it was not asked', { says: null, key: { xlog_location: LAST_LSN - LIMIT - 1 } }, /^stop/],
    ['not told', { says: answer('pg2', { xlog: {} }) }, /^warning: How far pg2 is behind is not known$/],
    ['ahead of what the leader reported', { says: behind(-500) }, /^passed: pg2 has all WAL$/],
  ])('%s', (_what, of, expected) => {
    expect(pg2('lag', of)).toMatch(expected);
  });
});

describe('replay', () => {
  const replay = (over: object) => answer('pg2', { xlog: { received_location: LAST_LSN, ...over } });
  it.each<[string, Of, string | null]>([
    ['paused', { says: replay({ replayed_location: LAST_LSN, paused: true }) }, 'warning: Replay is paused on pg2'],
    ['exactly much', { says: replay({ replayed_location: LAST_LSN - MUCH }) }, 'passed: pg2 replays'],
    ['more', { says: replay({ replayed_location: LAST_LSN - MUCH - 1 }) }, 'warning: pg2 has much to replay'],
    ['not told', { says: replay({}) }, null],
    ['not asked', { says: null }, null],
  ])('%s', (_what, of, expected) => {
    expect(pg2('replay', of)).toBe(expected);
  });
});

describe('timeline', () => {
  const on = (timeline: number) => answer('pg2', { timeline });
  const keys = config({ check_timeline: true });
  it.each<[string, Of, string]>([
    ['the same', {}, 'passed: Same timeline'],
    ['an older one', { says: on(2) }, 'warning: The timeline of pg2 differs'],
    ['an older one, with check_timeline', { says: on(2), keys }, 'stop: pg2 is on another timeline'],
    ['not told', { says: on(0), key: { timeline: undefined } }, 'warning: The timeline of pg2 is not known'],
    [
      'not told, with check_timeline',
      { says: on(0), key: { timeline: undefined }, keys },
      'stop: pg2 is on another timeline',
    ],
  ])('%s', (_what, of, expected) => {
    expect(pg2('timeline', of)).toBe(expected);
  });
});

describe('attached', () => {
  const senders = (...list: readonly [string, string][]) =>
    leaderAnswer({ replication: list.map(([application_name, state]) => ({ application_name, state })) });
  it.each<[string, Of, string | null]>([
    ['streams', {}, 'passed: pg2 is attached to pg1'],
    ['catches up', { leader: senders(['pg2', 'catchup']) }, 'warning: pg2 does not stream from pg1'],
    ['is not there', { leader: senders(['pg3', 'streaming']) }, 'warning: pg2 does not stream from pg1'],
    ['nobody knows', { leader: unreachable('pg1') }, null],
  ])('%s', (_what, of, expected) => {
    expect(pg2('attached', of)).toBe(expected);
  });
});

describe('pending and slots', () => {
  it('a pending restart is told, by its answer first', () => {
    expect(pg2('pending', { says: answer('pg2', { pending_restart: true }) })).toBe(
      'warning: A restart is pending on pg2',
    );
    expect(pg2('pending', { says: null, key: { pending_restart: true } })).toBe('warning: A restart is pending on pg2');
    expect(pg2('pending')).toBeNull();
  });
  it('permanent slots go along, or they do not', () => {
    const keys = config({ slots: { keep: { type: 'physical' } } });
    expect(pg2('slots', { keys })).toBe('passed: Slots go along');
    expect(pg2('slots', { keys, key: { tags: { nofailover: true, nostream: true } } })).toBe(
      'warning: Slots would not go along',
    );
    expect(pg2('slots')).toBeNull();
  });
});
