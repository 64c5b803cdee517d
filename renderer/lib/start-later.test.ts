import { describe, expect, it } from 'vitest';
import { startLater } from './start-later';

describe('what starts later', () => {
  it('starts when it has come, and is ended once', async () => {
    const calls: string[] = [];
    const coming = Promise.resolve(() => {
      calls.push('start');
      return () => calls.push('stop');
    });
    const stop = startLater(coming);
    await coming;
    stop();
    stop();
    expect(calls).toEqual(['start', 'stop']);
  });

  it('does not start when it was ended before it came', async () => {
    const calls: string[] = [];
    const coming = Promise.resolve(() => {
      calls.push('start');
      return () => calls.push('stop');
    });
    startLater(coming)();
    await coming;
    expect(calls).toEqual([]);
  });

  it('is quiet when it does not come', async () => {
    const stop = startLater(Promise.reject(new Error('gone')));
    await Promise.resolve();
    expect(stop).not.toThrow();
  });
});
