import { describe, expect, it } from 'vitest';
import { intOf, str, strip } from './python-text';

describe("Python's view of text", () => {
  it('strips its own blanks', () => {
    expect([strip('\x1c a\x85'), strip('\uFEFFa')]).toEqual(['a', '\uFEFFa']);
  });

  it('takes no longer for blanks within a text than for others', () => {
    // Within the time of a test only if each blank is looked at once: a store may hold a value of megabytes.
    const blanks = `a${' '.repeat(500_000)}b`;
    expect(strip(` ${blanks} `)).toBe(blanks);
  });

  it.each([
    ['12', 12],
    [' -1_000 ', -1000],
    ['٣', 3],
    ['𝟘𝟙𝟡', 19],
    ['1__0', null],
    ['_1', null],
    ['1.0', null],
    ['', null],
    ['9'.repeat(400), null],
  ])('reads %j as a whole number', (text, expected) => {
    expect(intOf(text)).toBe(expected);
  });

  it('writes single values', () => {
    expect([null, true, false, 5, 'x'].map(str)).toEqual(['None', 'True', 'False', '5', 'x']);
  });
});
