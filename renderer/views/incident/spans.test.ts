import { describe, expect, it } from 'vitest';
import type { ObservedEvent } from '../../../app/ipc/contract';
import { failovers, fieldOf, frameOf, instantOf, spanAround, withEnd } from './spans';

const at = (seconds: number): string => new Date(1_795_000_000_000 + seconds * 1000).toISOString();
const ms = (seconds: number): number => Date.parse(at(seconds));
const event = (seconds: number, kind: ObservedEvent['kind'], words: string): ObservedEvent => ({
  id: String(seconds),
  at: at(seconds),
  clusterId: 'c/demo',
  kind,
  words,
});
const events = [
  event(100, 'leader-changed', 'pg1 → pg2'),
  event(500, 'leader-lost', 'pg2 lost the lock'),
  event(520, 'leader-elected', 'pg3 leads'),
  event(600, 'member-left', 'pg2 left'),
];

describe('the spans of an incident', () => {
  it('are offered for each change of leader, the newest first', () => {
    expect(failovers(events, 10).map(({ lostMs, ledMs }) => [lostMs, ledMs])).toEqual([
      [ms(500), ms(520)],
      [ms(100), ms(100)],
    ]);
    expect(failovers(events, 1)).toHaveLength(1);
    expect(failovers([], 10)).toEqual([]);
  });

  it('around a line of /history are those of the change that was seen, though the clock that wrote it was off', () => {
    expect(spanAround(ms(560), events, ms(9999))).toEqual({ fromMs: ms(440), toMs: ms(565) });
    expect(spanAround(ms(3000), events, ms(9999))).toEqual({ fromMs: ms(2940), toMs: ms(3045) });
  });

  it('are never turned round, nor longer than a day', () => {
    const span = { fromMs: ms(0), toMs: ms(100) };
    expect(withEnd(span, 'from', ms(200)).fromMs).toBe(ms(98));
    expect(withEnd(span, 'to', ms(-5)).toMs).toBe(ms(2));
    expect(withEnd(span, 'to', ms(1_000_000)).toMs).toBe(ms(86_400));
    expect(withEnd(span, 'from', ms(-1_000_000)).fromMs).toBe(ms(100 - 86_400));
  });

  it('are shown with as much around them, and the picture stays while it still shows one well', () => {
    const span = { fromMs: ms(0), toMs: ms(100) };
    const shown = frameOf(span, null);
    expect(shown).toEqual({ fromMs: ms(-50), toMs: ms(150) });
    expect(frameOf({ fromMs: ms(10), toMs: ms(90) }, shown)).toBe(shown);
    expect(frameOf({ fromMs: ms(10), toMs: ms(12) }, shown)).not.toBe(shown);
    expect(frameOf({ fromMs: ms(10), toMs: ms(900) }, shown)).toEqual({ fromMs: ms(-435), toMs: ms(1345) });
  });

  it('are typed in local time', () => {
    expect(instantOf(fieldOf(ms(7)))).toBe(ms(7));
    expect(instantOf('2026-13-01')).toBeNull();
  });
});
