import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

test.describe.configure({ mode: 'serial' });

let etcd: EtcdServer;
let herdscope: HerdscopeApp;

const put = (key: string, value: unknown): Promise<string> =>
  etcd.ctl(['put', `/service/${key}`, typeof value === 'string' ? value : JSON.stringify(value)]);

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  await put('wrong/config', {
    ttl: 20,
    loop_wait: 10,
    retry_timeout: 10,
    loop_wiat: 3,
    synchronous_mode_strict: true,
    postgresql: { parameters: { work_mem: '5min', fsync: 'off', 'x.password': 'geheim' } },
  });
  await put('wrong/leader', 'w1');
  await put('wrong/members/w1', { state: 'running', role: 'primary', version: '4.1.5' });
  await put('broken/config', '[1, 2');
  await put('bare/initialize', '7');
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
});

test.afterAll(async () => {
  await etcd.dispose();
});

const open = (scope: string): Promise<void> => openCluster(herdscope.page, scope, 'Config');

test('each key has its value, and says what a change takes', async () => {
  const { page } = herdscope;
  await open('practice');
  await page.locator('[data-path="postgresql.parameters.max_connections"]').click();
  const detail = page.getByRole('region', { name: 'The chosen key' });
  await expect(detail).toContainText('How many clients may be connected');
  await expect(detail).toContainText('PostgreSQL must be restarted');
  await expect(detail).toContainText('default100');
});

test('the tree is walked, closed and opened by keyboard', async () => {
  const { page } = herdscope;
  const tree = page.getByRole('tree', { name: 'Dynamic configuration' });
  const chosen = tree.getByRole('treeitem', { selected: true });
  await tree.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(chosen).toHaveAccessibleName('parameters');
  await page.keyboard.press('ArrowLeft');
  await expect(chosen).toHaveAttribute('aria-expanded', 'false');
  await expect(page.locator('[data-path="postgresql.parameters.max_connections"]')).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(chosen).toHaveAccessibleName(/max_connections, 100/);
});

test('a search finds keys, values and meanings', async () => {
  const { page } = herdscope;
  const field = page.getByRole('searchbox', { name: 'Find in the configuration' });
  await field.fill('wal_level');
  await expect(page.locator('[data-path="postgresql.parameters.wal_level"]')).toBeVisible();
  await expect(page.locator('[data-path="ttl"]')).toHaveCount(0);
  await field.fill('nothing has this');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await field.press('Escape');
  await expect(page.locator('[data-path="loop_wait"]')).toBeVisible();
});

test('the defaults of what is not set are shown when asked for', async () => {
  const { page } = herdscope;
  await page.getByText('With defaults').click();
  await expect(page.getByRole('treeitem', { name: /failsafe_mode, not set, by default off/ })).toBeVisible();
  await page.getByText('Set', { exact: true }).click();
});

test('the whole is copied as YAML and as JSON', async () => {
  const { app, page } = herdscope;
  await page.getByRole('button', { name: 'Copy as YAML' }).click();
  await expect(page.getByText('Copied the configuration as YAML.')).toBeVisible();
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain(
    '  parameters:\n    wal_level: logical',
  );
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await expect(page.getByText('Copied the configuration as JSON.')).toBeVisible();
  const json = await app.evaluate(({ clipboard }) => clipboard.readText());
  expect(JSON.parse(json)).toMatchObject({ ttl: 20, loop_wait: 5 });
});

test('what is wrong stands beside its key, and is a finding of the cluster', async () => {
  const { page } = herdscope;
  await open('wrong');
  await expect(page.getByRole('treeitem', { name: /^work_mem, 5min, warning/ })).toBeVisible();
  await expect(page.getByRole('treeitem', { name: /^loop_wiat, 3, worth knowing/ })).toBeVisible();
  await page.locator('[data-path="ttl"]').click();
  await expect(page.getByRole('region', { name: 'The chosen key' })).toContainText('loop_wait + 2 × retry_timeout');
  await expect(page.locator('[data-path="postgresql.parameters.x.password"]')).not.toContainText('geheim');
  await page.getByRole('tab', { name: 'Overview' }).click();
  const findings = page.getByRole('region', { name: 'Findings' });
  await expect(findings).toContainText('fsync is off');
  await expect(findings).toContainText('synchronous_mode_strict is on, synchronous_mode is not');
});

test('a value that changes in the store changes in place', async () => {
  const { page } = herdscope;
  await open('wrong');
  await put('wrong/config', { ttl: 45, loop_wait: 10, retry_timeout: 10 });
  await expect(page.getByRole('treeitem', { name: /^ttl, 45/ })).toBeVisible();
});

test('a configuration that cannot be read, and one that is not there, are said to be so', async () => {
  const { page } = herdscope;
  await open('broken');
  await expect(page.getByText('The configuration cannot be read')).toBeVisible();
  await open('bare');
  await expect(page.getByText('No configuration in the store')).toBeVisible();
});

test('each group of an MPP cluster has its own; who waits for a restart is said at the parameter', async () => {
  const { page } = herdscope;
  await open('grassland');
  await page.getByText('Group 1', { exact: true }).click();
  await page.locator('[data-path="postgresql.parameters.max_connections"]').click();
  await expect(page.getByRole('region', { name: 'The chosen key' })).toContainText('grassland-1-1 waits for a restart');
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious, ${theme}`, async () => {
    const { page } = herdscope;
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    for (const scope of ['grassland', 'practice']) {
      await open(scope);
      expect(await seriousFaults(page)).toEqual([]);
    }
    expect(herdscope.errors()).toEqual([]);
  });
}
