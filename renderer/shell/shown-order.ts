// The clusters as the fleet list shows them now, for "next cluster" and "previous cluster": those scrolled out of sight too.

let shown: readonly string[] = [];

export function setShownOrder(clusterIds: readonly string[]): void {
  shown = clusterIds;
}

/** The cluster `step` places after (or before) this one in the list, round its end; null when the list is empty. */
export function neighbourOf(clusterId: string | null, step: 1 | -1): string | null {
  if (shown.length === 0) return null;
  const at = clusterId === null ? -1 : shown.indexOf(clusterId);
  if (at < 0) return (step === 1 ? shown[0] : shown.at(-1)) ?? null;
  return shown[(at + step + shown.length) % shown.length] ?? null;
}
