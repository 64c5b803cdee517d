import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../app/clock';
import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange, ReadableStore } from '../../app/dcs/store';
import { type RecordingSettings, usualRecording } from '../../app/ipc/connections/fields';
import { wayApart } from '../../app/ipc/connections/kinds';
import type { ConnectionSettings, ObservedEvent } from '../../app/ipc/contract';
import type { RecordedConnection } from '../../app/ipc/time';
import { ok, type Result } from '../../app/result';
import type { Stretch } from '../../app/snapshot/stretch';
import { EventLog } from './event-log';
import { HeldRecordings } from './held-recordings';
import { lostSpans } from './lost-spans';
import { PastReader } from './past-reader';
import { Recorder } from './recorder';
import { type Instant, Recording, type Span } from './recording';
import type { StretchWanted } from './read-stretch';
import { listSegments, prune } from './segment-files';
import { folderSegments } from './segments';

/** What a source tells of its keys. */
export interface Tap {
  take(revision: string, changes: readonly NodeChange[], nodes: ReadonlyMap<string, StoreNode>): void;
  heard(isLive: boolean): void;
}

/** A connection to be recorded. */
export interface Recorded {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly namespace: string;
  /** Null for the practice herd, whose life begins anew with each run. */
  readonly settings: ConnectionSettings | null;
  /** For this run: in the next one it has another id, and is known by its settings alone. */
  readonly temporary: boolean;
}

interface Entry {
  readonly recorded: Recorded;
  limits: RecordingSettings;
  readonly folder: string;
  readonly recording: Recording;
  readonly events: EventLog;
  recorder: Recorder | null;
  /** What its source told last: a recorder that begins later begins with it. */
  last: { readonly revision: string; readonly nodes: ReadonlyMap<string, StoreNode> } | null;
  isLive: boolean;
  /** Null where no store is asked for its past. */
  readonly past: PastReader | null;
  /** Since when nothing was missed, in milliseconds since 1970: what is not written then did not happen. Null while nothing is recorded. */
  sinceMs: number | null;
}

export interface RecordersOptions {
  /** All recordings are below it, a folder for each. */
  readonly folder: string;
  readonly clock: Clock;
  /** Told a sentence when a connection is no longer recorded, and null when it is again. */
  readonly onTrouble: (sentence: string | null) => void;
  /** Told when more is recorded than `extent` said before, other than by time passing. */
  readonly onChanged?: () => void;
}

const MEGABYTE = 1024 ** 2;
const DAY_MS = 86_400_000;
const ORPHAN = { bytes: 1024 * MEGABYTE, days: 14 };
const PRACTICE = 'practice';

/** What is younger may not be written yet. */
const UNWRITTEN_MS = 2000;

/** So long after the start what nobody opened is taken to belong to no connection any more. */
const SWEEP_MS = 120_000;

/** The recordings of all connections. One belongs to a connection and what it is to: one that goes elsewhere begins a new one. */
export class Recorders {
  /** What is shown out of files. */
  readonly held: HeldRecordings;
  readonly #entries = new Map<string, Entry>();
  /** What must be done in a folder before it is used again. */
  readonly #closing = new Map<string, Promise<void>>();
  readonly #stopSweep: () => void;

