import { fillFleet } from '../bench/fleet-store';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { seriousFaults } from './serious';

// What goes wrong in the practice herd because a person wanted it, and a real cluster tried out on its clone.

test.describe.configure({ mode: 'serial' });

let etcd: EtcdServer;
let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  await fillFleet(etcd.endpoint, 1, 3);
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
});

test.afterAll(async () => {
  await etcd.dispose();
});

const faultsOf = (name: string) => herdscope.page.locator(`[data-faults-of="${name}"]`);

test('a real cluster has no page of faults, but can be rehearsed', async () => {
  const { page } = herdscope;
  await page.locator('[data-fleet-row$="/cluster-000"]').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('cluster-000');
  await expect(page.getByRole('tab', { name: 'Practice' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('cluster-000 (rehearsal)');
  await expect(page.getByText('practice: simulated')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Rehearse' })).toHaveCount(0);
});

test('on the clone the leader is killed, another one leads, and the killed one comes back', async () => {
  const { page } = herdscope;
  const before = await etcd.ctl(['get', '--prefix', '/service/', '--write-out=json']);
  await page.getByRole('tab', { name: 'Practice' }).click();
  const primary = page.locator('[data-faults-of]').filter({ hasText: 'primary' });
  const name = (await primary.getAttribute('data-faults-of')) ?? '';
  await page.getByRole('button', { name: `Kill: ${name}` }).click();
  await expect(faultsOf(name)).toContainText('killed');
  // The lab's fleet has Patroni's own ttl, 30 s.
  await expect(primary).not.toHaveCount(0, { timeout: 60_000 });
  await expect(primary).not.toHaveAttribute('data-faults-of', name);
  await page.getByRole('button', { name: `Start: ${name}` }).click();
  await expect(faultsOf(name)).toContainText('standby', { timeout: 30_000 });
  // Nothing of it reached the real store.
  expect(await etcd.ctl(['get', '--prefix', '/service/', '--write-out=json'])).toBe(before);
});

test('each fault of a member is told and can be taken back', async () => {
  const { page } = herdscope;
  await page.locator('[data-fleet-row="practice/practice"]').click();
  await page.getByRole('tab', { name: 'Practice' }).click();
  const row = faultsOf('practice-3');
  for (const [begin, label, end] of [
    ['Freeze', 'frozen', 'Thaw'],
    ['Cut from store', 'cut off from the store', 'Join to store'],
    ['Cut from members', 'cut off from the members', 'Join to members'],
    ['Slow disk', 'slow disk', 'Good disk'],
    ['Lag', 'lag', 'Catch up'],
  ] as const) {
    await page.getByRole('button', { name: `${begin}: practice-3`, exact: true }).click();
    await expect(row).toContainText(label);
    await page.getByRole('button', { name: `${end}: practice-3`, exact: true }).click();
    await expect(row).toContainText('none');
  }
});

test('a slot holds WAL while its reader is gone', async () => {
  const { page } = herdscope;
  await page.getByText(/The reader of the slot nightly_backup/).click();
  await page.getByRole('tab', { name: 'Slots' }).click();
  const held = page.getByRole('row').filter({ hasText: 'practice-1' }).first();
  await expect(held).toContainText(/\d Gi?B/, { timeout: 20_000 });
  await page.getByRole('tab', { name: 'Practice' }).click();
  await page.getByText(/The reader of the slot nightly_backup/).click();
});

test('the store goes away: the picture says so, and is live again when it is brought back', async () => {
  const { page } = herdscope;
  await page.getByText('The store is away').click();
  await expect(page.getByText(/Not live since/)).toBeVisible({ timeout: 15_000 });
  await page.getByText('The store is away', { exact: true }).click();
  await expect(page.getByText(/Not live since/)).toBeHidden({ timeout: 15_000 });
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious on the page, ${theme}`, async () => {
    const { page } = herdscope;
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    expect(await seriousFaults(page)).toEqual([]);
    const shots = process.env['HERDSCOPE_SHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/practice-${theme}.png` });
  });
}

test('the palette makes a fault too', async () => {
  const { page } = herdscope;
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.type('practice: freeze practice-2');
  await expect(page.getByRole('dialog').getByRole('option').first()).toContainText('freeze practice-2');
  await page.keyboard.press('Enter');
  await expect(faultsOf('practice-2')).toContainText('frozen');
});

test('nothing was logged as an error', () => {
  expect(herdscope.errors()).toEqual([]);
});
