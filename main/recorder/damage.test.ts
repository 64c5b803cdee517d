import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { node } from '../../app/cluster/test-nodes';
import type { StoreNode } from '../../app/dcs/node';
import { SegmentWriter } from '../../app/recording/segment-writer';
import { Recording } from './recording';
import { closeLeftover, listSegments, openPath, packedPath, sumOf } from './segment-files';

const START = Date.UTC(2026, 10, 23, 1, 0, 0);
const KEY = '/service/demo/status';
const CHANGES = 3;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-damage-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A value that shares no digits with the one before: a damaged one would not look like another. */
const valueOf = (n: number): string => JSON.stringify({ is: createHash('md5').update(String(n)).digest('hex') });

/** A segment as the recorder writes it: a change each second, each written with its sum. */
function written(): string {
  const nodes = new Map<string, StoreNode>([[KEY, node(KEY, valueOf(0))]]);
  const at = new Date(START).toISOString();
  const header = {
    herdscope: 'recording',
    version: 1,
    connection: 'prod',
    kind: 'etcd3',
    namespace: '/service',
    at,
  } as const;
  const writer = new SegmentWriter(header);
  const parts: string[] = [];
  const sealed = (text: string): void => void parts.push(text, writer.sum(sumOf(text)));
  sealed(writer.begin('1', nodes));
  for (let n = 1; n <= CHANGES; n += 1) {
    const before = nodes.get(KEY);
    const put = node(KEY, valueOf(n), {
      modRevision: String(n + 1),
      version: String(Number(before?.version ?? 1) + 1),
    });
    nodes.set(KEY, put);
    sealed(writer.change(START + n * 1000, String(n + 1), [{ kind: 'put', node: put }]));
  }
  return parts.join('');
}

/** What is shown of each second: which change, or null for nothing; and whether something is said to be missing. */
async function shown(): Promise<readonly { readonly n: number | null; readonly isDamaged: boolean }[]> {
  const recording = new Recording(folder);
  const values = Array.from({ length: CHANGES + 1 }, (_, n) => valueOf(n));
  const all: { n: number | null; isDamaged: boolean }[] = [];
  for (let second = CHANGES; second >= 0; second -= 1) {
    const instant = await recording.at(START + second * 1000);
    const n = instant === null ? null : values.indexOf(instant.nodes.get(KEY)?.value ?? '');
    all.unshift({ n, isDamaged: instant?.damage != null });
  }
  return all;
}

/** Each second shows what was there then, or what was there last before the damage, and then says so if a line after it is there. */
function expectTrue(seen: Awaited<ReturnType<typeof shown>>, where: string): number {
  const known = seen.map(({ n }) => n);
  const upTo = known[0] === null ? -1 : Math.max(...known.map((n) => n ?? -1));
  known.forEach((n, second) => {
    expect(n, `${where}, second ${second}`).toBe(upTo < 0 ? null : Math.min(second, upTo));
  });
  return upTo;
}

describe('a recording that is damaged', () => {
  it('by being cut shows all before the cut and nothing that was not, wherever that is', async () => {
    const text = written();
    const path = openPath(folder, START);
    await writeFile(path, text);
    let last = CHANGES;
    for (let length = Buffer.byteLength(text); length >= 0; length -= 1) {
      await truncate(path, length);
      const upTo = expectTrue(await shown(), `cut at ${length}`);
      expect(upTo, `cut at ${length}`).toBeLessThanOrEqual(last);
      last = upTo;
    }
    expect(last).toBe(-1);
  });

  it('by being cut after it was packed too', async () => {
    const packed = gzipSync(written());
    const path = packedPath(folder, START, START + CHANGES * 1000, false);
    await writeFile(path, packed);
    const found = new Set<number>();
    for (let length = packed.length; length >= 0; length -= 1) {
      await truncate(path, length);
      const seen = await shown();
      const upTo = expectTrue(seen, `cut at ${length}`);
      found.add(upTo);
      if (length < packed.length && upTo >= 0) expect(seen.at(-1)?.isDamaged, `cut at ${length}`).toBe(true);
    }
    expect([...found].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3]);
  });

  it.each(['while it is written', 'when it is packed'])(
    'in any bit %s shows all before it and nothing wrong',
    async (when) => {
      const text = Buffer.from(written());
      const isPacked = when === 'when it is packed';

      const content = isPacked ? gzipSync(text) : text;
      const path = isPacked ? packedPath(folder, START, START + CHANGES * 1000, false) : openPath(folder, START);
      for (let at = 0; at < content.length; at += 1) {
        const broken = Buffer.from(content);
        broken.writeUInt8((broken[at] ?? 0) ^ (1 << (at % 8)), at);
        await writeFile(path, broken);
        // gzip keeps a time and the system in its head that nothing depends on.
        const isSame = isPacked && isWhole(broken, text);
        const seen = await shown();
        const upTo = expectTrue(seen, `bit ${at % 8} of byte ${at}`);
        if (isSame) expect(upTo).toBe(CHANGES);
        else if (isPacked && upTo >= 0) expect(seen.at(-1)?.isDamaged, `bit ${at % 8} of byte ${at}`).toBe(true);
      }
    },
  );

  it('is packed as far as it is whole when the program starts again', async () => {
    const text = written();
    for (let length = text.length; length >= 0; length -= 13) {
      const path = openPath(folder, START);
      await writeFile(path, text.slice(0, length));
      await closeLeftover(folder, path);
      const upTo = expectTrue(await shown(), `cut at ${length}`);
      expect((await listSegments(folder)).length).toBe(upTo < 0 ? 0 : 1);
      for (const { path: packed } of await listSegments(folder)) await rm(packed);
    }
  });

  it('by being far too large is left alone, and what comes before it is shown', async () => {
    await writeFile(packedPath(folder, START, START + CHANGES * 1000, false), gzipSync(written()));
    const path = openPath(folder, START + 60_000);
    await writeFile(path, '');
    // 3 GB that take no place on the disk.
    await truncate(path, 3 * 1024 ** 3);
    const instant = await new Recording(folder).at(START + 120_000);
    expect(instant?.nodes.get(KEY)?.value).toBe(valueOf(CHANGES));
    expect(instant?.isRecorded).toBe(false);
  });

  it('so that a small file would unpack to far too much is left alone too', async () => {
    await writeFile(packedPath(folder, START, START + CHANGES * 1000, false), gzipSync(written()));
    const bomb = Buffer.concat(Array.from({ length: 100 }, () => gzipSync(Buffer.alloc(1024 ** 2))));
    await writeFile(packedPath(folder, START + 60_000, START + 90_000, false), bomb);
    const instant = await new Recording(folder).at(START + 120_000);
    expect(instant?.nodes.get(KEY)?.value).toBe(valueOf(CHANGES));
  });
});

function isWhole(packed: Buffer, text: Buffer): boolean {
  try {
    return gunzipSync(packed).equals(text);
  } catch {
    return false;
  }
}
