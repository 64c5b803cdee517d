import type { Recorded } from '../../app/recording/segment';
import { SegmentReader } from '../../app/recording/segment-reader';
import { basename } from 'node:path';
import type { SegmentFile } from './segment-files';
import { folderSegments, type Segments } from './segments';

/** A time that was recorded without a gap, in milliseconds since 1970. */
export interface Span {
  readonly beginMs: number;
  readonly endMs: number;
  /** Whether the times in it are guessed: nobody watched, and the store's own past was read. */
  readonly isGuessed: boolean;
}

/** Where a file of a recording can be read no further. */
export interface Damage {
  readonly file: string;
  /** The line that is not there, from 1 on. */
  readonly line: number;
  /** When the last line before it was written, in milliseconds since 1970. */
  readonly afterMs: number;
}

/** What a recording holds of an instant. */
export interface Instant extends Recorded {
  readonly namespace: string;
  readonly connection: string;
  readonly kind: string;
  /** False where nothing was recorded then: it is as it last was before. */
  readonly isRecorded: boolean;
  /** Set where more was recorded before this instant, which cannot be read. */
  readonly damage: Damage | null;
}

/** A segment that is open for reading, as far as it was read. */
interface Reading {
  readonly file: SegmentFile;
  readonly bytes: number;
  readonly lines: readonly string[];
  /** Whether the file goes on after its lines. */
  isDamaged: boolean;
  reader: SegmentReader;
  /** The line that comes next. */
  next: number;
  /** The last that was tried, counted from 1. */
  line: number;
}

/** Segments that follow each other so closely are one span: between them the recorder only changed its file. */
const SEAM_MS = 2000;

/** A connection's recording: what was there at any instant of it. */
export class Recording {
  #reading: Reading | null = null;
  /** The folder's files, and when it last changed: thousands are not looked at again for each instant. */
  #listed: { readonly changed: bigint; readonly files: readonly SegmentFile[] } | null = null;
  readonly #segments: Segments;

  /** Of a folder, or of what is held otherwise. */
  constructor(of: string | Segments) {
    this.#segments = typeof of === 'string' ? folderSegments(of) : of;
  }

  /** What was recorded, by time; what was not is between the spans. */
  async spans(): Promise<readonly Span[]> {
    const spans: Span[] = [];
    for (const file of await this.#files()) {
      const endMs = file.endMs ?? (await this.#endOf(file));
      if (endMs === null) continue;
      const last = spans.at(-1);
      const { beginMs, isGuessed } = file;
      if (last !== undefined && last.isGuessed === isGuessed && beginMs - last.endMs <= SEAM_MS)
        spans[spans.length - 1] = { ...last, endMs: Math.max(last.endMs, endMs) };
      else spans.push({ beginMs, endMs, isGuessed });
    }
    return spans;
  }

  /** How it was at `ms`; null before the first recorded instant, and when nothing there can be read. */
  async at(ms: number): Promise<Instant | null> {
    const files = await this.#files();
    // A segment that is damaged at its beginning shows nothing: then the one before is the last that is known.
    for (let at = files.length - 1; at >= 0; at -= 1) {
      const file = files[at];
      if (file === undefined || file.beginMs > ms) continue;
      const reading = await this.#open(file, ms);
      if (reading === null) continue;
      if (!advance(reading, ms).reader.isWhole) continue;
      const { reader } = reading;
      const { namespace, connection, kind } = reader.header;
      const isOver = reading.next >= reading.lines.length;
      const isRecorded = ms <= reader.atMs || !isOver;
      const damage =
        isOver && reading.isDamaged ? { file: basename(file.path), line: reading.line, afterMs: reader.atMs } : null;
      return { ...reader.recorded, namespace, connection, kind, isRecorded, damage };
    }
    return null;
  }

  async #files(): Promise<readonly SegmentFile[]> {
    const changed = await this.#segments.changed();
    if (this.#listed !== null && changed !== 0n && this.#listed.changed === changed) return this.#listed.files;
    const files = await this.#segments.list();
    // A file system tells times in ticks: another file may come in the same one.
    const isSettled = Date.now() - Number(changed / 1_000_000n) > SEAM_MS;
    this.#listed = isSettled ? { changed, files } : null;
    return files;
  }

  async #endOf(file: SegmentFile): Promise<number | null> {
    const reading = await this.#open(file, Number.POSITIVE_INFINITY);
    if (reading === null) return null;
    const { reader } = advance(reading, Number.POSITIVE_INFINITY);
    return reader.isWhole ? reader.atMs : null;
  }

  /** The segment, read no further than to `ms`: where the last question left it, if that is not beyond. */
  async #open(file: SegmentFile, ms: number): Promise<Reading | null> {
    const before = this.#reading;
    const bytes = await this.#segments.bytes(file.path);
    const isSame = before !== null && before.file.path === file.path && before.bytes === bytes;
    if (isSame && before.reader.atMs <= ms && !before.isDamaged) return before;
    const { lines, isDamaged } = await this.#segments.read(file.path).catch(() => ({ lines: [], isDamaged: true }));
    const reader = SegmentReader.of(lines[0] ?? '');
    if (reader === null) return null;
    this.#reading = { file, bytes, lines, isDamaged, reader, next: 1, line: 1 };
    return this.#reading;
  }
}

/** Reads on to the last line that was written by then. A line that does not fit ends the segment. */
function advance(reading: Reading, ms: number, isStrict = false): Reading {
  const { lines, reader } = reading;
  for (let line = lines[reading.next]; line !== undefined; line = lines[reading.next]) {
    const at = reader.peek(line);
    if (at !== null && at > ms && reader.isWhole) break;
    reading.line = reading.next + 1;
    if (at === null || !(isStrict ? reader.take(line) !== null : reader.pass(line))) {
      // The last one has no end: it was being written when the program was killed.
      if (reading.next < lines.length - 1) reading.isDamaged = true;
      reading.next = lines.length;
      break;
    }
    reading.next += 1;
  }
  if (reader.settle()) return reading;
  // Somewhere a line does not fit that was passed over: from the beginning, one by one.
  Object.assign(reading, { reader: SegmentReader.of(lines[0] ?? '') ?? reader, next: 1, line: 1 });
  return advance(reading, ms, true);
}
