import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runNode } from './run';
import { root } from './repository';

const sources = [
  'app',
  'main',
  'preload',
  'renderer',
  'resources',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
];
const results = ['out/main/index.cjs', 'out/preload/index.cjs', 'out/renderer/index.html'];
const stamp = join(root, '.cache/built-at');

/** Builds `out/` when a source is newer than what is there. Gives false when the build failed; it has said why. */
export async function ensureBuilt(say: (line: string) => void): Promise<boolean> {
  if (await isBuilt()) return true;
  return build(say);
}

/** Builds `out/`. Gives false when the build failed; it has said why. */
export async function build(say: (line: string) => void): Promise<boolean> {
  say('building');
  const startedAt = Date.now();
  const built = await runNode('node_modules/electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn']);
  if (built.code !== 0) {
    say(`the build failed:\n${built.output.trimEnd()}`);
    return false;
  }
  // What was saved while the build ran may or may not be in it, so the build counts as old as its beginning.
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, String(startedAt));
  return true;
}

/** Says that `out/` holds something else than a build of the sources, so that the next start builds. */
export async function forgetBuild(): Promise<void> {
  await rm(stamp, { force: true });
}

async function isBuilt(): Promise<boolean> {
  const builtAt = Number(await readFile(stamp, 'utf8').catch(() => '0'));
  for (const result of results) if ((await changedAt(result)) === 0) return false;
  for (const source of sources) if ((await changedAt(source)) >= builtAt) return false;
  return true;
}

/** When a file or anything below a folder last changed, ms since 1970; 0 when there is nothing. A folder counts too: it changes when a file in it goes. */
async function changedAt(path: string): Promise<number> {
  const own = await stat(join(root, path)).catch(() => null);
  if (own === null) return 0;
  if (!own.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : own.mtimeMs;
  const inside = await Promise.all((await readdir(join(root, path))).map((name) => changedAt(join(path, name))));
  return Math.max(own.mtimeMs, ...inside);
}
