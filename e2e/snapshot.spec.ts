import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { fillFleet } from '../bench/fleet-store';
import { root } from '../scripts/repository';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

test.describe.configure({ mode: 'serial' });

const SECRET = 'Tr0ub4dor-and-3';
let etcd: EtcdServer;
let herdscope: HerdscopeApp;
let folder: string;
const example = join(root, 'resources/examples/slot-holds-wal.herdscope');

test.beforeAll(async ({ launch }) => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-snapshot-e2e-'));
  etcd = await startEtcd();
  await fillFleet(etcd.endpoint, 3, 3);
  const member = '/service/cluster-000/members/pg-000-9';
  const conn = { conn_url: `postgres://rep:${SECRET}@10.9.8.7:5432/postgres`, state: 'running', role: 'replica' };
  await etcd.ctl(['put', member, JSON.stringify(conn)]);
  const config = { ttl: 30, postgresql: { authentication: { superuser: { password: SECRET } } } };
  await etcd.ctl(['put', '/service/cluster-000/config', JSON.stringify(config)]);
  await etcd.ctl(['put', '/service/cluster-000/note', `the password is ${SECRET}, do not tell`]);
  herdscope = await launch({ args: ['--connect', connectUrl(etcd), example] });
});

test.afterAll(async () => {
  await etcd.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes the system's dialog answer this path, once. */
async function answerSave(path: string): Promise<void> {
  await herdscope.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
}

async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const bytes = Uint8Array.from(atob(base64 ?? ''), (char) => char.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], fileName ?? ''));
      return data;
    },
    [name, content.toString('base64')],
  );
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByTestId('drop-target')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await expect(page.getByTestId('drop-target')).toBeHidden();
}

test('a file on the command line is shown at once, as of its instant, beside what is live', async () => {
  const { page } = herdscope;
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('steppe');
  await expect(page.getByRole('status').filter({ hasText: 'Not live: as of' })).toContainText(
    'slot-holds-wal.herdscope',
  );
  await expect(page.getByRole('contentinfo')).toContainText('As of');
  await expect(page.locator('[data-fleet-row$="/cluster-000"]')).toBeVisible();
});

test('in a snapshot nothing goes on: what is left of the lock stands still', async () => {
  const { page } = herdscope;
  const lock = page.getByRole('meter', { name: 'Remaining time of the leader lock' });
  const before = await lock.getAttribute('aria-valuenow');
  await page.waitForTimeout(2500);
  expect(await lock.getAttribute('aria-valuenow')).toBe(before);
  expect(await seriousFaults(page)).toEqual([]);
});

test('every page works on it', async () => {
  const { page } = herdscope;
  for (const tab of ['Slots', 'History', 'Synchronisation', 'Forecast', 'Config', 'Keys', 'Overview']) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(page.getByRole('tabpanel')).not.toBeEmpty();
  }
});

