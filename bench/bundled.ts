import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'vite';
import type * as ModelOurs from './model-ours';
import type * as PastOurs from './past-ours';

/** What is measured of ours, by the file that names it. */
export interface Bundles {
  readonly 'model-ours': typeof ModelOurs;
  readonly 'past-ours': typeof PastOurs;
}

/**
 * Our side, bundled as the program is. It is run from its text: what runs the benchmark would transform a module that is
 * imported and wrap each function to keep its name, which costs a tenth of the time and is not in the program.
 */
export async function bundled<N extends keyof Bundles>(name: N): Promise<Bundles[N]> {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-bench-'));
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
        outDir: folder,
        minify: false,
        rollupOptions: { output: { format: 'cjs', entryFileNames: `${name}.cjs` } },
      },
    });
    const file = join(folder, `${name}.cjs`);
    const script = new Script(`(exports, require) => {${await readFile(file, 'utf8')}\n}`, { filename: file });
    const run = script.runInThisContext() as (exports: object, require: NodeJS.Require) => void;
    const exports = {};
    run(exports, createRequire(import.meta.url));
    return exports as Bundles[N];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
