import type { StoreNode } from '../dcs/node';
import type { Json } from '../json';
import type { ValueDelta } from './value-delta';

// A recording is a row of segments. Each is lines of JSON, and stands alone: it begins with a header and all keys as they
// were, and goes on with what changed. What is described here is docs/recording-format.md in types.

/** The first line of a segment. */
export interface SegmentHeader {
  readonly herdscope: 'recording';
  readonly version: 1;
  /** What the connection was called, and the store's kind. */
  readonly connection: string;
  readonly kind: string;
  readonly namespace: string;
  /** When the segment begins, ISO 8601. Lines count milliseconds from here on. */
  readonly at: string;
  /** The times of its lines are guessed, as the `time` lines say: it was read from the store's own past. */
  readonly guessed?: true;
}

/** How well the time of something that nobody saw is known, in milliseconds since 1970. */
export interface GuessedTime {
  /** `near`: something of about that time tells it. `between`: it lies between two such. `before`: it was before one, and no more is known. */
  readonly kind: 'near' | 'between' | 'before';
  /** Not before; null where that is not known. */
  readonly earliestMs: number | null;
  /** Not after. */
  readonly latestMs: number;
}

/** A key's node as a line holds it: key, value, bytes, createRevision, modRevision, version, session. */
export type NodeFields = readonly [string, string, number, string, string, string, string | null];

/**
 * Lines after the header. Each begins with its kind, its number, which is one more than the line's before, and the
 * milliseconds since the line before.
 */
export type SegmentLine =
  /** All keys follow, this many, one a line; then this is all that the store has below the namespace at `revision`. */
  | readonly ['all', number, number, revision: string, count: number]
  | readonly ['key', number, number, ...NodeFields]
  /** What changed at once; then nothing is missing up to `revision`. */
  | readonly ['change', number, number, revision: string, puts: readonly Put[], deletes: readonly Delete[]]
  /** From here on the store was not heard, or heard again. */
  | readonly ['lost', number, number]
  | readonly ['live', number, number]
  /** Nothing changed until here. */
  | readonly ['still', number, number]
  /** From here on times are guessed so: only in a segment whose header says so. */
  | readonly ['time', number, number, kind: GuessedTime['kind'], earliestMs: number | null, latestMs: number]
  /** The lines since the sum before, or since the beginning, are whole if this is the hash of their bytes. */
  | readonly ['sum', number, number, hash: string];

/** A key that was set: by its number (keys are counted as they first appear) with what changed in its value, or whole. */
export type Put =
  /** Its version is one more, and its session and creation are as before. The revision is the line's, unless it says another. */
  | readonly [key: number, delta: ValueDelta | string]
  | readonly [key: number, delta: ValueDelta | string, modRevision: string]
  | readonly ['+', ...NodeFields];

export type Delete = readonly [key: number, modRevision: string];

/** A recorded instant: what there was, and whether the store was heard then. */
export interface Recorded {
  /** When the last line up to the instant was written, in milliseconds since 1970. */
  readonly atMs: number;
  readonly revision: string;
  readonly nodes: ReadonlyMap<string, StoreNode>;
  readonly isLive: boolean;
  /** How well `atMs` is known; null where it was recorded. */
  readonly guessed: GuessedTime | null;
}

export const fieldsOf = (node: StoreNode): NodeFields => [
  node.key,
  node.value,
  node.bytes,
  node.createRevision,
  node.modRevision,
  node.version,
  node.session,
];

/** The node of a line's fields; null where they are none. */
export function nodeOf(fields: readonly Json[]): StoreNode | null {
  const [key, value, bytes, createRevision, modRevision, version, session] = fields;
  const isNode =
    fields.length === 7 &&
    typeof key === 'string' &&
    typeof value === 'string' &&
    typeof bytes === 'number' &&
    typeof createRevision === 'string' &&
    typeof modRevision === 'string' &&
    typeof version === 'string' &&
    (session === null || typeof session === 'string');
  return isNode ? { key, value, bytes, createRevision, modRevision, version, session } : null;
}

/** The header of a segment's first line; null where it is none, or one of a version that is not known. */
export function headerOf(line: string): SegmentHeader | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { herdscope, version, connection, kind, namespace, at, guessed } = value as Readonly<Record<string, unknown>>;
  const isHeader =
    herdscope === 'recording' &&
    version === 1 &&
    typeof connection === 'string' &&
    typeof kind === 'string' &&
    typeof namespace === 'string' &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at));
  if (!isHeader) return null;
  return { herdscope, version, connection, kind, namespace, at, ...(guessed === true ? { guessed } : {}) };
}
