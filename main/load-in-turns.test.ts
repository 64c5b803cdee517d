import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { loadInTurns } from './load-in-turns';

describe('loadInTurns', () => {
  it('loads each part in its order, and lets others have a turn between two', async () => {
    const order: string[] = [];
    let running = true;
    const others = (async () => {
      while (running) {
        await setImmediate();
        if (order.at(-1) !== 'others') order.push('others');
      }
    })();
    await loadInTurns(['a', 'b'].map((name) => () => Promise.resolve(order.push(name))));
    running = false;
    await others;
    expect(order.join(' ')).toMatch(/^others a others b others/);
  });

  it('fails as the part does', async () => {
    await expect(loadInTurns([() => Promise.reject(new Error('damaged'))])).rejects.toThrow('damaged');
  });
});
