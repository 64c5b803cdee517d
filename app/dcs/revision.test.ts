import { describe, expect, it } from 'vitest';
import { compareRevisions, nextRevision, previousRevision } from './revision';

describe('a revision', () => {
  it('is ordered by its number, not by its letters', () => {
    expect(compareRevisions('9', '10')).toBeLessThan(0);
    expect(compareRevisions('10', '9')).toBeGreaterThan(0);
    expect(compareRevisions('10', '10')).toBe(0);
  });

  it('stays exact beyond 2^53', () => {
    expect(nextRevision('9007199254740993')).toBe('9007199254740994');
    expect(previousRevision('9223372036854775807')).toBe('9223372036854775806');
    expect(compareRevisions('9007199254740993', '9007199254740992')).toBeGreaterThan(0);
  });
});
