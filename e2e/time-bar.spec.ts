import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

// Back in time, on the practice herd: its leader is killed, and the window goes back to before that.

test.describe.configure({ mode: 'serial' });

const clusterId = 'practice/practice';
let herdscope: HerdscopeApp;
let leader = '';
let successor = '';

const slider = (page: Page) => page.getByRole('slider', { name: 'The instant that is shown' });
const bar = (page: Page) => page.getByRole('contentinfo');
const banner = (page: Page) => page.getByText(/^The past: as of/);
/** The mark of the failover: the loss, or on a machine too busy to see that apart the whole change. */
const failover = (page: Page) =>
  page
    .getByRole('group', { name: 'What happened' })
    .getByRole('button', { name: new RegExp(`${leader} lost the leader lock|${leader} → `) });
const openTab = (page: Page, name: RegExp) => page.getByRole('tab', { name }).click();

/** Who leads, as the head of the cluster's page says it. */
const shownLeader = (page: Page) =>
  page
    .locator('header dl > div')
    .filter({ hasText: /^leader/ })
    .locator('dd');

test.beforeAll(async ({ launch }) => {
  herdscope = await launch();
});

test('a connection is recorded from its first answer on, into files that only their owner can read', async () => {
  const { page, userData } = herdscope;
  await openCluster(page, 'practice', 'Overview');
  await expect(slider(page)).toHaveAttribute('aria-disabled', 'false');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'Now');
  const folder = join(userData, 'recordings/practice');
  await expect.poll(() => readdir(folder).catch(() => [])).not.toEqual([]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600);
});

test('an arrow key shows all of it as it was; nothing can be done to it then', async () => {
  const { page } = herdscope;
  leader = await shownLeader(page).innerText();
  // Killed now: what is tried meanwhile needs no leader.
  await page.evaluate(
    ([id, member]) =>
      window.herdscope.request('practice.inject', {
        clusterId: id,
        change: { kind: 'member', member, fault: 'killed', on: true },
      }),
    [clusterId, leader] as const,
  );
  await slider(page).press('ArrowLeft');
  await expect(banner(page)).toBeVisible();
  await expect(bar(page)).toContainText('As of');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /ago$/);
  await expect(page.getByRole('button', { name: /Switchover|Failover…/ })).toHaveCount(0);
  await expect(page.getByRole('tab', { name: 'Practice' })).toHaveCount(0);
  const refused = await page.evaluate(
    (id) =>
      window.herdscope.request('practice.inject', {
        clusterId: id,
        change: { kind: 'store', on: true },
      }),
    clusterId,
  );
  expect(refused).toMatchObject({ ok: false, error: { code: 'refused' } });
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious in the past, ${theme}`, async () => {
    const { page } = herdscope;
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    expect(await seriousFaults(page)).toEqual([]);
  });
}

test('End goes back to now, and there the window lives', async () => {
  const { page } = herdscope;
  await slider(page).press('End');
  await expect(banner(page)).toBeHidden();
  await expect(bar(page)).toContainText('Live');
  await expect(page.getByRole('button', { name: /Switchover…|Failover…/ })).toBeVisible();
  await expect(failover(page)).toBeVisible({ timeout: 40_000 });
  await expect(shownLeader(page)).not.toHaveText(leader);
  await expect(shownLeader(page)).not.toHaveText('none');
  successor = await shownLeader(page).innerText();
});

test('a click on an event shows the moment; every page shows what was then', async () => {
  const { page } = herdscope;
  await failover(page).click();
  await expect(banner(page)).toBeVisible();
  await page.getByRole('button', { name: '60 s before the failover…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { level: 2 })).toContainText(successor);
  await expect(dialog.getByRole('row').filter({ hasText: successor }).first()).toContainText('could lead');
  await expect(dialog.getByText(`${successor} became leader after ${leader}`)).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Look at that moment' }).click();
  // The moment before the loss: the leader of then leads, everywhere.
  await expect(shownLeader(page)).toHaveText(leader);
  await expect(page.locator(`[data-fleet-row="${clusterId}"]`)).toContainText(leader);
  await expect(page.getByRole('row').filter({ hasText: leader }).filter({ hasText: 'Leader' })).toBeVisible();
  await openTab(page, /Forecast/);
  await expect(page.getByRole('heading', { name: `If ${leader} died now` })).toBeVisible();
  await openTab(page, /Keys/);
  await page
    .getByRole('row', { name: /leader/ })
    .or(page.getByRole('option', { name: /leader/ }))
    .first()
    .click();
  await expect(page.getByRole('tabpanel')).toContainText(leader);
  for (const name of [/Slots/, /History/, /Synchronisation/, /Config/]) {
    await openTab(page, name);
    await expect(page.getByRole('tabpanel')).not.toBeEmpty();
    await expect(banner(page)).toBeVisible();
  }
  await openTab(page, /Overview/);
});

test('played from there it passes the failover, and ends with now', async () => {
  const { page } = herdscope;
  await page.getByRole('button', { name: /^Speed/ }).click();
  await page.getByRole('menuitemradio', { name: '5 times', exact: true }).click();
  await slider(page).press(' ');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(shownLeader(page)).toHaveText(successor);
  await expect(banner(page)).toBeHidden({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
});

test('the bar is dragged into the past and to its right end, which is now', async () => {
  const { page } = herdscope;
  const box = await slider(page).boundingBox();
  if (box === null) throw new Error('the bar is not there');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  // Beside the events, which take a click for themselves.
  const isEvent = (at: number) =>
    page.evaluate(([left, top]) => document.elementFromPoint(left, top)?.closest('button') != null, [at, y] as const);
  let from = x - 60;
  while (await isEvent(from)) from -= 12;
  await page.mouse.move(from, y);
  await page.mouse.down();
  await expect(banner(page)).toBeVisible();
  await page.mouse.move(x - 120, y, { steps: 5 });
  await page.mouse.move(x + 40, y, { steps: 8 });
  await page.mouse.up();
  await expect(banner(page)).toBeHidden();
  await slider(page).press('PageDown');
  await expect(banner(page)).toBeVisible();
  await bar(page).getByRole('button', { name: 'Back to now' }).click();
  await expect(banner(page)).toBeHidden();
  await expect(bar(page)).toContainText('Live');
});

test('the settings say how large a recording is, and delete it', async () => {
  const { page } = herdscope;
  await page.keyboard.press('Control+,');
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await expect(dialog.getByText(/on this machine$/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Delete the recording of Practice herd' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete it' }).click();
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await expect(failover(page)).toHaveCount(0);
});

test('nothing was logged as an error', () => {
  expect(herdscope.errors()).toEqual([]);
});
