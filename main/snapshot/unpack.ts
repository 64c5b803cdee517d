import { gunzipSync } from 'node:zlib';
import { err, ok, type Result } from '../../app/result';
import { MOST_TEXT } from '../../app/snapshot/limits';

/** One file out of an archive. */
export interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Unpacked {
  readonly entries: readonly Entry[];
  /** Sentences about what was left out. */
  readonly notes: readonly string[];
}

/** How much an archive may unpack to, in bytes; one file of it no more than any export that is read. */
export const MOST_UNPACKED = 128 * 1024 * 1024;
const MOST_ENTRY = MOST_TEXT;
const MOST_ENTRIES = 2000;

/** What a file is by how it begins. */
export function kindOf(head: Uint8Array): 'gzip' | 'zip' | 'tar' | 'xz' | 'zstd' | 'bzip2' | '7z' | null {
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, index) => head[index] === byte);
  if (begins(0x1f, 0x8b)) return 'gzip';
  if (begins(0x50, 0x4b, 0x03, 0x04) || begins(0x50, 0x4b, 0x05, 0x06)) return 'zip';
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a)) return 'xz';
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  if (begins(0x42, 0x5a, 0x68)) return 'bzip2';
  if (begins(0x37, 0x7a, 0xbc, 0xaf)) return '7z';
  const magic = Buffer.from(head.subarray(257, 262)).toString('latin1');
  return magic === 'ustar' ? 'tar' : null;
}

/** Unpacks gzip. The error goes on from the file's name. */
export function gunzip(bytes: Uint8Array): Result<Uint8Array, string> {
  try {
    return ok(gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED }));
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return err('unpacks to more than 128 MiB: no export is as large.');
    return err(
      code === 'Z_BUF_ERROR' ? 'is compressed, and ends in the middle.' : 'is compressed, and its content is damaged.',
    );
  }
}

/** The files of a tar archive. Links, devices and folders are passed over; nothing is written anywhere. */
export async function untar(bytes: Uint8Array): Promise<Result<Unpacked, string>> {
  const { parseTar } = await import('nanotar');
  try {
    // It reads the whole memory that the bytes are a part of: other bytes may lie there too.
    const isAll = bytes.byteLength === bytes.buffer.byteLength;
    const found = parseTar(isAll ? bytes : new Uint8Array(bytes));
    const entries: Entry[] = [];
    let skipped = 0;
    let total = 0;
    for (const item of found.slice(0, MOST_ENTRIES)) {
      if (item.type !== 'file' || item.data === undefined) {
        if (item.type !== 'directory') skipped += 1;
        continue;
      }
      total += item.data.length;
      if (item.data.length > MOST_ENTRY || total > MOST_UNPACKED) skipped += 1;
      else entries.push({ name: item.name, bytes: item.data });
    }
    return ok({ entries, notes: notesOf(skipped + Math.max(0, found.length - MOST_ENTRIES)) });
  } catch {
    return err('is a tar archive that is damaged.');
  }
}

/** The files of a zip archive. What it says of their sizes is checked before they are unpacked, and while they are. */
export async function unzip(bytes: Uint8Array): Promise<Result<Unpacked, string>> {
  const { unzipSync } = await import('fflate');
  let skipped = 0;
  let total = 0;
  let count = 0;
  try {
    const found = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (name.endsWith('/')) return false;
        count += 1;
        total += originalSize;
        const wanted = count <= MOST_ENTRIES && originalSize <= MOST_ENTRY && total <= MOST_UNPACKED;
        if (!wanted) skipped += 1;
        return wanted;
      },
    });
    return ok({
      entries: Object.entries(found).map(([name, data]) => ({ name, bytes: data })),
      notes: notesOf(skipped),
    });
  } catch {
    return err('is a zip archive that is damaged, encrypted or ends in the middle.');
  }
}

const notesOf = (skipped: number): readonly string[] =>
  skipped === 0 ? [] : [`${skipped} of its entries are links or devices, or too large, and were left out.`];
