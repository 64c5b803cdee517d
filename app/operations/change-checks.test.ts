import { describe, expect, it } from 'vitest';
import { changeChecks } from './change-checks';
import type { ChangeOfLeader } from './intent';
import { answer, bad, leaderAnswer, memberValue, outcome, situation, unreachable } from './test-situation';

const to = (candidate: string | null, scheduledAt: string | null = null): ChangeOfLeader => ({
  kind: 'switchover',
  group: null,
  leader: 'pg1',
  candidate,
  scheduledAt,
});
const failover: ChangeOfLeader = { kind: 'failover', group: null, candidate: 'pg2' };
const config = (over: object) => ({
  config: { maximum_lag_on_failover: 1048576, postgresql: { use_pg_rewind: true }, ...over },
});

describe('a switchover of a herd that is well', () => {
  it.each([to('pg2'), to(null), to('pg2', '2026-11-24T13:00:00Z')])('has nothing against it', (intent) => {
    expect(bad(changeChecks(intent, situation()))).toEqual([]);
  });
});

describe('what may be written', () => {
  it('is nothing while the store is not heard from', () => {
    expect(outcome(changeChecks(to('pg2'), situation({}, { isLive: false })), 'live')).toMatch(/^stop/);
  });
  it('is nothing on a connection that is read-only', () => {
    expect(outcome(changeChecks(to('pg2'), situation({}, { isWritable: false })), 'writable')).toMatch(/^stop/);
  });
});

describe('the leader', () => {
  const leader = (reports = [leaderAnswer()], keys = {}, intent: ChangeOfLeader = to('pg2')) =>
    outcome(changeChecks(intent, situation(keys, { reports: [...reports, answer('pg2')] })), 'leader');

  it.each([
    ['agrees', leader(), 'passed: pg1 holds the lock'],
    ['is nobody', leader([], { leader: null }), 'stop: Nobody leads'],
    ['is nobody, for a failover', leader([], { leader: null }, failover), 'passed: Nobody leads'],
    ['is another by now', leader([], { leader: 'pg3' }), 'stop: pg3 leads by now'],
    ['does not answer', leader([unreachable('pg1')]), 'warning: pg1 cannot be reached from here'],
    [
      'is of another cluster',
      leader([leaderAnswer({ patroni: { name: 'pg1', scope: 'other' } })]),
      'stop: pg1 is another cluster’s',
    ],
    [
      'is another member',
      leader([leaderAnswer({ patroni: { name: 'pg9', scope: 'demo' } })]),
      'stop: Another member answers for pg1',
    ],
    ['does not run', leader([leaderAnswer({ state: 'stopped' })]), 'warning: PostgreSQL of pg1 does not run'],
    ['is in recovery', leader([leaderAnswer({ role: 'replica' })]), 'stop: pg1 is not writable'],
    [
      'is in recovery as a standby cluster’s is',
      leader([leaderAnswer({ role: 'replica' })], config({ standby_cluster: { host: 'x' } })),
      'passed: pg1 holds the lock',
    ],
  ])('%s', (_what, said, expected) => {
    expect(said).toBe(expected);
  });

  it('that works makes of a failover something to think about', () => {
    expect(outcome(changeChecks(failover, situation()), 'failover-alive')).toBe('warning: pg1 is alive');
    expect(
      outcome(changeChecks(failover, situation({}, { reports: [unreachable('pg1')] })), 'failover-alive'),
    ).toBeNull();
    expect(outcome(changeChecks(to('pg2'), situation()), 'failover-alive')).toBeNull();
  });
});

describe('the pause', () => {
  const paused = (intent: ChangeOfLeader) =>
    outcome(changeChecks(intent, situation(config({ pause: true }))), 'paused')?.split(':')[0] ?? null;
  it.each([
    ['with a candidate', to('pg2'), 'warning'],
    ['without', to(null), 'stop'],
    ['scheduled', to('pg2', '2026-11-24T13:00:00Z'), 'stop'],
    ['of a failover', failover, 'warning'],
  ])('%s', (_what, intent, expected) => {
    expect(paused(intent)).toBe(expected);
  });
  it('is no word where there is none', () => {
    expect(outcome(changeChecks(to('pg2'), situation()), 'paused')).toBeNull();
  });
});

