import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

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
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
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
      rollupOptions: { input: { index: resolve('renderer/index.html') } },
    },
  },
});
