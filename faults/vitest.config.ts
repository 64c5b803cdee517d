import { defineConfig } from 'vitest/config';

// Each file has servers of its own and waits for them most of the time: side by side also on two cores.
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.test.ts'], maxWorkers: 3, testTimeout: 90_000, hookTimeout: 90_000 },
});
