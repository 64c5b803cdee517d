import { describe, expect, it } from 'vitest';
import type { ObservedEvent } from '../../app/ipc/contract';
import { failoverBefore, marksOf, merged } from './marks';

const begin = Date.parse('2026-11-24T12:00:00Z');
const scale = { fromMs: begin, toMs: begin + 1000_000, width: 1000 };

const event = (
  second: number,
  kind: ObservedEvent['kind'],
  words: string = kind,
  id = String(second),
): ObservedEvent => ({
  id,
  at: new Date(begin + second * 1000).toISOString(),
  clusterId: 'one/demo',
  kind,
  words,
});

describe('the events on the time bar', () => {
  it('stand at their instants; what is outside of the bar is not drawn', () => {
    const marks = marksOf([event(-5, 'paused'), event(100, 'paused'), event(1001, 'resumed')], scale);
    expect(marks.map(({ x }) => x)).toEqual([100]);
  });

  it('that are close together are one mark, which stands for the one that counts most', () => {
    const near = [event(500, 'finding-came'), event(502, 'leader-lost'), event(503, 'leader-elected')];
    const [mark, ...rest] = marksOf(near, scale);
    expect(rest).toEqual([]);
    expect(mark).toMatchObject({ look: 'lost', x: 502, events: near, event: { kind: 'leader-lost' } });
  });

  it('say their words where there is room, those that count most first, and never over others', () => {
    const marks = marksOf(
      [event(480, 'paused', 'paused'), event(500, 'leader-lost', 'pg1 lost the leader lock')],
      scale,
    );
    expect(marks.map(({ label }) => label !== null)).toEqual([false, true]);
  });

  it('keep their words within the bar', () => {
    const [mark] = marksOf([event(999, 'leader-changed', 'a name that is long → another that is long')], scale);
    expect((mark?.label?.x ?? 0) + (mark?.label?.width ?? 0)).toBeLessThanOrEqual(scale.width);
  });

  it('come by time, each once, whether main or the window heard of them first', () => {
    const [a, b, c] = [event(1, 'paused'), event(2, 'resumed'), event(3, 'paused')];
    expect(merged([a, b], [c, b])).toEqual([a, b, c]);
  });

  it('of two runs of the program may have the same id', () => {
    expect(merged([event(1, 'paused', 'paused', 'e1')], [event(2, 'paused', 'paused', 'e1')])).toHaveLength(2);
  });
});

describe('the failover before an instant', () => {
  const lost = event(100, 'leader-lost', 'pg1 lost the leader lock');
  const won = event(112, 'leader-elected', 'pg2 took the leader lock after pg1');
  const at = (second: number) => begin + second * 1000;

  it('is from the loss of one leader to the next one', () => {
    const found = { lostMs: at(100), ledMs: at(112), words: won.words };
    expect(failoverBefore([lost, won], null)).toMatchObject(found);
    expect(failoverBefore([lost, won], at(105))).toMatchObject(found);
  });

  it('has no end while nobody leads', () => {
    expect(failoverBefore([lost], null)).toMatchObject({ lostMs: at(100), ledMs: null });
  });

  it('is one instant when the lock went from one to the other', () => {
    const changed = event(50, 'leader-changed', 'pg1 → pg2');
    expect(failoverBefore([changed, lost], at(60))).toMatchObject({ lostMs: at(50), ledMs: at(50) });
  });

  it('is of one group: what happens in another meanwhile is none of its', () => {
    const other = event(105, 'leader-elected', 'group 2: w1 took the leader lock');
    const own = [event(100, 'leader-lost', 'group 1: w1 lost the leader lock'), other];
    expect(failoverBefore(own, at(101))).toMatchObject({ group: 1, lostMs: at(100), ledMs: null });
  });

  it('is none before the first', () => {
    expect(failoverBefore([lost, won], at(99))).toBeNull();
    expect(failoverBefore([event(1, 'paused')], null)).toBeNull();
  });
});
