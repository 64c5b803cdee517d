import type { z } from 'zod';
import type { SessionState } from '../../dcs/store';
import type { StoreNode } from '../../dcs/node';
import { namespacePrefix } from '../../dcs/keys';
import { utf8Bytes } from '../../dcs/utf8';
import { err, ok, type Result } from '../../result';
import { excerpt } from '../../text';
import type { HeldRecording } from '../held-recording';
import type { Picture } from '../picture';
import { plainReason } from '../plain-reason';
import { RecordingReader } from './recording-reader';
import {
  FORMAT_VERSION,
  type FileHeader,
  headerSchema,
  nodeSchema,
  pictureSchema,
  recordingSchema,
  sectionSchema,
  sessionSchema,
} from './schema';

/** How much text of keys and values is kept of one file, in UTF-16 units: memory has an end, a file may not. */
export const MOST_TEXT = 256 * 1024 * 1024;

/** How many keys are kept of one file. */
export const MOST_NODES = 2_000_000;

/** So many lines that cannot be read are no damage any more: it is something else. */
const MOST_DAMAGED = 10_000;

/** What a file held. */
export interface FileContents {
  readonly header: FileHeader;
  readonly pictures: readonly Picture[];
  /** What was recorded before each of the pictures; null for one without. */
  readonly recordings: readonly (HeldRecording | null)[];
  /** Sentences about what was left out, and why. */
  readonly notes: readonly string[];
}

/** Takes the records of a section one after the other. */
interface SectionReader {
  /** A sentence when the record is not what it should be. `length` is that of its line. */
  record(record: Readonly<Record<string, unknown>>, length: number): string | null;
  close(): void;
}

/** The first line of a file, without its line break. The error is a sentence that goes on from the file's name. */
export function readHeader(line: string): Result<FileHeader, string> {
  const json = parseLine(line);
  const header = headerSchema.safeParse(json);
  if (header.success) return ok(header.data);
  const isOurs = json !== null && 'herdscope' in json;
  return err(
    isOurs
      ? `is a Herdscope file with a first line that cannot be read: ${plainReason(header.error)}.`
      : 'is no Herdscope file.',
  );
}

/**
 * Reads the body of a file, a line at a time. What is not understood is counted and told in words, what is damaged ends the
 * section that it is in, and all before it is kept: nothing throws.
 */
export class BodyReader {
  readonly #pictures: Picture[] = [];
  readonly #recordings: (HeldRecording | null)[] = [];
  readonly #notes: string[] = [];
  readonly #unknown = new Map<string, number>();
  #section: SectionReader | null = null;
  /** The line that is being read; the file's first is the header. */
  #at = 1;
  #ended = false;
  #text = 0;
  #nodes = 0;
  #damaged = 0;
  #firstDamage: string | null = null;
  #stopped: string | null = null;

