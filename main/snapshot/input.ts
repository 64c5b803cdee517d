import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { err, ok, type Result } from '../../app/result';

/** Something to be read: a file, or bytes that the window was given. */
export interface Input {
  /** The file's name, without its folder. */
  readonly name: string;
  readonly bytes: number;
  /** When it was last written, ISO 8601; null when that is not known. */
  readonly modifiedAt: string | null;
  /** Its bytes from the beginning; can be asked for again. */
  chunks(): AsyncIterable<Uint8Array>;
}

const CHUNK = 256 * 1024;

/** A file. The error is a sentence. Nothing but a regular file is opened: a pipe or a device may never end. */
export async function fileInput(path: string): Promise<Result<Input, string>> {
  const name = basename(path);
  try {
    const found = await stat(path);
    if (found.isDirectory()) return err(`${name} is a folder. Choose the files in it, or an archive of them.`);
    if (!found.isFile()) return err(`${name} is no file that could be read: it is a device, a pipe or a socket.`);
    const chunks = (): AsyncIterable<Uint8Array> =>
      createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>;
    return ok({ name, bytes: found.size, modifiedAt: found.mtime.toISOString(), chunks });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(`${name} could not be read: ${reason}.`);
  }
}

/** Bytes that are there already, e.g. of a file that was dropped onto the window. */
export function bytesInput(name: string, bytes: Uint8Array, modifiedAt: string | null): Input {
  return {
    name,
    bytes: bytes.length,
    modifiedAt,
    async *chunks() {
      for (let start = 0; start < bytes.length; start += CHUNK) yield bytes.subarray(start, start + CHUNK);
    },
  };
}
