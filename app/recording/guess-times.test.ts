import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { node } from '../cluster/test-nodes';
import { type Anchor, historyAnchor, initializeAnchor, timesFrom } from './guess-times';

const anchor = (upTo: number, from: number, ms: number): Anchor => ({ upTo: String(upTo), from: String(from), ms });

describe('the time of a revision that nobody saw', () => {
  it('is near the promotion from the lock that was taken before it to the history that was written after it', () => {
    const timeOf = timesFrom([anchor(10, 14, 5000)], anchor(30, 30, 21_000));
    expect(['10', '12', '14'].map((revision) => timeOf(revision))).toEqual([
      { kind: 'near', ms: 5000, earliestMs: null, latestMs: 21_000 },
      { kind: 'near', ms: 5000, earliestMs: null, latestMs: 21_000 },
      { kind: 'near', ms: 5000, earliestMs: 5000, latestMs: 21_000 },
    ]);
  });

  it('lies between two that are known, by its share of the revisions between them', () => {
    const timeOf = timesFrom([anchor(10, 14, 5000)], anchor(30, 30, 21_000));
    expect(timeOf('22')).toEqual({ kind: 'between', ms: 13_000, earliestMs: 5000, latestMs: 21_000 });
    expect(timeOf('30')).toMatchObject({ kind: 'between', ms: 20_999 });
  });

  it('was before the first that is known, at the pace of those after it, and no more is known', () => {
    const timeOf = timesFrom([anchor(10, 10, 50_000)], anchor(30, 30, 70_000));
    expect(timeOf('7')).toEqual({ kind: 'before', ms: 47_000, earliestMs: null, latestMs: 50_000 });
    const nothing = timesFrom([], anchor(100, 100, 1_000_000));
    expect(nothing('70')).toEqual({ kind: 'before', ms: 970_000, earliestMs: null, latestMs: 1_000_000 });
  });

  it('never runs backwards and never reaches now, whatever the clocks of the members say', () => {
    const anchors = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: -5, max: 120_000 })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(anchors, (some) => {
        const timeOf = timesFrom(
          some.map(([upTo, more, ms]) => anchor(upTo, upTo + more, ms)),
          anchor(60, 60, 100_000),
        );
        let last = 0;
        for (let revision = 1; revision <= 60; revision += 1) {
          const { ms, earliestMs, latestMs } = timeOf(String(revision));
          expect(ms).toBeGreaterThanOrEqual(last);
          expect(ms).toBeLessThan(100_000);
          expect(earliestMs ?? 0).toBeLessThanOrEqual(latestMs);
          last = ms;
        }
      }),
    );
  });
});

describe('what Patroni tells of a time', () => {
  const leader = node('/service/demo/leader', 'pg2', { createRevision: '20' });
  const history = (lines: unknown, more = {}): Anchor | null =>
    historyAnchor(node('/service/demo/history', JSON.stringify(lines), { modRevision: '23', ...more }), leader);
  const line = [3, 2000, 'no recovery target specified', '2026-11-21T04:00:00.5+01:00', 'pg2'];

  it('is the promotion in the newest line of the history', () => {
    expect(history([[2, 1000, 'x', '2026-11-20T00:00:00+00:00', 'pg1'], line])).toEqual({
      upTo: '20',
      from: '23',
      ms: Date.UTC(2026, 10, 21, 3, 0, 0, 500),
    });
    expect(history([line])).toMatchObject({ from: '23' });
  });

  it('is nothing where the history was written anew, by another than the leader, before its lock, or is none', () => {
    expect(history([[2, 1000, 'x'], line])).toBeNull();
    expect(history([[...line.slice(0, 4), 'pg7']])).toBeNull();
    expect(history([line], { modRevision: '19' })).toBeNull();
    for (const none of [[], {}, null, [[1, 2, 3]], [[1, 2, 'x', 'yesterday', 'pg2']], ['__proto__']])
      expect(history(none)).toBeNull();
    expect(historyAnchor(node('/service/demo/history', JSON.stringify([line])), undefined)).toBeNull();
  });

  it('is the second of initdb in the system identifier, where the key was there, empty, while it ran', () => {
    const initdb = Date.UTC(2026, 10, 20) / 1000;
    const value = String((BigInt(initdb) << 32n) + 77n);
    const of = (version: string): Anchor | null =>
      initializeAnchor(node('/service/demo/initialize', value, { createRevision: '3', modRevision: '9', version }));
    expect(of('2')).toEqual({ upTo: '3', from: '9', ms: initdb * 1000 });
    expect(of('1')).toBeNull();
  });
});
