import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange } from '../../app/dcs/store';

/** What was recorded at one instant. */
export interface RecordedEnd {
  readonly revision: string;
  /** Milliseconds since 1970. */
  readonly ms: number;
  readonly nodes: ReadonlyMap<string, StoreNode>;
}

/** Between what, and where, a store's past is written. */
export interface PastPlace {
  readonly namespace: string;
  readonly folder: string;
  readonly connection: string;
  /** What was recorded last before; null: nothing. */
  readonly after: RecordedEnd | null;
  /** Where recording began now: the store was at this revision. */
  readonly until: { readonly revision: string; readonly ms: number };
  readonly signal: AbortSignal;
}

/** What changed at one revision. */
export interface PastStep {
  readonly revision: string;
  readonly changes: readonly NodeChange[];
}

/** What a store still knew: all keys at `revision`, and each change since. */
export interface Past {
  readonly nodes: Map<string, StoreNode>;
  revision: string;
  steps: PastStep[];
  /** Whether the store has, or may have, still older ones, which were too many. */
  isCut: boolean;
}

/** Goes on to what was there after a step. */
export function apply(past: Past, { revision, changes }: PastStep): void {
  for (const change of changes) {
    if (change.kind === 'put') past.nodes.set(change.node.key, change.node);
    else past.nodes.delete(change.key);
  }
  past.revision = revision;
}
