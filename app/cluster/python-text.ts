import type { Json } from '../json';
import { trimmed } from '../text';

// Where Python and JavaScript read the same text differently.

const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Python's `text.strip()`: another set of blanks than that of `trim`. */
export function strip(text: string): string {
  return trimmed(text, (character) => SPACE.test(character));
}

/** Python's `int(text)`: digits of any script, single `_` between them, blanks around; null where it raises. */
export function intOf(text: string): number | null {
  const match = /^([-+]?)(\p{Nd}+(?:_\p{Nd}+)*)$/u.exec(strip(text));
  if (match === null) return null;
  const digits = (match[2] ?? '').replace(/_/g, '').replace(/[^0-9]/gu, (digit) => String(digitOf(digit)));
  const value = Number(digits);
  if (!Number.isFinite(value)) return null;
  return match[1] === '-' ? 0 - value : value;
}

/** Python's `str(value)` of a single value; lists and objects as JSON. */
export function str(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A decimal digit's value: each script has its ten digits in a row, from zero on. */
function digitOf(digit: string): number {
  const point = digit.codePointAt(0) ?? 0;
  let zero = point;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (point - zero) % 10;
}
