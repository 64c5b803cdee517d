import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, type HerdscopeApp, test } from './electron-app';
import { seriousFaults } from './serious';

// The guided switchover in the practice herd, through the real window.

test.describe.configure({ mode: 'serial', timeout: 90_000 });

let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  herdscope = await launch();
});

const scopes = (page: Page) => page.locator('[data-fleet-row^="practice/"]');

/** Shows a cluster of the herd that has a leader and two replicas, and gives its name. */
async function showOne(page: Page): Promise<string> {
  const row = scopes(page)
    .filter({ hasText: /healthy|[3-9] members/ })
    .first();
  const id = (await row.getAttribute('data-fleet-row')) ?? '';
  await row.click();
  const scope = id.slice('practice/'.length);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(scope);
  return scope;
}

const side = (page: Page, label: string) => page.getByRole('complementary').getByRole('button', { name: label });

test('the wizard goes from what to the report, and nothing is sent before the last step', async () => {
  const { page, userData } = herdscope;
  const scope = await showOne(page);
  await page.getByRole('button', { name: 'Switchover…' }).click();
  await expect(page.getByText('Nothing has been sent yet.')).toBeVisible();
  await side(page, 'Checks').click();
  await expect(page.locator('[data-check=leader]')).toHaveAttribute('data-state', 'passed');
  await side(page, 'Review').click();
  await side(page, 'Confirm').click();
  await page.getByRole('button', { name: 'Switch over now' }).click();
  await expect(page.locator('[data-outcome]')).toHaveAttribute('data-outcome', 'done', { timeout: 60_000 });
  await side(page, 'Report').click();
  const folder = join(userData, 'operations');
  const [file = ''] = await readdir(folder);
  expect(JSON.parse(await readFile(join(folder, file), 'utf8'))).toMatchObject({ scope, practice: true });
});

/** Goes with the Tab key alone to something that can be focused. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeEnabled();
  for (let i = 0; i < 150; i += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the Tab key does not lead there');
}

const step = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });

test('each step can be left and come back to by keys alone, and nothing is written before the last', async () => {
  const { page, userData } = herdscope;
  const folder = join(userData, 'operations');
  const before = await readdir(folder);
  await side(page, 'Close').click();
  await tabTo(page, page.getByRole('button', { name: 'Switchover…' }));
  await page.keyboard.press('Enter');
  for (const label of ['Checks', 'Review', 'Confirm']) {
    const boxes = page.locator('[data-state=warning] label:not([data-selected]) input');
    if (label === 'Review') {
      await expect(page.locator('[data-check]').first()).toBeVisible();
      while ((await boxes.count()) > 0) {
        await tabTo(page, boxes.first());
        await page.keyboard.press('Space');
      }
    }
    await tabTo(page, side(page, label));
    await page.keyboard.press('Enter');
  }
  await expect(page.getByRole('button', { name: 'Switch over now' })).toBeVisible();
  for (const name of ['Review', 'What', 'Checks', 'Confirm', 'What']) {
    await tabTo(page, step(page, name));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name, exact: true })).toBeVisible();
  }
  await expect(page.getByText('Nothing has been sent yet.')).toBeVisible();
  await page.getByRole('tab', { name: /Keys/ }).click();
  await expect(page.getByText('/failover', { exact: false })).toHaveCount(0);
  await page.getByRole('tab', { name: 'Switchover' }).click();
  await tabTo(page, side(page, 'Cancel'));
  await page.keyboard.press('Enter');
  expect(await readdir(folder)).toEqual(before);
});

test('the native menu offers what can be begun, and begins it', async () => {
  const { app, page } = herdscope;
  const isOffered = (kind: string): Promise<boolean | undefined> =>
    app.evaluate(({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.enabled, `begin-${kind}`);
  await expect.poll(() => isOffered('pause')).toBe(true);
  expect(await isOffered('switchover')).toBe(true);
  expect(await isOffered('resume')).toBe(false);
  expect(await isOffered('cancel-switchover')).toBe(false);
  await app.evaluate(({ Menu }) => {
    Menu.getApplicationMenu()?.getMenuItemById('begin-pause')?.click();
  });
  await expect(page.getByText('In maintenance mode Patroni watches and does not act', { exact: false })).toBeVisible();
  await side(page, 'Cancel').click();
});

/** Chooses an operation of the cluster's menu. */
async function choose(page: Page, label: string): Promise<void> {
  await page.getByRole('button', { name: 'Other operations' }).click();
  await page.getByRole('menuitem', { name: label }).click();
}

/** From what is chosen to its end. */
async function carryOut(page: Page, button: string, seconds = 60): Promise<void> {
  await side(page, 'Checks').click();
  await expect(page.locator('[data-check]').first()).toBeVisible();
  for (const box of await page.locator('[data-state=warning] label').all()) await box.click();
  await side(page, 'Review').click();
  await side(page, 'Confirm').click();
  await page.getByRole('button', { name: button }).click();
  await expect(page.locator('[data-outcome]')).toHaveAttribute('data-outcome', 'done', { timeout: seconds * 1000 });
}

test('it is paused, and resumed', async () => {
  const { page } = herdscope;
  await choose(page, 'Pause…');
  await carryOut(page, 'Pause now');
  await expect(page.getByText('paused', { exact: true }).first()).toBeVisible();
  await choose(page, 'Resume…');
  await carryOut(page, 'Resume now');
});

test('its configuration is edited', async () => {
  const { page } = herdscope;
  await choose(page, 'Edit the configuration…');
  const field = page.getByRole('textbox', { name: 'The configuration, as JSON' });
  const config = JSON.parse(await field.inputValue()) as Record<string, unknown>;
  await field.fill(JSON.stringify({ ...config, maximum_lag_on_failover: 2_097_152 }, null, 2));
  await expect(page.getByRole('complementary', { name: 'What will happen' })).toContainText('maximum_lag_on_failover');
  await carryOut(page, 'Write the configuration');
});

test('a replica is restarted, and another one reinitialized', async () => {
  const { page } = herdscope;
  await choose(page, 'Restart…');
  await page.getByRole('checkbox', { name: 'practice-3' }).check({ force: true });
  await carryOut(page, 'Restart now');
  await choose(page, 'Reinitialize a member…');
  await page.getByRole('checkbox', { name: 'practice-4' }).check({ force: true });
  await carryOut(page, 'Reinitialize now', 80);
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious in the wizard, ${theme}`, async () => {
    const { page } = herdscope;
    await page.emulateMedia({ colorScheme: theme });
    expect(await seriousFaults(page)).toEqual([]);
  });
}

test('nothing was logged as an error', () => {
  expect(herdscope.errors()).toEqual([]);
});
