/**
 * The order in which to show a list while a person may be reading it. Frozen, what is there keeps its place, what is new
 * comes behind, and what is gone leaves; otherwise the wanted order. Answers `shown` itself when nothing changes.
 */
export function calmOrder(shown: readonly string[], wanted: readonly string[], frozen: boolean): readonly string[] {
  const next = frozen ? keepPlaces(shown, wanted) : wanted;
  return next.length === shown.length && next.every((id, i) => id === shown[i]) ? shown : next;
}

function keepPlaces(shown: readonly string[], wanted: readonly string[]): readonly string[] {
  const alive = new Set(wanted);
  const known = new Set(shown);
  return [...shown.filter((id) => alive.has(id)), ...wanted.filter((id) => !known.has(id))];
}
