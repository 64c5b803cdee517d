import { SegmentReader } from '../../recording/segment-reader';
import type { HeldRecording, HeldSegment } from '../held-recording';

/** A segment as far as it came. */
interface Open {
  readonly reader: SegmentReader;
  readonly lines: string[];
  /** A line did not fit: what comes after it says only what is new, and cannot be read. */
  isOver: boolean;
}

/** Takes the records of a recording in a file, one after the other, and keeps what can be shown of it. */
export class RecordingReader {
  readonly #segments: HeldSegment[] = [];
  #open: Open | null = null;

  constructor(private readonly about: Omit<HeldRecording, 'segments'>) {}

  /** Whether it is a record of a recording that is known here. */
  static knows(record: Readonly<Record<string, unknown>>): boolean {
    return 'segment' in record || 'line' in record;
  }

  /** A sentence that goes on from the line when the record is not what it should be. */
  record(record: Readonly<Record<string, unknown>>): string | null {
    return 'segment' in record
      ? this.#begin(JSON.stringify(record['segment']))
      : this.#take(JSON.stringify(record['line']));
  }

  /** All that was kept; null when nothing of it can be shown. */
  close(): HeldRecording | null {
    this.#end();
    const segments = this.#segments.sort((a, b) => a.beginMs - b.beginMs);
    return segments.length === 0 ? null : { ...this.about, segments };
  }

  #begin(header: string): string | null {
    this.#end();
    const reader = SegmentReader.of(header);
    if (reader === null) return 'begins a segment of a recording whose header is none';
    if (reader.header.namespace !== this.about.namespace) return 'begins a segment of another namespace';
    this.#open = { reader, lines: [header], isOver: false };
    return null;
  }

  #take(line: string): string | null {
    const open = this.#open;
    // What follows a line that was told of is not told of again.
    if (open === null || open.isOver) return null;
    if (open.reader.take(line) === null) {
      open.isOver = true;
      return 'does not fit the line of the recording before it';
    }
    open.lines.push(line);
    return null;
  }

  #end(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null || !open.reader.isWhole) return;
    const { reader, lines } = open;
    const { at, guessed } = reader.header;
    this.#segments.push({
      beginMs: Date.parse(at),
      endMs: reader.atMs,
      isGuessed: guessed === true,
      lines: [...lines, ''],
    });
  }
}
