import { lower, match, queryWords } from './fuzzy';

/** What the palette finds, in the order of its sections where nothing else decides. */
export const sections = ['clusters', 'members', 'findings', 'keys', 'connections', 'commands'] as const;
export type Section = (typeof sections)[number];

/** What ranking needs to know of an entry. */
export interface Candidate {
  /** Stable from one opening of the palette to the next. */
  readonly id: string;
  readonly section: Section;
  readonly title: string;
  /** Words beside the title, searched too: the cluster of a member, the connection of a cluster. */
  readonly aside: string;
  /** Whether it is shown before anything is typed. */
  readonly shownFirst: boolean;
}

export interface Ranked<T extends Candidate> {
  readonly item: T;
  /** The characters of the title that the query found. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

export interface RankedSection<T extends Candidate> {
  readonly section: Section | 'recent';
  readonly results: readonly Ranked<T>[];
}

const MOST_RECENT = 5;
const MOST_OF_A_SECTION = 8;
/** What was used lately is meant again, unless the query says another thing better. */
const RECENT_BONUS = 120;

interface Searchable {
  readonly title: string;
  readonly aside: string;
}

const searchable = new WeakMap<Candidate, Searchable>();

function searchableOf(item: Candidate): Searchable {
  let known = searchable.get(item);
  if (known === undefined) searchable.set(item, (known = { title: lower(item.title), aside: lower(item.aside) }));
  return known;
}

/**
 * What to show for a query, in sections: the best section first, the best entry first in each, and of equal ones those
 * used lately. With nothing typed: what was used lately, then what is always worth a look.
 */
export function rank<T extends Candidate>(
  items: readonly T[],
  query: string,
  recent: readonly string[],
): readonly RankedSection<T>[] {
  const words = queryWords(query);
  return words.length === 0 ? unasked(items, recent) : asked(items, words, recent);
}

function unasked<T extends Candidate>(items: readonly T[], recent: readonly string[]): readonly RankedSection<T>[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const lately = recent.flatMap((id) => byId.get(id) ?? []).slice(0, MOST_RECENT);
  const used = new Set(lately);
  const plain = (item: T): Ranked<T> => ({ item, ranges: [] });
  const rest = sections.map((section) => {
    const shown = items.filter((item) => item.section === section && item.shownFirst && !used.has(item));
    return { section, results: shown.slice(0, section === 'commands' ? undefined : MOST_OF_A_SECTION).map(plain) };
  });
  return [{ section: 'recent' as const, results: lately.map(plain) }, ...rest].filter(
    ({ results }) => results.length > 0,
  );
}

function asked<T extends Candidate>(
  items: readonly T[],
  words: readonly string[],
  recent: readonly string[],
): readonly RankedSection<T>[] {
  const found = new Map<Section, (Ranked<T> & { readonly score: number })[]>();
  for (const item of items) {
    const { title, aside } = searchableOf(item);
    const matched = match(words, title, aside);
    if (matched === null) continue;
    const score = matched.score + (recent.includes(item.id) ? RECENT_BONUS : 0);
    const list = found.get(item.section);
    const entry = { item, ranges: matched.ranges, score };
    if (list) list.push(entry);
    else found.set(item.section, [entry]);
  }
  return [...found]
    .map(([section, results]) => {
      // A stable sort: what matches alike keeps the order of the fleet.
      const best = results.sort((a, b) => b.score - a.score).slice(0, MOST_OF_A_SECTION);
      return { section, results: best, score: best[0]?.score ?? 0 };
    })
    .sort((a, b) => b.score - a.score || sections.indexOf(a.section) - sections.indexOf(b.section))
    .map(({ section, results }) => ({ section, results }));
}
