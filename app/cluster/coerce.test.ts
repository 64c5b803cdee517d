import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBool, parseInt, pythonInt, roundHalfEven, truthy } from './coerce';

describe('parseBool', () => {
  it('takes the words that PostgreSQL takes, in any case', () => {
    expect(['on', 'True', 'YES', '1', 1, true].map(parseBool)).toEqual(Array(6).fill(true));
    expect(['off', 'False', 'NO', '0', 0, false].map(parseBool)).toEqual(Array(6).fill(false));
  });

  it('says nothing of other values', () => {
    expect(['foo', '', ' on', 'quorum', null, undefined, [], ['on'], {}, 2].map(parseBool)).toEqual(
      Array(10).fill(null),
    );
  });
});

describe('parseInt', () => {
  it.each([
    ['1', null, 1],
    [' 0x400 MB ', '16384kB', 64],
    ['1MB', 'kB', 1024],
    ['1000 ms', 's', 1],
    ['1TB', 'GB', null],
    [50, null, 50],
    ['51', null, 51],
    ['nonsense', null, null],
    ['nonsense', 'kB', null],
    [0, null, 0],
    ['6GB', '16MB', 384],
    ['4097.4kB', 'kB', 4097],
    ['4097.5kB', 'kB', 4098],
    ['-070', null, -56],
    ['+0x10', null, 16],
    ['08', null, null],
    ['1e3', null, 1000],
    ['.5', null, 0],
    ['1.5', null, 2],
    ['2.5', null, 2],
    ['1e999', null, null],
    ['e', null, null],
    ['1h', 's', 3600],
    ['1h', null, null],
    [true, null, null],
    [null, null, null],
    [[1], null, null],
    ['5 constructor', 's', null],
  ])('%j in %j is %j', (value, unit, expected) => {
    expect(parseInt(value, unit)).toBe(expected);
  });

  it('never throws and never gives a fraction', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(null, 's', 'kB', '16MB', 'x'), (value, unit) => {
        const number = parseInt(value as never, unit);
        expect(number === null || Number.isInteger(number)).toBe(true);
      }),
    );
  });
});

describe('pythonInt', () => {
  it('reads what Python’s int() reads', () => {
    expect(['3', ' +4 ', '1_000', 7.9, -7.9, true, false].map(pythonInt)).toEqual([3, 4, 1000, 7, -7, 1, 0]);
  });

  it('is null where int() raises', () => {
    expect(['', '1.5', 'a', '0x1', '1__0', null, undefined, [], {}].map(pythonInt)).toEqual(Array(9).fill(null));
  });
});

describe('roundHalfEven', () => {
  it('rounds as a banker does', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map(roundHalfEven).map((n) => n + 0)).toEqual([0, 2, 2, 0, -2, 2, 3]);
  });
});

describe('truthy', () => {
  it('is Python’s bool()', () => {
    expect([{}, [], '', 0, null, false, undefined].map(truthy)).toEqual(Array(7).fill(false));
    expect([{ a: 1 }, [0], 'false', 1, true].map(truthy)).toEqual(Array(5).fill(true));
  });
});
