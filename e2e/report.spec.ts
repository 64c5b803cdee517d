import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { fillFleet } from '../bench/fleet-store';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { root } from '../scripts/repository';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, openedWindow, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

test.describe.configure({ mode: 'serial' });

const SECRET = 'Tr0ub4dor-and-3';
let etcd: EtcdServer;
let herdscope: HerdscopeApp;
let folder: string;

test.beforeAll(async ({ launch }) => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-report-e2e-'));
  etcd = await startEtcd();
  await fillFleet(etcd.endpoint, 2, 3);
  const conn = { conn_url: `postgres://rep:${SECRET}@10.9.8.7:5432/postgres`, state: 'running', role: 'replica' };
  await etcd.ctl(['put', '/service/cluster-000/members/<b>bold', JSON.stringify(conn)]);
  const example = join(root, 'resources/examples/slot-holds-wal.herdscope');
  herdscope = await launch({ args: ['--connect', connectUrl(etcd), example] });
});

test.afterAll(async () => {
  await etcd.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Saves a report of the open cluster and gives where. */
async function save(page: Page, name: string, choose: (page: Page) => Promise<void>): Promise<string> {
  const path = join(folder, name);
  await herdscope.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
  const dialog = page.getByRole('dialog', { name: 'Save a report' });
  await choose(page);
  await dialog.getByRole('button', { name: 'Save as…' }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  return path;
}

/** Shows the file as a browser would, in a window without any rights, and gives its page. */
async function shown(path: string): Promise<Page> {
  const page = await openedWindow(herdscope.app, () =>
    herdscope.app.evaluate(async ({ BrowserWindow }, file) => {
      const window = new BrowserWindow({
        width: 1120,
        height: 900,
        webPreferences: { partition: 'reader', sandbox: true },
      });
      await window.loadFile(file);
    }, path),
  );
  await page.waitForLoadState();
  return page;
}

test('of a live cluster: a page in one file, that runs nothing, holds no secret and takes names as text', async () => {
  const { page } = herdscope;
  await openCluster(page, 'cluster-000', 'Overview');
  await page.getByRole('button', { name: 'Save a report of this cluster' }).click();
  await expect(page.getByRole('dialog', { name: 'Save a report' })).toContainText('cluster-000');
  expect(await seriousFaults(page)).toEqual([]);
  const path = await save(page, 'live.html', () => Promise.resolve());
  const text = readFileSync(path, 'utf8');
  expect(text).not.toContain(SECRET);
  expect(text).not.toMatch(/<script|<b>bold|javascript:|\son\w+=|src=|href=/i);
  expect(text).toContain('&lt;b&gt;bold');
  const reader = await shown(path);
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText('cluster-000');
  await expect(reader.getByText('Live from')).toBeVisible();
  for (const name of ['Findings', 'Replication', 'Members', 'Slots', 'History', 'Dynamic configuration'])
    await expect(reader.getByRole('heading', { name, exact: true })).toBeVisible();
  // Its own style counts, so its policy lets it: nothing else would.
  expect(await reader.evaluate(() => getComputedStyle(document.querySelector('h1') ?? document.body).fontSize)).toBe(
    '24px',
  );
  expect(await seriousFaults(reader)).toEqual([]);
  await reader.close();
});

test('with other names nothing in it names the cluster, its members or hosts', async () => {
  const { page } = herdscope;
  const path = await save(page, 'renamed.html', async () => {
    await page.keyboard.press('Control+p');
    await page.getByRole('dialog', { name: 'Save a report' }).getByText('Replace names').click();
  });
  const text = readFileSync(path, 'utf8');
  expect(text).not.toMatch(/cluster-000|c0pg|bold|10\.9\.8\.7/);
  expect(text).toContain('cluster-1');
});

test('of a snapshot: it says from which file and instant', async () => {
  const { page } = herdscope;
  await page.locator('[data-fleet-row$="/steppe"]:not([data-fleet-row^="practice/"])').click();
  await expect(page.getByRole('status').filter({ hasText: 'Not live: as of' })).toBeVisible();
  const path = await save(page, 'snapshot.html', () => page.keyboard.press('Control+p'));
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('slot-holds-wal.herdscope');
  expect(text).toContain('Not live:');
});

test('of the practice herd, as a PDF, from the palette: it says that nothing in it is real', async () => {
  const { page } = herdscope;
  await openCluster(page, 'practice', 'Overview');
  const before = await herdscope.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  const path = await save(page, 'practice.pdf', async () => {
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.type('save a report');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Save a report' }).getByText('PDF', { exact: true }).click();
  });
  const bytes = readFileSync(path);
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.toString('latin1').match(/\/Type ?\/Page\b/g)?.length ?? 0).toBeGreaterThan(1);
  // Its pictures are drawn, not painted.
  expect(bytes.toString('latin1')).not.toContain('/Subtype /Image');
  expect(await herdscope.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(before);
  expect(herdscope.errors()).toEqual([]);
});
