import type { StoreNode } from '../dcs/node';
import type { NodeChange } from '../dcs/store';
import { utf8Bytes } from '../dcs/utf8';
import type { Json } from '../json';
import { type GuessedTime, headerOf, nodeOf, type Recorded, type SegmentHeader } from './segment';
import { applyDelta, isDelta } from './value-delta';

/** What a line told. */
export type Told =
  /** All keys are there from here on; what was before is of no matter. */
  | { readonly kind: 'all' }
  | { readonly kind: 'changes'; readonly revision: string; readonly changes: readonly NodeChange[] }
  | { readonly kind: 'lost' | 'live' | 'still' }
  /** Nothing yet: one of the keys at the beginning. */
  | { readonly kind: 'part' }
  /** Nothing of the store: about the lines themselves. */
  | { readonly kind: 'aside' };

/** What several lines come to. */
interface Late {
  /** The value that the numbers are added to; null: as the node has it. */
  value: string | null;
  moved: Map<number, number>;
  times: number;
  modRevision: string;
}

/**
 * Reads a segment line by line, in its order. A line that does not fit ends it: what was read before holds, and nothing after
 * it can be trusted, as each line says only what is new.
 */
export class SegmentReader {
  readonly header: SegmentHeader;
  readonly #nodes = new Map<string, StoreNode>();
  readonly #keys: (string | null)[] = [];
  #number = 0;
  #atMs: number;
  #revision = '0';
  #missing = -1;
  #isLive = true;
  #guessed: GuessedTime | null = null;
  /** What changed in keys' values by lines that were passed over, by the key's number: it is worked out when it is asked for. */
  readonly #late = new Map<number, Late>();
  /** What was peeked at is taken next, most of the time. */
  #peeked: { readonly line: string; readonly parsed: readonly Json[] | null } | null = null;

  /** Reads a segment's first line; null where it is none of a recording that is known here. */
  static of(firstLine: string): SegmentReader | null {
    const header = headerOf(firstLine);
    return header === null ? null : new SegmentReader(header);
  }

  private constructor(header: SegmentHeader) {
    this.header = header;
    this.#atMs = Date.parse(header.at);
  }

  /** When the last line was written, in milliseconds since 1970. */
  get atMs(): number {
    return this.#atMs;
  }

  /** Whether all the keys of the beginning have been read: before that there is nothing to show. */
  get isWhole(): boolean {
    return this.#missing === 0;
  }

  /** How it was at the last line. The map changes with the next line. After `pass` only once `settle` was called. */
  get recorded(): Recorded {
    return {
      atMs: this.#atMs,
      revision: this.#revision,
      nodes: this.#nodes,
      isLive: this.#isLive,
      guessed: this.#guessed,
    };
  }

  /** When the next line was written, if it is of this segment; null where it does not fit. It is not taken in. */
  peek(line: string): number | null {
    const parsed = parse(line);
    this.#peeked = { line, parsed };
    return parsed === null || !this.#follows(parsed) ? null : this.#atMs + Number(parsed[2]);
  }

  /** Takes a line in as `take` does, without telling what changed: many lines that nobody looks at one by one are read faster. */
  pass(line: string): boolean {
    const parsed = this.#peeked?.line === line ? this.#peeked.parsed : parse(line);
    if (parsed === null || parsed[0] !== 'change' || this.#missing !== 0) return this.take(line) !== null;
    const [, , passed, revision, puts, deletes] = parsed;
    const areLate =
      this.#follows(parsed) &&
      typeof revision === 'string' &&
      isList(puts) &&
      isList(deletes) &&
      deletes.length === 0 &&
      puts.every((put) => isList(put) && this.#isLate(put));
    if (!areLate) return this.settle() && this.take(line) !== null;
    for (const put of puts) if (isList(put)) this.#putOff(put, revision);
    this.#revision = revision;
    this.#number += 1;
    this.#atMs += Number(passed);
    return true;
  }

  /** Works out what lines came to that were passed over; false where they do not fit: then they must be taken one by one. */
  settle(): boolean {
    for (const [number, late] of this.#late) {
      const key = this.#keys[number];
      const before = typeof key === 'string' ? this.#nodes.get(key) : undefined;
      const value = before === undefined ? null : applyDelta(late.value ?? before.value, [...late.moved].flat());
      if (before === undefined || value === null) return false;
      this.#nodes.set(before.key, {
        ...before,
        value,
        bytes: utf8Bytes(value),
        modRevision: late.modRevision,
        version: String(Number(before.version) + late.times),
      });
    }
    this.#late.clear();
    return true;
  }

  /** Takes a line in; null where it does not fit, and the segment ends before it. */
  take(line: string): Told | null {
    const parsed = this.#peeked?.line === line ? this.#peeked.parsed : parse(line);
    if (parsed === null || !this.#follows(parsed)) return null;
    const told = this.#told(parsed);
    if (told === null) return null;
    this.#number += 1;
    this.#atMs += Number(parsed[2]);
    return told;
  }

  #follows(line: readonly Json[]): boolean {
    const [, number, passed] = line;
    return number === this.#number + 1 && Number.isSafeInteger(passed) && Number(passed) >= 0;
  }