  constructor(private readonly options: RecordersOptions) {
    this.held = new HeldRecordings(() => options.onChanged?.());
    // The practice herd's life begins anew, and so does its recording.
    const practice = join(options.folder, PRACTICE);
    this.#closing.set(
      practice,
      rm(practice, { recursive: true, force: true }).catch(() => undefined),
    );
    this.#stopSweep = options.clock.after(SWEEP_MS, () => void this.#sweep());
  }

  /**
   * Begins to record a connection, if it is to be; the answer takes what its source tells. `openStore` makes a second connection to its
   * store, which is asked for its past; null where there is none to ask.
   */
  open(recorded: Recorded, openStore: (() => Promise<ReadableStore>) | null = null): Tap {
    const folder = join(this.options.folder, folderName(recorded));
    const events = new EventLog(join(folder, 'events.ndjson'), this.#closing.get(folder));
    const entry: Entry = {
      recorded,
      limits: limitsOf(recorded.settings),
      folder,
      recording: new Recording(folder),
      events,
      past: openStore === null ? null : this.#pastReader(recorded, folder, openStore, events),
      recorder: null,
      last: null,
      isLive: true,
      sinceMs: null,
    };
    this.#entries.set(recorded.id, entry);
    this.#begin(entry);
    return {
      take: (revision, changes, nodes) => {
        const now = this.options.clock.now();
        entry.last = { revision, nodes };
        entry.recorder?.take(revision, changes, nodes);
        if (entry.recorder === null) return;
        entry.sinceMs ??= this.options.clock.now();
        entry.past?.begin(revision, now);
      },
      heard: (isLive) => {
        this.#heard(entry, isLive);
      },
    };
  }

  /** Records a connection as its settings say now. */
  change(id: string, settings: ConnectionSettings): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { recorder } = entry;
    entry.recorder = null;
    entry.sinceMs = null;
    if (recorder !== null) void this.#after(entry.folder, () => recorder.close());
    entry.limits = limitsOf(settings);
    this.#begin(entry);
  }

  /** Ends the recording of a connection; what was recorded stays. */
  async close(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    const left = entry.past?.cancel();
    await this.#after(entry.folder, async () => {
      await left;
      await entry.recorder?.close();
      await entry.events.flush();
    });
  }

  /** Ends the recording of a connection and throws it away. */
  async forget(id: string): Promise<void> {
    const folder = this.#entries.get(id)?.folder;
    if (folder === undefined) return;
    const closed = this.close(id);
    await this.#after(folder, async () => {
      await closed;
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** Throws away what was recorded of a connection, and goes on as before. Whether it is one that is or was recorded. */
  async empty(id: string): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    const { recorder, folder } = entry;
    entry.recorder = null;
    entry.sinceMs = null;
    const left = entry.past?.cancel();
    const emptied = this.#after(folder, async () => {
      await left;
      await recorder?.close();
      await entry.events.flush();
      await rm(folder, { recursive: true, force: true });
      entry.events.forget();
    });
    if (recorder !== null) this.#begin(entry);
    await emptied;
    return true;
  }

  async closeAll(): Promise<void> {
    this.#stopSweep();
    await Promise.all([...this.#entries.keys()].map((id) => this.close(id)));
  }

  /** Writes down what happened, each with the connection that it happened to. */
  happened(events: readonly ObservedEvent[]): void {
    for (const [id, entry] of this.#entries) {
      const own = events.filter(({ clusterId }) => clusterId.startsWith(`${id}/`));
      if (own.length > 0 && entry.recorder !== null) entry.events.add(own.map((event) => unbound(event, id)));
    }
  }

  /** What was recorded of each connection. */
  async extent(): Promise<readonly RecordedConnection[]> {
    const recorded = await Promise.all([...this.#entries].map(([id, entry]) => this.#extentOf(id, entry)));
    return [...recorded, ...(await this.held.extent())];
  }

  /** How a connection was at `ms`; null when that is not known. */
  async at(id: string, ms: number): Promise<Instant | null> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return this.held.at(id, ms);
    const now = this.options.clock.now();
    if (ms > now - UNWRITTEN_MS) await entry.recorder?.flush();
    const instant = await entry.recording.at(ms);
    if (instant === null || instant.isRecorded) return instant;
    return { ...instant, isRecorded: ms <= now && entry.sinceMs !== null && instant.atMs >= entry.sinceMs };
  }

  /**
   * The folder of a connection's recording, with all in it that was told so far, and up to when nothing is missing although nothing may
   * be written (milliseconds since 1970; 0 when that is not known). Null for what is not recorded.
   */
  async written(id: string): Promise<{ readonly folder: string; readonly heardMs: number } | null> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return null;
    await this.#closing.get(entry.folder);
    await entry.recorder?.flush();
    return { folder: entry.folder, heardMs: entry.sinceMs !== null && entry.isLive ? this.options.clock.now() : 0 };
  }

  /** What was recorded of a connection from one instant to another; null when nothing was. The error is a sentence. */
  async stretch(id: string, wanted: StretchWanted): Promise<Result<Stretch | null, string>> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return (await this.held.stretch(id, wanted)) ?? ok(null);
    await entry.recorder?.flush();
    const { readStretch } = await import('./read-stretch');
    return readStretch(folderSegments(entry.folder), wanted);
  }

  #begin(entry: Entry): void {
    const { recorded, folder, limits } = entry;
    if (!limits.on) return;
    entry.recorder = new Recorder({
      folder,
      connection: recorded.name,
      kind: recorded.kind,
      namespace: recorded.namespace,
      mostBytes: limits.mostMegabytes * MEGABYTE,
      mostDays: limits.mostDays,
      clock: this.options.clock,
      onTrouble: (sentence) => {
        entry.sinceMs = sentence === null ? this.options.clock.now() : null;
        this.options.onTrouble(sentence);
      },
      ready: this.#closing.get(folder) ?? Promise.resolve(),
    });
    if (!entry.isLive) entry.recorder.heard(false);
    if (entry.last === null) return;
    const now = this.options.clock.now();
    entry.recorder.take(entry.last.revision, [], entry.last.nodes);
    entry.sinceMs = this.options.clock.now();
    entry.past?.begin(entry.last.revision, now);
  }

  #pastReader(recorded: Recorded, folder: string, open: () => Promise<ReadableStore>, events: EventLog): PastReader {
    return new PastReader({
      clock: this.options.clock,
      folder,
      connection: recorded.name,
      kind: recorded.kind,
      namespace: recorded.namespace,
      open,
      ready: () => this.#closing.get(folder) ?? Promise.resolve(),
      happened: (happened) => {
        events.add(happened);
      },
      ended: () => this.options.onChanged?.(),
    });
  }

  #heard(entry: Entry, isLive: boolean): void {
    entry.recorder?.heard(isLive);
    if (entry.isLive === isLive) return;
    entry.isLive = isLive;
    if (entry.recorder !== null) entry.events.heard(isLive, this.options.clock.now());
  }

  async #extentOf(id: string, entry: Entry): Promise<RecordedConnection> {
    const { recording, events, recorder, folder } = entry;
    await recorder?.flush();
    const [written, log, bytes] = await Promise.all([recording.spans(), events.read(), sizeOf(folder)]);
    const spans = upTo(written, entry.sinceMs, this.options.clock.now());
    const beginMs = spans[0]?.beginMs ?? Number.POSITIVE_INFINITY;
    return {
      id,
      isOn: recorder !== null,
      bytes,
      spans: spans.map(({ beginMs: from, endMs: to, isGuessed }) => ({
        from: iso(from),
        to: iso(to),
        ...(isGuessed ? { isGuessed } : {}),
      })),
      ...(entry.past === null ? {} : { past: entry.past.state }),
      lost: lostSpans(log.heard, this.options.clock.now()),
      events: log.events
        .filter(({ at }) => Date.parse(at) >= beginMs)
        .map((event) => ({ ...event, clusterId: `${id}/${event.clusterId}` })),
    };
  }

  /** Does something in a folder once all that was begun there before is done. */
  #after(folder: string, work: () => Promise<void>): Promise<void> {
    const done = (this.#closing.get(folder) ?? Promise.resolve()).then(work).catch(() => undefined);
    this.#closing.set(folder, done);
    return done;
  }

  /** Recordings of connections that are gone are kept within bounds too. */
  async #sweep(): Promise<void> {
    const oldest = this.options.clock.now() - ORPHAN.days * DAY_MS;
    for (const name of await readdir(this.options.folder).catch(() => [])) {
      const folder = join(this.options.folder, name);
      if ([...this.#entries.values()].some((entry) => entry.folder === folder)) continue;
      await this.#after(folder, async () => {
        await prune(folder, ORPHAN.bytes, oldest);
        if ((await listSegments(folder)).length === 0) await rm(folder, { recursive: true, force: true });
      });
    }
  }
}

const limitsOf = (settings: ConnectionSettings | null): RecordingSettings => settings?.recording ?? usualRecording;

/**
 * The name of a connection's folder. Two connections to the same store never share one; a connection that goes to
 * another store later has another one.
 */
function folderName({ id, settings, temporary }: Recorded): string {
  if (settings === null) return PRACTICE;
  // One for this run is the only one of these settings, by its name and all.
  const of = temporary ? { ...settings, id: '' } : { id, to: wayApart(settings) };
  return createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 24);
}

/** What was written, and after it the time in which there was nothing to write. */
function upTo(spans: readonly Span[], sinceMs: number | null, nowMs: number): readonly Span[] {
  const last = spans.at(-1);
  if (last === undefined || sinceMs === null || last.endMs < sinceMs) return spans;
  return [...spans.slice(0, -1), { ...last, endMs: Math.max(last.endMs, nowMs) }];
}

/** An event without its connection, whose id may be another one in the next run. */
function unbound(event: ObservedEvent, id: string): ObservedEvent {
  return { ...event, clusterId: event.clusterId.slice(id.length + 1) };
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const iso = (ms: number): string => new Date(ms).toISOString();
