import { type Seen, splitUnseen } from '../../../app/unseen';
import type { Range } from '../../../app/secrets/secret-ranges';

/** A stretch of a line that is shown in one way. */
export type Run = Seen | { readonly kind: 'secret' };

/** The part [start, end) of a text as runs. Passwords (`secrets`, rising and apart) become one run each, whatever their length. */
export function runsOf(text: string, start: number, end: number, secrets: readonly Range[]): readonly Run[] {
  const runs: Run[] = [];
  let at = start;
  for (const [secretStart, secretEnd] of secretsIn(secrets, start, end)) {
    runs.push(...splitUnseen(text.slice(at, Math.max(at, secretStart))));
    runs.push({ kind: 'secret' });
    at = Math.min(secretEnd, end);
  }
  runs.push(...splitUnseen(text.slice(at, end)));
  return runs;
}

/** The ranges that touch [start, end), found by halving: a value may hold thousands. */
function secretsIn(secrets: readonly Range[], start: number, end: number): readonly Range[] {
  let low = 0;
  let high = secrets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((secrets[middle]?.[1] ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const first = low;
  while (low < secrets.length && (secrets[low]?.[0] ?? end) < end) low += 1;
  return secrets.slice(first, low);
}

/** How many characters of a text stand for bytes that are no UTF-8. */
export function countUndecodable(text: string): number {
  return text.split('\ufffd').length - 1;
}
