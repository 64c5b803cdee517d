import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import { advance, beginChange, type ChangeCourse, type ChangeFact } from './change-course';
import { changePhases } from './change-phases';
import type { ChangeOfLeader } from './intent';
import { readReport } from './member-report';

const at = 1_000_000;
const intent: ChangeOfLeader = { kind: 'switchover', group: null, leader: 'pg1', candidate: 'pg2', scheduledAt: null };

const member = (role: string, timeline: number, more: object = {}) => ({
  state: 'running',
  role,
  timeline,
  ...(role === 'replica' ? { replication_state: 'streaming' } : {}),
  api_url: 'http://10.0.0.1:8008/patroni',
  ...more,
});

/** The cluster as keys tell it: pg1 leads on timeline 3 unless told. */
function keys(more: Record<string, unknown> = {}): ChangeFact {
  const all = {
    config: {},
    leader: 'pg1',
    'members/pg1': member('primary', 3),
    'members/pg2': member('replica', 3),
    'members/pg3': member('replica', 3),
    ...more,
  };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return { kind: 'cluster', cluster: build(nodes(kept)).groups[0]?.cluster ?? Cluster.empty };
}

const asked = { failover: { leader: 'pg1', member: 'pg2' } };
const over = {
  leader: 'pg2',
  'members/pg1': member('replica', 4),
  'members/pg2': member('primary', 4),
  'members/pg3': member('replica', 4),
};

function begun(): ChangeCourse {
  const first = keys();
  if (first.kind !== 'cluster') throw new Error('no cluster');
  return beginChange(intent, first.cluster, at);
}

/** A second between each. */
const after = (...facts: readonly ChangeFact[]): ChangeCourse =>
  facts.reduce((course, fact, i) => advance(course, fact, at + (i + 1) * 1000), begun());

const answered = (status: number, body: string): ChangeFact => ({
  kind: 'sent',
  sent: { kind: 'answered', at: at + 500, status, body },
});

const says = (name: string, told: object): ChangeFact => ({
  kind: 'report',
  askedAt: at,
  report: readReport(name, '', { kind: 'answered', status: 200, elapsedMs: 5, body: JSON.stringify(told) }),
});

describe('a change of the leader', () => {
  it('is done when every member that ran before follows the new leader', () => {
    expect(after(keys(asked), keys({ ...asked, leader: null })).outcome).toBeNull();
    const almost = after(keys(asked), keys({ ...over, 'members/pg3': member('replica', 3) }));
    expect(almost.outcome).toBeNull();
    expect(after(keys(asked), keys({ ...over, 'members/pg3': member('replica', 3) }), keys(over)).outcome?.kind).toBe(
      'done',
    );
  });

  it('goes on though the API gave up: "status unknown" is no end', () => {
    expect(after(keys(asked), answered(503, 'Switchover status unknown')).outcome).toBeNull();
    expect(after(keys(asked), answered(503, 'Switchover status unknown'), keys(over)).outcome?.kind).toBe('done');
  });

  it('is refused by an answer that says so, in words', () => {
    const { outcome } = after(answered(412, 'switchover is not possible: no good candidates have been found'));
    expect(outcome).toMatchObject({ kind: 'refused', title: 'Nothing was changed' });
    expect(outcome?.words).toMatch(/asked pg2.*not reachable.*no good candidates/s);
  });

  it('was dropped when the request goes and the leader stays', () => {
    expect(after(keys(asked), keys()).outcome).toMatchObject({
      kind: 'failed',
      dropped: true,
      title: 'pg1 goes on leading',
    });
  });

  it('says when another one took over than was asked for', () => {
    const other = {
      leader: 'pg3',
      'members/pg1': member('replica', 4),
      'members/pg2': member('replica', 4),
      'members/pg3': member('primary', 4),
    };
    expect(after(keys(asked), keys(other)).outcome).toMatchObject({ kind: 'done-otherwise' });
  });

  it('does not wait for ever for a former leader that is gone', () => {
    const gone = keys({ ...over, 'members/pg1': null });
    const course = after(keys(asked), gone);
    expect(course.outcome).toBeNull();
    const { outcome } = advance(course, { kind: 'tick' }, at + 90_000);
    expect(outcome).toMatchObject({ kind: 'done-otherwise' });
    expect(outcome?.words).toMatch(/Not there any more: pg1/);
  });

  it('was not sent where no connection came about, and never came where nothing shows after a lost answer', () => {
    const lost = (sent: 'no' | 'perhaps'): ChangeFact => ({
      kind: 'sent',
      sent: { kind: 'unreachable', at, sent, words: 'Gone.' },
    });
    expect(after(lost('no')).outcome?.kind).toBe('refused');
    const perhaps = after(lost('perhaps'));
    expect(perhaps.outcome).toBeNull();
    expect(advance(perhaps, { kind: 'tick' }, at + 60_000).outcome?.title).toBe('The request did not arrive');
  });

  it('believes the members where the store is away', () => {
    const course = after(keys(asked), says('pg2', { state: 'running', role: 'primary', timeline: 4 }));
    expect([course.taken?.member, course.writable?.timeline]).toEqual(['pg2', 4]);
  });

  it('has failed when the leader stopped and has the lock again', () => {
    const running = { state: 'running', role: 'primary', timeline: 3 };
    const course = after(
      says('pg1', running),
      keys(asked),
      says('pg1', { state: 'stopping', role: 'primary' }),
      says('pg1', running),
      keys(),
    );
    expect(course.outcome).toMatchObject({ kind: 'failed', title: 'pg1 leads again' });
  });

  it('measures how long nobody took writes', () => {
    const { outage } = after(
      says('pg1', { state: 'running', role: 'primary' }),
      keys(asked),
      says('pg1', { state: 'stopping', role: 'primary' }),
      says('pg2', { state: 'running', role: 'replica' }),
      says('pg2', { state: 'running', role: 'primary', timeline: 4 }),
    );
    expect([outage.lastOk, outage.firstBad, outage.resumed?.at]).toEqual([at, at + 3000, at + 5000]);
  });

  it('counts nobody as following a timeline that is not known, and names none', () => {
    const unled = keys({ leader: null });
    if (unled.kind !== 'cluster') throw new Error('no cluster');
    const failover: ChangeOfLeader = { kind: 'failover', group: null, candidate: 'pg2' };
    const begun = beginChange(failover, unled.cluster, at);
    const replicas = (course: ChangeCourse): string | undefined =>
      changePhases(course, at).find(({ id }) => id === 'replicas')?.title;
    expect(replicas(begun)).toBe('Every replica on the new timeline');
    const silent = { leader: 'pg2', 'members/pg2': member('primary', 0, { timeline: null }) };
    expect(advance(begun, keys({ ...silent, 'members/pg1': member('replica', 3) }), at).following).toEqual([]);
    const led = advance(begun, keys({ ...over, 'members/pg3': member('replica', 3) }), at);
    expect(led.following.map((one) => one.member)).toEqual(['pg1']);
    expect(replicas(led)).toBe('Every replica on timeline 4');
  });
});
