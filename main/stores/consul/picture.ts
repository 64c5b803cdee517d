import type { StoreNode } from '../../../app/dcs/node';
import { compareRevisions } from '../../../app/dcs/revision';
import type { ChangeBatch, NodeChange } from '../../../app/dcs/store';
import type { Listing } from './connection';

/** The keys below a prefix as they were read last. */
export interface Picture {
  readonly revision: string;
  /** Consul's index of it, to wait from; the revision may be higher, for it never goes back. */
  readonly index: string;
  readonly nodes: ReadonlyMap<string, StoreNode>;
}

export function pictureOf(listing: Listing): Picture {
  return {
    revision: listing.index,
    index: listing.index,
    nodes: new Map(listing.nodes.map((node) => [node.key, node])),
  };
}

/** A newer picture with what is different in it; null when it cannot be of the same store, or is of an older state of it. */
export function follow(
  before: Picture,
  listing: Listing,
): { readonly picture: Picture; readonly batch: ChangeBatch } | null {
  const now = pictureOf(listing);
  const puts = listing.nodes.filter(({ key, modRevision }) => before.nodes.get(key)?.modRevision !== modRevision);
  const gone = [...before.nodes.keys()].filter((key) => !now.nodes.has(key));
  // An index goes back for two reasons: Consul forgets its deleted keys after a while, which changes nothing; or the store
  // was restored or wiped, and then keys change that did so before what was seen already.
  if (puts.some(({ modRevision }) => compareRevisions(modRevision, before.revision) <= 0)) return null;
  const isBack = compareRevisions(now.index, before.revision) < 0;
  if (isBack && gone.length > 0) return null;
  const revision = isBack ? before.revision : now.index;
  const changes: NodeChange[] = [
    ...[...puts]
      .sort((a, b) => compareRevisions(a.modRevision, b.modRevision))
      .map((node) => ({ kind: 'put', node }) as const),
    // When they went Consul does not tell, but by now they have.
    ...gone.map((key) => ({ kind: 'delete', key, modRevision: revision }) as const),
  ];
  return { picture: { ...now, revision }, batch: { revision, changes } };
}
