import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import type { Task } from './intent';
import { readReport } from './member-report';
import { beginTask, mayGoOn, type TaskCourse, taskHeard, taskSaw, taskSent } from './task-course';

const at = 1_000_000;

const member = (role: string, more: object = {}) => ({
  state: 'running',
  role,
  timeline: 3,
  version: '4.1.5',
  ...(role === 'replica' ? { replication_state: 'streaming' } : {}),
  api_url: 'http://10.0.0.1:8008/patroni',
  ...more,
});

function cluster(more: Record<string, unknown> = {}): Cluster.Cluster {
  const keys = {
    config: {},
    leader: 'pg1',
    'members/pg1': member('primary'),
    'members/pg2': member('replica'),
    ...more,
  };
  return build(nodes(keys)).groups[0]?.cluster ?? Cluster.empty;
}

const request = (name: string, path: string) => ({
  kind: 'rest' as const,
  member: name,
  apiUrl: 'http://10.0.0.1:8008/patroni',
  method: 'POST' as const,
  path,
  body: null,
  url: `http://10.0.0.1:8008${path}`,
});

const answer = (status: number, body = ''): Parameters<typeof taskSent>[1] => ({ kind: 'answered', at, status, body });

const says = (course: TaskCourse, name: string, told: object): TaskCourse =>
  taskHeard(
    course,
    readReport(name, '', { kind: 'answered', status: 200, elapsedMs: 5, body: JSON.stringify(told) }),
    at,
  );

const reinitialize: Task = { kind: 'reinitialize', group: null, members: ['pg2'], fromLeader: false };
const copying = { state: 'creating replica', role: 'replica' };
const standby = (version: string, more: object = {}) => ({
  state: 'running',
  role: 'replica',
  patroni: { version, scope: 'demo', name: 'pg2' },
  ...more,
});
const asked = (): TaskCourse =>
  taskSent(beginTask(reinitialize, [request('pg2', '/reinitialize')], cluster(), at), answer(200));

describe('a reinitialize', () => {
  it('is not over while the key of the member still tells how it was before', () => {
    const course = taskSaw(says(asked(), 'pg2', copying), cluster(), at);
    expect(course.outcome).toBeNull();
    expect(says(course, 'pg2', standby('4.1.5', { replication_state: 'streaming' })).outcome?.kind).toBe('done');
  });

  it('is over by the key once that has told of the beginning too', () => {
    const course = taskSaw(asked(), cluster({ 'members/pg2': member('replica', { state: 'creating replica' }) }), at);
    expect(course.outcome).toBeNull();
    expect(taskSaw(course, cluster(), at).outcome?.kind).toBe('done');
  });

  it('is not over while the new copy gets no WAL', () => {
    const course = says(asked(), 'pg2', copying);
    expect(says(course, 'pg2', standby('4.1.5')).outcome).toBeNull();
    expect(says(course, 'pg2', standby('4.1.5', { replication_state: 'in archive recovery' })).outcome?.kind).toBe(
      'done',
    );
  });

  it('is over when it runs, where Patroni does not tell more', () => {
    expect(says(says(asked(), 'pg2', copying), 'pg2', standby('3.0.2')).outcome?.kind).toBe('done');
  });

  it('is not over before it has begun', () => {
    expect(says(asked(), 'pg2', standby('4.1.5', { replication_state: 'streaming' })).outcome).toBeNull();
  });
});

describe('requests to several members', () => {
  const restart: Task = {
    kind: 'restart',
    group: null,
    members: ['pg2', 'pg1'],
    scheduledAt: null,
    onlyPending: false,
  };
  const begun = beginTask(restart, [request('pg2', '/restart'), request('pg1', '/restart')], cluster(), at);

  it('stop at the first refusal, and say who was done and who is not asked', () => {
    const first = taskSent(begun, answer(503, 'a restart failed'));
    expect(mayGoOn(first)).toBe(false);
    expect(first.outcome).toMatchObject({ kind: 'refused' });
    expect(first.outcome?.words).toMatch(/“a restart failed” \(HTTP 503\).*Not asked any more: pg1/);
    const second = taskSent(taskSent(begun, answer(200)), answer(503));
    expect(second.outcome).toMatchObject({ kind: 'failed' });
    expect(second.outcome?.words).toContain('Done before: pg2.');
  });

  it('are done when each has answered and runs', () => {
    const sent = taskSent(taskSent(begun, answer(200)), answer(200));
    expect(sent.outcome).toBeNull();
    const running = { state: 'running', role: 'replica' };
    expect(says(says(sent, 'pg2', running), 'pg1', running).outcome?.kind).toBe('done');
  });
});
