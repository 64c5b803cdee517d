// npm run reference: writes docs/reference.md. With --check it writes nothing, and fails when the page is old, when a name of the
// reference is missing from the code or when nothing tests it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../repository';
import { page } from './page';
import { referenceTable } from './table';

const file = join(root, 'docs/reference.md');
const rows = await referenceTable();
const problems = rows.flatMap((row) => {
  if (row.kind === 'missing')
    return [`${row.name} is implemented nowhere: no doc comment says \`patroni/dcs: ${row.name}\``];
  return row.kind === 'implemented' && row.tests.length === 0 ? [`${row.name} (${row.symbol}) is tested nowhere`] : [];
});
const text = page(rows);
if (process.argv.includes('--check')) {
  const old = await readFile(file, 'utf8').catch(() => '');
  if (old !== text) problems.push('docs/reference.md is old: run `npm run reference`');
} else await writeFile(file, text);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
