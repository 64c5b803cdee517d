import { describe, expect, it } from 'vitest';
import { calmOrder } from './calm-order';

describe('the order of a list that is being read', () => {
  it('is the wanted one while nobody reads it', () => {
    expect(calmOrder(['a', 'b', 'c'], ['c', 'a', 'b'], false)).toEqual(['c', 'a', 'b']);
  });

  it('stays while somebody does: the new comes last, the gone leaves', () => {
    expect(calmOrder(['a', 'b', 'c'], ['d', 'c', 'a'], true)).toEqual(['a', 'c', 'd']);
  });

  it('is the same list when nothing changed, so that nothing renders', () => {
    const shown = ['a', 'b'];
    expect(calmOrder(shown, ['a', 'b'], false)).toBe(shown);
    expect(calmOrder(shown, ['b', 'a'], true)).toBe(shown);
  });
});
