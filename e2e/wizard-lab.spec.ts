import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Herd, startHerd } from '../lab/herd';
import { expect, type HerdscopeApp, openedWindow, test } from './electron-app';
import { seriousFaults } from './serious';

// The guided switchover on a real herd: Patroni 4 and PostgreSQL 15 on a real etcd, driven through the real window.

test.describe.configure({ mode: 'serial', timeout: 180_000 });

let herd: Herd;
let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  test.setTimeout(240_000);
  herd = await startHerd({ members: 3 });
  const userData = await mkdtemp(join(tmpdir(), 'herdscope-e2e-'));
  await writeFile(join(userData, 'settings.json'), JSON.stringify(settings(herd)));
  herdscope = await launch({ userData });
  await show(herdscope.page);
});

test.afterAll(async () => {
  await herd?.stop();
});

/** A connection on which the person has allowed writing. */
function settings({ etcd }: Herd): object {
  return {
    version: 1,
    settings: { theme: 'dark', notifications: false, practice: false },
    connections: [
      {
        kind: 'etcd3',
        id: 'lab',
        name: 'lab',
        endpoints: [etcd.endpoint],
        namespace: '/service',
        username: null,
        caFile: null,
        certFile: null,
        keyFile: null,
        writable: true,
      },
    ],
  };
}

async function show(page: Page): Promise<void> {
  await page.locator(`[data-fleet-row$="/${herd.scope}"]`).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(herd.scope);
}

/** Goes from the cluster to the confirmation, accepting every warning. */
async function prepare(page: Page, candidate: string | null): Promise<void> {
  await page.getByRole('button', { name: 'Switchover…' }).click();
  const name = candidate === null ? /^Whom Patroni takes/ : new RegExp(`^${candidate} `);
  await page.getByRole('radio', { name }).check({ force: true });
  await next(page, 'Checks');
  await expect(page.locator('[data-check]').first()).toBeVisible();
}

const next = (page: Page, label: string): Promise<void> =>
  page.getByRole('complementary').getByRole('button', { name: label }).click();

async function acceptAll(page: Page): Promise<void> {
  for (const box of await page.locator('[data-state=warning] label').all()) await box.click();
}

async function send(page: Page): Promise<void> {
  await acceptAll(page);
  await next(page, 'Review');
  await next(page, 'Confirm');
  await page.getByRole('button', { name: /Switch over now|Fail over now|Schedule the switchover/ }).click();
}

const outcome = (page: Page) => page.locator('[data-outcome]');
const check = (page: Page, id: string) => page.locator(`[data-check="${id}"]`);

/** Waits for the end, and gives what was written down. */
async function ended(page: Page, how: string, seconds = 90): Promise<Report> {
  await expect(outcome(page)).toHaveAttribute('data-outcome', how, { timeout: seconds * 1000 });
  const folder = join(herdscope.userData, 'operations');
  const files = (await readdir(folder)).sort();
  const report = JSON.parse(await readFile(join(folder, files.at(-1) ?? ''), 'utf8')) as Report;
  expect(report.endedAt).not.toBeNull();
  return report;
}

interface Report {
  readonly endedAt: string | null;
  readonly before: { readonly leader: string | null; readonly timeline: number };
  readonly after: { readonly leader: string | null; readonly timeline: number } | null;
  readonly notes: readonly { readonly words: string }[];
  readonly course: { readonly outcome: { readonly kind: string; readonly words: string } };
}

/** What patronictl says agrees with a report of a change that was done. */
async function agrees({ before, after }: Report): Promise<void> {
  expect(after?.leader).toBe(await herd.leader());
  expect(after?.timeline).toBe(before.timeline + 1);
  const list = JSON.parse(await herd.patronictl(['list', herd.scope, '-f', 'json'])) as readonly Record<
    string,
    unknown
  >[];
  expect(list.filter((row) => row['TL'] === after?.timeline).length).toBeGreaterThan(1);
}

const replica = async (): Promise<string> => {
  const leader = await herd.leader();
  return ['pg-1', 'pg-2', 'pg-3'].find((name) => name !== leader) ?? '';
};

/** The member that is neither. */
const other = (leader: string, candidate: string): string =>
  herd.members.map(({ name }) => name).find((name) => name !== candidate && name !== leader) ?? '';

async function close(page: Page): Promise<void> {
  await page.getByRole('complementary').getByRole('button', { name: 'Close' }).click();
}

