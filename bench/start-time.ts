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

/** Milliseconds from the start of the process to the paint: of the first member of a cluster in our page, of the heading in the bare one. */
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
    const kind = page.url().startsWith('app://') ? 'element' : 'paint';
    return (await page.evaluate(firstPaint, kind)) - electron.startedAt;
  } finally {
    await electron.stop();
  }
}

/**
 * Runs in the page. When the first entry of a kind was painted, ms since 1970: `element` is what carries `elementtiming` (a member
 * in the tree), `paint` the first contentful paint. Both are the instant at which the frame was presented.
 */
function firstPaint(kind: string): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.name === 'first-paint') continue;
        const at =
          kind === 'element' ? (entry as PerformanceEntry & { renderTime: number }).renderTime : entry.startTime;
        resolve(performance.timeOrigin + at);
      }
    }).observe({ type: kind, buffered: true });
  });
}
