import { assertNever } from '../assert-never';
import type { Upstream } from './topology';

/** What is unusual about where a node hangs. */
export interface UpstreamNote {
  /** A few words, on the node itself. */
  readonly text: string;
  readonly hint: string;
}

/** Says why a node hangs where it does when that is not plain from the tree; null when it is. */
export function upstreamNote(upstream: Upstream): UpstreamNote | null {
  switch (upstream.kind) {
    case 'none':
    case 'leader':
    case 'replicatefrom':
    case 'remote':
      return null;
    case 'fallback':
      return {
        text: `instead of ${upstream.missing}`,
        hint: `Its tag replicatefrom names ${upstream.missing}, which has no key in the store, so it follows the leader instead.`,
      };
    case 'self':
      return {
        text: 'names itself',
        hint: 'Its tag replicatefrom names the member itself. Patroni passes over that: it follows the leader.',
      };
    case 'nostream':
      return {
        text: 'nostream',
        hint: 'Its tag nostream keeps it from streaming: its WAL comes from the archive alone. Drawn below the leader.',
      };
    case 'loop':
      return {
        text: 'replicatefrom in a circle',
        hint: `The tags replicatefrom lead round in a circle: ${[...upstream.members, upstream.members[0] ?? ''].join(' → ')}. The circle is drawn as cut above this member.`,
      };
    case 'no-leader':
      return { text: 'nobody to follow', hint: 'Nobody holds the leader lock, so there is nobody to follow.' };
    default:
      return assertNever(upstream);
  }
}
