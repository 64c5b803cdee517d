import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespacePrefix, parseKey } from '../../app/dcs/keys';
import { MemoryStore } from '../../app/dcs/memory-store';
import type { StoreNode } from '../../app/dcs/node';
import { ManualClock } from '../../app/manual-clock';
import { PRACTICE_NAMESPACE } from '../../app/practice/cluster-keys';
import { PracticeHerd } from '../../app/practice/herd';
import { Random } from '../../app/practice/random';
import type { FileContents } from '../../app/snapshot/file/read';
import { recordingSection } from '../../app/snapshot/file/recording-section';
import { pictureSection } from '../../app/snapshot/file/write';
import type { Picture } from '../../app/snapshot/picture';
import { redactingAll } from '../../app/snapshot/redact/stretches';
import type { Stretch } from '../../app/snapshot/stretch';
import { Mirror } from '../inspection/mirror';
import { HeldRecordings } from '../recorder/held-recordings';
import { readStretch } from '../recorder/read-stretch';
import { Recorder } from '../recorder/recorder';
import { Recording } from '../recorder/recording';
import { folderSegments, heldSegments } from '../recorder/segments';
import { slowly } from '../slowly';
import { bytesInput } from './input';
import { readHerdscope } from './read-herdscope';
import { writeSnapshotFile } from './write-file';

