/** Where and how well a text answers a query. */
export interface Match {
  /** Higher is better; only to be compared with other scores of the same query. */
  readonly score: number;
  /** The characters that matched, as [start, end) of the text, rising and apart. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

const PREFIX = 1000;
const WORD_START = 800;
const INSIDE = 600;
const SCATTERED = 300;
/** A match in the words beside the title counts less than one in it. */
const ASIDE = 200;

/** A query as it was typed, cut into words in lower case. */
export function queryWords(query: string): readonly string[] {
  return lower(query.trim())
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Lower case with every character where it was: a text whose lower case has another length stays as it is. */
export function lower(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

/**
 * Matches each word of a query, in any order, against a title or else against the words beside it (its cluster, its
 * connection). Null when one word is found nowhere. Both texts are in lower case already.
 */
export function match(words: readonly string[], title: string, aside = ''): Match | null {
  let score = 0;
  const ranges: (readonly [number, number])[] = [];
  for (const word of words) {
    const inTitle = matchWord(word, title);
    if (inTitle !== null) {
      score += inTitle.score;
      ranges.push(...inTitle.ranges);
      continue;
    }
    if (!aside.includes(word)) return null;
    score += ASIDE;
  }
  // Of two that match alike the shorter one is meant more often.
  return { score: score - Math.min(title.length, 100), ranges: joined(ranges) };
}

function matchWord(word: string, text: string): Match | null {
  let at = text.indexOf(word);
  if (at >= 0) {
    const first = at;
    while (at > 0 && !startsWord(text, at)) at = text.indexOf(word, at + 1);
    if (at < 0) return { score: INSIDE, ranges: [[first, first + word.length]] };
    return { score: at === 0 ? PREFIX : WORD_START, ranges: [[at, at + word.length]] };
  }
  return word.length < 2 ? null : scattered(word, text);
}

/** All characters in order with others between: found from the left, then drawn together from the right. */
function scattered(word: string, text: string): Match | null {
  let end = 0;
  for (const unit of word.split('')) {
    end = text.indexOf(unit, end) + 1;
    if (end === 0) return null;
  }
  const places: number[] = [];
  let from = end - 1;
  for (let i = word.length - 1; i >= 0; i -= 1) {
    from = text.lastIndexOf(word.charAt(i), from);
    places.unshift(from);
    from -= 1;
  }
  const span = end - (places[0] ?? 0);
  // Letters that are far apart are found in any long text and mean nothing.
  if (span > word.length * 3 + 4) return null;
  const starts = places.filter((place) => startsWord(text, place)).length;
  return {
    score: SCATTERED + 20 * starts - 5 * (span - word.length),
    ranges: places.map((place) => [place, place + 1]),
  };
}

const startsWord = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));

function joined(ranges: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