  #isLate([number, delta, ownRevision]: readonly Json[]): boolean {
    return (
      typeof number === 'number' &&
      typeof this.#keys[number] === 'string' &&
      (typeof delta === 'string' || isDelta(delta)) &&
      (ownRevision === undefined || typeof ownRevision === 'string')
    );
  }

  #putOff([number, delta, ownRevision]: readonly Json[], revision: string): void {
    if (typeof number !== 'number') return;
    const late = this.#late.get(number) ?? {
      value: null,
      moved: new Map<number, number>(),
      times: 0,
      modRevision: '0',
    };
    this.#late.set(number, late);
    late.times += 1;
    late.modRevision = typeof ownRevision === 'string' ? ownRevision : revision;
    if (typeof delta === 'string') {
      late.value = delta;
      late.moved = new Map();
    } else if (isDelta(delta)) {
      for (let at = 0; at + 1 < delta.length; at += 2) {
        const place = delta[at] ?? 0;
        late.moved.set(place, (late.moved.get(place) ?? 0) + (delta[at + 1] ?? 0));
      }
    }
  }

  #told(line: readonly Json[]): Told | null {
    const [kind] = line;
    if (kind === 'all') return this.#begin(line);
    // No sum covers its own line: it must be as it is always written.
    if (kind === 'sum') return line[2] === 0 ? { kind: 'aside' } : null;
    if (this.#missing < 0) return null;
    if (kind === 'key') return this.#key(line.slice(3));
    if (this.#missing > 0) return null;
    if (kind === 'change') return this.#change(line);
    if (kind === 'time') return this.#time(line);
    if (kind !== 'lost' && kind !== 'live' && kind !== 'still') return null;
    if (kind !== 'still') this.#isLive = kind === 'live';
    return { kind };
  }

  #begin([, , , revision, count]: readonly Json[]): Told | null {
    if (this.#missing >= 0 || typeof revision !== 'string' || typeof count !== 'number') return null;
    this.#revision = revision;
    this.#missing = count;
    return { kind: count === 0 ? 'all' : 'part' };
  }

  #key(fields: readonly Json[]): Told | null {
    const node = this.#missing > 0 ? nodeOf(fields) : null;
    if (node === null) return null;
    this.#set(node);
    this.#missing -= 1;
    return { kind: this.#missing === 0 ? 'all' : 'part' };
  }

  #change([, , , revision, puts, deletes]: readonly Json[]): Told | null {
    if (typeof revision !== 'string' || !isList(puts) || !isList(deletes)) return null;
    const changes: NodeChange[] = [];
    for (const put of puts) {
      const node = isList(put) ? this.#put(put, revision) : null;
      if (node === null) return null;
      changes.push({ kind: 'put', node });
    }
    for (const one of deletes) {
      const [number, modRevision] = isList(one) ? one : [];
      const key = typeof number === 'number' ? this.#keys[number] : undefined;
      if (typeof number !== 'number' || typeof key !== 'string' || typeof modRevision !== 'string') return null;
      this.#nodes.delete(key);
      this.#keys[number] = null;
      changes.push({ kind: 'delete', key, modRevision });
    }
    this.#revision = revision;
    return { kind: 'changes', revision, changes };
  }

  #time([, , , how, earliestMs = null, latestMs]: readonly Json[]): Told | null {
    if (how !== 'near' && how !== 'between' && how !== 'before') return null;
    if ((earliestMs !== null && typeof earliestMs !== 'number') || typeof latestMs !== 'number') return null;
    this.#guessed = { kind: how, earliestMs, latestMs };
    return { kind: 'aside' };
  }

  #put(put: readonly Json[], revision: string): StoreNode | null {
    const [first, delta, ownRevision = revision] = put;
    if (first === '+') {
      const node = nodeOf(put.slice(1));
      if (node !== null) this.#set(node);
      return node;
    }
    const key = typeof first === 'number' ? this.#keys[first] : undefined;
    const before = typeof key === 'string' ? this.#nodes.get(key) : undefined;
    if (before === undefined || typeof ownRevision !== 'string') return null;
    const value = typeof delta === 'string' ? delta : isDelta(delta) ? applyDelta(before.value, delta) : null;
    if (value === null) return null;
    const node: StoreNode = {
      ...before,
      value,
      bytes: utf8Bytes(value),
      modRevision: ownRevision,
      version: String(Number(before.version) + 1),
    };
    this.#nodes.set(node.key, node);
    return node;
  }

  #set(node: StoreNode): void {
    this.#nodes.set(node.key, node);
    this.#keys.push(node.key);
  }
}

function parse(line: string): readonly Json[] | null {
  try {
    const value = JSON.parse(line) as Json;
    return isList(value) ? value : null;
  } catch {
    return null;
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
