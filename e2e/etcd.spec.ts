import { setTimeout as sleep } from 'node:timers/promises';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { fillFleet } from '../bench/fleet-store';
import { memberName, memberValue } from '../bench/fleet';
import { connectUrl } from './connect-url';
import { expect, type HerdscopeApp, test } from './electron-app';
import { clusterIdOf, keysInEtcd, keysInWindow } from './mirror-equality';

test.describe.configure({ mode: 'serial' });

let etcd: EtcdServer;
let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  etcd = await startEtcd();
  await fillFleet(etcd.endpoint, 5, 3);
  herdscope = await launch({ args: ['--connect', connectUrl(etcd)] });
});

test.afterAll(async () => {
  await etcd.dispose();
});

const put = (key: string, value: unknown): Promise<string> =>
  etcd.ctl(['put', key, typeof value === 'string' ? value : JSON.stringify(value)]);

test('the fleet lists every cluster below the namespace', async () => {
  const { page } = herdscope;
  for (const scope of ['cluster-000', 'cluster-001', 'cluster-002', 'cluster-003', 'cluster-004']) {
    await expect(page.getByRole('option', { name: new RegExp(scope) })).toBeVisible();
  }
});

test('a change in etcd is on the screen, in place, without a reload', async () => {
  const { page } = herdscope;
  await page.getByRole('option', { name: /cluster-000/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('cluster-000');
  const row = page.getByRole('row').filter({ hasText: memberName(0, 1) });
  await expect(row).toContainText('0/A000060');
  await put(`/service/cluster-000/members/${memberName(0, 1)}`, memberValue(0, 1, 167_772_256 + 8192));
  await expect(row).toContainText('0/A002060');
});

test('pause, a lost leader and a deleted member are findings at once', async () => {
  const { page } = herdscope;
  const findings = page.getByRole('region', { name: 'Findings' });
  await put('/service/cluster-000/config', { ttl: 30, loop_wait: 10, retry_timeout: 10, pause: true });
  await expect(findings).toContainText(/pause/i);
  await etcd.ctl(['del', '/service/cluster-000/leader']);
  await expect(findings).toContainText(/no leader/i);
  await etcd.ctl(['del', `/service/cluster-000/members/${memberName(0, 2)}`]);
  await expect(findings).toContainText(memberName(0, 2));
  await put('/service/cluster-000/leader', memberName(0, 0));
  await expect(findings).not.toContainText(/no leader/i);
});

test('etcd is away for 10 s: the picture stays and says since when; then it catches up, key for key, revision for revision', async () => {
  const { page } = herdscope;
  await etcd.stop();
  await expect(page.getByText(/last heard \d+ s ago/i).first()).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('cluster-000');
  await expect(page.getByRole('row').filter({ hasText: memberName(0, 1) })).toBeVisible();
  await sleep(10_000);
  await etcd.restart();
  await put('/service/cluster-000/members/late', memberValue(0, 7, 167_772_256));
  await expect(page.getByRole('row').filter({ hasText: 'late' })).toBeVisible({ timeout: 20_000 });
  for (const scope of ['cluster-000', 'cluster-003']) {
    expect(await keysInWindow(page, await clusterIdOf(page, scope))).toEqual(
      await keysInEtcd(etcd, `/service/${scope}/`),
    );
  }
});
