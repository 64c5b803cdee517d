import type { StoreNode } from '../dcs/node';
import type { NodeChange } from '../dcs/store';
import type { GuessedTime } from '../recording/segment';
import type { Picture } from './picture';

/** What a recording holds from one instant to another. */
export interface Stretch {
  /** What the connection was called, and what was below which namespace. */
  readonly connection: string;
  readonly storeKind: string;
  readonly namespace: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** By time. Between two of them nothing was recorded, or only the file changed. */
  readonly parts: readonly StretchPart[];
}

/** A time without a gap: all keys as they were at its beginning, and each change since. Times are milliseconds since 1970. */
export interface StretchPart {
  readonly beginMs: number;
  /** Nobody watched: it was read from the store's own past. */
  readonly isGuessed: boolean;
  readonly isLive: boolean;
  readonly revision: string;
  readonly nodes: readonly StoreNode[];
  readonly steps: readonly StretchStep[];
}

export type StretchStep =
  | {
      readonly kind: 'changes';
      readonly ms: number;
      readonly revision: string;
      readonly changes: readonly NodeChange[];
    }
  /** From here on the store was not heard, or heard again; nothing changed until here. */
  | { readonly kind: 'lost' | 'live' | 'still'; readonly ms: number }
  /** How well times are known from here on. */
  | { readonly kind: 'time'; readonly ms: number; readonly how: GuessedTime };

/** All values that keys have in a stretch, one after the other, as if they were keys of one picture: what holds for one picture holds for all. */
export function nodesOf({ parts }: Stretch): StoreNode[] {
  return parts.flatMap(({ nodes, steps }) => [
    ...nodes,
    ...steps.flatMap((step) => (step.kind === 'changes' ? step.changes.map(nodeOf) : [])),
  ]);
}

/** The stretch with other nodes in the places that `nodesOf` took them from. */
export function withNodes(stretch: Stretch, { namespace, nodes }: Pick<Picture, 'namespace' | 'nodes'>): Stretch {
  let at = 0;
  const next = (before: StoreNode): StoreNode => {
    const node = nodes[at] ?? before;
    at += 1;
    return node;
  };
  const changed = (change: NodeChange): NodeChange => {
    const node = next(nodeOf(change));
    return change.kind === 'put' ? { kind: 'put', node } : { ...change, key: node.key };
  };
  const parts = stretch.parts.map((part): StretchPart => {
    const begin = part.nodes.map(next);
    const steps = part.steps.map((step): StretchStep =>
      step.kind === 'changes' ? { ...step, changes: step.changes.map(changed) } : step,
    );
    return { ...part, nodes: begin, steps };
  });
  return { ...stretch, namespace, parts };
}

/** A deletion is a key without a value here. */
function nodeOf(change: NodeChange): StoreNode {
  if (change.kind === 'put') return change.node;
  const { key, modRevision } = change;
  return { key, value: '', bytes: 0, createRevision: '0', modRevision, version: '0', session: null };
}
