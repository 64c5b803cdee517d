import { setTimeout as sleep } from 'node:timers/promises';
import { type Herd, startHerd } from '../lab/herd';
import { expectAgreement, type Situation } from './agreement';
import { expect, type HerdscopeApp, test } from './electron-app';
import { clusterIdOf, keysInEtcd, keysInWindow } from './mirror-equality';

// The window, and the model behind it, beside patronictl, Patroni's REST API and PostgreSQL, on the same real herd: Patroni 4 and PostgreSQL 15
// on a real etcd.

test.describe.configure({ mode: 'serial', timeout: 180_000 });

const HOUR = 3_600_000;
let herd: Herd;
let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  test.setTimeout(240_000);
  herd = await startHerd({ members: 3 });
  herdscope = await launch({ args: ['--connect', herd.connectUrl] });
  await show(herd.scope);
});

test.afterAll(async () => {
  await herd?.stop();
});

const show = (scope: string): Promise<void> =>
  herdscope.page
    .getByRole('option')
    .filter({ hasText: new RegExp(`^${scope}(?!-)`) })
    .click();

/** Waits for the situation, and compares all of it. */
const agree = (when: Situation['when'], idle: readonly string[] = []): Promise<void> =>
  expectAgreement({ herd, page: herdscope.page, when, idle });

test('three members', async () => {
  await agree(({ list }) => expect(list.map((row) => row['State'])).toEqual(['running', 'streaming', 'streaming']));
});

test('one cascading', async () => {
  await herd.addMember({ replicateFrom: 'pg-3' });
  await herd.settled();
  await agree(({ list, slots }) => {
    expect(list[3]).toMatchObject({ State: 'streaming', Tags: { replicatefrom: 'pg-3' } });
    expect(slots.get('pg-3')).toContain('pg_4|physical|t');
  });
});

test('one that may not lead', async () => {
  await herd.tag('pg-2', { nofailover: true, purpose: 'reports' });
  await agree(({ list, slots }) => {
    expect(list[1]?.['Tags']).toEqual({ nofailover: true, purpose: 'reports' });
    expect(slots.get('pg-2')).toEqual([]);
  });
  await herd.tag('pg-2', { nofailover: null, purpose: null });
});

test('permanent slots, physical and logical', async () => {
  await herd.addSlot('keep', 'physical');
  await herd.addSlot('feed', 'logical');
  await agree(
    ({ slots }) => {
      for (const member of ['pg-1', 'pg-2', 'pg-3', 'pg-4'])
        expect(slots.get(member), member).toEqual(expect.arrayContaining(['keep|physical|f', 'feed|logical|f']));
    },
    ['keep'],
  );
});

test('a replica that receives late, and one that replays late', async () => {
  herd.lag('pg-2', 'receive');
  herd.lag('pg-3', 'replay');
  await herd.write(24);
  await agree(
    ({ list }) => {
      expect([list[1]?.['Receive Lag'], list[1]?.['Replay Lag']]).toEqual([24, 24]);
      expect([list[2]?.['Receive Lag'], list[2]?.['Replay Lag']]).toEqual([0, 24]);
    },
    ['keep'],
  );
  herd.unlag();
});

test('a configuration that is edited, and what waits for a restart by it', async () => {
  await herd.pendingRestart();
  await agree(
    ({ list }) => {
      expect(list.map((row) => row['Pending restart'])).toEqual(['*', '*', '*', '*']);
      expect(list[0]?.['Pending restart reason']).toBe('max_connections: 100->110');
    },
    ['keep'],
  );
  await herd.edit('postgresql.parameters.max_connections=100');
  await agree(({ list }) => expect(list.some((row) => row['Pending restart'] === '*')).toBe(false), ['keep']);
});

test('a scheduled restart, with a condition', async () => {
  await herd.scheduleRestart('pg-3', new Date(Date.now() + HOUR), '16.1');
  await agree(({ list }) => expect(list[2]?.['Scheduled restart']).toMatch(/ if version < 16\.1$/), ['keep']);
  await herd.unscheduleRestart('pg-3');
});

