import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import type * as ModelOurs from './model-ours';

export type Ours = typeof ModelOurs;

/** Our side, bundled. What runs the benchmark wraps each function to keep its name, which the program does not. */
export async function bundled(): Promise<Ours> {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-bench-'));
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      build: { ssr: fileURLToPath(new URL('model-ours.ts', import.meta.url)), outDir: folder, minify: false },
    });
    return (await import(pathToFileURL(join(folder, 'model-ours.js')).href)) as Ours;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
