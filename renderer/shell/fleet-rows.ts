import type { ClusterSummary } from '../../app/cluster/summary';
import type { ConnectionView } from '../../app/ipc/contract';
import { compareText } from '../../app/text';

/** One row of the fleet list. */
export type FleetRow =
  | { readonly kind: 'connection'; readonly id: string; readonly connectionId: string }
  /** `because` says what the search found when it was not the cluster's own name, e.g. `member pg4`. */
  | { readonly kind: 'cluster'; readonly id: string; readonly clusterId: string; readonly because: string | null }
  /** A connection without a cluster to show. */
  | { readonly kind: 'nothing'; readonly id: string; readonly connectionId: string; readonly searched: boolean };

const rank = { critical: 0, warning: 1, info: 2, ok: 2 } as const;

/** Clusters as they are wanted in the list: by connection, the sick first, then by name. Real connections come before practice. */
export function fleetRows(
  connections: readonly ConnectionView[],
  summaries: ReadonlyMap<string, ClusterSummary>,
  search: string,
): readonly FleetRow[] {
  const query = search.trim().toLowerCase();
  const byConnection = new Map<string, ClusterSummary[]>();
  for (const summary of summaries.values()) {
    const list = byConnection.get(summary.connectionId);
    if (list) list.push(summary);
    else byConnection.set(summary.connectionId, [summary]);
  }
  const rows: FleetRow[] = [];
  const practiceLast = [...connections].sort((a, b) => Number(a.kind === 'practice') - Number(b.kind === 'practice'));
  for (const { id: connectionId } of practiceLast) {
    const clusters = (byConnection.get(connectionId) ?? []).sort(
      (a, b) => rank[a.verdict.severity] - rank[b.verdict.severity] || compareText(a.scope, b.scope),
    );
    rows.push({ kind: 'connection', id: `connection ${connectionId}`, connectionId });
    let shown = 0;
    for (const summary of clusters) {
      const found = searchMatch(summary, query);
      if (!found.matches) continue;
      shown += 1;
      rows.push({ kind: 'cluster', id: `cluster ${summary.id}`, clusterId: summary.id, because: found.because });
    }
    if (shown === 0)
      rows.push({
        kind: 'nothing',
        id: `nothing ${connectionId}`,
        connectionId,
        searched: query !== '' && clusters.length > 0,
      });
  }
  return rows;
}

/** Whether a cluster answers a search in lower case: by its name, its leader or one of its members. */
export function searchMatch(
  summary: ClusterSummary,
  query: string,
): { readonly matches: boolean; readonly because: string | null } {
  if (query === '' || summary.scope.toLowerCase().includes(query)) return { matches: true, because: null };
  if (summary.leader?.toLowerCase().includes(query)) return { matches: true, because: `leader ${summary.leader}` };
  const member = summary.memberNames.find((name) => name.toLowerCase().includes(query));
  return member === undefined ? { matches: false, because: null } : { matches: true, because: `member ${member}` };
}

/** The rows in an order of row ids; ids without a row are passed over. A cluster that the calm order put behind goes back to its connection. */
export function inOrder(rows: readonly FleetRow[], order: readonly string[]): readonly FleetRow[] {
  const place = new Map(order.map((id, i) => [id, i]));
  const sections: FleetRow[][] = [];
  for (const row of rows) {
    if (row.kind === 'connection') sections.push([row]);
    else sections.at(-1)?.push(row);
  }
  return sections.flatMap(([head, ...rest]) =>
    head ? [head, ...rest.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))] : [],
  );
}
