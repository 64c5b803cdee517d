import { describe, expect, it } from 'vitest';
import { compareText, excerpt, trimmed, trimmedEnd } from './text';

describe('compareText', () => {
  it('orders as the bytes of UTF-8 do', () => {
    const texts = ['pg\u{1F418}', 'pg\uFF21', 'pg', 'pg10', 'pg2', 'PG', 'pgé', ''];
    const asBytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect([...texts].sort(compareText)).toEqual(asBytes);
  });
});

describe('excerpt', () => {
  it('leaves a short text alone', () => {
    expect(excerpt('x'.repeat(200))).toHaveLength(200);
  });

  it('cuts a long text to 200 units and says so', () => {
    expect(excerpt('x'.repeat(1_000_000))).toBe(`${'x'.repeat(199)}…`);
  });

  it('does not cut a character in two', () => {
    expect(excerpt('ab\u{1F418}cd', 4)).toBe('ab…');
  });
});

describe('trimmed', () => {
  const isSlash = (character: string): boolean => character === '/';

  it('cuts what it is told to cut, at its ends alone', () => {
    expect(['//a//b//', '////', '', 'a'].map((text) => trimmed(text, isSlash))).toEqual(['a//b', '', '', 'a']);
    expect(['//a//b//', '////'].map((text) => trimmedEnd(text, isSlash))).toEqual(['//a//b', '']);
  });
});
