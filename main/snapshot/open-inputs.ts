import { assemble, type NamedReading } from '../../app/snapshot/readers/assemble';
import { readPiece } from '../../app/snapshot/readers';
import type { HeldRecording } from '../../app/snapshot/held-recording';
import type { Picture } from '../../app/snapshot/picture';
import { err, ok, type Result } from '../../app/result';
import { MOST_TEXT } from '../../app/snapshot/limits';
import { bytesInput, type Input } from './input';
import { readHerdscope } from './read-herdscope';
import { gunzip, kindOf, type Unpacked, untar, unzip } from './unpack';

/** A picture, the name of its file, and sentences about what of it was left out. */
export interface FoundPicture {
  readonly picture: Picture;
  readonly file: string;
  readonly notes: readonly string[];
  /** What was recorded before it; null where nothing is in the file. */
  readonly recording: HeldRecording | null;
}

/** What was found in files that were opened together. */
export interface Found {
  readonly pictures: readonly FoundPicture[];
  /** Sentences about files that could not be read. */
  readonly problems: readonly string[];
}

/** How much of a file's beginning tells what it is, in bytes. */
const HEAD = 512;

/** How large an archive may be as it is, in bytes: it is held whole while it is unpacked. */
const MOST_ARCHIVE = 128 * 1024 * 1024;

/** How deep an archive in an archive is looked into. */
const MAX_NESTING = 2;

/** Of an archive with files of all kinds so many are named that are none of ours. */
const MOST_NAMED = 3;

/**
 * Reads files that were opened together: ours, exports of other tools, and archives of both. What it is is found from the content.
 * `openedAt` (ISO 8601) is the instant of what does not tell another. The error is a sentence that says what it is and what is wrong.
 */
export async function openInputs(inputs: readonly Input[], openedAt: string): Promise<Result<Found, string>> {
  const gathered = new Gathered();
  for (const input of inputs) await gathered.take(input, 0);
  const { pictures, readings, problems, unknown } = gathered;
  const [first] = readings;
  if (first !== undefined) {
    const { pictures: made, notes } = assemble(readings, openedAt);
    const files = new Set(readings.map(({ name }) => name));
    const file = files.size > 1 ? `${first.name} and ${files.size - 1} more` : first.name;
    const about = unknown.length > 0 ? [...notes, namesOf(unknown)] : notes;
    for (const picture of made) pictures.push({ picture, file, notes: about, recording: null });
    if (made.length === 0) problems.push(`${file} holds keys, but none of a Patroni cluster.`);
  } else if (pictures.length === 0)
    problems.push(...unknown.map(({ name, problem }) => `${name} ${problem}`).slice(0, MOST_NAMED));
  if (pictures.length === 0) return err(problems.slice(0, MOST_NAMED).join(' '));
  return ok({ pictures, problems });
}

class Gathered {
  readonly pictures: FoundPicture[] = [];
  readonly readings: NamedReading[] = [];
  readonly problems: string[] = [];
  /** Texts that are no export. */
  readonly unknown: { readonly name: string; readonly problem: string }[] = [];

  async take(input: Input, nesting: number): Promise<void> {
    const { name } = input;
    if (input.bytes === 0) {
      this.unknown.push({ name, problem: 'is empty.' });
      return;
    }
    const head = await beginning(input, HEAD);
    if (!head.ok) {
      this.problems.push(head.error);
      return;
    }
    if (Buffer.from(head.value.subarray(0, 12)).toString('latin1') === '{"herdscope"') {
      await this.#takeOurs(input);
      return;
    }
    const isArchive = kindOf(head.value) !== null;
    // Looked at before all of it is read: a program or a picture may be large.
    if (!isArchive && isBinary(head.value)) {
      this.unknown.push({ name, problem: 'is no text, and none of the archives that can be opened.' });
      return;
    }
    const most = isArchive ? MOST_ARCHIVE : MOST_TEXT;
    if (input.bytes > most) {
      const what = isArchive ? 'no archive of exports' : 'no export of a Patroni store';
      this.problems.push(`${name} is larger than ${most / 1024 ** 2} MiB, and no Herdscope file: ${what} is as large.`);
      return;
    }
    const bytes = await beginning(input, most);
    if (bytes.ok) await this.#takeBytes(input, bytes.value, nesting);
    else this.problems.push(bytes.error);
  }

