import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import type { Clock } from '../../app/clock';
import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange } from '../../app/dcs/store';
import { SegmentWriter } from '../../app/recording/segment-writer';
import { closeLeftover, closeSegment, listSegments, openPath, prune, removeHalves, sumOf } from './segment-files';

export interface RecorderOptions {
  /** This connection's own folder; made when it is not there. */
  readonly folder: string;
  /** What the connection is called, and its store's kind. */
  readonly connection: string;
  readonly kind: string;
  readonly namespace: string;
  readonly mostBytes: number;
  readonly mostDays: number;
  /** A segment is closed at this size, so that one can be read in a moment; 512 KiB when not given. */
  readonly segmentBytes?: number;
  readonly clock: Clock;
  /** Nothing is written before it has settled. */
  readonly ready?: Promise<void>;
  /** Told a sentence when recording stops (the disk is full), and null when it goes on. */
  readonly onTrouble: (sentence: string | null) => void;
}

/** So long a line waits at the most before it is written: what a crash may lose. */
const WRITE_MS = 500;
const SEGMENT_BYTES = 512 * 1024;
/** With many keys a segment is larger: what changes must be most of it. */
const TIMES_BEGINNING = 3;
const SEGMENT_MS = 6 * 3_600_000;
/** A quiet store is written down too: otherwise nobody knows whether nothing happened or nobody looked. */
const STILL_MS = 30_000;
const RETRY_MS = 10_000;
const DAY_MS = 86_400_000;

/**
 * Writes down what a connection's mirror shows, change by change. Lines are made when a change comes and written twice a second, so
 * that neither the view waits for the disk nor a crash loses more than that. When the disk is full it stops, and begins a
 * new segment with all keys as soon as it can write again.
 */
export class Recorder {
  #writer: SegmentWriter | null = null;
  /** Lines that are not written yet. */
  #waiting: string[] = [];
  #file: FileHandle | null = null;
  #path: string | null = null;
  #bytes = 0;
  /** How much of it was all keys as they were. */
  #beginBytes = 0;
  /** Whether something of the open file is on the disk. */
  #isWritten = false;
  #beganMs = 0;
  #nodes: ReadonlyMap<string, StoreNode> | null = null;
  #revision = '0';
  #isLive = true;
  #stopWriting: (() => void) | null = null;
  #stopStill: (() => void) | null = null;
  /** Writes run one after the other. */
  #work: Promise<void>;
  #closed = false;
  #inTrouble = false;

  constructor(private readonly options: RecorderOptions) {
    this.#work = (options.ready ?? Promise.resolve()).then(() => this.#closeLeftovers());
  }