describe('a request that is there already', () => {
  const request = (failover: object) => outcome(changeChecks(to('pg2'), situation({ failover })), 'request');
  it('stops while it is under way', () => {
    expect(request({ leader: 'pg1', member: 'pg3' })).toBe('stop: A request is under way');
  });
  it('is replaced when it is a scheduled one, which is said', () => {
    expect(request({ leader: 'pg1', member: 'pg3', scheduled_at: '2026-11-25T00:00:00+00:00' })).toBe(
      'warning: A switchover is scheduled already',
    );
  });
  it('counts for none when it is empty', () => {
    expect(request({})).toBeNull();
  });
});

describe('the time', () => {
  const schedule = (at: string) => outcome(changeChecks(to('pg2', at), situation()), 'schedule');
  it.each([
    ['2026-11-24T12:00:00.001Z', 'passed: The time lies ahead'],
    ['2026-11-24T12:00:00.000Z', 'stop: The time has passed'],
    ['2026-11-24T11:59:59.000Z', 'stop: The time has passed'],
    ['tomorrow', 'stop: The time cannot be read'],
  ])('%s', (at, expected) => {
    expect(schedule(at)).toBe(expected);
  });
});

describe('where Patroni chooses', () => {
  const nofailover = { tags: { nofailover: true } };
  it('all who are fit are named, and why the others are not', () => {
    const checks = changeChecks(to(null), situation({ 'members/pg3': memberValue('pg3', nofailover) }));
    expect(outcome(checks, 'candidates')).toBe('passed: pg2 may take over');
    expect(checks.find(({ id }) => id === 'candidates')?.words).toContain('pg3 may not lead');
  });
  it('nobody stops it', () => {
    const keys = {
      'members/pg2': memberValue('pg2', nofailover),
      'members/pg3': memberValue('pg3', nofailover),
    };
    expect(outcome(changeChecks(to(null), situation(keys)), 'candidates')).toBe('stop: Nobody may take over');
    const alone = { 'members/pg2': null, 'members/pg3': null };
    expect(outcome(changeChecks(to(null), situation(alone)), 'candidates')).toBe('stop: Nobody may take over');
  });
  it.each([
    [1, 'passed: The quorum can be reached'],
    [2, 'stop: The quorum cannot be reached'],
  ])('the votes of the others must come to the quorum of %i', (quorum, expected) => {
    const keys = {
      ...config({ synchronous_mode: 'quorum' }),
      sync: { leader: 'pg1', sync_standby: 'pg2,pg3', quorum },
    };
    expect(outcome(changeChecks(to(null), situation(keys)), 'quorum')).toBe(expected);
    expect(outcome(changeChecks(to('pg2'), situation(keys)), 'quorum')).toBeNull();
  });
  it('a warning about one of them is told', () => {
    const reports = [leaderAnswer(), answer('pg2', { pending_restart: true }), answer('pg3')];
    expect(bad(changeChecks(to(null), situation({}, { reports })))).toEqual(['pending pg2']);
  });
});

describe('what will be of the others', () => {
  it('two on one address are told', () => {
    const api_url = 'http://pg2:8008/patroni';
    expect(bad(changeChecks(to('pg2'), situation({ 'members/pg3': memberValue('pg3', { api_url }) })))).toContain(
      `address ${api_url}`,
    );
  });
  it('who does not run is told, but not the candidate twice', () => {
    const stopped = (name: string) => ({ [`members/${name}`]: memberValue(name, { state: 'stopped' }) });
    expect(outcome(changeChecks(to('pg2'), situation(stopped('pg3'))), 'others')).toBe('warning: pg3 does not run');
    expect(outcome(changeChecks(to('pg2'), situation(stopped('pg2'))), 'others')).toBeNull();
  });
  it.each([
    [true, /^passed/],
    [false, /^warning/],
  ])('the former leader can be rewound: %s', (use_pg_rewind, expected) => {
    const checks = changeChecks(to('pg2'), situation(config({ postgresql: { use_pg_rewind } })));
    expect(outcome(checks, 'rewind')).toMatch(expected);
  });
});
