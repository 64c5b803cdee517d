import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../repository';
import { implementations, type Implementation, type TestFile, tests } from './sources';

/** A name of the reference and where it is. */
export type Row =
  | {
      readonly kind: 'implemented';
      readonly name: string;
      readonly symbol: string;
      readonly file: string;
      /** Files of tests that use it; by comparison with Patroni itself where a file of `parity` is among them. */
      readonly tests: readonly string[];
    }
  | { readonly kind: 'otherwise'; readonly name: string; readonly reason: string }
  | { readonly kind: 'missing'; readonly name: string };

const namedTuple = 'Machinery of Python’s named tuples: our data is plain objects.';
/** Names that have no function of ours, each with why. The first that matches counts. */
const otherwise: readonly { readonly matches: RegExp; readonly reason: string }[] = [
  { matches: /\.(_asdict|_make|_replace|_fields|_field_defaults|_abc_impl|__init__)$/, reason: namedTuple },
  {
    matches: /^RemoteMember\.ALLOWED_KEYS$/,
    reason: 'Which parts of its data Python gives as attributes: here they are read from the data by name.',
  },
  {
    matches: /^(ReturnFalseException|catch_return_false_exception)$/,
    reason:
      'How Python turns an error into the answer False. Here a write that was refused is a value (`Written` in `app/dcs/store.ts`).',
  },
];

/** Every name of the reference, in its order. */
export async function referenceTable(): Promise<readonly Row[]> {
  const names = (await readFile(join(root, 'scripts/reference/names.txt'), 'utf8')).trim().split('\n');
  const [found, testFiles] = await Promise.all([implementations(), tests()]);
  return names.map((name) => rowOf(name, found, testFiles));
}

export function rowOf(name: string, found: readonly Implementation[], testFiles: readonly TestFile[]): Row {
  // A remote member is a member of other origin.
  const alias = /^RemoteMember\.(name|data)$/.test(name) ? name.replace('RemoteMember', 'Member') : name;
  const implementation = found.find(({ names }) => names.includes(alias));
  if (implementation !== undefined) {
    const { symbol, file } = implementation;
    return { kind: 'implemented', name, symbol, file, tests: testsOf(implementation, testFiles) };
  }
  const reason = otherwise.find(({ matches }) => matches.test(name))?.reason;
  return reason === undefined ? { kind: 'missing', name } : { kind: 'otherwise', name, reason };
}

/** The test files that use a symbol: through its module's name (`Member.lsn`), by its own, or as a field. */
function testsOf({ symbol, file, exported }: Implementation, testFiles: readonly TestFile[]): readonly string[] {
  const own = symbol.split('.').at(-1) ?? symbol;
  const module = moduleOf(file);
  const uses = new RegExp(`\\b${own}\\b`);
  const imports = new RegExp(`from '[^']*/${file.replace(/^.*\/|\.ts$/g, '')}'|\\b${module}\\.`);
  const beside = file.replace(/\.ts$/, '.test.ts');
  // These try all of a part at once: what is written through the stores, and what is read out of the keys.
  const whole = file.startsWith('app/dcs/') ? 'contract/' : 'parity/';
  return testFiles
    .filter((test) => test.file === beside || imports.test(test.text) || test.file.startsWith(whole))
    .filter((test) => (exported ? uses.test(test.text) : test.file === beside || imports.test(test.text)))
    .map((test) => test.file);
}

/** `app/cluster/timeline-history.ts` is imported as `TimelineHistory`. */
function moduleOf(file: string): string {
  const base = file.replace(/^.*\/|\.ts$/g, '');
  return base.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
