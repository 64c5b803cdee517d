import type { StoreNode } from '../../dcs/node';
import type { JsonObject } from '../../json';
import type { Picture, Untold } from '../picture';

/** One text that is to be read: a file, one of an archive, or what was pasted. */
export interface Piece {
  /** Its name, for a person. */
  readonly name: string;
  readonly text: string;
}

/** What was found in one text. */
export type Reading = KeysReading | ViewReading;

/** Keys as a store has them. */
export interface KeysReading {
  readonly kind: 'keys';
  /** What it is, e.g. `output of etcdctl get -w json`. */
  readonly what: string;
  readonly store: Picture['store']['kind'];
  /** When it was taken, ISO 8601; null when it does not say. */
  readonly at: string | null;
  readonly revision: string;
  /** Absolute keys, e.g. `/service/demo/leader`. */
  readonly nodes: readonly StoreNode[];
  readonly untold: readonly Untold[];
  /** Sentences about what was left out. */
  readonly notes: readonly string[];
}

/** What Patroni says of one cluster (or one group of it). */
export interface ViewReading {
  readonly kind: 'view';
  readonly what: string;
  /** Null when it does not say which cluster. */
  readonly scope: string | null;
  readonly group: number | null;
  /** What is known of members, by name, in the words of a member's key. */
  readonly members: ReadonlyMap<string, JsonObject>;
  /** Undefined where it is not told; null: there is none. */
  readonly leader?: string | null;
  /** Values of other keys, by what follows the scope: `config`, `history`, `sync`, `failover`, `initialize`, `status`. */
  readonly values: ReadonlyMap<string, string>;
  /** Options of the dynamic configuration that follow from what is told, where the configuration itself is not. */
  readonly implied: JsonObject;
  readonly notes: readonly string[];
}

/** Reads one format: null when the text is none of it. `json` is the text as JSON; undefined when it is none. */
export type Reader = (text: string, json: unknown) => Reading | readonly Reading[] | null;

/** A key of which nothing but its value is known. The revision is made up: Patroni takes a key at revision 0 for none. */
export function bareNode(key: string, value: string, bytes: number, over: Partial<StoreNode> = {}): StoreNode {
  return { key, value, bytes, createRevision: '1', modRevision: '1', version: '1', session: null, ...over };
}
