import { fleetStore } from './fleet';
import { openCluster, uiStore } from './ui';

// Which cluster is shown when nobody chose one.

const RANK = { critical: 0, warning: 1, info: 2, ok: 2 } as const;

/** A connection that was just saved: its first cluster is shown once it is heard of. */
let awaited: { readonly connectionId: string; readonly instead: string | null } | null = null;

/** Shows a connection's sickest cluster as soon as there is one, unless the person goes to another meanwhile. */
export function showFirstOf(connectionId: string): void {
  awaited = { connectionId, instead: uiStore.getState().clusterId };
  chooseFirst();
}

/** With nothing chosen yet the first cluster is shown: the sickest of the first connection that has any, practice last. */
export function chooseFirst(): void {
  const { clusterId } = uiStore.getState();
  if (awaited !== null && clusterId !== awaited.instead) awaited = null;
  if (awaited !== null) {
    const first = sickest(awaited.connectionId);
    if (first !== null) {
      awaited = null;
      openCluster(first);
      return;
    }
  }
  if (clusterId !== null) return;
  const first = sickest(null);
  if (first !== null) openCluster(first);
}

/** The sickest cluster of a connection, or (null) of the first connection that has any. */
function sickest(connectionId: string | null): string | null {
  const { connections, summaries } = fleetStore.getState();
  const order = new Map(connections.map((c, i) => [c.id, c.kind === 'practice' ? i + connections.length : i]));
  const [first] = [...summaries.values()]
    .filter((one) => connectionId === null || one.connectionId === connectionId)
    .sort(
      (a, b) =>
        (order.get(a.connectionId) ?? 0) - (order.get(b.connectionId) ?? 0) ||
        RANK[a.verdict.severity] - RANK[b.verdict.severity] ||
        a.scope.localeCompare(b.scope),
    );
  return first?.id ?? null;
}
