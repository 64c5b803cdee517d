import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Each file starts real Electrons and real servers: two at a time is what a small machine carries.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  retries: 0,
  reporter: process.env['HERDSCOPE_E2E_REPORT']
    ? [['list'], ['json', { outputFile: process.env['HERDSCOPE_E2E_REPORT'] }]]
    : 'list',
});
