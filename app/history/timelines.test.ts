import { describe, expect, it } from 'vitest';
import { build, nodes } from '../cluster/test-nodes';
import * as Cluster from '../cluster/cluster';
import { historyCsv } from './csv';
import { pieces } from './pieces';
import { timelines } from './timelines';

const reason = 'no recovery target specified';
const at = (minute: number): string => `2026-11-23T01:${String(minute).padStart(2, '0')}:00.123456+00:00`;

/** The timelines of a cluster whose leader pg1 is on timeline `on`, at 1000 bytes. */
function of(history: unknown, on = 4, optime = 1000): ReturnType<typeof timelines> {
  const built = build(
    nodes({
      leader: 'pg1',
      'members/pg1': { state: 'running', role: 'primary', timeline: on },
      status: { optime },
      ...(history === undefined ? {} : { history }),
    }),
  );
  return timelines(built.groups[0]?.cluster ?? Cluster.empty);
}

describe('the timelines', () => {
  it('begin where and when the line before ended, under the leader that it names', () => {
    const [first, second, third, current] = of([
      [1, 100, reason, at(0), 'pg2'],
      [2, 250, reason, at(2), 'pg3'],
      [3, 600, reason, at(5), 'pg1'],
    ]);
    expect(first).toMatchObject({
      number: 1,
      beganAt: null,
      beganLsn: null,
      leader: null,
      lastedMs: null,
      walBytes: null,
    });
    expect(second).toMatchObject({
      leader: 'pg2',
      beganLsn: 100,
      endedLsn: 250,
      lastedMs: 120_000,
      walBytes: 150,
      notes: [],
    });
    expect(third).toMatchObject({ leader: 'pg3', walBytes: 350, lastedMs: 180_000 });
    expect(current).toMatchObject({
      number: 4,
      isCurrent: true,
      leader: 'pg1',
      walBytes: 400,
      lastedMs: null,
      line: null,
    });
    expect(current?.beganAt).toBe('2026-11-23T01:05:00.123Z');
  });

  it('do not guess what an old line without an instant and a leader does not tell', () => {
    const [first, second, third] = of(
      [
        [1, 100, reason],
        [2, 250, reason, at(2)],
      ],
      3,
    );
    expect(first).toMatchObject({ endedAt: null, notes: [{ kind: 'no-instant' }] });
    expect(second).toMatchObject({ beganAt: null, beganLsn: 100, lastedMs: null, walBytes: 150, leader: null });
    expect(third).toMatchObject({ beganAt: '2026-11-23T01:02:00.123Z', leader: 'pg1' });
  });

  it('say which timelines are missing, and take nothing over across the gap', () => {
    const [first, second] = of(
      [
        [3, 100, reason, at(0), 'pg2'],
        [6, 900, reason, at(2), 'pg1'],
      ],
      7,
    );
    expect(first?.notes).toEqual([{ kind: 'gap', missing: [1, 2] }]);
    expect(second).toMatchObject({ beganAt: null, beganLsn: null, walBytes: null, leader: null });
    expect(second?.notes).toEqual([{ kind: 'gap', missing: [4, 5] }]);
  });

  it('do not believe a clock that goes back, nor a position that does', () => {
    const [, second, third] = of([
      [1, 500, reason, at(9), 'a'],
      [2, 400, reason, at(3), 'b'],
      [3, 600, reason, at(12), 'c'],
    ]);
    expect(second?.notes.map(({ kind }) => kind)).toEqual(['instant-out-of-order', 'lsn-goes-back']);
    expect(second).toMatchObject({ endedAt: null, lastedMs: null, walBytes: null });
    expect(third).toMatchObject({ beganAt: null, lastedMs: null, walBytes: 200 });
  });

  it('doubt one clock that is far ahead, and believe the lines after it', () => {
    const found = of([
      [1, 100, reason, at(1), 'a'],
      [2, 200, reason, '2099-01-01T00:00:00+00:00', 'b'],
      [3, 300, reason, at(2), 'c'],
      [4, 400, reason, at(3), 'd'],
    ]);
    expect(found.slice(0, 4).map(({ notes }) => notes.map(({ kind }) => kind))).toEqual([
      [],
      ['instant-out-of-order'],
      [],
      [],
    ]);
    expect(found[3]).toMatchObject({ beganAt: found[2]?.endedAt, lastedMs: expect.any(Number) as unknown });
  });

  it('end at the leader’s own position where it is further than /status', () => {
    const { groups } = build(
      nodes({
        leader: 'pg1',
        status: { optime: 500 },
        history: [[1, 100, reason]],
        'members/pg1': { timeline: 2, xlog_location: 700 },
      }),
    );
    expect(timelines(groups[0]?.cluster ?? Cluster.empty).at(-1)).toMatchObject({ endedLsn: 700, walBytes: 600 });
  });

  it.each([
    ['an instant without a zone', '2026-11-23T01:00:00'],
    ['words', 'yesterday'],
    ['a number', 17],
  ])('do not use %s', (_, stamp) => {
    expect(of([[3, 1, reason, stamp, 'pg1']])[0]).toMatchObject({ endedAt: null });
  });

  it('end with the leader’s own, also when the history does not lead to it yet', () => {
    const current = of([[1, 100, reason, at(0), 'pg2']], 3).at(-1);
    expect(current).toMatchObject({ number: 3, beganAt: null, walBytes: null, notes: [{ kind: 'not-in-history' }] });
  });

  it('are one, without a start, where there was no switch; none where nothing tells', () => {
    expect(of([], 1)).toMatchObject([{ number: 1, isCurrent: true, beganAt: null, notes: [] }]);
    expect(of(undefined, 1)).toMatchObject([{ number: 1, isCurrent: true, notes: [] }]);
    expect(timelines(Cluster.empty)).toEqual([]);
  });

  it('survive lines that are nothing of the kind', () => {
    const found = of([null, [], ['x', {}, [], false, 3], { a: 1 }], 2);
    expect(found).toHaveLength(5);
    expect(found[2]?.line).toEqual({ timeline: 'x', lsn: '{}', reason: '[]', timestamp: 'false', newLeader: '3' });
    expect(found[2]?.notes.map(({ kind }) => kind)).toContain('unreadable-line');
  });
});

