// Revisions are decimal strings, because they pass 2^53. These compare and count them without turning them into numbers.

/** Negative when `a` is the older revision, positive when it is the newer one, 0 when they are equal. */
export function compareRevisions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The revision after this one. */
export function nextRevision(revision: string): string {
  return String(BigInt(revision) + 1n);
}

/** The revision before this one. */
export function previousRevision(revision: string): string {
  return String(BigInt(revision) - 1n);
}
