import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

test.describe.configure({ mode: 'serial' });

let etcd: EtcdServer;
let herdscope: HerdscopeApp;

const put = (key: string, value: unknown): Promise<string> =>
  etcd.ctl(['put', `/service/orders/${key}`, typeof value === 'string' ? value : JSON.stringify(value)]);
const replica = (name: string, position: number, more: object = {}): Promise<string> =>
  put(`members/${name}`, {
    state: 'running',
    role: 'replica',
    replication_state: 'streaming',
    api_url: `http://${name}:8008/patroni`,
    timeline: 1,
    xlog_location: position,
    version: '4.1.5',
    ...more,
  });

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  await put('leader', 'ord1');
  await put('status', { optime: 5_000_000 });
  await put('config', { maximum_lag_on_failover: 1_048_576 });
  await put('members/ord1', { state: 'running', role: 'primary', timeline: 1, version: '4.1.5' });
  await replica('ord2', 4_900_000);
  await replica('ord3', 4_800_000);
  await replica('ord4', 4_999_000, { tags: { nofailover: true } });
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
});

test.afterAll(async () => {
  await etcd.dispose();
});

test('it says who would lead, why the others would not, and what is at risk', async () => {
  const { page } = herdscope;
  await openCluster(page, 'orders', 'Forecast');
  const answer = page.getByRole('region', { name: 'If ord1 died now' });
  await expect(answer).toContainText('ord2 would become leader');
  await expect(answer).toContainText('another could be ahead');
  await expect(answer).toContainText('97.7 kB of the WAL of ord1 are not there');
  await expect(page.locator('[data-candidate=ord3]')).toContainText('ord2 is 97.7 kB ahead of it');
  await expect(page.locator('[data-candidate=ord4]')).toContainText('nofailover');
  await answer.getByText('What the store does not tell').click();
  await expect(answer).toContainText('Whether a member can be reached');
});

test('it follows the store: a pause, a request, a member that stops', async () => {
  const { page } = herdscope;
  await put('config', { maximum_lag_on_failover: 1_048_576, pause: true });
  await expect(page.getByText('Nobody would lead: the cluster is paused')).toBeVisible();
  await put('config', { maximum_lag_on_failover: 1_048_576 });
  await put('failover', { leader: 'ord1', member: 'ord3' });
  await expect(page.getByText('ord3 would become leader')).toBeVisible();
  await etcd.ctl(['del', '/service/orders/failover']);
  await replica('ord2', 4_900_000, { state: 'stopped' });
  await replica('ord3', 3_000_000);
  await expect(page.getByText('Nobody would lead', { exact: true })).toBeVisible();
  await expect(page.locator('[data-candidate=ord3]')).toContainText('more than maximum_lag_on_failover');
});

test('the forecast is copied as text', async () => {
  await herdscope.page.getByRole('button', { name: 'Copy the forecast' }).click();
  await expect
    .poll(() => herdscope.app.evaluate(({ clipboard }) => clipboard.readText()))
    .toContain('If ord1 died now: Nobody would lead');
});

for (const colorScheme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious, ${colorScheme}`, async () => {
    await herdscope.page.emulateMedia({ colorScheme });
    expect(await seriousFaults(herdscope.page)).toEqual([]);
  });
}

test('no error was logged', () => {
  expect(herdscope.errors()).toEqual([]);
});
