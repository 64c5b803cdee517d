import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff';

describe('the wait before another attempt', () => {
  it('doubles from a quarter of a second to ten seconds, give or take a fifth', () => {
    const backoff = new Backoff();
    for (const expected of [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
      const delay = backoff.next();
      expect(delay).toBeGreaterThanOrEqual(expected * 0.8);
      expect(delay).toBeLessThanOrEqual(expected * 1.2);
    }
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(300);
  });
});
