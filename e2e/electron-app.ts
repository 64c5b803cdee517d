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

interface Started {
  readonly herdscope: HerdscopeApp;
  /** The test file that asked for it. */
  readonly file: string;
}

/** Starts the built program. Each one stays for the tests of its file, and is closed and its folder removed after them. */
export const test = base.extend<object, { launch: (options?: LaunchOptions) => Promise<HerdscopeApp> }>({
  launch: [
    async ({}, use) => {
      let started: readonly Started[] = [];
      const closeAll = async (which: (file: string) => boolean): Promise<void> => {
        const ending = started.filter(({ file }) => which(file));
        started = started.filter(({ file }) => !which(file));
        for (const { herdscope } of ending) {
          await herdscope.close();
          await rm(herdscope.userData, { recursive: true, force: true, maxRetries: 5 });
        }
      };
      await use(async (options = {}) => {
        const { file } = test.info();
        // A worker goes through several files: what it started for the one before would stay open, and eat memory, to its end.
        await closeAll((other) => other !== file);
        const herdscope = await launch(options);
        started = [...started, { herdscope, file }];
        return herdscope;
      });
      await closeAll(() => true);
    },
    { scope: 'worker' },
  ],
});

async function launch({ args = [], userData }: LaunchOptions): Promise<HerdscopeApp> {
  const executablePath = process.env['HERDSCOPE_ELECTRON'];
  if (executablePath === undefined) throw new Error('start the tests with `npm run e2e`: it finds the Electron to run');
  const folder = userData ?? (await mkdtemp(join(tmpdir(), 'herdscope-e2e-')));
  const app = await _electron.launch({
    executablePath,
    // Playwright turns the sandbox off unless told; only root has to do without.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['-r', join(root, 'e2e/hold-ready.cjs'), root, `--user-data=${folder}`, ...args],
    cwd: root,
  });
  let output = '';
  const collect = (part: Buffer): void => {
    output = (output + part.toString('utf8')).slice(-200_000);
  };
  app.process().stdout?.on('data', collect);
  app.process().stderr?.on('data', collect);
  const errors: string[] = [];
  // On the context, before a page is known: what the page logged while it loaded counts too.
  app.context().on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  app.context().on('weberror', (thrown) => {
    const error = thrown.error();
    errors.push(error.stack ?? error.message);
  });
  const page = await heardOf(app, app.firstWindow());
  let closing: Promise<void> | undefined;
  return {
    app,
    page,
    userData: folder,
    errors: () => errors,
    output: () => output,
    close: () => (closing ??= app.close()),
  };
}

/** The page of the window that `open` opens. */
export async function openedWindow(app: ElectronApplication, open: () => Promise<unknown>): Promise<Page> {
  const opened = heardOf(app, app.waitForEvent('window'));
  await open();
  return opened;
}

/** How long a window may be unheard of before its page is loaded again, ms. */
const UNHEARD_MS = 8000;

/**
 * `page`, once it is known. A debugger that is attached while a window's first page is being committed is never told of that page by
 * Chromium 114; the page is then loaded once more, which it is told of.
 */
async function heardOf(app: ElectronApplication, page: Promise<Page>): Promise<Page> {
  const timer = setInterval(() => {
    // A window that has just gone, or is not there yet, has nothing to load: `page` then says so by its own timeout.
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().at(-1)?.reload()).catch(() => undefined);
  }, UNHEARD_MS);
  try {
    return await page;
  } finally {
    clearInterval(timer);
  }
}
