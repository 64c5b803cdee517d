import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { bodyLines, type FileToWrite, headerLine } from '../../app/snapshot/file/write';

/** How much text goes into the compressor at once, in UTF-16 units: a call for each line would take longer than the work. */
const BATCH = 128 * 1024;

/**
 * Writes a *.herdscope file: its first line plain, all that follows compressed. After a crash at any moment there is the file that was
 * there before or the new one, never half of one. Throws the system's error when it cannot be written.
 */
export async function writeSnapshotFile(path: string, file: FileToWrite): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const target = await open(temporary, 'wx', 0o600);
    try {
      await target.writeFile(headerLine(file), 'utf8');
      const packed = Readable.from(batches(bodyLines(file)), { objectMode: false }).pipe(createGzip());
      await pipeline(packed, async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) await target.writeFile(chunk);
      });
      await target.sync();
    } finally {
      await target.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function* batches(lines: Iterable<string>): Generator<Buffer> {
  let batch: string[] = [];
  let length = 0;
  for (const line of lines) {
    batch.push(line);
    length += line.length;
    if (length < BATCH) continue;
    yield Buffer.from(batch.join(''), 'utf8');
    batch = [];
    length = 0;
  }
  if (length > 0) yield Buffer.from(batch.join(''), 'utf8');
}
