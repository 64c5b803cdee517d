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
const member = (name: string, more: object): Promise<string> =>
  put(`members/${name}`, {
    state: 'running',
    role: 'replica',
    timeline: 1,
    xlog_location: 1000,
    version: '4.1.5',
    ...more,
  });

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  await put('leader', 'ord1');
  await put('status', { optime: 1000 });
  await put('config', { synchronous_mode: 'quorum', synchronous_node_count: 2, synchronous_mode_strict: true });
  await member('ord1', { role: 'primary' });
  for (const name of ['ord2', 'ord3', 'ord4']) await member(name, { replication_state: 'streaming' });
  await put('sync', { leader: 'ord1', sync_standby: 'ord2,ord3,ord4', quorum: 1 });
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
});

test.afterAll(async () => {
  await etcd.dispose();
});

const open = (scope: string): Promise<void> => openCluster(herdscope.page, scope, 'Synchronisation');

test('quorum: how many must confirm, how many votes a candidate needs, how many may fail', async () => {
  const { page } = herdscope;
  await open('orders');
  const numbers = page.getByRole('region', { name: 'Mode' });
  await expect(numbers).toContainText('quorum, strict');
  await expect(numbers).toContainText('must confirm2 of 3');
  await expect(numbers).toContainText('votes a candidate needs1 of 3');
  await expect(numbers).toContainText('may be lost with the leader1');
  await expect(page.getByText('No: commits go on')).toBeVisible();
  await expect(page.locator('header dl')).toContainText('any 2 of 3');
});

test('the answer follows the members: a round, then, with nobody left in strict mode, until one comes back', async () => {
  const { page } = herdscope;
  await member('ord2', { state: 'stopped' });
  await member('ord3', { state: 'stopped' });
  await expect(page.getByText('Yes, until Patroni’s next round')).toBeVisible();
  await member('ord4', { state: 'stopped' });
  await expect(page.getByText('Yes: commits wait until a standby comes back')).toBeVisible();
  await expect(page.getByText(/ord4 does not run/).first()).toBeVisible();
  await member('ord4', { replication_state: 'streaming', tags: { nosync: true } });
  await put('sync', { leader: 'ord1', sync_standby: null, quorum: 0 });
  await expect(page.getByText('No: commits go on')).toBeVisible();
});

test('what the store does not tell is said, and opens by keyboard', async () => {
  const { page } = herdscope;
  const summary = page.getByText('What the store does not tell');
  await summary.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/SyncRep/)).toBeVisible();
});

test('an asynchronous cluster says what that means; a standby cluster takes no writes', async () => {
  const { page } = herdscope;
  await open('practice');
  await expect(page.getByText('No: by the store, commits wait for no standby')).toBeVisible();
  await open('savanna-standby');
  await expect(page.getByText('Nobody takes writes here')).toBeVisible();
});

test('in practice’s synchronous cluster the named standby is there, and the nosync one is not taken', async () => {
  const { page } = herdscope;
  await open('savanna');
  await expect(page.locator('[data-standby]').filter({ hasText: 'stays, while it streams' })).toHaveCount(1);
  await expect(page.locator('[data-standby=savanna-3]')).toContainText('nosync');
});

test('the groups of an MPP cluster come one below the other, the coordinator first', async () => {
  const { page } = herdscope;
  await open('grassland');
  await expect(page.getByRole('heading', { level: 2, name: /group/ })).toHaveText([
    'Coordinator · group 0',
    'Workers · group 1',
    'Workers · group 2',
  ]);
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious, ${theme}`, async () => {
    const { page } = herdscope;
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    for (const scope of ['savanna', 'orders']) {
      await open(scope);
      expect(await seriousFaults(page)).toEqual([]);
    }
    expect(herdscope.errors()).toEqual([]);
  });
}