  constructor(private readonly header: FileHeader) {
    const { version } = header.herdscope;
    if (version > FORMAT_VERSION) {
      this.#notes.push(
        `It was written by a newer Herdscope (format ${version}, this one knows ${FORMAT_VERSION}): what is understood of it is shown.`,
      );
    }
  }

  /** False once nothing more is wanted: what follows need not be read. */
  get wantsMore(): boolean {
    return this.#stopped === null && !this.#ended;
  }

  /** Takes the next line, without its line break. */
  line(text: string): void {
    this.#at += 1;
    if (!this.wantsMore || text === '') return;
    const record = parseLine(text);
    if (record === null) {
      this.#damage(`line ${this.#at} is no JSON`);
      return;
    }
    if ('end' in record) {
      this.#ended = true;
      return;
    }
    if ('section' in record) this.#begin(record['section']);
    else this.#take(record, text.length);
  }

  /** What was read, once there is nothing more. `broken` says why it ended too early; null when it did not. */
  finish(broken: string | null): FileContents {
    this.#section?.close();
    const keys = this.header.contents.reduce((sum, content) => sum + content.keys, 0);
    const place =
      this.#nodes === 0 ? 'before its first key' : `after ${this.#nodes} of ${Math.max(keys, this.#nodes)} keys`;
    if (this.#stopped !== null) this.#notes.push(this.#stopped);
    else if (broken !== null) this.#notes.push(`It is damaged ${place} (${broken}): what comes before is shown.`);
    else if (!this.#ended) this.#notes.push(`It ends in the middle, ${place}: the rest is missing.`);
    if (this.#damaged > 0) {
      const more = this.#damaged > 1 ? ` and ${this.#damaged - 1} more` : '';
      this.#notes.push(`It holds lines that cannot be read, and were left out: ${this.#firstDamage ?? ''}${more}.`);
    }
    for (const [what, count] of this.#unknown) {
      this.#notes.push(`It holds ${what} (${count}), which this Herdscope does not know. They were left out.`);
    }
    const recordings = this.#pictures.map((_, at) => this.#recordings[at] ?? null);
    return { header: this.header, pictures: this.#pictures, recordings, notes: this.#notes };
  }

  #begin(begin: unknown): void {
    this.#section?.close();
    this.#section = null;
    const known = sectionSchema.safeParse(begin);
    if (!known.success) {
      this.#damage(`line ${this.#at} begins a section without a kind`);
      return;
    }
    if (known.data.kind === 'picture') this.#section = this.#pictureReader(begin);
    else if (known.data.kind === 'recording') this.#section = this.#recordingReader(begin);
    else this.#count(`a section of kind “${excerpt(known.data.kind, 40)}”`);
  }

  #pictureReader(begin: unknown): SectionReader | null {
    const parsed = pictureSchema.safeParse(begin);
    if (!parsed.success) {
      this.#damage(`line ${this.#at} begins a picture whose ${plainReason(parsed.error)}`);
      return null;
    }
    const prefix = namespacePrefix(parsed.data.namespace);
    const nodes = new Map<string, StoreNode>();
    const sessions = new Map<string, SessionState>();
    return {
      record: (record) => {
        if ('node' in record) {
          const node = readNode(record['node']);
          if (typeof node === 'string') return node;
          if (!node.key.startsWith(prefix)) return `has the key ${excerpt(node.key, 60)}, which is not below ${prefix}`;
          this.#keep(node.key.length + node.value.length, 1);
          if (this.#stopped === null) nodes.set(node.key, node);
          return null;
        }
        if ('session' in record) {
          const session = readSession(record['session']);
          if (typeof session === 'string') return session;
          this.#keep(session.id.length, 0);
          sessions.set(session.id, session);
          return null;
        }
        this.#count(`records of kind “${excerpt(Object.keys(record)[0] ?? '', 40)}”`);
        return null;
      },
      close: () => {
        this.#pictures.push({ ...parsed.data, nodes: [...nodes.values()], sessions: [...sessions.values()] });
      },
    };
  }

  /** What was recorded before the picture that comes before it. */
  #recordingReader(begin: unknown): SectionReader | null {
    const parsed = recordingSchema.safeParse(begin);
    const at = this.#pictures.length - 1;
    const picture = this.#pictures[at];
    if (!parsed.success || picture === undefined || picture.namespace !== parsed.data.namespace) {
      const why = parsed.success ? 'picture is not before it' : plainReason(parsed.error);
      this.#damage(`line ${this.#at} begins a recording whose ${why}`);
      return null;
    }
    const { store: storeKind, ...about } = parsed.data;
    const reader = new RecordingReader({ ...about, storeKind });
    return {
      record: (record, length) => {
        this.#keep(length, 0);
        if (RecordingReader.knows(record)) return reader.record(record);
        this.#count(`records of kind “${excerpt(Object.keys(record)[0] ?? '', 40)}”`);
        return null;
      },
      close: () => {
        this.#recordings[at] = reader.close();
      },
    };
  }

  #take(record: Readonly<Record<string, unknown>>, length: number): void {
    const problem = this.#section?.record(record, length) ?? null;
    if (problem !== null) this.#damage(`line ${this.#at} ${problem}`);
  }

  #keep(text: number, nodes: number): void {
    this.#text += text;
    this.#nodes += nodes;
    if (this.#text > MOST_TEXT || this.#nodes > MOST_NODES)
      this.#stopped ??= `It holds more than can be shown at once: what comes after ${this.#nodes - nodes} keys was left out.`;
  }

  #damage(what: string): void {
    this.#damaged += 1;
    if (this.#damaged >= MOST_DAMAGED) this.#stopped ??= 'So much of it cannot be read that the rest was left out.';
    this.#firstDamage ??= what;
  }

  #count(what: string): void {
    // Names come from outside: so many are told apart.
    if (this.#unknown.has(what) || this.#unknown.size < 20) this.#unknown.set(what, (this.#unknown.get(what) ?? 0) + 1);
  }
}

function parseLine(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

function readNode(value: unknown): StoreNode | string {
  const parsed = nodeSchema.safeParse(value);
  if (!parsed.success) return wrong('a key', parsed.error);
  const { key, value: text, bytes, create, mod, version, session } = parsed.data;
  return {
    key,
    value: text,
    bytes: bytes ?? utf8Bytes(text),
    createRevision: create,
    modRevision: mod,
    version,
    session: session ?? null,
  };
}

function readSession(value: unknown): SessionState | string {
  const parsed = sessionSchema.safeParse(value);
  if (!parsed.success) return wrong('a session', parsed.error);
  const { id, granted, remaining, askedAt } = parsed.data;
  return { id, grantedTtlSeconds: granted, remainingTtlSeconds: remaining, askedAt };
}

const wrong = (what: string, error: z.ZodError): string => `holds ${what} whose ${plainReason(error)}`;
