import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { namespacePrefix } from '../../app/dcs/keys';
import { MemoryStore } from '../../app/dcs/memory-store';
import { utf8Bytes } from '../../app/dcs/utf8';
import { ManualClock } from '../../app/manual-clock';
import { PRACTICE_NAMESPACE } from '../../app/practice/cluster-keys';
import { PracticeHerd } from '../../app/practice/herd';
import { Random } from '../../app/practice/random';
import type { FileContents } from '../../app/snapshot/file/read';
import { pictureSection } from '../../app/snapshot/file/write';
import type { Picture } from '../../app/snapshot/picture';
import { bytesInput, fileInput } from './input';
import { openInputs } from './open-inputs';
import { readHerdscope } from './read-herdscope';
import { writeSnapshotFile } from './write-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-snapshot-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const writtenAt = '2026-03-01T02:03:04.000Z';
const empty: Picture = {
  connection: 'production',
  store: { kind: 'etcd3', version: 'etcd 3.5.9' },
  namespace: '/service',
  at: writtenAt,
  revision: '9007199254740993',
  nodes: [],
  sessions: [],
  untold: ['times-to-live'],
};

async function write(pictures: readonly Picture[]): Promise<string> {
  const path = join(folder, 'a.herdscope');
  await writeSnapshotFile(path, {
    program: '0.1.0',
    writtenAt,
    redacted: { secrets: true, names: false },
    sections: pictures.map(pictureSection),
  });
  return path;
}

async function read(bytes: Uint8Array): Promise<FileContents> {
  const contents = await readHerdscope(bytesInput('a.herdscope', bytes, null));
  if (!contents.ok) throw new Error(contents.error);
  return contents.value;
}

/** A file's first line and its body. */
function parts(file: Buffer): { readonly header: string; readonly body: string } {
  const end = file.indexOf('\n');
  return { header: file.subarray(0, end).toString('utf8'), body: gunzipSync(file.subarray(end + 1)).toString('utf8') };
}

const joined = (header: string, body: string): Buffer =>
  Buffer.concat([Buffer.from(`${header}\n`), gzipSync(Buffer.from(body, 'utf8'))]);

async function practicePicture(): Promise<Picture> {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const herd = new PracticeHerd(store, clock, new Random(3));
  herd.start();
  await clock.advance(60_000);
  const nodes = store.list(namespacePrefix(PRACTICE_NAMESPACE));
  const sessions = await store.sessions([...new Set(nodes.flatMap(({ session }) => session ?? []))]);
  herd.stop();
  return { ...empty, namespace: PRACTICE_NAMESPACE, nodes, sessions: sessions.ok ? sessions.value : [] };
}