/** Leaves a wizard in which nothing was sent. */
async function cancel(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'What' }).click();
  await page.getByRole('complementary').getByRole('button', { name: 'Cancel' }).click();
}

test('with a login PostgreSQL itself is asked, and without one it says that it was not', async () => {
  const { page } = herdscope;
  const candidate = await replica();
  await prepare(page, candidate);
  await expect(check(page, 'transactions')).toHaveAttribute('data-state', 'not-asked');
  await page.getByRole('button', { name: 'Give a login…' }).click();
  const dialog = page.getByRole('dialog', { name: 'PostgreSQL login' });
  expect(await seriousFaults(page)).toEqual([]);
  // By keys alone: the user, then sslmode, whose last choice is `disable`.
  await expect(dialog.getByRole('textbox', { name: 'User' })).toBeFocused();
  await page.keyboard.type('postgres');
  await dialog.getByRole('button', { name: /sslmode/ }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: /sslmode/ })).toContainText('disable');
  await dialog.getByRole('textbox', { name: 'Database' }).press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: 'PostgreSQL login' })).toContainText('asked as postgres');
  await expect(check(page, 'transactions')).toHaveAttribute('data-state', /passed|warning/, { timeout: 20_000 });
  await expect(check(page, `database-replay ${candidate}`)).toHaveAttribute('data-state', 'passed', {
    timeout: 20_000,
  });
  await page.getByRole('button', { name: 'Forget it' }).click();
  await expect(check(page, 'transactions')).toHaveAttribute('data-state', 'not-asked', { timeout: 20_000 });
  await cancel(page);
});

test('a configuration that another one changes while it is edited is put together, and nothing of either is lost', async () => {
  const { page } = herdscope;
  await page.getByRole('button', { name: 'Other operations' }).click();
  await page.getByRole('menuitem', { name: 'Edit the configuration…' }).click();
  const field = page.getByRole('textbox', { name: 'The configuration, as JSON' });
  const config = JSON.parse(await field.inputValue()) as Record<string, unknown>;
  await field.fill(
    JSON.stringify({ ...config, maximum_lag_on_failover: 3_000_000, primary_stop_timeout: 11 }, null, 2),
  );
  const { apiPort } = herd.member(await herd.leader());
  const theirs = { maximum_lag_on_failover: 4_000_000, primary_start_timeout: 222 };
  await fetch(`http://127.0.0.1:${String(apiPort)}/config`, { method: 'PATCH', body: JSON.stringify(theirs) });
  const merge = page.getByRole('region', { name: 'Changed meanwhile' });
  await expect(merge.locator('[data-merge=both]')).toHaveCount(1);
  expect(await seriousFaults(page)).toEqual([]);
  await expect(merge.getByRole('button', { name: 'Put both together' })).toBeDisabled();
  await merge.getByRole('radio', { name: 'Yours' }).check({ force: true });
  await merge.getByRole('button', { name: 'Put both together' }).click();
  await expect(merge).toBeHidden();
  expect(JSON.parse(await field.inputValue())).toMatchObject({
    maximum_lag_on_failover: 3_000_000,
    primary_stop_timeout: 11,
    primary_start_timeout: 222,
  });
  await next(page, 'Checks');
  await expect(check(page, 'revision')).toHaveAttribute('data-state', 'passed');
  await cancel(page);
});

test('a switchover now, to a candidate', async () => {
  const { page } = herdscope;
  const candidate = await replica();
  await prepare(page, candidate);
  await send(page);
  const report = await ended(page, 'done');
  await agrees(report);
  expect(report.after?.leader).toBe(candidate);
  await expect(page.locator('[data-outage]')).toBeVisible();
  await close(page);
});

test('a switchover now, to whom Patroni takes', async () => {
  const { page } = herdscope;
  await herd.settled();
  await prepare(page, null);
  await send(page);
  await agrees(await ended(page, 'done'));
  await close(page);
});

test('a candidate with nofailover is refused by the checks', async () => {
  const { page } = herdscope;
  await herd.settled();
  const candidate = await replica();
  await herd.tag(candidate, { nofailover: true });
  await prepare(page, candidate);
  await expect(check(page, `may-lead ${candidate}`)).toHaveAttribute('data-state', 'stop');
  await expect(page.getByRole('complementary').getByRole('button', { name: 'Review' })).toBeDisabled();
  await cancel(page);
  await herd.tag(candidate, { nofailover: null });
});

