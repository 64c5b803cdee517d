import { describe, expect, it } from 'vitest';
import type { Task } from './intent';
import { taskChecks } from './task-checks';
import { answer, bad, leaderAnswer, memberValue, outcome, situation, unreachable } from './test-situation';

const group = null;
const at = '2026-11-24T13:00:00Z';
const of = (intent: Task, keys = {}, over = {}) => taskChecks(intent, situation(keys, over));
const paused = { config: { pause: true } };
const restart = (members: readonly string[], more: { scheduledAt?: string; onlyPending?: boolean } = {}): Task => ({
  kind: 'restart',
  group,
  members,
  scheduledAt: more.scheduledAt ?? null,
  onlyPending: more.onlyPending ?? false,
});

describe('cancelling a switchover', () => {
  const cancel: Task = { kind: 'cancel-switchover', group };
  it.each([
    [null, 'stop: Nothing is scheduled'],
    [{}, 'stop: Nothing is scheduled'],
    [{ leader: 'pg1', member: 'pg2' }, 'stop: The request is under way'],
    [{ leader: 'pg1', scheduled_at: '2026-11-24T12:00:04.999+00:00' }, 'warning: Its time has almost come'],
    [{ leader: 'pg1', scheduled_at: '2026-11-24T12:00:05+00:00' }, 'passed: A switchover is scheduled'],
  ])('of %j', (failover, expected) => {
    expect(outcome(of(cancel, { failover }), 'request')).toBe(expected);
  });
});

describe('pausing', () => {
  const pause: Task = { kind: 'pause', group };
  it('has nothing against it', () => {
    expect(bad(of(pause))).toEqual([]);
  });
  it('is nothing to do when it is paused', () => {
    expect(outcome(of(pause, paused), 'paused')).toBe('stop: The cluster is paused already');
  });
  it('without a leader keeps it so', () => {
    expect(bad(of(pause, { leader: null }))).toEqual(['leader']);
  });
  it('holds up what is scheduled', () => {
    expect(bad(of(pause, { failover: { leader: 'pg1', scheduled_at: at } }))).toEqual(['request']);
  });
});

describe('resuming', () => {
  const resume: Task = { kind: 'resume', group };
  it('has nothing against it', () => {
    expect(bad(of(resume, paused))).toEqual([]);
  });
  it('is nothing to do when it is not paused', () => {
    expect(outcome(of(resume), 'paused')).toBe('stop: The cluster is not paused');
  });
  it('without a leader makes one', () => {
    expect(bad(of(resume, { ...paused, leader: null }))).toEqual(['leader']);
  });
  it('stops a primary that has no lock, and starts what is stopped', () => {
    const reports = [leaderAnswer(), answer('pg2', { role: 'primary' })];
    const keys = { ...paused, 'members/pg3': memberValue('pg3', { state: 'stopped' }) };
    expect(bad(of(resume, keys, { reports }))).toEqual(['primaries', 'stopped']);
  });
});

describe('what goes to members', () => {
  const reload = (members: readonly string[]): Task => ({ kind: 'reload', group, members });
  it.each([
    [[], 'members', 'stop: No member is chosen'],
    [['pg2'], 'member pg2', 'passed: pg2 answers'],
    [['pg9'], 'member pg9', 'stop: pg9 is not a member'],
    [['pg3'], 'member pg3', 'stop: pg3 cannot be reached'],
  ])('of %j', (members, id, expected) => {
    const reports = [answer('pg2'), unreachable('pg3')];
    expect(outcome(of(reload(members), {}, { reports }), id)).toBe(expected);
  });
});

