import type { Row } from './table';

/** The page `docs/reference.md`, as Prettier leaves it alone. */
export function page(rows: readonly Row[]): string {
  const implemented = rows.filter((row) => row.kind === 'implemented');
  const byPatroni = implemented.filter(({ tests }) => tests.some(isParity));
  return [
    '<!-- Written by `npm run reference`; `npm run check` says when it is old. -->',
    '',
    '# `patroni.dcs`, name by name',
    '',
    `Every name of Patroni’s module \`patroni.dcs\`: ${implemented.length} are implemented, ${byPatroni.length} of them compared with Patroni’s own code`,
    `([parity](parity.md)); ${rows.length - implemented.length} have no function of ours, and the reason is given.`,
    '',
    ...rows.map(line),
    '',
  ].join('\n');
}

function line(row: Row): string {
  const name = `- \`${row.name}\``;
  switch (row.kind) {
    case 'implemented':
      return `${name}: [\`${row.symbol}\`](../${row.file}), tested in ${testWords(row.tests)}`;
    case 'otherwise':
      return `${name}: ${row.reason}`;
    case 'missing':
      return `${name}: **missing**`;
  }
}

function testWords(tests: readonly string[]): string {
  const own = tests.filter((file) => !isParity(file)).map((file) => `[${file.replace(/^.*\//, '')}](../${file})`);
  const words = tests.some(isParity) ? [...own, '[parity](../parity)'] : own;
  return words.length === 0 ? '**nothing**' : words.join(', ');
}

const isParity = (file: string): boolean => file.startsWith('parity/');
