import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { type Herd, startHerd } from '../lab/herd';
import type { ListRow } from '../lab/patronictl';
import { expect, type HerdscopeApp, test } from './electron-app';
import { clusterIdOf, keysInEtcd, keysInWindow } from './mirror-equality';

// The window beside `patronictl` on the same real herd: Patroni 4.1 and PostgreSQL 15 on a real etcd.

test.describe.configure({ mode: 'serial', timeout: 240_000 });

let herd: Herd;
let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  test.setTimeout(240_000);
  herd = await startHerd({ members: 3, cascade: true });
  herdscope = await launch({ args: ['--connect', herd.connectUrl] });
  await herdscope.page.getByRole('option', { name: new RegExp(herd.scope) }).click();
});

test.afterAll(async () => {
  await herd?.stop();
});

/** The members table as text, by member and column. */
async function shownRows(page: Page): Promise<Map<string, Map<string, string>>> {
  const grid = page.getByRole('grid', { name: 'Members' });
  const cells = await grid
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('[data-column]')].map(
          (cell) => [cell.getAttribute('data-column') ?? '', (cell.textContent ?? '').trim()] as const,
        ),
      ),
    );
  return new Map(cells.slice(1).map((row) => [row.find(([column]) => column === 'member')?.[1] ?? '', new Map(row)]));
}

/** A row of patronictl as the window words it. */
function expected(row: ListRow): Record<string, string> {
  const text = (value: unknown): string =>
    value === undefined || value === null || value === 'unknown' ? '' : String(value);
  return {
    host: text(row['Host']),
    role: text(row['Role']).toLowerCase(),
    state: text(row['State']),
    timeline: text(row['TL']),
    receive: text(row['Receive LSN']),
    replay: text(row['Replay LSN']),
  };
}

/** Compares until the two agree: the herd goes on writing while both are asked. */
async function expectSameAsPatronictl(): Promise<void> {
  await expect(async () => {
    const listed = await herd.list();
    const shown = await shownRows(herdscope.page);
    expect([...shown.keys()].sort()).toEqual(listed.map((row) => String(row['Member'])).sort());
    for (const row of listed) {
      const cells = shown.get(String(row['Member']));
      const ours = Object.fromEntries(
        Object.keys(expected(row)).map((column) => [
          column,
          column === 'role' ? cells?.get(column)?.toLowerCase() : cells?.get(column),
        ]),
      );
      expect(ours, String(row['Member'])).toEqual(expected(row));
    }
  }).toPass({ timeout: 60_000 });
}

test('the members are as patronictl lists them, field by field', async () => {
  await expectSameAsPatronictl();
});

test('a leader that is killed with -9 loses the lock in the window, and the window follows the failover that patronictl reports', async () => {
  const { page } = herdscope;
  const former = await herd.killLeader();
  const successor = await herd.newLeader(former);
  await expect(
    page
      .locator('dl > div')
      .filter({ has: page.locator('dt', { hasText: /^leader$/ }) })
      .locator('dd'),
  ).toHaveText(successor, { timeout: 30_000 });
  await herd.revive(former);
  await herd.settled();
  await expectSameAsPatronictl();
});

test('pause and resume are seen at once', async () => {
  const { page } = herdscope;
  await herd.pause();
  await expect(page.getByRole('region', { name: 'Findings' })).toContainText(/paused/i);
  await herd.resume();
  await expect(page.getByRole('region', { name: 'Findings' })).not.toContainText(/paused/i);
});

test('etcd is stopped for 10 s and started: the mirror equals etcdctl, key for key, revision for revision', async () => {
  const { page } = herdscope;
  await herd.stopEtcd();
  await expect(page.getByText(/last heard \d+ s ago/i).first()).toBeVisible({ timeout: 15_000 });
  await sleep(10_000);
  await herd.startEtcd();
  await expect(page.getByText(/last heard \d+ s ago/i).first()).toBeHidden({ timeout: 30_000 });
  await herd.settled();
  const id = await clusterIdOf(page, herd.scope);
  await expect(async () => {
    expect(await keysInWindow(page, id)).toEqual(await keysInEtcd(herd.etcd, `/service/${herd.scope}/`));
  }).toPass({ timeout: 30_000 });
});
