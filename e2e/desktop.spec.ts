import type { ElectronApplication, Page } from '@playwright/test';
import { fillFleet } from '../bench/fleet-store';
import { memberName } from '../bench/fleet';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';

// What the window does with the desktop around it: notifications, the clipboard, the keyboard in a long list. No desktop
// runs here that would show a notification, so `Notification.prototype.show` of main's real Electron is a spy, and
// `isSupported` says yes; all else is the program's own.

test.describe.configure({ mode: 'serial' });

const CLUSTERS = 150;

let etcd: EtcdServer;
let herdscope: HerdscopeApp;
let page: Page;
let app: ElectronApplication;

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  await fillFleet(etcd.endpoint, CLUSTERS, 2);
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
  ({ page, app } = herdscope);
  await expect(page.getByRole('option', { name: /cluster-000/ })).toBeVisible();
  await app.evaluate(({ Notification }) => {
    const shown: Electron.Notification[] = [];
    Object.assign(globalThis, { shown });
    Notification.isSupported = () => true;
    Notification.prototype.show = function (this: Electron.Notification) {
      shown.push(this);
    };
  });
});

test.afterAll(async () => {
  await etcd.dispose();
});

const shown = (): Promise<readonly string[]> =>
  app.evaluate(() =>
    (globalThis as unknown as { readonly shown: readonly Electron.Notification[] }).shown.map(
      ({ title, body }) => `${title}: ${body}`,
    ),
  );

const clipboard = (): Promise<string> => app.evaluate((electron) => electron.clipboard.readText());

const lead = (cluster: string, member: string): Promise<string> =>
  etcd.ctl(['put', `/service/${cluster}/leader`, member]);

const name = (): string => `127.0.0.1:${String(etcd.port)}`;

test('a leader that changes or is lost is a notification that names cluster, connection and members', async () => {
  expect(await shown()).toEqual([]);
  await lead('cluster-000', memberName(0, 1));
  const changed = `cluster-000 (${name()}): ${memberName(0, 0)} → ${memberName(0, 1)}.`;
  await expect.poll(shown).toEqual([changed]);
  await etcd.ctl(['del', '/service/cluster-001/leader']);
  await expect.poll(async () => (await shown()).length).toBe(2);
  const [, lost] = await shown();
  expect(lost).toContain(`cluster-001 (${name()}): `);
  expect(lost).toContain(memberName(1, 0));
});

test('a click on it shows the cluster', async () => {
  await app.evaluate(() => {
    (globalThis as unknown as { readonly shown: readonly Electron.Notification[] }).shown[1]?.emit('click');
  });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('cluster-001');
});

test('switched off it is silent, though the window shows the change; switched on it speaks again', async () => {
  const toggle = async (on: boolean): Promise<void> => {
    await page.keyboard.press('Control+,');
    const button = page.getByRole('switch', { name: /notif/i });
    await expect(button).toBeChecked({ checked: !on });
    await page.locator('label').filter({ has: button }).click();
    await expect(button).toBeChecked({ checked: on });
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  };
  await toggle(false);
  await lead('cluster-001', memberName(1, 1));
  const leader = page
    .getByRole('grid', { name: 'Members' })
    .getByRole('row')
    .filter({ hasText: memberName(1, 1) });
  await expect(leader).toContainText('Leader');
  expect(await shown()).toHaveLength(2);
  await toggle(true);
  await lead('cluster-001', memberName(1, 0));
  await expect.poll(async () => (await shown()).length).toBe(3);
});

test('what a copy button copies is on the system’s clipboard', async () => {
  await app.evaluate((electron) => electron.clipboard.clear());
  await page.getByRole('button', { name: 'Copy the system identifier' }).click();
  await expect.poll(clipboard).toBe('7711168519450300001');
  await page.getByRole('button', { name: 'Copy as TSV' }).click();
  await expect.poll(clipboard).toContain(`\t`);
  const rows = (await clipboard()).trim().split('\n');
  expect(rows).toHaveLength(3);
  expect(rows[1]).toContain(memberName(1, 0));
  await page.getByRole('tab', { name: /Keys/ }).click();
  const keys = page.getByRole('listbox', { name: 'Keys' });
  await keys.focus();
  await page.keyboard.press('Home');
  await page.getByRole('button', { name: 'Copy the key' }).click();
  await expect.poll(clipboard).toBe('/service/cluster-001/config');
});

test('End and Home reach the ends of a fleet list of which only a part is in the page', async () => {
  const rows = page.locator(`[data-fleet-row]`);
  expect(await rows.count()).toBeLessThan(CLUSTERS);
  const selected = page.locator('[data-fleet-row][aria-selected=true]');
  await selected.focus();
  await page.keyboard.press('End');
  const last = page.locator('[data-fleet-row^="practice/"]').last();
  await expect(last).toBeFocused();
  await expect(last).toBeInViewport();
  await page.keyboard.press('Home');
  const first = page.locator('[data-fleet-row$="/cluster-000"]');
  await expect(first).toBeFocused();
  await expect(first).toBeInViewport();
  await page.keyboard.press('ArrowDown');
  await expect(first).not.toBeFocused();
});

test('the page of the shortcuts lists the import’s', async () => {
  await page.locator('body').press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard' });
  await expect(dialog.getByText('Import a connection from patroni.yml')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+i');
  await expect(page.getByRole('dialog', { name: 'Import a connection' })).toBeVisible();
  await page.keyboard.press('Escape');
});

test('nothing was logged as an error', () => {
  expect(herdscope.errors()).toEqual([]);
});