  async #takeOurs(input: Input): Promise<void> {
    const { name } = input;
    const read = await readHerdscope(input);
    if (!read.ok) this.problems.push(`${name} ${read.error}`);
    else if (read.value.pictures.length === 0)
      this.problems.push([`${name} holds no picture that could be shown.`, ...read.value.notes].join(' '));
    else
      for (const [at, picture] of read.value.pictures.entries()) {
        const recording = read.value.recordings[at] ?? null;
        this.pictures.push({ picture, file: name, notes: read.value.notes, recording });
      }
  }

  async #takeBytes(input: Input, bytes: Uint8Array, nesting: number): Promise<void> {
    const { name, modifiedAt } = input;
    const kind = kindOf(bytes);
    switch (kind) {
      case 'gzip': {
        const unpacked = gunzip(bytes);
        if (!unpacked.ok) this.problems.push(`${name} ${unpacked.error}`);
        else if (nesting > MAX_NESTING)
          this.problems.push(`${name} is an archive in an archive in an archive: it was left out.`);
        else await this.take(bytesInput(name.replace(/\.t?gz$/i, ''), unpacked.value, modifiedAt), nesting + 1);
        return;
      }
      case 'tar':
        return this.#takeArchive(input, await untar(bytes), nesting);
      case 'zip':
        return this.#takeArchive(input, await unzip(bytes), nesting);
      case 'xz':
      case 'zstd':
      case 'bzip2':
      case '7z':
        this.problems.push(
          `${name} is compressed with ${kind}, which Herdscope cannot unpack. Unpack it first, or use gzip or zip.`,
        );
        return;
      case null: {
        const read = readPiece({ name, text: textOf(bytes) });
        if (!read.ok) this.unknown.push({ name, problem: read.error });
        else for (const reading of read.value) this.readings.push({ name, modifiedAt, reading });
      }
    }
  }

  async #takeArchive(input: Input, unpacked: Result<Unpacked, string>, nesting: number): Promise<void> {
    if (!unpacked.ok) this.problems.push(`${input.name} ${unpacked.error}`);
    else if (nesting > MAX_NESTING)
      this.problems.push(`${input.name} is an archive in an archive in an archive: it was left out.`);
    else {
      if (unpacked.value.entries.length === 0) this.problems.push(`${input.name} is an archive without a file in it.`);
      this.problems.push(...unpacked.value.notes.map((note) => `${input.name}: ${note}`));
      // The name is only shown: nothing is ever written under it.
      for (const { name, bytes } of unpacked.value.entries)
        await this.take(bytesInput(shownName(name), bytes, input.modifiedAt), nesting + 1);
    }
  }
}

function namesOf(unknown: readonly { readonly name: string }[]): string {
  const names = unknown
    .slice(0, MOST_NAMED)
    .map(({ name }) => name)
    .join(', ');
  const more = unknown.length - MOST_NAMED;
  return `No export of a store, and left out: ${names}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** Whether what begins so is no text: neither UTF-8 nor the UTF-16 that PowerShell writes. */
const isBinary = (head: Uint8Array): boolean =>
  head.includes(0) && !(head[0] === 0xff && head[1] === 0xfe) && !(head[0] === 0xfe && head[1] === 0xff);

/** UTF-8, or the UTF-16 that PowerShell writes. */
/** The name of a file in an archive, without the folders; a damaged archive may give it none. */
function shownName(path: string): string {
  const name = path.split('/').at(-1) ?? '';
  return name === '' ? 'A file without a name' : name;
}

function textOf(bytes: Uint8Array): string {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (isBig)
    return Buffer.from(bytes)
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(isLittle ? 'utf16le' : 'utf8');
}

/** The first bytes of a file, at most so many. */
async function beginning(input: Input, most: number): Promise<Result<Uint8Array, string>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of input.chunks()) {
      parts.push(chunk.subarray(0, most - length));
      length += chunk.length;
      if (length >= most) break;
    }
    return ok(Buffer.concat(parts));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(`${input.name} could not be read: ${reason}.`);
  }
}
