import { describe, expect, it } from 'vitest';
import { atMostAbove, atMostTimes, quantile } from './result';

describe('a benchmark result', () => {
  it('holds a ratio to its goal', () => {
    expect(atMostTimes('start', 'ms', 140, 100, 1.5, 'bare').ok).toBe(true);
    expect(atMostTimes('start', 'ms', 160, 100, 1.5, 'bare').ok).toBe(false);
  });

  it('holds a difference to its goal', () => {
    expect(atMostAbove('latency', 'ms', 11, 2, 10, 'bare').ok).toBe(true);
    expect(atMostAbove('latency', 'ms', 13, 2, 10, 'bare').ok).toBe(false);
  });

  it('takes quantiles by the nearest rank', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([...Array(100).keys()], 0.99)).toBe(98);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
