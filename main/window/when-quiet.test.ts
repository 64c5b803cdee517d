import { describe, expect, it, vi } from 'vitest';
import { whenQuiet } from './when-quiet';

describe('whenQuiet', () => {
  it('passes requests and answers on', async () => {
    const { answer } = whenQuiet((n: number) => Promise.resolve(n + 1), 10);
    expect(await answer(1)).toBe(2);
  });

  it('waits for the first answer, and then until nothing was asked for a while', async () => {
    vi.useFakeTimers();
    try {
      let isQuiet = false;
      const open: (() => void)[] = [];
      const { answer, quiet } = whenQuiet(() => new Promise<void>((done) => open.push(done)), 10);
      void quiet.then(() => {
        isQuiet = true;
      });
      await vi.advanceTimersByTimeAsync(1000);
      expect(isQuiet).toBe(false);

      void answer(undefined);
      void answer(undefined);
      open.shift()?.();
      await vi.advanceTimersByTimeAsync(1000);
      expect(isQuiet).toBe(false);

      open.shift()?.();
      await vi.advanceTimersByTimeAsync(9);
      void answer(undefined);
      open.shift()?.();
      await vi.advanceTimersByTimeAsync(9);
      expect(isQuiet).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(isQuiet).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('begins to wait with a request that counts', async () => {
    vi.useFakeTimers();
    try {
      let isQuiet = false;
      const { answer, quiet } = whenQuiet(
        (n: number) => Promise.resolve(n),
        10,
        (n) => n > 1,
      );
      void quiet.then(() => {
        isQuiet = true;
      });
      await answer(1);
      await vi.advanceTimersByTimeAsync(1000);
      expect(isQuiet).toBe(false);
      await answer(2);
      await vi.advanceTimersByTimeAsync(10);
      expect(isQuiet).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('goes on after a request that failed', async () => {
    const { answer, quiet } = whenQuiet(() => Promise.reject(new Error('gone')), 1);
    await expect(answer(undefined)).rejects.toThrow('gone');
    await quiet;
  });
});
