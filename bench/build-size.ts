import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bench, BenchResult } from './result';

const root = resolve('out/renderer');
const goalKilobytes = 350;

/** The scripts that the window's page needs before it can show anything: those that it names, and what these import statically. */
export async function startChunks(): Promise<ReadonlyMap<string, number>> {
  const html = await readFile(join(root, 'index.html'), 'utf8');
  const named = [...html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+\.js)"/g)].map((m) =>
    join(root, m[1] ?? ''),
  );
  const sizes = new Map<string, number>();
  const queue = [...named];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (sizes.has(file)) continue;
    const code = await readFile(file, 'utf8');
    sizes.set(file, gzipSync(code, { level: 9 }).length);
    for (const match of code.matchAll(
      /(?:^|[;}\n])\s*(?:import|export)\b[^'"()]*?(?:from)?\s*["'](\.[^"']+\.js)["']/g,
    )) {
      queue.push(join(dirname(file), match[1] ?? ''));
    }
  }
  return sizes;
}

export const buildSize: Bench = {
  name: 'build',
  what: 'the largest renderer chunk needed at start, gzipped, against 350 kB',
  needsWindow: true,
  async run(progress): Promise<readonly BenchResult[]> {
    const chunks = await startChunks();
    if (chunks.size === 0) throw new Error('out/renderer/index.html names no script: run `npm run build` first');
    for (const [file, bytes] of chunks)
      progress(`${file.slice(root.length + 1)}: ${(bytes / 1000).toFixed(1)} kB gzipped`);
    const largest = Math.max(...chunks.values()) / 1000;
    return [
      {
        name: 'build-start-chunk',
        value: Number(largest.toFixed(1)),
        unit: 'kB gzipped',
        yardstick: goalKilobytes,
        ratio: Number((largest / goalKilobytes).toFixed(3)),
        goal: `at most ${goalKilobytes} kB`,
        ok: largest <= goalKilobytes,
      },
    ];
  },
};
