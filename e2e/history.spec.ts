import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

test.describe.configure({ mode: 'serial' });

let etcd: EtcdServer;
let herdscope: HerdscopeApp;

const reason = 'no recovery target specified';
const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1, hour)).toISOString().replace('Z', '000+00:00');

/** A cluster whose leader is on the timeline after the last line. */
async function putCluster(scope: string, history: readonly unknown[] | string | null, timeline: number): Promise<void> {
  const put = (key: string, value: unknown): Promise<string> =>
    etcd.ctl(['put', `/service/${scope}/${key}`, typeof value === 'string' ? value : JSON.stringify(value)]);
  await put('leader', `${scope}-1`);
  await put('members/' + `${scope}-1`, {
    state: 'running',
    role: 'primary',
    timeline,
    xlog_location: 10 ** 9,
    version: '4.1.5',
  });
  await put('status', { optime: 10 ** 9 });
  if (history !== null) await put('history', history);
}

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  const many = Array.from({ length: 300 }, (_, i) => [i + 1, (i + 1) * 10 ** 6, reason, at(i), `many-${i % 3}`]);
  await putCluster('many', many, 301);
  await putCluster('fresh', null, 1);
  await putCluster('broken', '{"no": "list"', 1);
  await putCluster(
    'old',
    [
      [1, 1000, reason],
      [2, 2000, reason, at(1), 'old-2'],
      [5, 9000, reason, at(2), 'old-1'],
    ],
    6,
  );
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
});

test.afterAll(async () => {
  await etcd.dispose();
});

const open = (scope: string): Promise<void> => openCluster(herdscope.page, scope, 'History');

test('the practice cluster’s timelines stand in time, each with its leader, and in a table the newest first', async () => {
  const { page } = herdscope;
  await open('practice');
  const boxes = page.getByRole('listbox', { name: 'Timelines in time' }).getByRole('option');
  await expect(boxes.first()).toHaveAccessibleName(/Timeline 1, leader not known, start not known/);
  await expect(boxes.last()).toHaveAccessibleName(/goes on/);
  const rows = page.getByRole('grid', { name: 'Switches' }).getByRole('row');
  await expect(rows.nth(1)).toContainText('the current timeline');
  await expect(rows.last()).toContainText(reason);
  await expect(rows.last()).toContainText('not known');
});

test('arrow keys go from timeline to timeline, in the picture and in the table alike', async () => {
  const { page } = herdscope;
  const picture = page.getByRole('listbox', { name: 'Timelines in time' });
  const chosen = page.getByRole('region', { name: 'The chosen timeline' });
  await picture.focus();
  await page.keyboard.press('Home');
  await expect(chosen).toContainText('timeline1');
  await page.keyboard.press('ArrowRight');
  await expect(chosen).toContainText('timeline2');
  const row = page.getByRole('grid', { name: 'Switches' }).locator('tr[aria-selected=true]');
  await expect(row).toContainText('practice-3');
  await row.focus();
  await page.keyboard.press('ArrowUp');
  await expect(chosen).toContainText('timeline3');
  await expect(picture.getByRole('option', { selected: true })).toHaveAccessibleName(/Timeline 3/);
});

test('the lines are copied as CSV', async () => {
  const { app, page } = herdscope;
  await open('old');
  await page.getByRole('button', { name: 'Copy as CSV' }).click();
  await expect(page.getByText('Copied 3 lines as CSV.')).toBeVisible();
  const text = await app.evaluate(({ clipboard }) => clipboard.readText());
  const lines = text.split(/\r?\n/);
  expect(lines[0]).toBe('TL,LSN,Reason,Timestamp,New Leader,LSN (hex),Lasted (s),WAL written (bytes)');
  expect(lines[2]).toBe(`2,2000,${reason},${at(1)},old-2,0/7D0,,1000`);
});

test('a gap and a line without a time are said, and nothing is made up for them', async () => {
  const { page } = herdscope;
  await open('old');
  const rows = page.getByRole('grid', { name: 'Switches' }).getByRole('row');
  await rows.filter({ hasText: 'not recorded' }).click();
  await expect(page.getByText(/When it ended is not recorded/)).toBeVisible();
  await rows.nth(2).click();
  await expect(page.getByText(/Timelines 3 to 4 are not in \/history/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'The chosen timeline' })).toContainText('lastednot known');
});

test('300 timelines can be read one by one', async () => {
  const { page } = herdscope;
  await open('many');
  await page.getByText('One by one').click();
  const picture = page.getByRole('listbox', { name: 'Timelines in time' });
  await picture.focus();
  await page.keyboard.press('Home');
  await expect(picture.getByRole('option', { selected: true })).toHaveAccessibleName(/Timeline 1,/);
  // An observer does not see parts of an SVG: their boxes tell.
  const box = await picture.getByRole('option', { selected: true }).boundingBox();
  const panel = await page.getByRole('region', { name: 'Timelines' }).boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(panel?.x ?? Infinity);
  expect(box?.width).toBeGreaterThan(80);
  await expect(page.getByRole('grid', { name: 'Switches' }).locator('tr[aria-selected=true]')).toBeInViewport();
});

test('without lines there is the timeline that the leader says; an unreadable history is said to be one', async () => {
  const { page } = herdscope;
  await open('fresh');
  await expect(page.getByRole('listbox', { name: 'Timelines in time' }).getByRole('option')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Copy as CSV' })).toBeDisabled();
  await open('broken');
  await expect(page.getByRole('grid', { name: 'Switches' })).toContainText('the current timeline');
});

test('the groups of an MPP cluster have a lane each, the coordinator’s first', async () => {
  const { page } = herdscope;
  await open('grassland');
  const lanes = page.getByRole('listbox', { name: 'Timelines in time' }).getByRole('group');
  await expect(lanes.first()).toHaveAccessibleName(/Coordinator/);
  await expect(lanes).toHaveCount(3);
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious, ${theme}`, async () => {
    const { page } = herdscope;
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await open('practice');
    expect(await seriousFaults(page)).toEqual([]);
    expect(herdscope.errors()).toEqual([]);
  });
}
