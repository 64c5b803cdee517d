import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gapAfter, PIECE_LENGTH, prettyRows, rawRows, type Row } from './rows';
import { scanJson } from '../../../app/scan-json';

const print = (text: string, rows: readonly Row[]): string[] => {
  const { tokens } = scanJson(text);
  return rows.map((row) => {
    const space = '  '.repeat(row.indent);
    if (row.kind === 'text') return space + text.slice(row.start, row.end);
    let line = space;
    for (let i = row.from; i <= row.to; i += 1) {
      line += text.slice(tokens[i]?.start, tokens[i]?.end) + (i < row.to ? gapAfter(tokens, text, i) : '');
    }
    return line;
  });
};
const pretty = (text: string): string[] => print(text, prettyRows(text, scanJson(text).tokens));

describe('laying out a value', () => {
  it('puts each member of the outermost object on a line, and short ones inside on one', () => {
    expect(pretty('{"ttl":30,"postgresql":{"use_slots":true,"parameters":{}},"tags":["a",1]}')).toEqual([
      '{',
      '  "ttl": 30,',
      '  "postgresql": { "use_slots": true, "parameters": {} },',
      '  "tags": ["a", 1]',
      '}',
    ]);
  });

  it('opens what is too long for one line', () => {
    const long = 'x'.repeat(40);
    expect(pretty(`{"a":{"b":"${long}","c":"${long}"}}`)).toEqual([
      '{',
      '  "a": {',
      `    "b": "${long}",`,
      `    "c": "${long}"`,
      '  }',
      '}',
    ]);
  });

  it('leaves a value that is no list and no object on its one line', () => {
    expect(pretty('7711168519450301906')).toEqual(['7711168519450301906']);
    expect(pretty('{}')).toEqual(['{}']);
  });

  it('lays out an unfinished text as far as it goes', () => {
    expect(pretty('{"a":{"b":1,"c')).toEqual(['{', '  "a": {', '    "b": 1,', '    "c']);
  });

  it('changes nothing but space, for any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(pretty(text).join('\n'))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('cuts a very long text into pieces, between characters', () => {
    const text = `{"a":"${'x'.repeat(PIECE_LENGTH - 2)}${'😀'.repeat(PIECE_LENGTH)}"}`;
    const pieces = prettyRows(text, scanJson(text).tokens).filter((row) => row.kind === 'text');
    expect(pieces.length).toBeGreaterThan(2);
    for (const row of pieces) expect(text.slice(row.start, row.end)).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    expect(pieces.map((row) => text.slice(row.start, row.end)).join('')).toBe(text.slice(5, -1));
  });

  it('shows a raw value line by line, an empty one as one empty line', () => {
    expect(print('a\n\nb', rawRows('a\n\nb'))).toEqual(['a', '', 'b']);
    expect(rawRows('')).toHaveLength(1);
    expect(rawRows('x'.repeat(PIECE_LENGTH * 2 + 1))).toHaveLength(3);
  });
});
