import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page, test as base } from '@playwright/test';
import { root } from '../scripts/repository';

export { expect } from '@playwright/test';

export interface LaunchOptions {
  /** Given to the program, e.g. `--connect URL`. */
  readonly args?: readonly string[];
  /** A user-data folder to use again; without it a fresh one. */
  readonly userData?: string;
}

/** The built program, running, with its window open. */
export interface HerdscopeApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly userData: string;
  /** What the page logged as errors or threw. */
  errors(): readonly string[];
  /** What main wrote to its standard output and error. */
  output(): string;
  close(): Promise<void>;
}

/** Starts the built program; each one is closed and its folder removed when the worker ends. */
export const test = base.extend<object, { launch: (options?: LaunchOptions) => Promise<HerdscopeApp> }>({
  launch: [
    async ({}, use) => {
      const started: HerdscopeApp[] = [];
      await use(async (options = {}) => {
        const herdscope = await launch(options);
        started.push(herdscope);
        return herdscope;
      });
      for (const { close, userData } of started) {
        await close();
        await rm(userData, { recursive: true, force: true, maxRetries: 5 });
      }
    },
    { scope: 'worker' },
  ],
});

async function launch({ args = [], userData }: LaunchOptions): Promise<HerdscopeApp> {
  const folder = userData ?? (await mkdtemp(join(tmpdir(), 'herdscope-e2e-')));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const executablePath = process.env['HERDSCOPE_ELECTRON'];
  if (executablePath === undefined) throw new Error('start the tests with `npm run e2e`: it finds the Electron to run');
  const app = await _electron.launch({
    executablePath,
    args: [...sandbox, root, `--user-data=${folder}`, ...args],
    cwd: root,
  });
  let output = '';
  const collect = (part: Buffer): void => {
    output = (output + part.toString('utf8')).slice(-200_000);
  };
  app.process().stdout?.on('data', collect);
  app.process().stderr?.on('data', collect);
  const page = await app.firstWindow();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  return { app, page, userData: folder, errors: () => errors, output: () => output, close: () => app.close() };
}
