/** One line of the table: what was done in the window and what came of it. */
export interface Row {
  readonly title: string;
  readonly passed: boolean;
  /** What the window said, in its own words. */
  readonly said: readonly string[];
  /** What Patroni's own tool said to the same. */
  readonly patronictl: readonly string[];
  readonly seconds: number;
}

const cell = (words: readonly string[]): string => words.join('<br>').replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The rows as a table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ title, passed, said, patronictl, seconds }) =>
      `| ${cell([title])} | ${passed ? 'right' : '**wrong**'} | ${cell(said)} | ${cell(patronictl)} | ${seconds.toFixed(0)} s |`,
  );
  return [
    '| Tried | | The window said | patronictl and PostgreSQL | Took |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

const HEAD = `# The wizard on real herds: what came of it

Made with \`npm run wizard-proof\`, which drives the real window on a real herd of three members and asks \`patronictl\` and PostgreSQL whether
what the window says is so; [parity.md](../docs/parity.md#the-wizard-on-real-herds) says how. One section for each store and Patroni, made anew when it is run.
`;

/** The page with the section of this name made anew, the others as they were. */
export function withSection(page: string, name: string, rows: readonly Row[]): string {
  const [, ...sections] = page.split(/^(?=## )/m);
  const right = rows.filter(({ passed }) => passed).length;
  const own = `## ${name}\n\n${right} of ${rows.length} right.\n\n${tableOf(rows)}\n`;
  const others = sections
    .map((section) => section.trimEnd() + '\n')
    .filter((section) => !section.startsWith(`## ${name}\n`));
  return [HEAD, ...[...others, own].sort()].join('\n');
}