describe('a restart', () => {
  it('of a replica has nothing against it', () => {
    expect(bad(of(restart(['pg2'])))).toEqual([]);
    expect(bad(of(restart(['pg2'], { scheduledAt: at })))).toEqual([]);
  });
  it('of the leader cuts connections', () => {
    expect(bad(of(restart(['pg1'])))).toEqual(['leader']);
  });
  it('is not scheduled while paused, nor in the past, nor beside another', () => {
    expect(bad(of(restart(['pg2'], { scheduledAt: at }), paused))).toEqual(['paused']);
    expect(bad(of(restart(['pg2']), paused))).toEqual([]);
    expect(bad(of(restart(['pg2'], { scheduledAt: '2026-11-24T12:00:00Z' })))).toEqual(['schedule']);
    const keys = { 'members/pg2': memberValue('pg2', { scheduled_restart: { schedule: at } }) };
    expect(bad(of(restart(['pg2'], { scheduledAt: at }), keys))).toEqual(['scheduled pg2']);
    expect(bad(of(restart(['pg2']), keys))).toEqual([]);
  });
  it('of those that wait for one is not done to others', () => {
    expect(bad(of(restart(['pg2'], { onlyPending: true })))).toEqual(['pending pg2']);
    const reports = [answer('pg2', { pending_restart: true })];
    expect(bad(of(restart(['pg2'], { onlyPending: true }), {}, { reports }))).toEqual([]);
  });
  it('is cancelled only where there is one', () => {
    const cancel: Task = { kind: 'cancel-restart', group, members: ['pg2'] };
    expect(bad(of(cancel))).toEqual(['scheduled pg2']);
    expect(bad(of(cancel, { 'members/pg2': memberValue('pg2', { scheduled_restart: { schedule: at } }) }))).toEqual([]);
  });
});

describe('reinitializing', () => {
  const reinit = (name: string): Task => ({ kind: 'reinitialize', group, members: [name], fromLeader: false });
  it('always says that data goes', () => {
    expect(bad(of(reinit('pg2')))).toEqual(['data']);
  });
  it('is never done to the leader, nor without one', () => {
    expect(outcome(of(reinit('pg1')), 'leader')).toBe('stop: pg1 leads');
    expect(outcome(of(reinit('pg2'), { leader: null }), 'leader')).toBe('stop: Nobody leads');
  });
  it('says who streams from it', () => {
    const keys = { 'members/pg3': memberValue('pg3', { tags: { replicatefrom: 'pg2' } }) };
    expect(bad(of(reinit('pg2'), keys))).toEqual(['data', 'followers']);
  });
});

describe('removing a cluster', () => {
  const remove: Task = { kind: 'remove-cluster', group };
  it('says what goes, who leads and who runs', () => {
    expect(bad(of(remove))).toEqual(['leader', 'alive', 'gone']);
    expect(bad(of(remove, { leader: null }, { reports: [] }))).toEqual(['gone']);
    expect(outcome(of(remove, {}, { reports: [] }), 'alive')).toBe('not-asked: No member answers');
  });
});

describe('changing the configuration', () => {
  const edited = (text: string, wrong = false) => {
    const all = situation();
    const revision = wrong ? '1' : (all.cluster.config?.version ?? '');
    return taskChecks({ kind: 'edit-config', group, text, revision }, all);
  };
  it('wants a JSON object that says something else', () => {
    expect(outcome(edited('{'), 'text')).toBe('stop: It is no configuration');
    expect(outcome(edited('[]'), 'text')).toBe('stop: It is no configuration');
    const same = JSON.stringify(situation().cluster.config?.data);
    expect(outcome(edited(same), 'text')).toBe('stop: Nothing is changed');
    expect(bad(edited('{"ttl": 40, "loop_wait": 10, "maximum_lag_on_failover": 1048576}'))).toEqual([]);
  });
  it('is not done over another’s change', () => {
    expect(outcome(edited('{"ttl": 40}', true), 'revision')).toBe('stop: The configuration was changed meanwhile');
  });
  it('warns of what it makes hazardous, each by itself', () => {
    const checks = edited('{"maximum_lag_on_failover": -1, "postgresql": {"parameters": {"fsync": "off"}}}');
    expect(bad(checks)).toHaveLength(2);
    expect(checks.filter(({ state }) => state === 'stop')).toEqual([]);
  });
});