test('the export says what is in it and what is taken out; the file holds no secret and shows the same', async () => {
  const { page } = herdscope;
  await openCluster(page, 'cluster-000', 'Overview');
  await page.getByRole('button', { name: 'Export a snapshot of this cluster' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export a snapshot' });
  await expect(dialog).toContainText('1 cluster (cluster-000)');
  await expect(dialog.getByTestId('secrets')).toContainText('taken out of 2 keys');
  expect(await seriousFaults(page)).toEqual([]);
  const path = join(folder, 'one.herdscope');
  await answerSave(path);
  await dialog.getByRole('button', { name: 'Save as…' }).click();
  await expect(dialog).toBeHidden();
  const file = readFileSync(path);
  const header = file.subarray(0, file.indexOf('\n')).toString('utf8');
  const body = gunzipSync(file.subarray(file.indexOf('\n') + 1)).toString('utf8');
  expect(header + body).not.toContain(SECRET);
  expect(body).toContain('the password is ***');
  expect(JSON.parse(header)).toMatchObject({ contents: [{ clusters: ['cluster-000'] }] });

  const members = page.getByRole('grid', { name: 'Members' });
  const live = await members.getByRole('row').allInnerTexts();
  await drop(page, 'one.herdscope', file);
  await expect(page.getByRole('status').filter({ hasText: 'from one.herdscope' })).toBeVisible();
  await expect(members.getByRole('row')).toHaveCount(live.length);
  const shown = await members.getByRole('row').allInnerTexts();
  expect(shown.map(withoutTimes)).toEqual(live.map(withoutTimes));
  await page.getByRole('tab', { name: 'Keys' }).click();
  for (const key of await page
    .getByRole('option')
    .filter({ hasText: /config|note|pg-000-9/ })
    .all()) {
    await key.click();
    expect(await page.getByRole('main').innerText()).not.toContain(SECRET);
  }
});

/** A row without how long ago its member reported. */
const withoutTimes = (row: string): string => row.replace(/\d+ s ago|just now|not known|\d\d:\d\d:\d\d/g, '…');

test('a snapshot is compared with what is live: in words first, then key by key', async () => {
  const { page } = herdscope;
  await etcd.ctl(['put', '/service/cluster-000/leader', 'c0pg2']);
  await page
    .getByRole('status')
    .filter({ hasText: 'from one.herdscope' })
    .getByRole('button', { name: 'Compare…' })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Compare cluster-000' });
  await expect(dialog).toContainText('c0pg2 became leader after c0pg1');
  await expect(dialog.getByRole('table', { name: 'Members' })).toContainText('c0pg2: role');
  await expect(dialog.getByRole('table', { name: 'Keys' })).toContainText('cluster-000/leader');
  await expect(dialog).not.toContainText(SECRET);
  await expect(dialog).not.toContainText('the configuration changed');
  expect(await seriousFaults(page)).toEqual([]);
  await page.screenshot({ path: test.info().outputPath('compare.png') });
  await page.keyboard.press('Escape');
});

test('with other names nothing in the file names the cluster, its members or its hosts', async () => {
  const { page } = herdscope;
  await openCluster(page, 'cluster-001', 'Overview');
  await page.keyboard.press('Control+e');
  const dialog = page.getByRole('dialog', { name: 'Export a snapshot' });
  await dialog.getByText('Replace names').click();
  await expect(dialog.getByRole('table', { name: 'Names that are replaced' })).toContainText('cluster-001 → cluster-1');
  const path = join(folder, 'other.herdscope');
  await answerSave(path);
  await dialog.getByRole('button', { name: 'Save as…' }).click();
  await expect(dialog).toBeHidden();
  const file = readFileSync(path);
  const text =
    file.subarray(0, file.indexOf('\n')).toString() + gunzipSync(file.subarray(file.indexOf('\n') + 1)).toString();
  expect(text).not.toMatch(/cluster-001|pg-001/);
  await drop(page, 'other.herdscope', file);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('cluster-1');
});

test('what is no snapshot is refused in a sentence that stays; a text can be pasted', async () => {
  const { page } = herdscope;
  await drop(page, 'notes.txt', Buffer.from('nothing of Patroni here\n'));
  const message = page.getByText(/notes\.txt/);
  await expect(message).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).last().click();
  await page.keyboard.press('Control+o');
  const dialog = page.getByRole('dialog', { name: 'Open a snapshot' });
  await dialog.getByRole('textbox').fill('hello');
  await dialog.getByRole('button', { name: 'Open the text' }).click();
  await expect(dialog).toContainText('pasted text is no');
  await dialog.getByRole('textbox').fill('');
  await dialog.getByRole('button', { name: 'No leader' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('status').filter({ hasText: 'from no-leader.herdscope' })).toBeVisible();
});

test('a second instance hands its file over', async () => {
  const { page, app, userData } = herdscope;
  const path = join(folder, 'handed.herdscope');
  writeFileSync(path, readFileSync(join(root, 'resources/examples/healthy-herd.herdscope')));
  await app.evaluate(
    ({ app: electron }, [file, data]) => {
      electron.emit('second-instance', {}, [], '/', { connect: [], files: [file, 'relative', 7], data });
    },
    [path, userData],
  );
  await expect(page.getByRole('status').filter({ hasText: 'from handed.herdscope' })).toBeVisible();
});

test('a snapshot is closed and gone, and its file stays', async () => {
  const { page } = herdscope;
  await page
    .getByRole('status')
    .filter({ hasText: 'handed.herdscope' })
    .getByRole('button', { name: 'Close it' })
    .click();
  await expect(page.locator('[data-fleet-row$="/savanna-standby"]')).toHaveCount(1);
  expect(readFileSync(join(folder, 'handed.herdscope')).length).toBeGreaterThan(100);
  expect(herdscope.errors()).toEqual([]);
});
