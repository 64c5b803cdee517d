import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder } from './in-order';

const kept = (instants: readonly (number | null)[]) => [...inOrder(instants)];

describe('the instants of a history', () => {
  it.each([
    ['all in order', [1, 2, 2, 3], [0, 1, 2, 3]],
    ['a clock in the future', [1, 99, 2, 3], [0, 2, 3]],
    ['a clock in the past', [5, 6, 1, 7], [0, 1, 3]],
    ['the first in the future', [99, 1, 2], [1, 2]],
    ['two that do not go together: the first is believed', [9, 3], [0]],
    ['none that is known', [null, null], []],
    ['gaps', [1, null, 3], [0, 2]],
  ])('%s', (_, instants, expected) => {
    expect(kept(instants)).toEqual(expected);
  });

  it('are in order, and no further one could be added', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }), (instants) => {
        const indices = kept(instants);
        const values = indices.map((i) => instants[i] ?? 0);
        expect(values).toEqual([...values].sort((a, b) => a - b));
        expect(indices).toHaveLength(longest(instants));
      }),
    );
  });
});

/** By trying all: the length of the longest chain in order. */
function longest(instants: readonly number[]): number {
  const best: number[] = [];
  for (const [i, at] of instants.entries()) {
    best[i] = 1 + Math.max(0, ...best.slice(0, i).filter((_, j) => (instants[j] ?? 0) <= at));
  }
  return Math.max(0, ...best);
}
