import { describe, expect, it } from 'vitest';
import { plainName, splitUnseen } from './unseen';

describe('a name with characters that nobody sees', () => {
  it('never looks like the name without them', () => {
    for (const unseen of [
      '\u200b',
      '\u202e',
      '\n',
      '\u2028',
      '\ufeff',
      '\u00ad',
      '\u00a0',
      '\u{e0041}',
      '\u3164',
      '\t',
    ])
      for (const name of [`pg${unseen}-1`, `${unseen}pg-1`, `pg-1${unseen}`])
        expect(plainName(name), JSON.stringify(name)).toMatch(/^\S*⟨U\+[0-9A-F]{4,5}⟩\S*$/);
  });

  it('shows a space at its start or end, and every second one', () => {
    expect(plainName(' pg-1')).toBe('⟨U+0020⟩pg-1');
    expect(plainName('pg-1  ')).toBe('pg-1⟨U+0020⟩⟨U+0020⟩');
    expect(plainName('pg  1')).toBe('pg⟨U+0020⟩ 1');
  });

  it('is left as it is when all of it can be seen', () => {
    for (const name of ['pg-1', 'my cluster', 'שרת-1', '😀', 'é', '👩‍👩‍👧', '❤️‍🔥', '']) expect(plainName(name)).toBe(name);
  });

  it('is split where the unseen character stands', () => {
    expect(splitUnseen('a\u200bb', { spaces: true })).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'special', code: 0x200b },
      { kind: 'text', text: 'b' },
    ]);
  });
});
