import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable } from './available';
import { type Herd, startHerd } from './herd';
import { isAlive } from './processes';

describe.runIf(await isAvailable('the lab (lab/herd.test.ts)', 'herd'))('a herd of Patroni 4 with a cascade', () => {
  let herd: Herd;

  beforeAll(async () => {
    herd = await startHerd({ cascade: true, scope: 'lab-test' });
  }, 150_000);
  afterAll(() => herd?.stop());

  it('is a herd to patronictl: the first member leads, the others stream, the last one from the last but one', async () => {
    const rows = await herd.list();
    expect(rows.map((row) => [row['Cluster'], row['Member'], row['Role'], row['State'], row['TL']])).toEqual([
      ['lab-test', 'pg-1', 'Leader', 'running', 1],
      ['lab-test', 'pg-2', 'Replica', 'streaming', 1],
      ['lab-test', 'pg-3', 'Replica', 'streaming', 1],
      ['lab-test', 'pg-4', 'Replica', 'streaming', 1],
    ]);
    expect(await herd.sql('pg-3', 'SELECT application_name, state FROM pg_stat_replication')).toBe('pg-4|streaming');
  });

  it('switches over to the member that is asked for, and goes on at the next timeline', async () => {
    expect(await herd.switchover('pg-2')).toContain('Successfully switched over to "pg-2"');
    await herd.settled();

    const rows = await herd.list();
    expect(rows.find((row) => row['Role'] === 'Leader')?.['Member']).toBe('pg-2');
    expect(new Set(rows.map((row) => row['TL']))).toEqual(new Set([2]));
    await expect(herd.switchover('nobody')).rejects.toThrow('nobody does not exist');
  }, 90_000);

  it('leaves no process and no file when it is stopped, killed and lagging members included', async () => {
    await herd.kill('pg-3');
    herd.lag('pg-1');
    const before = herd.processes();
    // etcd, and three times Patroni and a server with processes of its own.
    expect(before.length).toBeGreaterThan(1 + 3 * 2);

    await herd.stop();

    expect(before.filter(isAlive)).toEqual([]);
    expect(herd.processes()).toEqual([]);
    expect(existsSync(herd.folder)).toBe(false);
  }, 30_000);
});
