import { defineConfig } from '@playwright/test';

/** The proof of the wizard, run by `npm run wizard-proof`: one herd and one window for all of it, one test after the other. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/wizard-proof',
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 20_000 },
  retries: 0,
  reporter: 'list',
});