describe('a snapshot file', () => {
  it('gives back what was written, key for key: revisions, sessions and sizes too', async () => {
    const picture = await practicePicture();
    const other = { ...empty, connection: 'second', untold: [] };
    const { pictures, notes, header } = await read(readFileSync(await write([picture, other])));
    expect(pictures).toEqual([picture, other]);
    expect(notes).toEqual([]);
    expect(header.contents.map(({ connection, clusters, keys }) => [connection, clusters.length, keys])).toEqual([
      ['production', header.contents[0]?.clusters.length, picture.nodes.length],
      ['second', 0, 0],
    ]);
  });

  it('gives back any keys and values', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const node = fc.record({ name: text, value: text, lost: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(node, { selector: ({ name }) => name, maxLength: 8 }), async (made) => {
        const nodes = made.map(({ name, value, lost }, i) => ({
          key: `/service/${name}`,
          value,
          bytes: utf8Bytes(value) + (lost ? 1 : 0),
          createRevision: String(i),
          modRevision: String(2n ** 70n),
          version: '1',
          session: lost ? '7' : null,
        }));
        const { pictures } = await read(readFileSync(await write([{ ...empty, nodes }])));
        expect(pictures).toEqual([{ ...empty, nodes }]);
      }),
      { numRuns: 60 },
    );
  });

  it('has a first line that tells what is in it without unpacking', async () => {
    const file = readFileSync(await write([await practicePicture()]), 'utf8');
    expect(JSON.parse(file.slice(0, file.indexOf('\n')))).toMatchObject({
      herdscope: { version: 1, program: '0.1.0' },
      redacted: { secrets: true, names: false },
      contents: [{ kind: 'picture', connection: 'production' }],
    });
  });

  it('takes the place of the file before it whole, and leaves nothing beside it', async () => {
    await write([empty]);
    await write([{ ...empty, connection: 'later' }]);
    expect(readdirSync(folder)).toEqual(['a.herdscope']);
    await expect(
      writeSnapshotFile(join(folder, 'missing/a.herdscope'), {
        program: '0.1.0',
        writtenAt,
        redacted: { secrets: true, names: false },
        sections: [],
      }),
    ).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['a.herdscope']);
  });

  it('of a newer program opens with what is understood, and a word about the rest', async () => {
    const { header, body } = parts(readFileSync(await write([await practicePicture()])));
    const newer = JSON.stringify({ ...(JSON.parse(header) as object), herdscope: { version: 7, colour: 'blue' } });
    const lines = body.split('\n');
    const more = [
      lines[0]?.replace('"kind":"picture"', '"kind":"picture","mood":"calm"'),
      '{"scent":{"of":"hay"}}',
      ...lines.slice(1, -2),
      '{"section":{"kind":"sound","version":3}}',
      '{"tone":1}',
      '{"tone":2}',
      ...lines.slice(-2),
    ].join('\n');
    const { pictures, notes } = await read(joined(newer, more));
    expect(pictures[0]?.nodes).toEqual((await practicePicture()).nodes);
    expect(notes).toEqual([
      'It was written by a newer Herdscope (format 7, this one knows 1): what is understood of it is shown.',
      'It holds records of kind “scent” (1), which this Herdscope does not know. They were left out.',
      'It holds a section of kind “sound” (1), which this Herdscope does not know. They were left out.',
    ]);
  });

  it('that ends too early, wherever, shows what comes before and says so', async () => {
    const file = readFileSync(await write([await practicePicture()]));
    const begin = file.indexOf('\n') + 1;
    for (const share of [0, 0.2, 0.5, 0.9, 0.99]) {
      const cut = file.subarray(0, begin + Math.floor((file.length - begin) * share));
      const { notes } = await read(cut);
      expect(notes.join(' ')).toMatch(/damaged|ends in the middle/);
    }
  });

  it('with a damaged line keeps the others', async () => {
    const { header, body } = parts(readFileSync(await write([await practicePicture()])));
    const lines = body.split('\n');
    lines[2] = '{"node":{"key":7,"value":"secret"}}';
    lines[3] = '{"no';
    const { pictures, notes } = await read(joined(header, lines.join('\n')));
    expect(pictures[0]?.nodes.length).toBe((await practicePicture()).nodes.length - 2);
    expect(notes).toEqual([
      'It holds lines that cannot be read, and were left out: line 4 holds a key whose key is not what it should be and 1 more.',
    ]);
  });

  it('with a key from outside its namespace, or one called __proto__, harms nothing', async () => {
    const { header } = parts(readFileSync(await write([empty])));
    const section = JSON.stringify({ section: pictureSection(empty).begin });
    const body = [
      section,
      '{"node":{"key":"/../etc/passwd","value":"x"}}',
      '{"__proto__":{"polluted":true}}',
      '{"node":{"key":"/service/__proto__/leader","value":"x","__proto__":{"polluted":true}}}',
      '{"end":{"lines":4}}',
    ].join('\n');
    const { pictures, notes } = await read(joined(header, body));
    expect(pictures[0]?.nodes.map(({ key }) => key)).toEqual(['/service/__proto__/leader']);
    expect(notes.join(' ')).toContain('which is not below /service/');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('opening files', () => {
  const opened = async (name: string, content: Buffer | string): Promise<string> => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const input = await fileInput(path);
    if (!input.ok) return input.error;
    const found = await openInputs([input.value], writtenAt);
    return found.ok ? 'opened' : found.error;
  };

  it('says what is wrong with what is not there, is a folder, or is empty', async () => {
    const problem = async (path: string): Promise<string> => {
      const input = await fileInput(path);
      return input.ok ? '' : input.error;
    };
    expect(await problem(join(folder, 'none'))).toContain('ENOENT');
    expect(await problem(folder)).toContain('is a folder');
    expect(await problem('/dev/zero')).toContain('a device');
    expect(await opened('empty.herdscope', '')).toBe('empty.herdscope is empty.');
  });

  it('says so of a Herdscope file without a picture, or with a first line that is none', async () => {
    expect(await opened('x.herdscope', '{"herdscope"')).toContain('its first line does not end');
    expect(await opened('y.herdscope', '{"herdscope":{"version":"one"}}\n')).toBe(
      'y.herdscope is a Herdscope file with a first line that cannot be read: herdscope.version is not what it should be.',
    );
    expect(await opened('z.herdscope', joined('{"herdscope":{"version":1}}', '{"end":{"lines":0}}\n'))).toBe(
      'z.herdscope holds no picture that could be shown.',
    );
  });

  it('is done with a small file that unpacks to gigabytes before it fills the memory', async () => {
    // 300 MB of zeros in one line, made of a part that is repeated: gzip takes files one after the other.
    const part = gzipSync(Buffer.alloc(30_000_000, 0x20));
    const bomb = Buffer.concat([Buffer.from('{"herdscope":{"version":1}}\n'), ...Array<Buffer>(10).fill(part)]);
    const before = process.memoryUsage().rss;
    expect(await opened('bomb.herdscope', bomb)).toContain('it unpacks to more than 150 times its size');
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  });
});
