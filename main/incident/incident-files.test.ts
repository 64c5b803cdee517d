import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentDraft } from '../../app/ipc/incident';
import { IncidentFiles } from './incident-files';

let folder: string;
let files: IncidentFiles;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-incidents-'));
  files = new IncidentFiles(join(folder, 'incidents'), () => '2026-11-24T03:00:00.000Z');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const draft: IncidentDraft = {
  id: null,
  connectionId: 'c1',
  connection: 'lab',
  scope: 'demo',
  from: '2026-11-23T19:38:00.000Z',
  to: '2026-11-23T19:40:00.000Z',
  title: '<b>‮pg1',
  notes: 'The host had no power.',
  logs: [
    {
      name: 'pg1 Patroni',
      member: 'pg1',
      byHandMs: null,
      lines: [{ atMs: 1, tellsZone: false, program: 'patroni', level: 'INFO', text: 'no action' }],
    },
  ],
};

async function kept(one: IncidentDraft = draft): Promise<string> {
  const answer = await files.keep(one);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value.id;
}

describe('kept incidents', () => {
  it('are read as they were kept, and only this user may read them', async () => {
    const id = await kept();
    const opened = await files.open(id);
    const { logs, ...about } = draft;
    const head = { ...about, id, keptAt: '2026-11-24T03:00:00.000Z', logs: 1 };
    expect(opened).toEqual({ ok: true, value: { head, logs, logsLost: false } });
    expect((await stat(join(folder, 'incidents'))).mode & 0o777).toBe(0o700);
    for (const name of await readdir(join(folder, 'incidents')))
      expect((await stat(join(folder, 'incidents', name))).mode & 0o777).toBe(0o600);
  });

  it('are replaced under their id, logs and all', async () => {
    const id = await kept();
    expect(await kept({ ...draft, id, notes: 'More.', logs: [] })).toBe(id);
    expect((await files.list()).incidents.map(({ notes, logs }) => [notes, logs])).toEqual([['More.', 0]]);
    expect(await readdir(join(folder, 'incidents'))).toEqual([`${id}.json`]);
  });

  it('are listed by their span, the newest first', async () => {
    const [old, young] = [await kept({ ...draft, from: '2026-01-01T00:00:00.000Z' }), await kept()];
    expect((await files.list()).incidents.map(({ id }) => id)).toEqual([young, old]);
  });

  it('are deleted with their logs; twice does no harm', async () => {
    const id = await kept();
    expect((await files.delete(id)).ok).toBe(true);
    expect((await files.delete(id)).ok).toBe(true);
    expect(await readdir(join(folder, 'incidents'))).toEqual([]);
    expect((await files.open(id)).ok).toBe(false);
  });

  it.each(['', 'null', '{"__proto__":1}', '{"id":', '[]', '{"id":"0000000000000000"}'])(
    'that hold %j are named, and the others are listed',
    async (text) => {
      const id = await kept();
      await writeFile(join(folder, 'incidents', '0000000000000000.json'), text);
      await writeFile(join(folder, 'incidents', 'readme.txt'), 'not ours');
      const { incidents, unreadable } = await files.list();
      expect(incidents.map((one) => one.id)).toEqual([id]);
      expect(unreadable).toEqual(['0000000000000000.json']);
    },
  );

  it('whose logs are damaged are opened without them, which is said', async () => {
    const id = await kept();
    await writeFile(join(folder, 'incidents', `${id}.logs.json`), '[{"name":');
    expect(await files.open(id)).toMatchObject({ ok: true, value: { logs: [], logsLost: true } });
  });

  it('that cannot be written are refused with a sentence', async () => {
    await writeFile(join(folder, 'incidents'), 'a file where the folder should be');
    const answer = await files.keep(draft);
    expect(answer.ok ? '' : answer.error.message).toMatch(/^The incident could not be written: /);
  });

  it('are none where there is no folder', async () => {
    expect(await files.list()).toEqual({ incidents: [], unreadable: [] });
  });
});
