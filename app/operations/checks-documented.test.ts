import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// docs/operations.md lists every check by its id. What is in the code and not there, or there and no longer in the code, fails here.

const folder = new URL('./', import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file),
);

/** The ids of a source text, with `…` for what varies: of the calls that make a check, and those that wait in `const id`. */
function idsIn(text: string): readonly string[] {
  const made = /(?:const id = |\b(?:passed|warning|stop|notAsked|notKnown|ask)\(\s*)(?:'([^']+)'|`([^`]+)`)/g;
  return [...text.matchAll(made)].map(([, plain, template]) => (plain ?? template ?? '').replace(/\$\{[^}]*\}/g, '…'));
}

const inCode = new Set(sources.flatMap((file) => idsIn(readFileSync(new URL(file, folder), 'utf8'))));
const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('|'));
const inPage = new Set(
  rows.flatMap((row) =>
    row
      .split('|')
      .slice(1, 3)
      .flatMap((cell) => /^ *`([^`]+)` *$/.exec(cell)?.[1] ?? []),
  ),
);

describe('docs/operations.md', () => {
  it('finds ids in the code at all', () => {
    expect(inCode.size).toBeGreaterThan(40);
    expect(idsIn('return [stop(\n  `lag ${name}`, words)]; const id = "x"')).toEqual(['lag …']);
  });

  it('tells of each check that there is', () => {
    expect([...inCode].filter((id) => !inPage.has(id))).toEqual([]);
  });

  it('tells of none that there is not', () => {
    expect([...inPage].filter((id) => !inCode.has(id))).toEqual([]);
  });
});
