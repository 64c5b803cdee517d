import type { Page } from '@playwright/test';
import { memberValue } from '../bench/fleet';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

test.describe.configure({ mode: 'serial' });

const LSN = 40 * 1024 ** 3;
const MIB = 1024 ** 2;
const member = (i: number, more: object = {}): string => JSON.stringify({ ...memberValue(0, i, LSN), ...more });

const herd: Readonly<Record<string, string>> = {
  initialize: '7711168519450300001',
  config: JSON.stringify({
    ttl: 30,
    loop_wait: 10,
    retry_timeout: 10,
    slots: { reports: { type: 'physical' }, feed: { database: 'app', plugin: 'pgoutput' }, 'Bad Name': {} },
  }),
  leader: 'pg1',
  status: JSON.stringify({
    optime: LSN,
    slots: {
      pg2: LSN,
      pg3: LSN - 3 * MIB,
      reports: LSN - 12 * 1024 * MIB,
      feed: LSN - MIB,
      by_hand: LSN - 2 * MIB,
      pg9: LSN,
    },
    retain_slots: ['pg9'],
  }),
  'members/pg1': member(0),
  'members/pg2': member(1),
  'members/pg3': member(2, { tags: { replicatefrom: 'pg2', nofailover: true } }),
};

let etcd: EtcdServer;
let herdscope: HerdscopeApp;
const put = (key: string, value: string): Promise<string> => etcd.ctl(['put', `/service/${key}`, value]);

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  for (const [key, value] of Object.entries(herd)) await put(`slots/${key}`, value);
  await put('hundred/initialize', '7711168519450300002');
  await put('hundred/leader', 'm00');
  const names = Array.from({ length: 100 }, (_, i) => `m${String(i).padStart(2, '0')}`);
  await put('hundred/status', JSON.stringify({ optime: LSN, slots: Object.fromEntries(names.map((n) => [n, LSN])) }));
  for (const [i, name] of names.entries()) await put(`hundred/members/${name}`, member(i));
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
});

test.afterAll(async () => {
  await etcd.dispose();
});

const open = (page: Page, scope: string): Promise<void> => openCluster(page, scope, 'Slots');
const grid = (page: Page) => page.getByRole('grid', { name: 'Slots of each member' });
const cell = (page: Page, name: string, slot: string) =>
  grid(page).locator(`[data-member="${name}"][data-slot="${slot}"]`);

test('each cell says what the rules want there, and the WAL that it holds', async () => {
  const { page } = herdscope;
  await open(page, 'slots');
  await expect(cell(page, 'pg1', 'pg1')).toHaveText('self');
  await expect(cell(page, 'pg1', 'pg2')).toHaveText(/active.*0 B/);
  await expect(cell(page, 'pg1', 'pg3')).toHaveText(/kept.*3 MB/);
  await expect(cell(page, 'pg2', 'pg3')).toHaveText(/active/);
  await expect(cell(page, 'pg1', 'reports')).toHaveText(/active.*12 GB/);
  await expect(cell(page, 'pg1', 'feed')).toHaveText(/logical.*≥ 1 MB/);
  await expect(cell(page, 'pg1', 'pg9')).toHaveText(/retained/);
  await expect(cell(page, 'pg1', 'by_hand')).toHaveText(/not asked for.*2 MB/);
  await expect(cell(page, 'pg3', 'reports')).toHaveText('·');
});

test('slots that hold WAL, belong to nobody or cannot be made are findings', async () => {
  const { page } = herdscope;
  await page.getByRole('tab', { name: 'Overview' }).click();
  const findings = page.getByRole('region', { name: 'Findings' });
  for (const words of ['The slot reports holds 12 GB', 'by_hand', 'kept for a member that went away', 'Bad Name'])
    await expect(findings).toContainText(words);
  await page.getByRole('tab', { name: 'Slots' }).click();
});

test('a change in the store is in its cell at once', async () => {
  const { page } = herdscope;
  await put('slots/status', JSON.stringify({ ...JSON.parse(herd['status'] ?? ''), optime: LSN + 5 * MIB }));
  await expect(cell(page, 'pg1', 'pg2')).toHaveText(/active.*5 MB/);
});

test('it says what a takeover does to the slots and to who reads them', async () => {
  const { page } = herdscope;
  const panel = page.getByRole('region', { name: /If pg2 became leader/ });
  await expect(panel).toContainText('by_hand would be gone');
  await expect(panel).toContainText(/continue where they are/);
  await panel.getByRole('button', { name: /Candidate/ }).click();
  await page.getByRole('option', { name: 'pg3' }).click();
  await expect(page.getByRole('region', { name: /If pg3 became leader/ })).toContainText('has the tag nofailover');
});

test('a slot under the pointer lights its member in the tree', async () => {
  const { page } = herdscope;
  const node = page.getByRole('group', { name: /Replication tree/ }).locator('button[data-node$="/member/pg3"]');
  const shadow = () => node.evaluate((element) => getComputedStyle(element).boxShadow);
  expect(await shadow()).toBe('none');
  await cell(page, 'pg1', 'pg3').hover();
  await expect.poll(shadow).not.toBe('none');
});

test('rows and columns are found, chosen and put in order', async () => {
  const { page } = herdscope;
  const heads = () => grid(page).getByRole('columnheader').allTextContents();
  await page.getByText('Permanent', { exact: true }).click();
  await expect(grid(page).getByRole('columnheader')).toHaveText(['Member', 'feed', 'reports', 'WAL held']);
  await page.getByText('By WAL held', { exact: true }).click();
  expect(await heads()).toEqual(['Member', 'reports', 'feed', 'WAL held']);
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Find a slot or a member' }).fill('pg3');
  await expect(grid(page).getByRole('columnheader')).toHaveText(['Member', 'pg3', 'WAL held']);
  await expect(grid(page).getByRole('rowheader')).toHaveCount(1);
  await page.getByRole('textbox', { name: 'Find a slot or a member' }).fill('nothing of this name');
  await expect(page.getByText('No slot and no member is called so.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Find a slot or a member' }).fill('');
});

test('the keyboard reaches every cell of 100 × 100', async () => {
  const { page } = herdscope;
  await open(page, 'hundred');
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '101');
  await cell(page, 'm00', 'm00').focus();
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, 'm00', 'm01')).toBeFocused();
  await page.keyboard.press('Control+End');
  await expect(cell(page, 'm99', 'm99')).toBeFocused();
  await expect(cell(page, 'm99', 'm99')).toHaveText('self');
  await page.keyboard.press('Control+Home');
  await expect(cell(page, 'm00', 'm00')).toBeFocused();
});

test('axe finds nothing serious, dark and light', async () => {
  const { page } = herdscope;
  await open(page, 'slots');
  await expect(cell(page, 'pg1', 'pg2')).toBeVisible();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
});

test('no error was logged', () => {
  expect(herdscope.errors()).toEqual([]);
});
