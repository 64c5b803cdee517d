import { createGunzip, type Gunzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { BodyReader, type FileContents, readHeader } from '../../app/snapshot/file/read';
import { err, ok, type Result } from '../../app/result';
import type { Input } from './input';
import { LineTooLong, linesOf } from './lines';

/** How long the first line may be, in bytes. */
const MOST_HEADER = 8 * 1024 * 1024;

/** How long a line of the body may be, in UTF-16 units: no store takes a value that is as long. */
const MOST_LINE = 64 * 1024 * 1024;

/** How much a body may unpack to, in bytes: what is more is no snapshot but a trap. */
export const MOST_UNPACKED = 4 * 1024 * 1024 * 1024;

/** A body that unpacks to more than this is looked at: is it what snapshots pack to? In bytes. */
const SUSPECT = 16 * 1024 * 1024;

/** How many times its packed size. Keys and values of real clusters pack to a tenth, all of one kind to a fortieth. */
const MOST_TIMES = 150;

const NEWLINE = 0x0a;

/**
 * Reads a *.herdscope file: its first line, then its body, unpacked piece by piece and never held whole. What can be read of a
 * damaged one is there, with a note that says where it ends. The error goes on from the file's name.
 */
export async function readHerdscope(input: Input): Promise<Result<FileContents, string>> {
  const split = await splitHeader(input);
  if (split === null) return err('is no Herdscope file: its first line does not end.');
  const header = readHeader(split.header);
  if (!header.ok) return err(header.error);
  const reader = new BodyReader(header.value);
  let broken: string | null = null;
  const unpacked = createGunzip();
  // Errors come out of the loop below; without this they would end the program too.
  pipeline(Readable.from(split.body), unpacked, () => undefined);
  try {
    for await (const line of linesOf(bounded(unpacked), MOST_LINE)) {
      reader.line(line);
      if (!reader.wantsMore) break;
    }
  } catch (error) {
    broken = wordsOf(error);
  }
  unpacked.destroy();
  return ok(reader.finish(broken));
}

class TooMuch extends Error {}

class Trap extends Error {}

async function* bounded(chunks: Gunzip): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_UNPACKED) throw new TooMuch();
    if (bytes > SUSPECT && bytes > MOST_TIMES * chunks.bytesWritten) throw new Trap();
    yield chunk;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof LineTooLong) return 'a line in it is longer than any key and value';
  if (error instanceof TooMuch) return 'it unpacks to more than 4 GiB';
  if (error instanceof Trap) return `it unpacks to more than ${MOST_TIMES} times its size, as no snapshot does`;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return 'it ends in the middle';
  if (code.startsWith('Z_')) return 'its compressed part is not what was written';
  return error instanceof Error ? error.message : String(error);
}

/** The first line, and what follows it; null when it does not end. */
async function splitHeader(
  input: Input,
): Promise<{ readonly header: string; readonly body: AsyncIterable<Uint8Array> } | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const chunks = input.chunks()[Symbol.asyncIterator]();
  for (;;) {
    const next: IteratorResult<Uint8Array, unknown> = await chunks.next();
    if (next.done === true) return null;
    const { value } = next;
    const end = value.indexOf(NEWLINE);
    if (end < 0) {
      parts.push(value);
      length += value.length;
      if (length > MOST_HEADER) {
        await chunks.return?.();
        return null;
      }
      continue;
    }
    parts.push(value.subarray(0, end));
    const header = Buffer.concat(parts).toString('utf8');
    return { header, body: restOf(value.subarray(end + 1), chunks) };
  }
}

async function* restOf(first: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.();
  }
}
