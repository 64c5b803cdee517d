import type { StoreNode } from './node';
import { compareRevisions } from './revision';
import type { NodeChange, StoreSnapshot } from './store';

/** What turns `nodes` into the snapshot: deletions first, then what is new or different in the order of its revisions. */
export function difference(
  nodes: ReadonlyMap<string, StoreNode>,
  snapshot: Pick<StoreSnapshot, 'revision' | 'nodes'>,
): readonly NodeChange[] {
  const kept = new Set<string>();
  const put: StoreNode[] = [];
  for (const node of snapshot.nodes) {
    kept.add(node.key);
    const before = nodes.get(node.key);
    if (before === undefined || !isSame(before, node)) put.push(node);
  }
  const changes: NodeChange[] = [];
  for (const key of nodes.keys()) {
    if (!kept.has(key)) changes.push({ kind: 'delete', key, modRevision: snapshot.revision });
  }
  put.sort((a, b) => compareRevisions(a.modRevision, b.modRevision));
  for (const node of put) changes.push({ kind: 'put', node });
  return changes;
}

function isSame(a: StoreNode, b: StoreNode): boolean {
  return (
    a.modRevision === b.modRevision &&
    a.createRevision === b.createRevision &&
    a.version === b.version &&
    a.session === b.session &&
    a.bytes === b.bytes &&
    a.value === b.value
  );
}
