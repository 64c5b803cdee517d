import { type Herd, startHerd } from '../lab/herd';
import { expectAgreement, type Situation } from './agreement';
import { expect, type HerdscopeApp, test } from './electron-app';

// The same as lab.spec.ts on the machine's own older Patroni (3.0.2 on Debian 12) with its own patronictl: one lag, no replication state, no
// reasons, synchronous standbys by the key alone.

test.describe.configure({ mode: 'serial', timeout: 180_000 });

const HOUR = 3_600_000;
let herd: Herd;
let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  test.setTimeout(240_000);
  herd = await startHerd({ patroni: '3.0', members: 3, cascade: true });
  herdscope = await launch({ args: ['--connect', herd.connectUrl] });
  await herdscope.page.getByRole('option').filter({ hasText: herd.scope }).click();
});

test.afterAll(async () => {
  await herd?.stop();
});

const agree = (when: Situation['when']): Promise<void> => expectAgreement({ herd, page: herdscope.page, when });

test('three members and one cascading', async () => {
  await agree(({ list, slots }) => {
    expect(list.map((row) => row['State'])).toEqual(['running', 'running', 'running', 'running']);
    expect(list[3]).toMatchObject({ 'Lag in MB': 0, Tags: { replicatefrom: 'pg-3' } });
    expect(slots.get('pg-3')).toContain('pg_4|physical|t');
  });
});

test('one that may not lead, and permanent slots', async () => {
  await herd.tag('pg-2', { nofailover: true });
  await herd.addSlot('keep', 'physical');
  await herd.addSlot('feed', 'logical');
  await agree(({ list, slots }) => {
    expect(list[1]?.['Tags']).toEqual({ nofailover: true });
    expect(slots.get('pg-1')).toEqual(expect.arrayContaining(['keep|physical|f', 'feed|logical|f']));
    expect(slots.get('pg-2')).toEqual([]);
    expect(slots.get('pg-3')).toContain('feed|logical|f');
  });
  await herd.tag('pg-2', { nofailover: null });
  // It is restarted to take the logical slot over.
  await agree(({ slots }) => expect(slots.get('pg-2')).toEqual(['feed|logical|f']));
});

test('a replica that receives late', async () => {
  herd.lag('pg-2', 'receive');
  await herd.write(24);
  await agree(({ list }) => expect([list[1]?.['Lag in MB'], list[2]?.['Lag in MB']]).toEqual([24, 0]));
  herd.unlag();
});

test('what waits for a restart, one that is scheduled, a scheduled switchover, and a pause', async () => {
  await herd.pendingRestart();
  await herd.scheduleRestart('pg-3', new Date(Date.now() + HOUR), '16.1');
  await herd.scheduleSwitchover(new Date(Date.now() + HOUR), 'pg-2');
  await agree(({ list, cluster }) => {
    expect(list.map((row) => row['Pending restart'])).toEqual(['*', '*', '*', '*']);
    expect(list[2]?.['Scheduled restart']).toMatch(/ if version < 16\.1$/);
    expect(cluster).toMatchObject({ scheduled_switchover: { from: 'pg-1', to: 'pg-2' } });
  });
  await herd.unscheduleRestart('pg-3');
  await herd.unschedule();
  await herd.edit('postgresql.parameters.max_connections=100');
  await herd.pause();
  await agree(({ list, cluster }) => {
    expect(cluster).toHaveProperty('pause', true);
    expect(cluster).not.toHaveProperty('scheduled_switchover');
    expect(list.some((row) => row['Pending restart'] === '*' || row['Scheduled restart'] !== undefined)).toBe(false);
  });
  await herd.resume();
});

test('synchronous', async () => {
  await herd.sync('on');
  await agree(({ list }) => expect(list.filter((row) => row['Role'] === 'Sync Standby')).toHaveLength(1));
  await herd.sync('off');
});

test('after a switchover', async () => {
  await herd.switchover('pg-2');
  await herd.settled();
  await agree(({ list, history }) => {
    expect(list[1]).toMatchObject({ Role: 'Leader', TL: 2 });
    expect(history).toEqual([expect.objectContaining({ TL: 1 })]);
  });
});
