import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

// A leader dies: its session in a real etcd ends, and with it the lock and its member key; another one takes the lock.

test.describe.configure({ mode: 'serial' });

let etcd: EtcdServer;
let herdscope: HerdscopeApp;
/** When the lock was taken, in milliseconds since 1970. */
let wonMs: number;
const folder = mkdtempSync(join(tmpdir(), 'herdscope-incident-e2e-'));
const OFF_MS = 90_000;
const hostile = '<img src=x onerror=alert(1)>';

const put = (key: string, value: unknown, ...args: readonly string[]): Promise<string> =>
  etcd.ctl(['put', ...args, `/service/demo/${key}`, typeof value === 'string' ? value : JSON.stringify(value)]);

const member = (role: string, timeline: number, behind = 0): unknown => ({
  state: 'running',
  role,
  timeline,
  xlog_location: 5 * 2 ** 20 - behind,
  version: '4.1.5',
});

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  const lease = /lease (\w+) granted/.exec(await etcd.ctl(['lease', 'grant', '600']))?.[1] ?? '';
  await put('config', { ttl: 30, loop_wait: 10 });
  await put('leader', 'pg1', `--lease=${lease}`);
  await put('members/pg1', member('primary', 1), `--lease=${lease}`);
  await put('members/pg2', member('replica', 1));
  await put(`members/${hostile}`, member('replica', 1, 2 ** 20));
  await put('status', { optime: 5 * 2 ** 20 });
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
  await openCluster(herdscope.page, 'demo', 'History');
  await etcd.ctl(['lease', 'revoke', lease]);
  await expect(herdscope.page.locator('header dl').first()).toContainText('none');
  await put('leader', 'pg2');
  wonMs = Date.now();
  await put('members/pg2', member('primary', 2));
  const ended = new Date(wonMs).toISOString().replace('Z', '000+00:00');
  await put('history', [[1, 5 * 2 ** 20, 'no recovery target specified', ended, 'pg2']]);
});

test.afterAll(async () => {
  await etcd.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const story = (): Locator => herdscope.page.getByTestId('incident-story');
const course = (): Locator => herdscope.page.getByRole('listbox', { name: 'Course of the incident' });

/** A time of a log whose clock is 90 s behind. */
const stamp = (afterMs: number): string =>
  new Date(wonMs + afterMs - OFF_MS).toISOString().slice(0, 23).replace('T', ' ').replace('.', ',');

test('a change of leader in the history leads to its incident, told in words', async () => {
  const { page } = herdscope;
  await page.getByRole('region', { name: 'The chosen timeline' }).getByRole('button', { name: 'Incident' }).click();
  await expect(page.getByRole('tab', { name: 'Incident' })).toHaveAttribute('aria-selected', 'true');
  await expect(story()).toContainText('The leader changed once.');
  await expect(story()).toContainText('pg1 → pg2');
  await expect(story()).toContainText('the lock of pg1 ran out, and its member key with it');
  await expect(story()).toContainText(`${hostile} 1 MB`);
  await expect(course()).toContainText('pg2 took the leader lock after pg1');
});

test('the ends of the span are moved by keyboard, and the story follows', async () => {
  const { page } = herdscope;
  const begin = page.getByRole('slider', { name: 'The span begins' });
  const before = await begin.getAttribute('aria-valuetext');
  await begin.press('ArrowRight');
  await expect(begin).not.toHaveAttribute('aria-valuetext', before ?? '');
  await begin.press('ArrowLeft');
  await expect(begin).toHaveAttribute('aria-valuetext', before ?? '');
  await expect(story()).toHaveAttribute('aria-busy', 'false');
});

test('pasted logs are joined with their clocks corrected; what is no log is refused with a sentence', async () => {
  const { page } = herdscope;
  const field = page.getByRole('textbox', { name: 'Paste a log here' });
  await field.fill('{"nothing": "of a log"}');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByText(/holds no line of Patroni’s or PostgreSQL’s log/)).toBeVisible();
  await field.fill(
    [
      `${stamp(-5000)} INFO: no action. I am (pg2), a secondary, and following a leader (pg1)`,
      `${stamp(-2000)} ERROR: could not reach postgres://rep:Tr0ub4dor-and-3@10.0.0.1/ <b>bold</b>`,
      `${stamp(0)} INFO: promoted self to leader by acquiring session lock`,
    ].join('\n'),
  );
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  const log = page.getByRole('region', { name: 'Log pg2 Patroni' });
  await expect(log.getByTestId('log-clock')).toContainText(
    /Its clock is (89\.\d|90\.\d) s behind: found from one line/,
  );
  await expect(course()).toContainText('promoted self to leader by acquiring session lock');
  await expect(course()).not.toContainText('no action');
  // By hand: a day too early, so that nothing of it lies in the span; and back.
  const seconds = log.getByRole('textbox', { name: /Seconds to add/ });
  await seconds.fill('-86400');
  await seconds.press('Enter');
  await expect(log).toContainText('3 entries, 0 in the span');
  await log.getByRole('button', { name: 'As found' }).click();
  await expect(log).toContainText('3 entries, 3 in the span');
});

test('a dropped file is joined, not opened', async () => {
  const { page } = herdscope;
  const lines = [
    `${stamp(40)} UTC [77] LOG:  selected new timeline ID: 2`,
    `${stamp(60)} UTC [77] LOG:  database system is ready to accept connections`,
  ].map((line) => line.replace(',', '.'));
  const transfer = await page.evaluateHandle((text) => {
    const made = new DataTransfer();
    made.items.add(new File([text], 'postgresql-2.log'));
    return made;
  }, lines.join('\n'));
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByTestId('drop-target')).toContainText('join the logs');
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await expect(page.getByRole('region', { name: 'Log postgresql-2.log' }).getByTestId('log-clock')).toContainText(
    'behind',
  );
  await expect(course()).toContainText('database system is ready to accept connections');
});