  /** Takes in what the mirror has just applied: `nodes` are all keys now, at `revision`. The map may change in place later. */
  take(revision: string, changes: readonly NodeChange[], nodes: ReadonlyMap<string, StoreNode>): void {
    if (this.#closed) return;
    this.#nodes = nodes;
    this.#revision = revision;
    if (this.#writer === null) {
      if (!this.#inTrouble) this.#begin();
    } else if (changes.length > 0) this.#add(this.#writer.change(this.#now(), revision, changes));
  }

  /** Whether the store is heard. */
  heard(isLive: boolean): void {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    if (this.#writer !== null) this.#add(this.#writer.mark(this.#now(), isLive ? 'live' : 'lost'));
  }

  /** Resolves when all that was taken in so far is in the file, and that nothing else happened until now. */
  async flush(): Promise<void> {
    if (this.#writer !== null && this.#now() - this.#writer.lastMs >= WRITE_MS)
      this.#waiting.push(this.#writer.mark(this.#now(), 'still'));
    this.#write();
    await this.#work;
  }

  /** Writes what is left and closes the segment. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWriting?.();
    this.#stopStill?.();
    if (this.#writer !== null) this.#waiting.push(this.#writer.mark(this.#now(), 'still'));
    this.#write();
    this.#end();
    await this.#work;
  }

  #begin(): void {
    const { connection, kind, namespace } = this.options;
    if (this.#nodes === null) return;
    const now = this.#now();
    const at = new Date(now).toISOString();
    this.#writer = new SegmentWriter({ herdscope: 'recording', version: 1, connection, kind, namespace, at });
    this.#beganMs = now;
    this.#bytes = 0;
    const beginning = this.#writer.begin(this.#revision, this.#nodes);
    this.#beginBytes = beginning.length;
    this.#add(beginning);
    if (!this.#isLive) this.#add(this.#writer.mark(now, 'lost'));
  }

  #add(lines: string): void {
    this.#waiting.push(lines);
    this.#stopWriting ??= this.options.clock.after(WRITE_MS, this.#timeToWrite);
  }

  /** Lines have waited long enough. */
  readonly #timeToWrite = (): void => {
    this.#stopWriting = null;
    if (this.#inTrouble && this.#writer === null) this.#begin();
    this.#write();
    if (this.#writer === null || this.#closed) return;
    const most = Math.max(this.options.segmentBytes ?? SEGMENT_BYTES, TIMES_BEGINNING * this.#beginBytes);
    if (this.#bytes > most || this.#now() - this.#beganMs > SEGMENT_MS) {
      this.#end();
      this.#begin();
    }
    this.#stopStill?.();
    this.#stopStill = this.options.clock.after(STILL_MS, this.#nothingHappened);
  };

  readonly #nothingHappened = (): void => {
    this.#stopStill = null;
    if (this.#writer !== null) this.#add(this.#writer.mark(this.#now(), 'still'));
  };

  /** What waits is written after all that came before it. */
  #write(): void {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting.join('');
    const text = lines + (this.#writer?.sum(sumOf(lines)) ?? '');
    this.#waiting = [];
    this.#bytes += Buffer.byteLength(text);
    const beganMs = this.#beganMs;
    this.#then(async () => {
      if (this.#inTrouble && this.#path === null && !text.startsWith('{')) return;
      if (this.#file === null) {
        await mkdir(this.options.folder, { recursive: true, mode: 0o700 });
        this.#path = openPath(this.options.folder, beganMs);
        this.#isWritten = false;
        this.#file = await open(this.#path, 'a', 0o600);
      }
      await this.#file.appendFile(text);
      await this.#file.datasync();
      this.#isWritten = true;
      if (this.#inTrouble) {
        this.#inTrouble = false;
        this.options.onTrouble(null);
      }
    });
  }

  /** The segment is over: it is packed, and old ones make room. */
  #end(): void {
    const { folder } = this.options;
    const [beganMs, endMs] = [this.#beganMs, this.#writer?.lastMs ?? this.#now()];
    this.#writer = null;
    this.#then(async () => {
      const [file, path] = [this.#file, this.#path];
      this.#file = null;
      this.#path = null;
      if (file === null || path === null) return;
      await file.close();
      await closeSegment(folder, path, beganMs, endMs);
      await this.#makeRoom();
    });
  }

  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#stop(error));
  }

  /** Writing failed: what is in the file stays, as far as its lines are whole, and a new segment is tried later. */
  async #stop(error: unknown): Promise<void> {
    const [file, path] = [this.#file, this.#path];
    this.#file = null;
    this.#path = null;
    this.#writer = null;
    this.#waiting = [];
    await file?.close().catch(() => undefined);
    if (path !== null && !this.#isWritten) await rm(path, { force: true }).catch(() => undefined);
    if (!this.#inTrouble) {
      this.#inTrouble = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.options.onTrouble(`${this.options.connection} is not recorded: ${reason}.`);
    }
    if (this.#closed) return;
    // Old segments may be all that fills the disk.
    await this.#makeRoom().catch(() => undefined);
    this.#stopWriting?.();
    this.#stopWriting = this.options.clock.after(RETRY_MS, this.#timeToWrite);
  }

  #makeRoom(): Promise<void> {
    const { folder, mostBytes, mostDays } = this.options;
    return prune(folder, mostBytes, this.#now() - mostDays * DAY_MS);
  }

  /** Segments that the program before this one did not close, because it was killed or the machine lost its power. */
  async #closeLeftovers(): Promise<void> {
    const { folder } = this.options;
    await removeHalves(folder).catch(() => undefined);
    for (const { path, endMs } of await listSegments(folder)) {
      // One that cannot be packed now is still read as it is.
      if (endMs === null) await closeLeftover(folder, path).catch(() => undefined);
    }
    await this.#makeRoom().catch(() => undefined);
  }

  #now(): number {
    // A whole number: it is in the names of files. A simulated clock may stand between two.
    return Math.round(this.options.clock.now());
  }
}
