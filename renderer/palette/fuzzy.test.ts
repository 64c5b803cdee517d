import { describe, expect, it } from 'vitest';
import { lower, match, queryWords } from './fuzzy';

const score = (query: string, title: string, aside = ''): number =>
  match(queryWords(query), lower(title), lower(aside))?.score ?? -Infinity;

describe('matching a query', () => {
  it('finds a name by its beginning before one that holds it, and that before scattered letters', () => {
    expect(score('demo', 'demo')).toBeGreaterThan(score('demo', 'my-demo'));
    expect(score('demo', 'my-demo')).toBeGreaterThan(score('demo', 'mydemo'));
    expect(score('demo', 'mydemo')).toBeGreaterThan(score('demo', 'd-e-m-o'));
  });

  it('looks for a word’s start further on when the first place is inside a word', () => {
    expect(match(['pg'], 'apg pg1')?.ranges).toEqual([[4, 6]]);
  });

  it('prefers the shorter of two that match alike', () => {
    expect(score('pg1', 'pg1')).toBeGreaterThan(score('pg1', 'pg10'));
  });

  it('takes the words in any order, some of them from beside the title', () => {
    expect(match(['pg1', 'demo'], 'pg1', 'demo prod-eu')).not.toBeNull();
    expect(match(['demo', 'pg1'], 'pg1', 'demo prod-eu')).not.toBeNull();
    expect(match(['pg1', 'billing'], 'pg1', 'demo prod-eu')).toBeNull();
  });

  it('ignores case and names the characters that matched', () => {
    expect(match(queryWords('SET'), lower('Settings'))?.ranges).toEqual([[0, 3]]);
  });

  it('finds letters in order, but not when they are far apart', () => {
    expect(match(['mpg'], 'members/pg1')?.ranges).toEqual([
      [2, 3],
      [8, 10],
    ]);
    expect(match(['mpg'], 'm is a letter and here comes p, later a g')).toBeNull();
  });

  it('keeps positions right where lower case has another length', () => {
    expect(lower('İstanbul')).toHaveLength('İstanbul'.length);
    expect(match(queryWords('bul'), lower('İstanbul'))?.ranges).toEqual([[5, 8]]);
  });

  it('matches everything with no words', () => {
    expect(match(queryWords('   '), 'anything')?.ranges).toEqual([]);
  });

  it('joins ranges that overlap', () => {
    expect(match(['de', 'dem'], 'demo')?.ranges).toEqual([[0, 3]]);
  });
});
