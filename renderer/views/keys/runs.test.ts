import { describe, expect, it } from 'vitest';
import { codePointName } from '../../../app/unseen';
import { countUndecodable, runsOf } from './runs';

describe('showing a stretch of a value', () => {
  it('hides a password behind one mark that does not tell its length', () => {
    expect(runsOf('u:abcdef@h', 0, 10, [[2, 8]])).toEqual([
      { kind: 'text', text: 'u:' },
      { kind: 'secret' },
      { kind: 'text', text: '@h' },
    ]);
  });

  it('hides the part of a password that reaches into the stretch', () => {
    expect(runsOf('abcdef', 2, 4, [[0, 6]])).toEqual([{ kind: 'secret' }]);
    expect(runsOf('abcdef', 2, 6, [[0, 3]])).toEqual([{ kind: 'secret' }, { kind: 'text', text: 'def' }]);
    expect(runsOf('abcdef', 3, 6, [[0, 3]])).toEqual([{ kind: 'text', text: 'def' }]);
  });

  it('picks the right ones of many', () => {
    const secrets = Array.from({ length: 1000 }, (_, i) => [i * 10, i * 10 + 2] as const);
    expect(runsOf('x'.repeat(10_000), 5000, 5003, secrets)).toEqual([{ kind: 'secret' }, { kind: 'text', text: 'x' }]);
  });

  it('names characters that would turn or hide the text around them', () => {
    expect(runsOf('a\u202eb', 0, 3, [])).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'special', code: 0x202e },
      { kind: 'text', text: 'b' },
    ]);
    expect(codePointName(0x202e)).toBe('U+202E');
    expect(codePointName(0)).toBe('U+0000');
  });

  it('leaves tabs, emoji and right-to-left letters as they are', () => {
    expect(runsOf('\t😀שלום', 0, 7, [])).toEqual([{ kind: 'text', text: '\t😀שלום' }]);
  });

  it('counts what was no UTF-8', () => {
    expect(countUndecodable('a\ufffdb\ufffd')).toBe(2);
    expect(countUndecodable('')).toBe(0);
  });
});