const START = Date.UTC(2026, 10, 23, 1, 0, 0);
const MINUTE = 60_000;
const SECRETS = ['correct-horse-battery', 'kept-in-one-place-only'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-span-'));
  await record();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Ten minutes of the practice herd; in the fifth somebody leaves passwords in its store, and takes them away again. */
async function record(): Promise<void> {
  const clock = new ManualClock(START);
  const store = new MemoryStore(clock);
  const herd = new PracticeHerd(store, clock, new Random(3));
  herd.start();
  const recorder = new Recorder({
    folder,
    connection: 'production',
    kind: 'practice',
    namespace: PRACTICE_NAMESPACE,
    mostBytes: 1e9,
    mostDays: 14,
    // Many segments: a span is put together out of several.
    segmentBytes: 64 * 1024,
    clock,
    onTrouble: (sentence) => {
      if (sentence !== null) throw new Error(sentence);
    },
  });
  const mirror = new Mirror(store, namespacePrefix(PRACTICE_NAMESPACE), clock, {
    onBatch: ({ revision, changes }) => recorder.take(revision, changes, mirror.nodes),
    onStatus: () => undefined,
  });
  mirror.start();
  const note = `${PRACTICE_NAMESPACE}/demo/note`;
  for (let second = 0; second < 600; second += 1) {
    await clock.advance(1000);
    if (second === 300)
      store.put(note, `primary_conninfo = 'host=db7.example.com user=repl password=${SECRETS[0] ?? ''}'`);
    // Bare, where no rule finds it: it is known from the other place, and from another time.
    if (second === 330) store.put(note, `restored with ${SECRETS[0] ?? ''} by hand`);
    if (second === 360) store.put(note, JSON.stringify({ superuser_password: SECRETS[1] }));
    if (second === 390) store.put(note, 'nothing');
    // The disk's time does not pass on this clock.
    if (second % 10 === 0) await recorder.flush();
  }
  await recorder.close();
  mirror.close();
  herd.stop();
}

async function stretchOf(fromMs: number, toMs: number, scopes: ReadonlySet<string> | null = null): Promise<Stretch> {
  const stretch = await readStretch(folderSegments(folder), { fromMs, toMs, scopes });
  if (!stretch.ok || stretch.value === null) throw new Error(stretch.ok ? 'nothing was recorded' : stretch.error);
  return stretch.value;
}

/** What a file with this stretch holds. */
async function written(stretch: Stretch, names = false): Promise<Buffer> {
  const instant = await new Recording(folder).at(Date.parse(stretch.to));
  const picture: Picture = {
    connection: stretch.connection,
    store: { kind: 'practice', version: null },
    namespace: stretch.namespace,
    at: stretch.to,
    revision: instant?.revision ?? '0',
    nodes: [...(instant?.nodes.values() ?? [])],
    sessions: [],
    untold: ['times-to-live'],
  };
  const { parts } = await slowly(redactingAll([{ picture, stretch }], names));
  const path = join(folder, 'a.herdscope');
  await writeSnapshotFile(path, {
    program: '0.1.0',
    writtenAt: stretch.to,
    redacted: { secrets: true, names },
    sections: parts.flatMap((part) => [
      pictureSection(part.picture),
      ...(part.stretch === null ? [] : [recordingSection(part.stretch, [])]),
    ]),
  });
  return readFile(path);
}

async function opened(file: Buffer): Promise<FileContents> {
  const contents = await readHerdscope(bytesInput('a.herdscope', file, null));
  if (!contents.ok) throw new Error(contents.error);
  return contents.value;
}

/** A file's first line and its body. */
function split(file: Buffer): { readonly header: Buffer; readonly body: string } {
  const end = file.indexOf('\n') + 1;
  return { header: file.subarray(0, end), body: gunzipSync(file.subarray(end)).toString('utf8') };
}

const changed = (file: Buffer, change: (body: string) => string): Buffer => {
  const { header, body } = split(file);
  return Buffer.concat([header, gzipSync(change(body))]);
};

/** What is shown at each half minute of a span. */
async function shown(
  recording: Recording,
  fromMs: number,
  toMs: number,
): Promise<readonly (readonly StoreNode[] | null)[]> {
  const all: (readonly StoreNode[] | null)[] = [];
  for (let ms = fromMs; ms <= toMs; ms += MINUTE / 2) {
    const instant = await recording.at(ms);
    all.push(instant === null ? null : [...instant.nodes.values()].sort((a, b) => (a.key < b.key ? -1 : 1)));
  }
  return all;
}

function held(contents: FileContents): Recording {
  const [recording] = contents.recordings;
  if (recording == null) throw new Error('there is no recording in it');
  return new Recording(heldSegments(recording));
}

describe('a span of a recording in a file', () => {
  it('shows at each instant what the recording showed, and nothing before it', async () => {
    const [from, to] = [START + 100_500, START + 280_000];
    const contents = await opened(await written(await stretchOf(from, to)));
    expect(contents.notes).toEqual([]);
    expect(contents.recordings[0]).toMatchObject({
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    });
    expect(contents.recordings[0]?.segments.length).toBeGreaterThan(2);
    expect(await shown(held(contents), from, to)).toEqual(await shown(new Recording(folder), from, to));
    expect(await held(contents).at(from - 1)).toBeNull();
    expect((await held(contents).at(to + MINUTE))?.isRecorded).toBe(false);
  });

  it('of one cluster holds nothing of another', async () => {
    const key = (await new Recording(folder).at(START + MINUTE))?.nodes.keys().next().value ?? '';
    const scope = parseKey(PRACTICE_NAMESPACE, key)?.scope ?? '';
    const stretch = await stretchOf(START + MINUTE, START + 2 * MINUTE, new Set([scope]));
    const instant = await held(await opened(await written(stretch))).at(START + 90_000);
    const keys = [...(instant?.nodes.keys() ?? [])];
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter((one) => !one.startsWith(`${PRACTICE_NAMESPACE}/${scope}/`))).toEqual([]);
  });

  it.each([false, true])(
    'has no secret in it that was there at any instant of it (names replaced: %s)',
    async (names) => {
      const [from, to] = [START + 4 * MINUTE, START + 9 * MINUTE];
      const stretch = await stretchOf(from, to);
      expect(JSON.stringify(stretch)).toContain(SECRETS[0]);
      const file = await written(stretch, names);
      const { header, body } = split(file);
      for (const secret of SECRETS) expect(header.toString() + body).not.toContain(secret);
      // What is no secret is still there.
      expect(body).toContain('restored with *** by hand');
      const contents = await opened(file);
      expect(contents.notes).toEqual([]);
      const before = await shown(new Recording(folder), from, to);
      const after = await shown(held(contents), from, to);
      expect(after.map((nodes) => nodes?.length)).toEqual(before.map((nodes) => nodes?.length));
      if (!names) return;
      expect(body).not.toContain('db7.example.com');
      const members = new Set(
        before.flatMap((nodes) => nodes ?? []).flatMap(({ key }) => /\/members\/(.+)$/.exec(key)?.[1] ?? []),
      );
      expect(members.size).toBeGreaterThan(3);
      for (const member of members) expect(body).not.toMatch(new RegExp(`[^\\w-]${member}[^\\w-]`));
    },
  );

  it('is passed over with a word by a program that does not know it, which shows the picture', async () => {
    const file = await written(await stretchOf(START + MINUTE, START + 2 * MINUTE));
    const contents = await opened(changed(file, (body) => body.replace('"kind":"recording"', '"kind":"of-tomorrow"')));
    expect(contents.pictures).toHaveLength(1);
    expect(contents.recordings).toEqual([null]);
    expect(contents.notes).toEqual([expect.stringContaining('a section of kind “of-tomorrow”')]);
  });

  it('that is cut off is shown up to there', async () => {
    const [from, to] = [START + MINUTE, START + 6 * MINUTE];
    const file = await written(await stretchOf(from, to));
    const cut = changed(file, (body) => body.slice(0, Math.floor(body.length * 0.8)));
    const contents = await opened(cut);
    expect(contents.notes.join(' ')).toMatch(/ends in the middle/);
    const [recording] = contents.recordings;
    const end = recording?.segments.at(-1)?.endMs ?? 0;
    expect(end).toBeGreaterThan(from + MINUTE);
    expect(end).toBeLessThan(to);
    expect(await shown(held(contents), from, end)).toEqual(await shown(new Recording(folder), from, end));
  });

  it('of which a line is another is shown up to there, segment by segment, and says so', async () => {
    const [from, to] = [START + MINUTE, START + 6 * MINUTE];
    const file = await written(await stretchOf(from, to));
    const lines = split(file).body.split('\n');
    const at = lines.findIndex((line, n) => n > lines.length / 2 && line.startsWith('{"line":["change"'));
    const contents = await opened(changed(file, () => lines.filter((_, n) => n !== at).join('\n')));
    expect(contents.notes.join(' ')).toContain('does not fit the line of the recording before it');
    expect((await held(contents).at(to))?.nodes.size).toBeGreaterThan(3);
  });

  it('is moved through like a recording: its extent, and what happened in it', async () => {
    const contents = await opened(await written(await stretchOf(START, START + 10 * MINUTE)));
    let isChanged = false;
    const all = new HeldRecordings(() => {
      isChanged = true;
    });
    const [recording] = contents.recordings;
    if (recording == null) throw new Error('there is no recording in it');
    all.hold('file', recording);
    await all.extent();
    await expect.poll(() => isChanged, { timeout: 30_000 }).toBe(true);
    const [extent] = await all.extent();
    expect(extent?.spans).toHaveLength(1);
    expect(extent?.isOn).toBe(false);
    expect(extent?.events.length).toBeGreaterThan(0);
    expect(extent?.events.every(({ clusterId }) => clusterId.startsWith('file/'))).toBe(true);
    all.release('file');
    expect(await all.at('file', START + MINUTE)).toBeNull();
    expect(await all.extent()).toEqual([]);
  });
});
