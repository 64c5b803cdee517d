import { setTimeout as sleep } from 'node:timers/promises';
import { startElectron } from './electron-process';
import { findExecutable } from './executable';
import { atMostTimes, quantile, type Bench } from './result';

const runs = 7;

export const startTime: Bench = {
  name: 'start',
  what: 'process start → first cluster of the practice herd painted, against a bare Electron window with one heading',
  needsWindow: true,
  async run(progress) {
    const executable = await findExecutable();
    const ours: number[] = [];
    const bare: number[] = [];
    // The first pair only warms the disk's cache; then they take turns, so that a noisy minute hits both.
    for (let run = 0; run <= runs; run++) {
      const b = await paintedAfter(executable, ['bench/bare'], (folder) => `--user-data-dir=${folder}`);
      const o = await paintedAfter(executable, ['.'], (folder) => `--user-data=${folder}`);
      if (run === 0) continue;
      progress(`run ${run}: bare ${b.toFixed(0)} ms, Herdscope ${o.toFixed(0)} ms`);
      bare.push(b);
      ours.push(o);
    }
    return [atMostTimes('start', 'ms', quantile(ours, 0.5), quantile(bare, 0.5), 1.5, 'the bare window')];
  },
};

/** Milliseconds from the start of the process to the paint: `first-cluster-painted` where the page marks it, else the first contentful paint. */
async function paintedAfter(
  executable: string,
  args: readonly string[],
  userData: (folder: string) => string,
): Promise<number> {
  const electron = await startElectron(executable, args, userData);
  try {
    // Attach only after the paint, so that measuring costs nothing.
    await sleep(2500);
    const page = await electron.page();
    const isOurs = page.url().startsWith('app://');
    const at = await page.waitForFunction(
      (name) => {
        const entry = performance.getEntriesByName(name)[0];
        return entry === undefined ? false : performance.timeOrigin + entry.startTime;
      },
      isOurs ? 'first-cluster-painted' : 'first-contentful-paint',
      { timeout: 15_000 },
    );
    return Number(await at.jsonValue()) - electron.startedAt;
  } finally {
    await electron.stop();
  }
}
