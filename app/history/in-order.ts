/**
 * Which instants of a history fit together: the most that are in order, none before the one that it follows. The rest are
 * those of a wrong clock. Where there is a choice the earlier lines are believed. The answer holds indices; `null` fits nowhere.
 */
export function inOrder(instants: readonly (number | null)[]): ReadonlySet<number> {
  const reach = chainLengths(instants);
  let left = Math.max(0, ...reach);
  let last = -Infinity;
  const kept = new Set<number>();
  for (const [i, at] of instants.entries()) {
    if (at === null || left === 0 || reach[i] !== left || at < last) continue;
    kept.add(i);
    last = at;
    left -= 1;
  }
  return kept;
}

/** For each instant how many are in order from it on, itself included; 0 for none. */
function chainLengths(instants: readonly (number | null)[]): readonly number[] {
  const lengths = instants.map(() => 0);
  // At n: the latest instant at which a chain of n + 1 begins. They fall as n rises.
  const begins: number[] = [];
  for (let i = instants.length - 1; i >= 0; i -= 1) {
    const at = instants[i] ?? null;
    if (at === null) continue;
    let [low, high] = [0, begins.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((begins[middle] ?? -Infinity) >= at) low = middle + 1;
      else high = middle;
    }
    begins[low] = at;
    lengths[i] = low + 1;
  }
  return lengths;
}
