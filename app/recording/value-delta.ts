import type { Json } from '../json';

// Patroni writes most keys again and again with nothing but numbers changed: positions, which move on by the same distance.
// A value is kept as what changed in it since the key's value before.

/** What makes a value out of the one before it: of its runs of digits each changed one by its place, and by how much it grew. */
export type ValueDelta = readonly number[];

/** Beyond these a value is kept whole: to compare it would cost more than to keep it. */
const MAX_LENGTH = 20_000;
const MAX_CHANGES = 200;

/** The delta from `before` to `after`; null where they differ in more than numbers. */
export function valueDelta(before: string, after: string): ValueDelta | null {
  if (before.length > MAX_LENGTH || after.length > MAX_LENGTH) return null;
  const delta: number[] = [];
  const old = before.split(DIGITS);
  const now = after.split(DIGITS);
  if (old.length !== now.length) return null;
  for (let at = 0; at < old.length; at += 1) {
    const [a, b] = [old[at] ?? '', now[at] ?? ''];
    if (a === b) continue;
    // Odd places are the digits. Ones that a number does not hold as they are written are no number here.
    if (at % 2 === 0 || !isPlain(a) || !isPlain(b) || delta.length >= 2 * MAX_CHANGES) return null;
    delta.push((at - 1) / 2, Number(b) - Number(a));
  }
  return delta;
}

/** The value that a delta makes out of `before`; null where it does not fit. */
export function applyDelta(before: string, delta: ValueDelta): string | null {
  const parts = before.split(DIGITS);
  for (let at = 0; at + 1 < delta.length; at += 2) {
    const place = 2 * (delta[at] ?? 0) + 1;
    const old = parts[place];
    const next = Number(old) + (delta[at + 1] ?? 0);
    if (old === undefined || !Number.isSafeInteger(next) || next < 0) return null;
    parts[place] = String(next);
  }
  return parts.join('');
}

/** Whether a line's part is a delta at all: pairs of a place and a number. */
export function isDelta(value: Json | undefined): value is ValueDelta {
  return (
    Array.isArray(value) &&
    value.length % 2 === 0 &&
    value.every((one, at) => Number.isSafeInteger(one) && (at % 2 === 1 || (one as number) >= 0))
  );
}

const DIGITS = /(\d+)/;

function isPlain(digits: string): boolean {
  return digits.length <= 15 && (digits.length === 1 || !digits.startsWith('0'));
}