describe('stretches of time', () => {
  const now = Date.parse('2026-11-23T02:00:00Z');
  const shape = (history: unknown, on = 4) =>
    pieces(of(history, on), now).map((piece) => [
      piece.from === null ? '?' : new Date(piece.from).getUTCMinutes(),
      piece.to === null ? '?' : piece.to === now ? 'now' : new Date(piece.to).getUTCMinutes(),
      piece.timelines.map(({ number }) => number).join(' '),
    ]);

  it('reach from one known instant to the next', () => {
    expect(
      shape([
        [1, 1, '', at(0)],
        [2, 2, '', at(4)],
        [3, 3, '', at(9)],
      ]),
    ).toEqual([
      ['?', 0, '1'],
      [0, 4, '2'],
      [4, 9, '3'],
      [9, 'now', '4'],
    ]);
  });

  it('hold several timelines where the switch between them has no instant', () => {
    expect(
      shape([
        [1, 1, '', at(0)],
        [2, 2, ''],
        [3, 3, '', at(9)],
      ]),
    ).toEqual([
      ['?', 0, '1'],
      [0, 9, '2 3'],
      [9, 'now', '4'],
    ]);
    expect(
      shape([
        [1, 1, ''],
        [2, 2, ''],
        [3, 3, ''],
      ]),
    ).toEqual([['?', 'now', '1 2 3 4']]);
  });

  it('do not reach across a gap', () => {
    expect(
      shape([
        [1, 1, '', at(0)],
        [3, 3, '', at(9)],
      ]),
    ).toEqual([
      ['?', 0, '1'],
      ['?', 9, '3'],
      [9, 'now', '4'],
    ]);
  });
});

describe('the history as CSV', () => {
  it('has what patronictl history prints, and the rest behind it', () => {
    const list = of(
      [
        [1, 100, reason, at(0), 'pg2'],
        [2, 0x1_0000_0010, 'a "reason", or two', at(2), 'pg1'],
      ],
      3,
    );
    expect(historyCsv([{ group: null, timelines: list }]).split('\r\n')).toEqual([
      'TL,LSN,Reason,Timestamp,New Leader,LSN (hex),Lasted (s),WAL written (bytes)',
      `1,100,${reason},${at(0)},pg2,0/64,,`,
      `2,4294967312,"a ""reason"", or two",${at(2)},pg1,1/10,120,4294967212`,
    ]);
  });

  it('begins with the group in an MPP cluster, and lets no name run as a formula', () => {
    const list = of([[1, 100, '=1+1', at(0), '@pg']], 2);
    const [head, line] = historyCsv([{ group: 2, timelines: list }]).split('\r\n');
    expect(head?.startsWith('Group,TL,')).toBe(true);
    expect(line).toBe(`2,1,100,'=1+1,${at(0)},'@pg,0/64,,`);
  });
});
