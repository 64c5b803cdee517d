import { describe, expect, it } from 'vitest';
import * as ClusterConfig from './cluster-config';
import * as Failover from './failover';
import * as Failsafe from './failsafe';
import * as Status from './status';
import * as SyncState from './sync-state';
import * as TimelineHistory from './timeline-history';

describe('Failover', () => {
  const parse = (value: unknown) => Failover.parse('1', typeof value === 'string' ? value : JSON.stringify(value));

  it('names leader and candidate', () => {
    expect(parse({ leader: 'cluster_leader', member: 'cluster_candidate' }).value).toMatchObject({
      leader: 'cluster_leader',
      candidate: 'cluster_candidate',
      scheduledAt: null,
    });
  });

  it('may be written leader:candidate, as old versions did', () => {
    expect(parse('abc: def')).toMatchObject({
      value: { version: '1', leader: 'abc', candidate: 'def', scheduledAt: null },
      problem: null,
    });
    expect(parse(':def').value).toMatchObject({ leader: null, candidate: 'def' });
    expect(parse('abc')).toMatchObject({ value: { leader: 'abc', candidate: null }, problem: 'is not JSON' });
  });

  it('asks for nothing when it is empty', () => {
    expect(['', '{}', 'null', '[1]', '5'].map((value) => Failover.isEmpty(parse(value).value))).toEqual(
      Array(5).fill(true),
    );
    expect(['', '{}', 'null'].map((value) => parse(value).problem)).toEqual([null, null, 'is JSON, but not an object']);
  });

  it.each([
    ['2016-01-14T10:09:57.1394Z', '2016-01-14T10:09:57.139Z', null],
    ['2026-11-23T02:15:32+00:00', '2026-11-23T02:15:32.000Z', null],
    ['2026-11-23 04:15+0200', '2026-11-23T02:15:00.000Z', null],
    ['2026-11-23T02:15:32.123456-05', '2026-11-23T07:15:32.123Z', null],
    ['2026-11-23T02:15:32', null, 'has a scheduled_at without a time zone'],
    ['2026-13-23T02:15:32Z', null, 'has a scheduled_at that is not an instant'],
    ['tomorrow', null, 'has a scheduled_at that is not an instant'],
    [7, null, 'has a scheduled_at that is not an instant'],
    ['', null, null],
    [null, null, null],
  ])('reads scheduled_at %j', (scheduledAt, expected, problem) => {
    expect(parse({ leader: 'a', scheduled_at: scheduledAt })).toMatchObject({
      value: { version: '1', leader: 'a', candidate: null, scheduledAt: expected },
      problem,
    });
  });
});

describe('SyncState', () => {
  it.each([null, '{}', '{', '[]', '{"leader":null}', '{"leader":0}'])('is empty for %j', (value) => {
    expect(SyncState.isEmpty(SyncState.fromNode('1', value))).toBe(true);
  });

  it('knows its members in any case, and its leader only when asked', () => {
    const sync = SyncState.fromNode('1', '{"leader":"foo","sync_standby":"bar, zoo,"}');
    const matches = (name: string | null, leader = false) => SyncState.matches(sync, name, leader);
    expect([
      matches('foo'),
      matches('fOo', true),
      matches('Bar'),
      matches('zoO'),
      matches('baz'),
      matches(null),
      matches(''),
    ]).toEqual([false, true, true, true, false, false, false]);
    expect([SyncState.members(sync), SyncState.leaderMatches(sync, 'FOO')]).toEqual([['foo', 'bar', 'zoo'], true]);
    expect(SyncState.matches(SyncState.empty('1'), 'foo')).toBe(false);
  });

  it('has a quorum only with a leader, and is empty when it is no number', () => {
    expect([
      SyncState.fromNode('1', '{"leader":"a","quorum":"2"}').quorum,
      SyncState.fromNode('1', '{"quorum":2}').quorum,
    ]).toEqual([2, 0]);
    expect(SyncState.parse('1', '{"leader":"a","quorum":"x"}')).toEqual({
      value: SyncState.empty('1'),
      problem: 'has a quorum that is not a number',
    });
  });
});

describe('Status', () => {
  it('has position, slots and retained slots', () => {
    expect(Status.parse('{"optime":"5","slots":{"a":"7","b":"x"},"retain_slots":["a",1]}')).toEqual({
      value: {
        lastLsn: 5,
        slots: [
          ['a', 7],
          ['b', 0],
        ],
        retainSlots: ['a', '1'],
      },
      problem: 'has retain_slots that are not text',
    });
  });

  it('may be a plain number, and may keep lists as text', () => {
    expect(Status.fromNode('123')).toEqual({ lastLsn: 123, slots: null, retainSlots: [] });
    expect(Status.fromNode('{"optime":1,"slots":"{\\"a\\":2}","retain_slots":"[\\"b\\"]"}')).toEqual({
      lastLsn: 1,
      slots: [['a', 2]],
      retainSlots: ['b'],
    });
  });

  it('is empty for what cannot be read', () => {
    expect([null, '', 'x', '[]', '"5"', 'null'].map((value) => Status.fromNode(value))).toEqual(
      Array(6).fill(Status.empty),
    );
    expect(Status.parse('{"slots":[]}')).toEqual({
      value: Status.empty,
      problem: 'has no optime that is a number, and has slots that are not an object',
    });
  });
});

describe('TimelineHistory', () => {
  const timeline = (value: string) => TimelineHistory.timeline(TimelineHistory.fromNode('1', value));

  it('leads to the timeline after the last that ended', () => {
    expect([timeline('[[1,5,"x"],[2,6,"y"]]'), timeline('[["3","2","1"]]')]).toEqual([3, 4]);
  });

  it('leads to timeline 1 when it is exactly an empty list', () => {
    expect([timeline('[]'), timeline('[ ]'), TimelineHistory.timeline(null)]).toEqual([1, 0, 0]);
  });

  it('leads nowhere when it cannot be read', () => {
    expect(['2', '{', '[["a"]]', '[[1],7]', '[[]]'].map(timeline)).toEqual(Array(5).fill(0));
    expect(TimelineHistory.parse('1', '[[1],7]').problem).toBe('has a line 2 that does not begin with a timeline');
  });
});

describe('ClusterConfig', () => {
  it('is not valid when it cannot be read', () => {
    expect(ClusterConfig.fromNode('7', '{"ttl":1}')).toEqual({ version: '7', data: { ttl: 1 }, modifyVersion: '7' });
    expect(['{', '[]', ''].map((value) => ClusterConfig.fromNode('7', value))).toEqual(
      Array(3).fill({ version: '7', data: {}, modifyVersion: '0' }),
    );
  });
});

describe('Failsafe', () => {
  it('is members with their URLs', () => {
    expect(Failsafe.parse('{"a":"u","b":1}')).toEqual({
      value: [['a', 'u']],
      problem: 'has a member whose URL is not text',
    });
    expect([null, '[]', 'x'].map(Failsafe.fromNode)).toEqual([null, null, null]);
  });
});
