import { describe, expect, it } from 'vitest';
import { isSlotNameCut, slotNameFromMemberName } from './slot-name';

describe('a slot’s name from a member’s', () => {
  it.each([
    ['pg1', 'pg1'],
    ['PG-1.example.com', 'pg_1_example_com'],
    ['a b', 'au0032b'],
    ['é', 'u0233'],
    ['\u{1F418}', 'u128024'],
  ])('%s → %s', (name, slot) => {
    expect(slotNameFromMemberName(name)).toBe(slot);
  });

  it('ends after 63 characters', () => {
    expect(slotNameFromMemberName('x'.repeat(70))).toBe('x'.repeat(63));
    expect([isSlotNameCut('x'.repeat(63)), isSlotNameCut('x'.repeat(64))]).toEqual([false, true]);
  });
});
