import { createHash } from 'node:crypto';
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { node } from '../../app/cluster/test-nodes';
import type { StoreNode } from '../../app/dcs/node';
import { ManualClock } from '../../app/manual-clock';
import { Recorder } from './recorder';
import { Recording } from './recording';

const START = Date.UTC(2026, 10, 23, 1, 0, 0);
const KEY = '/service/demo/status';

let folder: string;
let clock: ManualClock;
let troubles: (string | null)[];
let keys: Map<string, StoreNode>;
let revision: number;
let recorder: Recorder;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'herdscope-recorder-')), 'prod');
  clock = new ManualClock(START);
  troubles = [];
  keys = new Map([['/service/demo/leader', node('/service/demo/leader', 'pg1')]]);
  revision = 1;
  recorder = record();
});
afterEach(async () => {
  await recorder.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

function record(over: { readonly mostBytes?: number; readonly segmentBytes?: number } = {}): Recorder {
  return new Recorder({
    folder,
    connection: 'prod',
    kind: 'etcd3',
    namespace: '/service',
    mostBytes: 1e9,
    mostDays: 14,
    clock,
    onTrouble: (sentence) => troubles.push(sentence),
    ...over,
  });
}

/** Puts a value as a store would, and lets the recorder know. */
function put(value: string, key = KEY): void {
  revision += 1;
  const before = keys.get(key);
  const made: StoreNode = {
    ...(before ?? node(key, value, { createRevision: String(revision), version: '0', session: null })),
    value,
    bytes: Buffer.byteLength(value),
    modRevision: String(revision),
    version: String(Number(before?.version ?? 0) + 1),
  };
  keys.set(key, made);
  recorder.take(String(revision), [{ kind: 'put', node: made }], keys);
}

/** A value of 4 kB that has nothing in common with the next one. */
const unlike = (i: number): string =>
  `"${Array.from({ length: 64 }, (_, n) => createHash('sha256').update(`${i} ${n}`).digest('hex')).join('')}"`;

const begin = (): void => recorder.take('1', [], keys);

async function pass(seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s += 1) {
    await clock.advance(1000);
    await recorder.flush();
  }
}

const seenAt = async (ms: number): Promise<string | undefined> =>
  (await new Recording(folder).at(ms))?.nodes.get(KEY)?.value;

describe('a recorder', () => {
  it('writes each change so that any instant can be seen again', async () => {
    begin();
    for (const value of ['{"optime":100}', '{"optime":200}', '{"optime":300}']) {
      await pass(10);
      put(value);
    }
    await pass(1);
    expect(await seenAt(START + 5_000)).toBeUndefined();
    expect(await seenAt(START + 10_000)).toBe('{"optime":100}');
    expect(await seenAt(START + 29_999)).toBe('{"optime":200}');
    expect(await seenAt(START + 30_000)).toBe('{"optime":300}');
    expect(await new Recording(folder).at(START - 1)).toBeNull();
  });

  it('loses no more than what waited when the program is killed, and the next run goes on in a new segment', async () => {
    begin();
    put('{"optime":100}');
    await pass(1);
    put('{"optime":200}');
    // Killed before this was written: the next run finds the files as they are.
    const killed = recorder;
    const left = await readdir(folder);
    for (const name of left) await copyFile(join(folder, name), join(folder, '..', name));
    await killed.close();
    await rm(folder, { recursive: true });
    await mkdir(folder);
    for (const name of left) await copyFile(join(folder, '..', name), join(folder, name));

    await clock.advance(60_000);
    recorder = record();
    begin();
    put('{"optime":300}');
    await pass(1);
    expect(await seenAt(START + 2_000)).toBe('{"optime":100}');
    expect(await seenAt(START + 62_000)).toBe('{"optime":300}');
    const spans = await new Recording(folder).spans();
    expect(spans.map(({ beginMs }) => beginMs)).toEqual([START, START + 61_000]);
    // In between nothing was recorded, and that is said.
    expect((await new Recording(folder).at(START + 30_000))?.isRecorded).toBe(false);
    expect((await new Recording(folder).at(START))?.isRecorded).toBe(true);
  });

  it('closes a segment when it is large, and packs it', async () => {
    recorder = record({ segmentBytes: 50_000 });
    begin();
    for (let i = 0; i < 60; i += 1) {
      put(unlike(i));
      await pass(1);
    }
    const names = await readdir(folder);
    expect(names.filter((name) => name.endsWith('.gz')).length).toBeGreaterThan(3);
    expect(names.filter((name) => name.endsWith('.ndjson'))).toHaveLength(1);
    expect(await new Recording(folder).spans()).toHaveLength(1);
    for (const i of [0, 11, 12, 13, 35, 59]) expect(await seenAt(START + i * 1000 + 500)).toBe(unlike(i));
  });

  it('keeps no more than it may, and throws the oldest away', async () => {
    recorder = record({ segmentBytes: 50_000, mostBytes: 60_000 });
    begin();
    for (let i = 0; i < 100; i += 1) {
      put(unlike(i));
      await pass(1);
    }
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(115_000);
    expect((await new Recording(folder).spans())[0]?.beginMs).toBeGreaterThan(START);
    expect(await seenAt(START + 1_000)).toBeUndefined();
    expect(await seenAt(clock.now())).toBe(unlike(99));
  });

  it('writes down that the store was lost, and that nothing happened', async () => {
    begin();
    await pass(1);
    recorder.heard(false);
    await pass(5);
    recorder.heard(true);
    await pass(60);
    const recording = new Recording(folder);
    expect((await recording.at(START + 3_000))?.isLive).toBe(false);
    expect((await recording.at(START + 40_000))?.isLive).toBe(true);
    const [span] = await recording.spans();
    expect((span?.endMs ?? 0) - START).toBeGreaterThan(30_000);
  });

  it('says that it cannot write, and goes on with all keys once it can', async () => {
    // A file where its folder should be stands in for a disk that takes nothing.
    await writeFile(folder, '');
    begin();
    put('{"optime":100}');
    await pass(2);
    expect(troubles).toEqual([expect.stringContaining('prod is not recorded: ')]);
    put('{"optime":200}');
    await rm(folder);
    await pass(25);
    expect(troubles.at(-1)).toBeNull();
    expect(await seenAt(clock.now())).toBe('{"optime":200}');
  });
});

describe('a recording that is damaged', () => {
  it('is shown up to where it is whole', async () => {
    begin();
    put('{"optime":100}');
    await pass(1);
    put('{"optime":200}');
    await pass(1);
    await recorder.close();
    const [name = ''] = await readdir(folder);
    const path = join(folder, name);
    const whole = await readFile(path);
    await truncate(path, whole.length - 12);
    expect(await seenAt(clock.now())).toMatch(/optime/);
    await truncate(path, 10);
    expect(await new Recording(folder).at(clock.now())).toBeNull();
    expect(await new Recording(folder).spans()).toHaveLength(1);
  });

  it.each(['while it is written', 'when it is closed'])(
    'in one byte %s is shown up to there, and says where',
    async (when) => {
      begin();
      for (let i = 0; i < 40; i += 1) {
        put(unlike(i));
        await pass(1);
      }
      if (when === 'when it is closed') await recorder.close();
      const [name = ''] = await readdir(folder);
      const content = await readFile(join(folder, name));
      // A digit that became another one: each line is still JSON.
      const middle = Math.floor(content.length / 2);
      const at = content.findIndex((byte, i) => i > middle && byte >= 0x30 && byte <= 0x38);
      content.writeUInt8((content[at] ?? 0) + 1, at);
      await writeFile(join(folder, name), content);
      const seen = await new Recording(folder).at(clock.now());
      const n = Array.from({ length: 40 }, (_, i) => unlike(i)).indexOf(seen?.nodes.get(KEY)?.value ?? '');
      expect(n).toBeGreaterThan(10);
      expect(n).toBeLessThan(25);
      expect(seen?.isRecorded).toBe(false);
      expect(seen?.damage).toMatchObject({ file: name, afterMs: START + (n + 1) * 1000 });
      const before = await new Recording(folder).at(START + 5_500);
      expect([before?.nodes.get(KEY)?.value, before?.damage]).toEqual([unlike(5), null]);
    },
  );

  it('in its last lines ends there, and other files of the folder are nobody’s', async () => {
    begin();
    put('{"optime":100}');
    await pass(1);
    await appendFile(join(folder, `${START}.ndjson`), '["change",4,0,"9",[[0,[77,1]]],[]]\n<html>\n');
    await writeFile(join(folder, 'notes.txt'), 'x');
    await writeFile(join(folder, '5.ndjson.gz'), 'x');
    expect(await seenAt(START + 5_000)).toBe('{"optime":100}');
  });

  it('by a crash in the middle of a line is not called damaged: that line was never whole', async () => {
    begin();
    put('{"optime":100}');
    await pass(1);
    await appendFile(join(folder, `${START}.ndjson`), '["change",9,0,"9",[[0,[7');
    const seen = await new Recording(folder).at(START + 5_000);
    expect([seen?.nodes.get(KEY)?.value, seen?.damage]).toEqual(['{"optime":100}', null]);
  });
});
