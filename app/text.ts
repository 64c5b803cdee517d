/** Where text from a store is cut before it is put into a sentence. */
export const EXCERPT_LENGTH = 200;

/**
 * The order of two texts by Unicode code point: the order of etcd's keys (bytes of UTF-8) and of Python's strings,
 * which JavaScript's own `<` (UTF-16 units) misses where a character lies beyond U+FFFF.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return codePointRank(unitA) - codePointRank(unitB);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters above U+FFFF, so they rank above all other units. */
function codePointRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** The beginning of a text, at most `EXCERPT_LENGTH` units, with `…` where it was cut and never half a character. */
export function excerpt(text: string, length = EXCERPT_LENGTH): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 2);
  const end = last >= 0xd800 && last <= 0xdbff ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}

/**
 * A text without the characters at its ends that `isCut` names. An expression like `/x+$/` tries each run of such characters anew from
 * each of its places: a million blanks in the middle of a value would keep the program busy for minutes.
 */
export function trimmed(text: string, isCut: (character: string) => boolean): string {
  let start = 0;
  while (start < text.length && isCut(text.charAt(start))) start += 1;
  return trimmedEnd(text.slice(start), isCut);
}

/** The same at the end alone. */
export function trimmedEnd(text: string, isCut: (character: string) => boolean): string {
  let end = text.length;
  while (end > 0 && isCut(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Names in a sentence: the first few, and how many more there are. */
export function listNames(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
