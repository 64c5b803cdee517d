import { Etcd3 } from 'etcd3';
import type { Locator, Page } from '@playwright/test';
import { memberValue } from '../bench/fleet';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';

// What no Patroni writes, or nobody would name a cluster, in a real etcd: nothing crashes or vanishes, each bad value is a
// finding with its key, and the rest goes on.

test.describe.configure({ mode: 'serial' });

const html = '<img src=x onerror=window.ran=1>';
const script = '<script>window.ran=1</script>';
const rightToLeft = 'שלום-עברית';
const names = {
  'right to left': rightToLeft,
  'a character that turns the direction': 'pg\u202egnp',
  emoji: 'elephants-🐘👩‍👩‍👧',
  'combining marks': 'Z͑ͫ̓a͂̌l̋g͊o',
  'a character without width': 'zero\u200bwidth',
  'a line end': 'two\nlines',
  'a tab and a bell': 'tab\tbell\u0007',
  ['__proto__']: '__proto__',
  constructor: 'constructor',
  'HTML (an element)': html,
  'HTML (a script, which holds a slash)': script,
} as const;

/** How a name is shown: what cannot be seen in it shows its code. */
const shown = (name: string): string =>
  name.replace(/[\u202e\u200b\n\t\u0007]/g, (c) => `U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);

/** Bad values by relative key, and words that the finding of each holds. */
const bad: Readonly<Record<string, readonly [value: string | Buffer, words: string]>> = {
  config: ['{"ttl": 30,', 'is not JSON'],
  sync: ['42', 'not an object'],
  failover: ['{', 'is not JSON'],
  failsafe: ['[1]', 'not an object'],
  history: ['{"a":1}', ''],
  status: ['["x"]', ''],
  'members/array': ['[1,2]', 'not an object'],
  'members/number': ['7', 'not an object'],
  'members/words': ['hello', 'is not JSON'],
  'members/empty': ['', 'is empty'],
  'members/types': ['{"state":5,"xlog_location":"abc","timeline":[],"tags":[1],"conn_url":{}}', ''],
  'members/deep': [`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'levels deep'],
  'members/bytes': [Buffer.from([0x7b, 0xff, 0xfe, 0xc0, 0x80, 0x7d]), ''],
  'members/large': [`{"a":"${'x'.repeat(1_000_000)}`, 'is not JSON'],
};

let etcd: EtcdServer;
let store: Etcd3;
let herdscope: HerdscopeApp;
let page: Page;

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  store = new Etcd3({ hosts: etcd.endpoint });
  for (const [relative, [value]] of Object.entries(bad)) await put(`/service/broken/${relative}`, value);
  await put('/service/broken/leader', 'good');
  await put('/service/broken/members/good', JSON.stringify(memberValue(0, 0, 167_772_256)));
  const odd = '"state":"running","role":"replica","timeline":1,"receive_lsn":1,"replay_lsn":1';
  const tags = '{"__proto__":true,"constructor":"x","<u>tag":"<u>value</u>"}';
  await put('/service/broken/members/__proto__', `{${odd},"__proto__":{"role":"primary"},"tags":${tags}}`);
  await put('/service/broken/members/surrogate', `{${odd},"version":"\\ud800","tags":{"\\udfff":"\\ud800"}}`);
  await put(
    '/service/broken/members/<b onmouseover=window.ran=1>bold',
    `{${odd.replace('running', '<h6>state</h6>')}}`,
  );
  for (const scope of Object.values(names)) {
    await put(`/service/${scope}/leader`, scope);
    await put(`/service/${scope}/members/${scope.replaceAll('/', '')}`, `{${odd}}`);
  }
  await put('/service/team/demo/leader', 'pg1');
  await put('/service/team/demo/members/pg1', `{${odd}}`);
  await put('/service/team/demo/0/mark', 'foreign');
  await put('/large/fine/config', JSON.stringify({ ttl: 30, note: 'y'.repeat(1_000_000) }));
  await put('/large/fine/leader', 'pg1');
  await many(500, (n) => [
    `/crowd/herd/members/m${padded(n)}`,
    JSON.stringify(memberValue(n % 250, n === 0 ? 0 : n + 1, 167_772_256)),
  ]);
  await put('/crowd/herd/leader', 'm000');
  await many(3000, (n) => [`/registry/kind-${String(n % 40)}/space/thing-${String(n)}`, `{"n":${String(n)}}`]);
  const namespaces = ['/service', '/large', '/crowd', '/registry', '/nothing'];
  herdscope = await launch({ args: namespaces.flatMap((namespace) => ['--connect', connectUrl(etcd, namespace)]) });
  page = herdscope.page;
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test.afterAll(async () => {
  store.close();
  await etcd.dispose();
});

const padded = (n: number): string => String(n).padStart(3, '0');

async function put(key: string, value: string | Buffer): Promise<void> {
  await store.put(key).value(value);
}

async function many(count: number, keyOf: (n: number) => readonly [string, string]): Promise<void> {
  const all = [...Array(count).keys()].map(keyOf);
  for (let from = 0; from < count; from += 100) {
    await Promise.all(all.slice(from, from + 100).map(([key, value]) => put(key, value)));
  }
}

const findings = (): Locator => page.getByRole('region', { name: 'Findings' });

/** A cluster's line in the list, by the scope that its id ends with: a name's text may be cut. */
async function open(scope: string): Promise<void> {
  const rows = page.locator('[data-fleet-row]');
  await expect
    .poll(() =>
      rows.evaluateAll((all, end) => all.some((row) => row.getAttribute('data-fleet-row')?.endsWith(end)), `/${scope}`),
    )
    .toBe(true);
  const at = await rows.evaluateAll(
    (all, end) => all.findIndex((row) => row.getAttribute('data-fleet-row')?.endsWith(end)),
    `/${scope}`,
  );
  await rows.nth(at).click();
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe(shown(scope));
}

