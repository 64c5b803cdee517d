import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { memberValue } from '../bench/fleet';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { openCluster } from './open-cluster';
import { seriousFaults } from './serious';

test.describe.configure({ mode: 'serial' });

const LSN = 167_772_256;
const member = (i: number, more: object = {}): string => JSON.stringify({ ...memberValue(0, i, LSN), ...more });

/** Every way in which a member can hang in the tree. */
const odd: Readonly<Record<string, string>> = {
  initialize: '7711168519450300001',
  config: JSON.stringify({ ttl: 30, loop_wait: 10, retry_timeout: 10, synchronous_mode: 'quorum' }),
  leader: 'pg1',
  status: JSON.stringify({ optime: LSN }),
  sync: JSON.stringify({ leader: 'pg1', sync_standby: 'pg2,pg3', quorum: 1 }),
  'members/pg1': member(0),
  'members/pg2': member(1),
  'members/pg3': member(2),
  'members/cascade': member(3, { tags: { replicatefrom: 'pg2' } }),
  'members/deep': member(4, { tags: { replicatefrom: 'cascade' } }),
  'members/orphan': member(5, { tags: { replicatefrom: 'long-gone' } }),
  'members/itself': member(6, { tags: { replicatefrom: 'itself' } }),
  'members/archive': member(7, { tags: { nostream: true }, replication_state: 'in archive recovery' }),
  'members/round-1': member(8, { tags: { replicatefrom: 'round-2' } }),
  'members/round-2': member(9, { tags: { replicatefrom: 'round-1' } }),
};

let etcd: EtcdServer;
let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  const put = (key: string, value: string) => etcd.ctl(['put', `/service/${key}`, value]);
  for (const [key, value] of Object.entries(odd)) await put(`odd/${key}`, value);
  await put('hundred/initialize', '7711168519450300002');
  await put('hundred/leader', 'm00');
  for (let i = 0; i < 100; i++) {
    const upstream = `m${String(Math.floor((i - 1) / 4)).padStart(2, '0')}`;
    await put(`hundred/members/m${String(i).padStart(2, '0')}`, member(i, { tags: { replicatefrom: upstream } }));
  }
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
});

test.afterAll(async () => {
  await etcd.dispose();
});

const tree = (page: Page) => page.getByRole('group', { name: /Replication tree/ });
const node = (page: Page, name: string) => tree(page).locator(`button[data-node$="/member/${name}"]`);
const open = (page: Page, scope: string): Promise<void> => openCluster(page, scope, 'Overview');

test('each odd way to hang in the tree is named on the node', async () => {
  const { page } = herdscope;
  await open(page, 'odd');
  await expect(node(page, 'pg2')).toContainText('Quorum Standby');
  await expect(node(page, 'orphan')).toContainText('instead of long-gone');
  await expect(node(page, 'itself')).toContainText('names itself');
  await expect(node(page, 'archive')).toContainText('nostream');
  await expect(node(page, 'round-1')).toContainText('replicatefrom in a circle');
  await expect(node(page, 'round-2')).not.toContainText('circle');
  await expect(node(page, 'deep')).not.toContainText(/instead|itself|circle/);
});

test('the arrow keys go from member to member, and Enter chooses one', async () => {
  const { page } = herdscope;
  await node(page, 'pg1').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await expect(node(page, 'pg1')).toBeFocused();
  await node(page, 'pg2').focus();
  await page.keyboard.press('ArrowRight');
  await expect(node(page, 'cascade')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(node(page, 'cascade')).toHaveAttribute('aria-pressed', 'true');
});

test('axe finds nothing serious in the tree, dark and light', async () => {
  const { page } = herdscope;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFaults(page)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
});

test('the picture is saved as SVG and PNG, with where it comes from', async () => {
  const { app, page, userData } = herdscope;
  // A person would answer the system's dialog; it is the one part that stands in here.
  const saveTo = async (path: string): Promise<void> => {
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, path);
  };
  for (const kind of ['svg', 'png'] as const) {
    const path = join(userData, `tree.${kind}`);
    await saveTo(path);
    await page.getByRole('button', { name: `Save the picture as ${kind.toUpperCase()}` }).click();
    await expect(page.getByText(`Saved as ${path}`)).toBeVisible();
  }
  const svg = await readFile(join(userData, 'tree.svg'), 'utf8');
  for (const word of ['odd · replication', 'pg1', 'Quorum Standby', 'instead of long-gone'])
    expect(svg).toContain(word);
  const png = await readFile(join(userData, 'tree.png'));
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect(png.length).toBeGreaterThan(10_000);
});

test('100 members do not overlap, and nothing moves when one of them reports', async () => {
  const { page } = herdscope;
  await open(page, 'hundred');
  const boxes = () =>
    tree(page)
      .locator('button[data-node]')
      .evaluateAll((buttons) =>
        buttons.map((button) => {
          const { x, y, width, height } = button.getBoundingClientRect();
          return { id: button.getAttribute('data-node'), x, y, right: x + width, bottom: y + height };
        }),
      );
  const before = await boxes();
  expect(before).toHaveLength(100);
  for (const [i, a] of before.entries())
    for (const b of before.slice(i + 1))
      expect(a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom, `${a.id} over ${b.id}`).toBe(false);
  await etcd.ctl([
    'put',
    '/service/hundred/members/m42',
    member(42, { state: 'stopped', replication_state: null, tags: { replicatefrom: 'm10' } }),
  ]);
  await expect(node(page, 'm42')).toContainText('stopped');
  expect(await boxes()).toEqual(before);
});

test('no error was logged', () => {
  expect(herdscope.errors()).toEqual([]);
});
