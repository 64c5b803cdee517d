// npm run bad-input: opens files that are no good, and prints what is said of each, how long it took, and how much memory.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileInput } from '../../main/snapshot/input';
import { openInputs } from '../../main/snapshot/open-inputs';
import { badFiles, makeBadFiles } from './files';

const folder = mkdtempSync(join(tmpdir(), 'herdscope-bad-input-'));
try {
  makeBadFiles(folder);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const results = [];
  for (const { name } of badFiles) {
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 10);
    const begin = performance.now();
    const input = await fileInput(join(folder, name));
    const found = input.ok ? await openInputs([input.value], new Date().toISOString()) : input;
    const ms = Math.round(performance.now() - begin);
    clearInterval(timer);
    peak = Math.max(peak, process.memoryUsage().rss);
    const said = found.ok ? `opened: ${found.value.problems.join(' ')}` : found.error;
    results.push({ name, ms, peakMegabytes: Math.round(Math.max(0, peak - before) / 1024 ** 2), said });
    if (process.send === undefined)
      console.log(`${name.padEnd(28)} ${String(ms).padStart(5)} ms  ${said.slice(0, 150)}`);
    globalThis.gc?.();
  }
  const isPolluted = 'polluted' in {};
  const peakMegabytes = Math.max(...results.map((result) => result.peakMegabytes));
  if (process.send === undefined) console.log(`at most ${peakMegabytes} MiB more than before`);
  else process.send({ results, isPolluted, peakMegabytes });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
