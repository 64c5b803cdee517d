import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { ObservedEvent } from '../../app/ipc/contract';

const kinds: Readonly<Record<ObservedEvent['kind'], true>> = {
  'leader-changed': true,
  'leader-lost': true,
  'leader-elected': true,
  'member-joined': true,
  'member-left': true,
  paused: true,
  resumed: true,
  'config-changed': true,
  'timeline-changed': true,
  'finding-came': true,
  'finding-went': true,
};
const isKind = (value: unknown): value is ObservedEvent['kind'] =>
  typeof value === 'string' && Object.hasOwn(kinds, value);

const eventSchema = z.object({
  id: z.string().max(100),
  at: z.iso.datetime(),
  clusterId: z.string().max(1024),
  kind: z.custom<ObservedEvent['kind']>(isKind),
  words: z.string().max(2000),
});

/** Whether the store was heard from an instant on, ISO 8601. */
export interface Heard {
  readonly at: string;
  readonly isLive: boolean;
}

const heardSchema = z.object({ at: z.iso.datetime(), heard: z.boolean() });

/** What the log holds, each by time. */
export interface Logged {
  readonly events: readonly ObservedEvent[];
  readonly heard: readonly Heard[];
}

/** More than two weeks of a troubled fleet; beyond it the older half goes. */
const MOST_BYTES = 4 * 1024 ** 2;

/** What happened to a connection's clusters, a line of JSON each, beside its recording: the time bar shows it without reading that. */
export class EventLog {
  #work: Promise<void>;
  #bytes: number | null = null;

  /** Nothing is written before `ready` has settled. */
  constructor(
    private readonly path: string,
    ready: Promise<void> = Promise.resolve(),
  ) {
    this.#work = ready;
  }

  /** Writes events down. One that cannot be written is lost: the recording itself has all of it. */
  add(events: readonly ObservedEvent[]): void {
    this.#write(events);
  }

  /** Writes down that the store is lost, or heard again. */
  heard(isLive: boolean, ms: number): void {
    this.#write([{ at: new Date(ms).toISOString(), heard: isLive }]);
  }

  /** All that was written and could be read; lines that are damaged are left out. */
  async read(): Promise<Logged> {
    await this.#work;
    const text = await readFile(this.path, 'utf8').catch(() => '');
    const events: ObservedEvent[] = [];
    const heard: Heard[] = [];
    for (const line of text.split('\n')) {
      const value = parse(line);
      const event = eventSchema.safeParse(value);
      if (event.success) events.push(event.data);
      const mark = event.success ? event : heardSchema.safeParse(value);
      if (mark.success && 'heard' in mark.data) heard.push({ at: mark.data.at, isLive: mark.data.heard });
    }
    return { events: events.sort(byTime), heard: heard.sort(byTime) };
  }

  /** The file was removed. */
  forget(): void {
    this.#bytes = null;
  }

  /** Resolves when all that was added is written. */
  flush(): Promise<void> {
    return this.#work;
  }

  #write(values: readonly unknown[]): void {
    const lines = values.map((value) => `${JSON.stringify(value)}\n`).join('');
    this.#work = this.#work.then(() => this.#append(lines)).catch(() => undefined);
  }

  async #append(lines: string): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(this.path, 'a', 0o600);
    try {
      this.#bytes ??= (await file.stat()).size;
      await file.appendFile(lines);
    } finally {
      await file.close();
    }
    this.#bytes += Buffer.byteLength(lines);
    if (this.#bytes > MOST_BYTES) await this.#halve();
  }

  async #halve(): Promise<void> {
    const text = await readFile(this.path, 'utf8');
    const kept = text.slice(text.indexOf('\n', text.length / 2) + 1);
    const beside = `${this.path}.new`;
    try {
      await writeFile(beside, kept, { mode: 0o600 });
      await rename(beside, this.path);
    } finally {
      await rm(beside, { force: true });
    }
    this.#bytes = Buffer.byteLength(kept);
  }
}

const byTime = (a: { readonly at: string }, b: { readonly at: string }): number => Date.parse(a.at) - Date.parse(b.at);

function parse(line: string): unknown {
  try {
    return line === '' ? null : JSON.parse(line);
  } catch {
    return null;
  }
}
