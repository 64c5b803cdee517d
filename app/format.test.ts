import { describe, expect, it } from 'vitest';
import { exactBytes, formatDuration, formatInstant, instantHint } from './format';

describe('durations', () => {
  it('say tenths below a second, then whole units, at most two of them', () => {
    expect([0, 400, 1000, 59_400, 60_000, 61_000, 5 * 60_000 + 9000].map(formatDuration)).toEqual([
      '0.0 s',
      '0.4 s',
      '1 s',
      '59 s',
      '1 min',
      '1 min 1 s',
      '5 min',
    ]);
    expect([3_600_000, 7_500_000, 86_400_000 * 3 + 4 * 3_600_000].map(formatDuration)).toEqual([
      '1 h',
      '2 h 5 min',
      '3 d 4 h',
    ]);
  });

  it('are never negative: another machine’s clock may be ahead', () => {
    expect(formatDuration(-5000)).toBe('0.0 s');
  });
});

describe('instants', () => {
  it('that are none are shown as they are stored', () => {
    expect(formatInstant('tomorrow', 0)).toBe('tomorrow');
    expect(instantHint('<b>')).toBe('<b>');
  });

  it('leave out the date only on the same local day', () => {
    const noon = new Date(2026, 10, 23, 12, 0, 5);
    expect(formatInstant(noon.toISOString(), noon.getTime() + 60_000)).toBe('12:00:05');
    expect(formatInstant(noon.toISOString(), noon.getTime() + 86_400_000)).toBe('2026-11-23 12:00:05');
  });
});

it('exact bytes are grouped', () => {
  expect(exactBytes(19_293_798)).toBe('19,293,798 bytes');
});