/** Nothing of a value became an element, and nothing ran. */
async function expectNoElements(): Promise<void> {
  const made = await page.evaluate(() => ({
    ran: 'ran' in window,
    polluted: 'role' in {} || 'polluted' in {},
    elements: document.querySelectorAll('img, [onerror], [onmouseover], h6, u, body script:not([src])').length,
  }));
  expect(made).toEqual({ ran: false, polluted: false, elements: 0 });
}

test('each bad value is a finding with its key, and what is good beside it is shown', async () => {
  await open('broken');
  for (const [relative, [, words]] of Object.entries(bad)) {
    const finding = findings()
      .getByRole('listitem')
      .filter({ hasText: `The value of /service/broken/${relative} ` });
    await expect(finding, relative).toHaveCount(1);
    await expect(finding).toContainText(words);
  }
  const table = page.getByRole('grid', { name: 'Members' });
  for (const member of [
    'array',
    'number',
    'words',
    'empty',
    'types',
    'deep',
    'bytes',
    'large',
    '__proto__',
    'surrogate',
    'good',
  ]) {
    await expect(table.getByRole('row').filter({ hasText: member }).first()).toBeVisible();
  }
  await expect(table.getByRole('row').filter({ hasText: 'good' })).toContainText('Leader');
  await expect(table.getByRole('row').filter({ hasText: '<b onmouseover=window.ran=1>bold' })).toContainText(
    '<h6>state</h6>',
  );
  await expect(table.getByRole('row').filter({ hasText: '__proto__' })).toContainText('Replica');
  await expectNoElements();
});

test('from a finding its key opens, as it is stored; a value of 1 MB comes whole when it is asked for', async () => {
  await findings()
    .getByRole('listitem')
    .filter({ hasText: 'members/large' })
    .getByRole('button', { name: 'Show the key' })
    .click();
  await expect(page.getByRole('listbox', { name: 'Keys' })).toBeVisible();
  const id = await page.locator('[data-fleet-row][aria-selected=true]').getAttribute('data-fleet-row');
  const length = await page.evaluate(async (clusterId) => {
    const answer = await window.herdscope.request('cluster.value', {
      clusterId: clusterId ?? '',
      key: '/service/broken/members/large',
    });
    return answer.ok ? answer.value.length : -1;
  }, id);
  expect(length).toBe(1_000_006);
  // The list and the values of all the others, one by one.
  await page.getByRole('listbox', { name: 'Keys' }).focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowDown');
  await expectNoElements();
  await page.getByRole('tab', { name: /Overview/ }).click();
});

test('a value that was bad and is mended leaves no finding', async () => {
  await put('/service/broken/members/words', JSON.stringify(memberValue(1, 1, 167_772_256)));
  await expect(findings().getByText('The value of /service/broken/members/words ')).toHaveCount(0);
});

for (const [what, scope] of Object.entries(names)) {
  test(`a scope and a member named with ${what} are text in which nothing is unseen`, async () => {
    await open(scope);
    const member = scope.replaceAll('/', '');
    const cells = page.getByRole('grid', { name: 'Members' }).locator('bdi');
    await expect.poll(async () => (await cells.allTextContents()).includes(shown(member))).toBe(true);
    await expectNoElements();
  });
}

test('a scope with a slash is a cluster of that name, as for Patroni', async () => {
  await open('team/demo');
  const table = page.getByRole('grid', { name: 'Members' });
  await expect(table.getByRole('row').filter({ hasText: 'pg1' })).toContainText('Leader');
});

test('a valid value of 1 MB is read', async () => {
  await open('fine');
  await expect(findings()).not.toContainText('/large/fine/config');
});

test('500 members: all are in the table and in the tree, by keyboard too', async () => {
  await open('herd');
  const table = page.getByRole('grid', { name: 'Members' });
  await expect(table).toHaveAttribute('aria-rowcount', '501');
  const tree = page.getByRole('group', { name: /Replication tree/ });
  await expect(tree.locator('[data-node]')).toHaveCount(500);
  const row = (n: number): Locator => table.locator(`[data-member]`).filter({ hasText: `m${padded(n)}` });
  await row(0).focus();
  await page.keyboard.press('End');
  await expect(row(499)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(row(0)).toBeFocused();
  // Faster than the rows come into the page, as when a key is held on a busy machine.
  await page.evaluate(() => {
    for (let i = 0; i < 25; i++)
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true }));
  });
  await expect(row(250)).toBeFocused();
  await page.keyboard.press('Enter');
  const node = tree.locator('[data-node][aria-pressed=true]');
  await expect(node).toContainText('m250');
  await expect(node).toBeInViewport();
  for (const label of ['Larger', 'Smaller', 'Show all of it']) await page.getByRole('button', { name: label }).click();
  await put('/crowd/herd/members/m250', JSON.stringify({ state: 'starting', role: 'replica', timeline: 2 }));
  await expect(row(250)).toContainText('starting');
});

test('an empty namespace and one of something else say so in the list', async () => {
  const fleet = page.getByRole('navigation', { name: 'Clusters' });
  await expect(fleet).toContainText('No cluster below this namespace.');
  await expect(fleet).toContainText('The namespace holds keys, but none of Patroni’s.');
  await expect(page.locator('[data-fleet-row*="kind-"]')).toHaveCount(0);
  // A cluster that comes among thousands of other keys is seen.
  await put('/registry/late/leader', 'pg1');
  await open('late');
});

test('the program lives, nothing ran, and nothing was logged as an error', async () => {
  await expectNoElements();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.type('savanna-standby');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('savanna-standby');
  expect(herdscope.errors()).toEqual([]);
});
