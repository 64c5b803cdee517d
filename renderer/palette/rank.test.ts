import { describe, expect, it } from 'vitest';
import { type Candidate, rank, type Section } from './rank';

const item = (section: Section, title: string, aside = '', shownFirst = false): Candidate => ({
  id: `${section} ${title} ${aside}`,
  section,
  title,
  aside,
  shownFirst,
});

const items = [
  item('clusters', 'demo', 'prod-eu', true),
  item('clusters', 'demo-dr', 'dr-us', true),
  item('clusters', 'billing', 'prod-eu', true),
  item('members', 'pg1', 'demo'),
  item('members', 'pg1', 'billing'),
  item('keys', 'members/pg1', 'key'),
  item('commands', 'Settings', '', true),
];
const shown = (query: string, recent: readonly string[] = []): string[] =>
  rank(items, query, recent).map(
    ({ section, results }) =>
      `${section}: ${results.map((r) => `${r.item.title}${r.item.aside && `@${r.item.aside}`}`).join(' ')}`,
  );

describe('the palette', () => {
  it('shows clusters and commands before anything is typed, and not every member', () => {
    expect(shown('')).toEqual(['clusters: demo@prod-eu demo-dr@dr-us billing@prod-eu', 'commands: Settings']);
  });

  it('begins with what was used lately, newest first, and shows it once', () => {
    const recent = ['members pg1 billing', 'clusters demo prod-eu', 'clusters gone '];
    expect(shown('', recent)[0]).toBe('recent: pg1@billing demo@prod-eu');
    expect(shown('', recent)[1]).toBe('clusters: demo-dr@dr-us billing@prod-eu');
  });

  it('puts the section with the best match first', () => {
    expect(shown('pg1')).toEqual(['members: pg1@demo pg1@billing', 'keys: members/pg1@key']);
    expect(shown('sett')).toEqual(['commands: Settings']);
  });

  it('finds a member by its cluster and a cluster by its connection', () => {
    expect(shown('pg1 bill')).toEqual(['members: pg1@billing']);
    expect(shown('dr-us')).toEqual(['clusters: demo-dr@dr-us']);
  });

  it('prefers of two that match alike the one used lately', () => {
    expect(shown('pg1', ['members pg1 billing'])[0]).toBe('members: pg1@billing pg1@demo');
  });

  it('finds nothing for what is nowhere', () => {
    expect(shown('xyzzy')).toEqual([]);
  });

  it('cuts each section, so that thousands of members stay a short list', () => {
    const many = Array.from({ length: 5000 }, (_, i) => item('members', `pg${i}`, 'huge'));
    expect(rank(many, 'pg', [])[0]?.results).toHaveLength(8);
  });
});