test('a note keeps the incident, for this user alone', async () => {
  const { page } = herdscope;
  await page.getByRole('textbox', { name: 'What was found and done' }).fill('The host had no power.');
  await expect(page.getByText(/^Kept \d/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Kept incidents' }).getByRole('listitem')).toHaveCount(1);
  const kept = join(herdscope.userData, 'incidents');
  const files = readdirSync(kept);
  expect(files).toHaveLength(2);
  for (const name of files) {
    expect(statSync(join(kept, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(kept, name), 'utf8')).not.toContain('Tr0ub4dor');
  }
});

test('it is exported as Markdown, without secrets', async () => {
  const { page } = herdscope;
  const path = join(folder, 'incident.md');
  await herdscope.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  await page.getByRole('button', { name: 'Save as Markdown…' }).click();
  await expect(page.getByText(`Written: ${path}`)).toBeVisible();
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('The host had no power.');
  expect(text).toContain('promoted self to leader');
  expect(text).not.toContain('Tr0ub4dor');
  expect(text).not.toMatch(/(^|[^\\])</m);
});

test('its span is exported as a snapshot', async () => {
  const { page } = herdscope;
  const path = join(folder, 'span.herdscope');
  await herdscope.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  await page.getByRole('button', { name: 'Export the span…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export the span' });
  await expect(dialog).toContainText(/demo of .*keys/);
  await dialog.getByRole('button', { name: 'Save as…' }).click();
  await expect(page.getByText(`Written: ${path}`)).toBeVisible();
  expect(statSync(path).size).toBeGreaterThan(500);
});

test('it is closed, and opened again from those that were kept; then deleted', async () => {
  const { page } = herdscope;
  await page.getByRole('button', { name: 'Close incident' }).click();
  await expect(page.getByRole('tab', { name: 'Incident' })).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.type('incident: what happened');
  await expect(page.getByRole('dialog').getByRole('option').first()).toContainText('Incident: what happened');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'What was found and done' })).toHaveValue('');
  const kept = page.getByRole('list', { name: 'Kept incidents' });
  await kept.getByRole('button', { name: /^demo/ }).click();
  await expect(page.getByRole('textbox', { name: 'What was found and done' })).toHaveValue('The host had no power.');
  await expect(page.getByRole('region', { name: 'Log pg2 Patroni' }).getByTestId('log-clock')).toContainText('behind');
  await kept.getByRole('button', { name: /^Delete the incident/ }).click();
  await kept.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(kept.getByRole('listitem')).toHaveCount(0);
  expect(readdirSync(join(herdscope.userData, 'incidents'))).toEqual([]);
});

test('where nothing was recorded it says so', async () => {
  const { page } = herdscope;
  const from = page.getByLabel('From', { exact: true });
  await from.fill('2020-01-01T00:00:00');
  await from.press('Enter');
  await expect(page.getByRole('heading', { name: 'Nothing was recorded in this span' })).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious, ${theme}`, async () => {
    const { page } = herdscope;
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    expect(await seriousFaults(page)).toEqual([]);
    expect(herdscope.errors()).toEqual([]);
  });
}
