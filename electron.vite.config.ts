import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Rollup } from 'vite';

// The targets are the floor that the program must run on (docs/decisions): Electron 25, Node 18, Chrome 114.
// Main and preload are CommonJS, because Electron loads an ES module as main only from version 28 on.
export default defineConfig({
  main: {
    build: {
      target: 'node18',
      outDir: 'out/main',
      externalizeDeps: { exclude: ['zod', 'yaml', 'electron-log'] },
      rollupOptions: {
        input: { index: resolve('main/index.ts') },
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: 'chunks/[name]-[hash].cjs',
          // It is compiled anew at each start, and less of it sooner. Names stay, for the stack traces in the log.
          minify: { compress: true, mangle: false },
        },
      },
    },
  },
  preload: {
    build: {
      target: 'node18',
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve('preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    // main/window/app-files.ts puts a new nonce in its place with every answer.
    html: { cspNonce: 'HERDSCOPE-NONCE' },
    plugins: [react()],
    build: {
      target: 'chrome114',
      // electron-vite leaves it out by default; the window's start is measured.
      minify: true,
      outDir: 'out/renderer',
      rollupOptions: {
        input: { index: resolve('renderer/index.html') },
        output: { codeSplitting: { groups: [{ name: startChunk() }] } },
      },
    },
  },
});

/**
 * Puts all that the first page needs into one chunk. Left alone the bundler makes a chunk of each set of modules that some later
 * page needs too; that is thirty files, and each is a request to the main process in the moment when it has the most to do.
 */
function startChunk(): (id: string, graph: { getModuleInfo(id: string): Rollup.ModuleInfo | null }) => string | null {
  const entry = resolve('renderer/index.html');
  let needed: Set<string> | null = null;
  return (id, graph) => {
    if (needed === null) {
      needed = new Set([entry]);
      // A set gives what is added while it is gone through.
      for (const one of needed) graph.getModuleInfo(one)?.importedIds.forEach((imported) => needed?.add(imported));
    }
    return needed.has(id) ? 'start' : null;
  };
}
