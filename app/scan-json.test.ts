import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from './scan-json';

const lexemes = (text: string): string[] => scanJson(text).tokens.map(({ start, end }) => text.slice(start, end));
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('scanning JSON', () => {
  it('keeps numbers past 2^53 and names given twice as they are stored', () => {
    const text = '{"id":7711168519450301906,"id":1e400,"__proto__":{}}';
    expect(lexemes(text)).toEqual([
      '{',
      '"id"',
      ':',
      '7711168519450301906',
      ',',
      '"id"',
      ':',
      '1e400',
      ',',
      '"__proto__"',
      ':',
      '{',
      '}',
      '}',
    ]);
    expect(scanJson(text).fault).toBeNull();
  });

  it('tells names from text values and pairs the brackets', () => {
    const { tokens } = scanJson('{"a": ["b", true]}');
    expect(tokens.map((t) => t.kind)).toEqual([
      'open',
      'key',
      'colon',
      'open',
      'string',
      'comma',
      'literal',
      'close',
      'close',
    ]);
    expect(tokens[0]?.match).toBe(8);
    expect(tokens[3]?.match).toBe(7);
  });

  it.each([
    ['', 0, 'it is empty'],
    ['{"a":1', 6, 'it ends too early'],
    ['{"a" 1}', 5, 'a colon is missing'],
    ['[1,]', 3, 'a value is missing'],
    ['{"a":1,}', 7, 'a name in quotes is missing'],
    ['{} x', 3, 'there is more after the end of the value'],
    ['["a\nb"]', 3, 'a string holds a control character'],
    ['["\\x"]', 2, 'a string holds an unknown escape'],
    ['["abc', 5, 'a string is not closed'],
    ['[1 2]', 3, 'a comma or a closing bracket is missing'],
    ['pg1', 0, 'a value is missing'],
  ])('says where %j stops being JSON', (text, offset, words) => {
    expect(scanJson(text).fault).toEqual({ offset, words });
  });

  it('gives the tokens before a fault, an unfinished string too', () => {
    expect(lexemes('{"password":"secr')).toEqual(['{', '"password"', ':', '"secr']);
  });

  it('agrees with JSON.parse on what JSON is', () => {
    const almostJson = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '0', '-', '\\', 'e', '\u0001', 'tru'),
      )
      .map(([json, place, char]) => {
        const at = place % (json.length + 1);
        return json.slice(0, at) + char + json.slice(at + (place % 2));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), almostJson, fc.string()), (text) => {
        expect(scanJson(text).fault === null).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('loses nothing but space: the tokens joined parse to the same value', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(lexemes(text).join(''))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes brackets nested as deep as a value can hold them', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(scanJson(deep).fault).toBeNull();
  });
});
