import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';

// A span of time goes to a colleague: a failover is recorded here, exported as one file, and looked at in a program that has never
// heard of this herd.

test.describe.configure({ mode: 'serial', timeout: 90_000 });

let here: HerdscopeApp;
let there: HerdscopeApp;
let folder: string;
let file: string;
let leader = '';
let successor = '';

const slider = (page: Page) => page.getByRole('slider', { name: 'The instant that is shown' });
const members = (page: Page) => page.getByRole('grid').getByRole('row');
const shownLeader = (page: Page) =>
  page
    .locator('header dl > div')
    .filter({ hasText: /^leader/ })
    .locator('dd');
/** Who has which role, on the timeline: what must be the same in both. */
const roles = async (page: Page): Promise<readonly string[]> =>
  (await members(page).allInnerTexts())
    .slice(1)
    .map((row) =>
      row
        .split(/\s+/)
        .filter((word) => /^(practice-\d|Leader|Replica|running|streaming|stopped)$/.test(word))
        .join(' '),
    )
    .sort();

test.beforeAll(async ({ launch }) => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-span-e2e-'));
  file = join(folder, 'failover.herdscope');
  here = await launch();
});

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a failover is recorded, and its span exported as one file', async () => {
  const { page, app } = here;
  await openCluster(page, 'practice', 'Overview');
  leader = await shownLeader(page).innerText();
  await page.evaluate(
    (member) =>
      window.herdscope.request('practice.inject', {
        clusterId: 'practice/practice',
        change: { kind: 'member', member, fault: 'killed', on: true },
      }),
    leader,
  );
  await expect(shownLeader(page)).not.toHaveText(new RegExp(`^(${leader}|none)$`), { timeout: 60_000 });
  successor = await shownLeader(page).innerText();
  // What is shown stands still from here on: the file ends with it.
  await expect(async () => {
    await slider(page).press('End');
    await slider(page).press('ArrowLeft');
    await expect(page.getByText(/^The past: as of/)).toBeVisible();
    await expect(shownLeader(page)).toHaveText(successor, { timeout: 2000 });
  }).toPass();
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await page.keyboard.press('Control+e');
  const dialog = page.getByRole('dialog', { name: 'Export a snapshot' });
  await dialog.getByText('With the last 15 minutes').click();
  await expect(dialog).toContainText(/and \d+ changes since/);
  await dialog.getByRole('button', { name: 'Save as…' }).click();
  await expect(dialog).toBeHidden();
});

test('a fresh program shows its end as it was here', async ({ launch }) => {
  there = await launch({ args: [file] });
  const { page } = there;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('practice');
  await expect(page.getByRole('status').filter({ hasText: 'Not live: as of' })).toContainText('failover.herdscope');
  await expect(shownLeader(page)).toHaveText(successor);
  await expect(slider(page)).toHaveAttribute('aria-disabled', 'false');
  const then = await roles(page);
  // The one that was killed has no key any more.
  expect(then).toHaveLength(3);
  expect(then).toEqual(await roles(here.page));
});

test('the arrow keys lead back to before the failover and forward again', async () => {
  const { page } = there;
  await slider(page).press('Home');
  await expect(shownLeader(page)).toHaveText(leader);
  await expect(members(page).filter({ hasText: leader }).filter({ hasText: 'Leader' })).toBeVisible();
  await slider(page).press('End');
  await expect(shownLeader(page)).toHaveText(successor);
});

test('an instant in the midst of it is the same picture in both', async () => {
  const lost = (page: Page) =>
    page
      .getByRole('group', { name: 'What happened' })
      .getByRole('button', { name: new RegExp(`${leader} lost the leader lock|${leader} → `) });
  for (const { page } of [here, there]) {
    await lost(page).click();
    await expect(shownLeader(page)).not.toHaveText(leader);
  }
  expect(await roles(there.page)).toEqual(await roles(here.page));
  expect(await slider(there.page).getAttribute('aria-valuenow')).toBe(
    await slider(here.page).getAttribute('aria-valuenow'),
  );
});

test('the mouse drags the bar, also from the mark of an event', async () => {
  const { page } = there;
  const mark = page
    .getByRole('group', { name: 'What happened' })
    .getByRole('button', { name: new RegExp(`${leader} lost the leader lock|${leader} → `) });
  const box = await mark.boundingBox();
  if (box === null) throw new Error('the mark is nowhere');
  const now = async () => Number(await slider(page).getAttribute('aria-valuenow'));
  const before = await now();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 60, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect.poll(now).toBeLessThan(before);
  await expect(shownLeader(page)).toHaveText(leader);
});

test('nothing was logged as an error', () => {
  expect(here.errors()).toEqual([]);
  expect(there.errors()).toEqual([]);
});
