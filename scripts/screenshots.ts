// npm run screenshots: takes the README's pictures of the real window, on the practice herd, dark and light.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type Page } from 'playwright';
import { ensureBuilt } from './build';
import { prepare, say } from './prepare';
import { root } from './repository';

const folder = join(root, 'docs/screenshots');

process.exitCode = await screenshots();
// Xvfb's pipes would keep this process; its end ends Xvfb.
process.exit();

async function screenshots(): Promise<number> {
  const prepared = await prepare({ ownDisplay: process.platform === 'linux' });
  if (prepared === null) return 1;
  if (!(await ensureBuilt(say))) return 1;
  const userData = await mkdtemp(join(tmpdir(), 'herdscope-screenshots-'));
  await mkdir(folder, { recursive: true });
  const app = await _electron.launch({
    executablePath: prepared.electron.executable,
    args: [...prepared.args, root, `--user-data=${userData}`],
    cwd: root,
    env: { ...process.env, ...prepared.display.env } as Record<string, string>,
  });
  try {
    const page = await app.firstWindow();
    await page.getByRole('row').nth(2).waitFor();
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' });
      await openCluster(page, 'practice');
      await take(page, `overview-${theme}`);
      await openTab(page, /Slots/);
      await take(page, `slots-${theme}`);
      await openTab(page, /History/);
      await take(page, `history-${theme}`);
      await openTab(page, /Config/);
      await page.locator('[data-path="postgresql.parameters.max_connections"]').click();
      await take(page, `config-${theme}`);
      await openCluster(page, 'savanna');
      await openTab(page, /Synchronisation/);
      await take(page, `sync-${theme}`);
      await openTab(page, /Forecast/);
      await take(page, `forecast-${theme}`);
      await openCluster(page, 'grassland');
      await openTab(page, /Overview/);
      await take(page, `groups-${theme}`);
      await openTab(page, /Keys/);
      await take(page, `keys-${theme}`);
      await openTab(page, /Overview/);
    }
  } finally {
    await app.close();
    await rm(userData, { recursive: true, force: true, maxRetries: 5 });
    prepared.display.stop();
  }
  return 0;
}

async function openCluster(page: Page, scope: string): Promise<void> {
  await page.locator(`[data-fleet-row="practice/${scope}"]`).click();
  await page.getByRole('heading', { level: 1, name: scope, exact: true }).waitFor();
  await page.waitForTimeout(600);
}

async function openTab(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await page.waitForTimeout(400);
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  say(`docs/screenshots/${name}.png`);
}
