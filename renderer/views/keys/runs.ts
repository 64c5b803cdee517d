import type { Range } from './secrets';

/** A stretch of a line that is shown in one way. */
export type Run =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'secret' }
  /** A character that cannot be seen or that changes how others are shown, e.g. U+202E. */
  | { readonly kind: 'special'; readonly code: number };

/**
 * Control characters, invisible ones and those that turn the direction of writing, all of which could make a value look
 * like another; and U+FFFD, which stands for bytes that are no UTF-8.
 */
const SPECIAL =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]/g;

/** The part [start, end) of a text as runs. Passwords (`secrets`, rising and apart) become one run each, whatever their length. */
export function runsOf(text: string, start: number, end: number, secrets: readonly Range[]): readonly Run[] {
  const runs: Run[] = [];
  let at = start;
  for (const [secretStart, secretEnd] of secretsIn(secrets, start, end)) {
    pushText(runs, text.slice(at, Math.max(at, secretStart)));
    runs.push({ kind: 'secret' });
    at = Math.min(secretEnd, end);
  }
  pushText(runs, text.slice(at, end));
  return runs;
}

function pushText(runs: Run[], text: string): void {
  let at = 0;
  for (const { index } of text.matchAll(SPECIAL)) {
    if (index > at) runs.push({ kind: 'text', text: text.slice(at, index) });
    runs.push({ kind: 'special', code: text.charCodeAt(index) });
    at = index + 1;
  }
  if (at < text.length) runs.push({ kind: 'text', text: text.slice(at) });
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

/** How a special character is written on screen and read out, e.g. `U+202E`. */
export function codePointName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** How many characters of a text stand for bytes that are no UTF-8. */
export function countUndecodable(text: string): number {
  return text.split('\ufffd').length - 1;
}
