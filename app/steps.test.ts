import { describe, expect, it } from 'vitest';
import { atOnce, inSteps, type Steps } from './steps';

function* counted(to: number): Steps<number> {
  for (let i = 0; i < to; i += 1) yield;
  return to;
}

describe('work in steps', () => {
  it('comes to the same at once and with pauses', async () => {
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
      await Promise.resolve();
    };
    expect(atOnce(counted(5))).toBe(5);
    expect(await inSteps(counted(5), pause)).toBe(5);
    expect(pauses).toBe(5);
  });

  it('ends without a result as soon as it is no longer wanted', async () => {
    let left = 2;
    expect(
      await inSteps(
        counted(1_000_000_000),
        () => Promise.resolve(),
        () => left-- > 0,
      ),
    ).toBeNull();
  });
});
