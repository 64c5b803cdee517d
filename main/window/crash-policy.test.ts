import { describe, expect, it } from 'vitest';
import { CrashPolicy } from './crash-policy';

describe('a page whose process ended', () => {
  it('is loaded again twice within a minute, then the person is asked', () => {
    const policy = new CrashPolicy();
    expect([0, 5_000, 10_000, 11_000].map((at) => policy.crashed(at))).toEqual(['reload', 'reload', 'ask', 'ask']);
  });

  it('is not loaded for ever when it crashes every few seconds', () => {
    const policy = new CrashPolicy();
    expect(Array.from({ length: 8 }, (_, i) => policy.crashed(i * 11_000))).toContain('ask');
  });

  it('is loaded again when it crashes once an hour', () => {
    const policy = new CrashPolicy();
    expect([1, 2, 3, 4].map((hour) => policy.crashed(hour * 3_600_000))).toEqual(Array(4).fill('reload'));
  });

  it('has two more reloads once the person asked for it again', () => {
    const policy = new CrashPolicy();
    for (const at of [0, 1, 2]) policy.crashed(at);
    policy.startAnew();
    expect([3, 4, 5].map((at) => policy.crashed(at))).toEqual(['reload', 'reload', 'ask']);
  });
});
