import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, createGunzip, gunzip, gzip } from 'node:zlib';
import { SegmentReader } from '../../app/recording/segment-reader';

// The files of a recording: `BEGIN.ndjson` while it is written, `BEGIN-END.ndjson.gz` when it is closed, both in milliseconds
// since 1970, with `-guessed` where the store's own past was read. Their names are the index: there is no other that could be lost.

/** One file of a recording. */
export interface SegmentFile {
  readonly path: string;
  readonly beginMs: number;
  /** Null while it is written, or when the program ended without closing it. */
  readonly endMs: number | null;
  /** Whether its times are guessed. */
  readonly isGuessed: boolean;
}

/** What could be read of a segment. */
export interface SegmentLines {
  /** The last one is empty, or was not written to its end. */
  readonly lines: readonly string[];
  /** Whether more was written, which cannot be read. */
  readonly isDamaged: boolean;
}

/** More than a segment ever holds: whatever is larger was not written by a recorder, and is not loaded. */
const MOST_BYTES = 512 * 1024 ** 2;
/** What unpacks to more than this is looked at: is it what segments pack to? */
const USUAL_BYTES = 16 * 1024 ** 2;
/** How many times its packed size. Keys and values of real clusters pack to a tenth, all of one kind to a fortieth. */
const MOST_TIMES = 150;

const NAME = /^(\d{1,15})(?:-(\d{1,15})(-guessed)?\.ndjson\.gz|\.ndjson)$/;
const PACKING = '.packing';

/** The segments of a folder by time. Empty for a folder that is not there. Other files are left alone. */
export async function listSegments(folder: string): Promise<readonly SegmentFile[]> {
  const files: SegmentFile[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const [, begin, end, guessed] = match;
    const endMs = end === undefined ? null : Number(end);
    files.push({ path: join(folder, name), beginMs: Number(begin), endMs, isGuessed: guessed !== undefined });
  }
  return files.sort((a, b) => a.beginMs - b.beginMs);
}

/** The path of a segment that is written. */
export const openPath = (folder: string, beginMs: number): string => join(folder, `${beginMs}.ndjson`);

/** What a segment's `sum` line holds of the lines before it. */
export const sumOf = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12);

const unzip = promisify(gunzip);
const zip = promisify(gzip);

/** A segment's lines; of one that is damaged those before the damage. Throws when the file cannot be read at all. */
export async function readSegment(path: string): Promise<SegmentLines> {
  if ((await stat(path)).size > MOST_BYTES) throw new Error('it is larger than any segment');
  const content = await readFile(path);
  if (!path.endsWith('.gz')) return wholeLines(content, false);
  const most = Math.min(MOST_BYTES, Math.max(USUAL_BYTES, MOST_TIMES * content.length));
  try {
    // gzip has a sum of its own.
    const text = (await unzip(content, { maxOutputLength: most })).toString('utf8');
    return { lines: text.split('\n'), isDamaged: false };
  } catch (error) {
    if (isTooLarge(error)) throw error;
    return wholeLines(await partlyUnpacked(content, most), true);
  }
}

const SUM = Buffer.from('\n["sum",');
const NEWLINE = 10;

/** The lines up to the first sum that does not fit. What comes after the last one is what was being written. */
function wholeLines(content: Buffer, isCut: boolean): SegmentLines {
  let whole = 0;
  for (let at = content.indexOf(SUM); at >= 0; at = content.indexOf(SUM, whole - 1)) {
    const end = content.indexOf(NEWLINE, at + 1);
    if (end < 0) break;
    const sum = /"([0-9a-f]{12})"\]$/.exec(content.toString('latin1', at + 1, end))?.[1];
    if (sum !== sumOf(content.subarray(whole, at + 1)))
      return { lines: content.toString('utf8', 0, whole).split('\n'), isDamaged: true };
    whole = end + 1;
  }
  // Where bytes are known to be wrong, only what a sum covers is right.
  const text = content.toString('utf8', 0, isCut ? whole : content.length);
  return { lines: text.split('\n'), isDamaged: isCut };
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

/** What of a packed file can be unpacked: all up to where it was cut off or damaged. */
async function partlyUnpacked(content: Buffer, most: number): Promise<Buffer> {
  const stream = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const done = (): void => {
      resolve(Buffer.concat(parts));
    };
    stream.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > most) stream.destroy();
      else parts.push(part);
    });
    stream.on('error', done);
    stream.on('end', done);
    stream.on('close', done);
    stream.end(content);
  });
}

/**
 * Closes a segment that the program before this one left open: packs what is whole of it under the name that tells when it ends;
 * removes it when there is nothing in it that can be shown.
 */
export async function closeLeftover(folder: string, path: string): Promise<void> {
  const { lines } = await readSegment(path);
  const reader = SegmentReader.of(lines[0] ?? '');
  let whole = 1;
  for (let line = lines[whole]; line !== undefined; line = lines[whole]) {
    // The last line has no end: it may be half of one.
    if (whole === lines.length - 1 || reader === null || reader.take(line) === null) break;
    whole += 1;
  }
  if (reader?.isWhole !== true) {
    await rm(path, { force: true });
    return;
  }
  const text = `${lines.slice(0, whole).join('\n')}\n`;
  await pack(text, packedPath(folder, Date.parse(reader.header.at), reader.atMs, false));
  await rm(path, { force: true });
}

/** Packs a segment that was written whole, and ends at `endMs`. */
export async function closeSegment(folder: string, path: string, beginMs: number, endMs: number): Promise<void> {
  await pack(await readFile(path), packedPath(folder, beginMs, endMs, false));
  await rm(path, { force: true });
}

/** The path of a closed segment. */
export function packedPath(folder: string, beginMs: number, endMs: number, isGuessed: boolean): string {
  return join(folder, `${beginMs}-${endMs}${isGuessed ? '-guessed' : ''}.ndjson.gz`);
}

/** Writes a closed segment. It is not seen before it is whole. */
export async function pack(content: string | Buffer, path: string): Promise<void> {
  const beside = `${path}${PACKING}`;
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(await zip(content, { level: 6 }));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Removes what the program before this one was packing when it was killed: what it was made of is there. */
export async function removeHalves(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name.endsWith(`.ndjson.gz${PACKING}`)) await rm(join(folder, name), { force: true });
}

/** Removes the oldest closed segments until what is left is no larger than `mostBytes` and not older than `oldestMs`. */
export async function prune(folder: string, mostBytes: number, oldestMs: number): Promise<void> {
  const files = await Promise.all(
    (await listSegments(folder)).map(async (file) => ({ ...file, bytes: await bytesOf(file.path) })),
  );
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const { path, endMs, bytes: size } of files) {
    if (endMs === null || (bytes <= mostBytes && endMs >= oldestMs)) continue;
    await rm(path, { force: true });
    bytes -= size;
  }
}

/** A file's size; 0 when it is gone. */
export async function bytesOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
