import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObservedEvent } from '../../app/ipc/contract';
import { EventLog } from './event-log';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-events-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const path = (): string => join(folder, 'prod', 'events.ndjson');
const event = (second: number, words = 'pg1 → pg2'): ObservedEvent => ({
  id: '1',
  at: new Date(Date.UTC(2026, 10, 23, 1, 0, second)).toISOString(),
  clusterId: 'demo',
  kind: 'leader-changed',
  words,
});

describe('the log of events', () => {
  it('is there in the next run, by time, whatever order it was written in', async () => {
    const log = new EventLog(path());
    log.add([event(20)]);
    log.add([event(10), event(30)]);
    await log.flush();
    expect((await new EventLog(path()).read()).events.map(({ at }) => at.slice(17, 19))).toEqual(['10', '20', '30']);
  });

  it('knows when the store was lost and heard again', async () => {
    const log = new EventLog(path());
    log.heard(false, 1000);
    log.add([event(1)]);
    log.heard(true, 5000);
    const { events, heard } = await log.read();
    expect(events).toHaveLength(1);
    expect(heard).toEqual([
      { at: '1970-01-01T00:00:01.000Z', isLive: false },
      { at: '1970-01-01T00:00:05.000Z', isLive: true },
    ]);
  });

  it('leaves out what is damaged or of a kind that it does not know', async () => {
    const log = new EventLog(path());
    log.add([event(1)]);
    await log.flush();
    await appendFile(path(), '{"at":\n[1]\n{"__proto__":{"heard":true}}\n{"id":"1","at":"x","clusterId":"d"}\n');
    log.add([event(2), { ...event(3), kind: 'other' as 'paused' }]);
    expect((await log.read()).events).toHaveLength(2);
  });

  it('is for its owner’s eyes alone', async () => {
    const log = new EventLog(path());
    log.add([event(1)]);
    await log.flush();
    expect((await stat(path())).mode & 0o077).toBe(0);
    expect((await stat(join(folder, 'prod'))).mode & 0o077).toBe(0);
  });

  it('drops its older half when it grows beyond what it may', async () => {
    const log = new EventLog(path());
    for (let i = 0; i < 50; i += 1) log.add(Array.from({ length: 50 }, () => event(i, 'x'.repeat(1900))));
    await log.flush();
    expect((await stat(path())).size).toBeLessThan(4.2 * 1024 ** 2);
    expect((await log.read()).events.at(-1)?.at).toBe(event(49).at);
    expect(await readdir(join(folder, 'prod'))).toEqual(['events.ndjson']);
  });
});
