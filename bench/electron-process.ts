import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';

/** An Electron started as a user would start it, with nothing attached until `page` is asked for. */
export interface ElectronProcess {
  /** When the process was started, ms since 1970, on this machine's clock. */
  readonly startedAt: number;
  /** Attaches to the first page. What the page marked before that is still there to be read. */
  page(): Promise<Page>;
  /** The sum of PSS over the process and all that it started, in bytes. Linux only. */
  pssBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts `executable` with `args`, in a user-data folder of its own. */
export async function startElectron(
  executable: string,
  args: readonly string[],
  ownUserData: (folder: string) => string,
): Promise<ElectronProcess> {
  const userData = await mkdtemp(join(tmpdir(), 'herdscope-bench-'));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const startedAt = Date.now();
  const child = spawn(executable, [...sandbox, '--remote-debugging-port=0', ownUserData(userData), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endpoint = debuggerEndpoint(child);
  endpoint.catch(() => undefined);
  return {
    startedAt,
    async page() {
      const browser = await attach(await endpoint);
      const context = browser.contexts()[0];
      if (context === undefined) throw new Error('Electron has no browser context');
      return context.pages()[0] ?? (await context.waitForEvent('page', { timeout: 15_000 }));
    },
    pssBytes: async () => (child.pid === undefined ? 0 : pssOfTree(child.pid)),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((done) => child.once('exit', done));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
        await gone;
        clearTimeout(timer);
      }
      await rm(userData, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** How often, and how long each time, ms, a debugger is attached before that counts as failed. */
const ATTEMPTS = { count: 6, timeout: 5000 } as const;

/**
 * Attaches to the browser's debugger. More than once where need be: one that attaches while the first page is being committed is
 * never told of that page by Chromium 114, and waits for it in vain; the next one finds the page there.
 */
async function attach(endpoint: string): Promise<Browser> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Playwright's defaults for a browser (downloads, focus) ask for what Electron does not have.
      return await chromium.connectOverCDP(endpoint, { noDefaults: true, timeout: ATTEMPTS.timeout });
    } catch (error) {
      if (attempt === ATTEMPTS.count) throw error;
    }
  }
}

function debuggerEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(
      () => reject(new Error(`Electron did not say where its debugger listens:\n${text}`)),
      30_000,
    );
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-20_000);
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(text);
      if (found?.[1] === undefined) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`Electron ended with ${code} before its window was there:\n${text}`));
    });
  });
}

async function pssOfTree(pid: number): Promise<number> {
  const children = new Map<number, number[]>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => null);
    if (stat === null) continue;
    // The program's name, in brackets, may hold spaces and brackets: the parent's pid is the second field after the last one.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  let bytes = 0;
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const rollup = await readFile(`/proc/${next}/smaps_rollup`, 'utf8').catch(() => '');
    bytes += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
    queue.push(...(children.get(next) ?? []));
  }
  return bytes;
}