test('a scheduled switchover', async () => {
  await herd.scheduleSwitchover(new Date(Date.now() + HOUR), 'pg-2');
  await agree(
    ({ cluster }) => expect(cluster).toMatchObject({ scheduled_switchover: { from: 'pg-1', to: 'pg-2' } }),
    ['keep'],
  );
  await herd.unschedule();
  await agree(({ cluster }) => expect(cluster).not.toHaveProperty('scheduled_switchover'), ['keep']);
});

test('paused, and resumed', async () => {
  const findings = herdscope.page.getByRole('region', { name: 'Findings' });
  await herd.pause();
  await expect(findings).toContainText(/paused/i);
  await agree(({ cluster }) => expect(cluster).toHaveProperty('pause', true), ['keep']);
  await herd.resume();
  await expect(findings).not.toContainText(/paused/i);
});

test('synchronous, then by quorum', async () => {
  await herd.sync('on');
  await agree(({ list }) => expect(list.filter((row) => row['Role'] === 'Sync Standby')).toHaveLength(1), ['keep']);
  await herd.sync('quorum');
  await agree(
    ({ list }) => expect(list.filter((row) => row['Role'] === 'Quorum Standby').length).toBeGreaterThan(1),
    ['keep'],
  );
  await herd.sync('off');
});

test('after a switchover', async () => {
  await herd.switchover('pg-2');
  await herd.settled();
  await agree(
    ({ list, history }) => {
      expect(list[1]).toMatchObject({ Role: 'Leader', TL: 2 });
      expect(history).toEqual([expect.objectContaining({ TL: 1, 'New Leader': 'pg-2' })]);
    },
    ['keep'],
  );
});

test('a leader that is killed with -9 and followed by another, and comes back', async () => {
  const killed = await herd.killLeader();
  // Nothing in the store says so yet: the lock lives on, and the header says that nobody renews it.
  await expect(herdscope.page.getByText(/^not renewed for \d+ s$/)).toBeVisible({ timeout: 20_000 });
  const next = await herd.newLeader(killed);
  await agree(
    ({ list }) => {
      expect(list.find((row) => row['Role'] === 'Leader')).toMatchObject({ Member: next, TL: 3 });
      expect(list.map((row) => row['Member'])).not.toContain(killed);
    },
    ['keep'],
  );
  await herd.revive(killed);
  await herd.settled();
  await agree(
    ({ list }) => expect(list.find((row) => row['Member'] === killed)).toMatchObject({ State: 'streaming', TL: 3 }),
    ['keep'],
  );
});

test('a standby cluster that it feeds, and itself', async () => {
  const standby = await herd.addStandbyCluster();
  const leader = await herd.leader();
  await agree(({ slots }) => expect(slots.get(leader)).toContain('standby_feed|physical|t'), ['keep']);
  await show(standby.scope);
  await expectAgreement({
    herd: standby,
    page: herdscope.page,
    when: ({ list, slots }) => {
      expect(list.map((row) => [row['Role'], row['State']])).toEqual([
        ['Standby Leader', 'streaming'],
        ['Replica', 'streaming'],
      ]);
      expect(slots.get('st-1')).toEqual(['st_2|physical|t']);
    },
  });
  await standby.stop();
  await show(herd.scope);
});

test('etcd is stopped for 10 s and started: the mirror equals etcdctl, key for key, revision for revision', async () => {
  const { page } = herdscope;
  await herd.stopStore();
  await expect(page.getByText(/last heard \d+ s ago/i).first()).toBeVisible({ timeout: 15_000 });
  await sleep(10_000);
  await herd.startStore();
  await expect(page.getByText(/last heard \d+ s ago/i).first()).toBeHidden({ timeout: 30_000 });
  await herd.settled();
  const id = await clusterIdOf(page, herd.scope);
  await expect(async () => {
    expect(await keysInWindow(page, id)).toEqual(await keysInEtcd(herd.etcd, `/service/${herd.scope}/`));
  }).toPass({ timeout: 30_000 });
});