test('a candidate that lags is refused by the checks, before Patroni would accept it', async () => {
  const { page } = herdscope;
  await herd.settled();
  const candidate = await replica();
  herd.lag(candidate, 'receive');
  await herd.write(24);
  await prepare(page, candidate);
  await expect(check(page, `lag ${candidate}`)).toHaveAttribute('data-state', 'stop', { timeout: 20_000 });
  await cancel(page);
  herd.unlag();
});

test('a candidate that is not synchronous is refused by the checks', async () => {
  const { page } = herdscope;
  await herd.settled();
  await herd.sync('on');
  const rows = JSON.parse(await herd.patronictl(['list', herd.scope, '-f', 'json'])) as readonly Record<
    string,
    unknown
  >[];
  const other = String(rows.find((row) => row['Role'] === 'Replica')?.['Member']);
  await prepare(page, other);
  await expect(check(page, `sync ${other}`)).toHaveAttribute('data-state', 'stop');
  await cancel(page);
  await herd.sync('off');
});

test('while paused nobody is taken without a name', async () => {
  const { page } = herdscope;
  await herd.pause();
  await prepare(page, null);
  await expect(check(page, 'paused')).toHaveAttribute('data-state', 'stop');
  await cancel(page);
  await herd.resume();
});

test('a scheduled one that is taken back by somebody else', async () => {
  const { page } = herdscope;
  await herd.settled();
  await page.getByRole('button', { name: 'Switchover…' }).click();
  await page.getByRole('radio', { name: /^Switchover at a time/ }).check({ force: true });
  await next(page, 'Checks');
  await expect(check(page, 'schedule')).toHaveAttribute('data-state', 'passed');
  await send(page);
  await expect(page.locator('[data-phase=accepted]')).toHaveAttribute('data-state', 'done');
  const cluster = await herd.wholeCluster();
  expect(cluster).toHaveProperty('scheduled_switchover');
  await herd.unschedule();
  const report = await ended(page, 'cancelled');
  expect(report.after?.leader).toBe(report.before.leader);
  await close(page);
});

test('the window is closed and opened again in the middle', async () => {
  const { app } = herdscope;
  await herd.settled();
  const before = herdscope.page;
  const leader = await herd.leader();
  const candidate = await replica();
  // It is not over before the window is back: one member follows only when it replays again.
  const late = other(leader, candidate);
  herd.lag(late, 'replay');
  await prepare(before, candidate);
  await send(before);
  await expect(before.locator('[data-phase=accepted]')).toHaveAttribute('data-state', 'done');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.close()));
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
  const page = await openedWindow(app, () => app.evaluate((electron) => electron.app.emit('activate')));
  herdscope = { ...herdscope, page };
  await show(page);
  await page.getByRole('tab', { name: 'Switchover' }).click();
  await expect(page.locator('[data-phase=accepted]')).toHaveAttribute('data-state', 'done');
  herd.unlag(late);
  const report = await ended(page, 'done');
  await agrees(report);
  expect(report.notes.map(({ words }) => words)).toContain('The window was closed; following goes on.');
  await close(page);
});

test('the leader is killed in the middle', async () => {
  const { page } = herdscope;
  await herd.settled();
  const leader = await herd.leader();
  const candidate = await replica();
  // The leader is still shutting down when it is killed: it waits for one that does not take the last of its WAL.
  const late = other(leader, candidate);
  herd.lag(late, 'receive');
  await prepare(page, candidate);
  await send(page);
  await expect(page.locator('[data-phase=accepted]')).toHaveAttribute('data-state', 'done');
  await herd.kill(leader);
  herd.unlag(late);
  const report = await ended(page, 'done-otherwise', 150);
  expect(report.after?.leader).toBe(await herd.leader());
  expect(report.course.outcome.words).toContain(leader);
  await close(page);
  await herd.revive(leader);
  await herd.settled();
});

test('a failover where nobody leads', async () => {
  const { page } = herdscope;
  await herd.pause();
  const leader = await herd.leader();
  const candidate = await replica();
  await herd.kill(leader);
  // Its whole name: the time bar has a button that asks of the last failover.
  const failover = page.getByRole('button', { name: 'Failover…', exact: true });
  await expect(failover).toBeVisible({ timeout: 60_000 });
  await failover.click();
  await page.getByRole('radio', { name: new RegExp(`^${candidate} `) }).check({ force: true });
  await next(page, 'Checks');
  await expect(check(page, 'leader')).toBeVisible();
  await send(page);
  await expect(page.locator('[data-phase=writable]')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
  expect(await herd.leader()).toBe(candidate);
  await herd.resume();
  await herd.revive(leader);
});
