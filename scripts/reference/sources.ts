import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../repository';

/** A thing in our code, and the names of the reference that its doc comment says it implements. */
export interface Implementation {
  /** As it is imported, e.g. `getMember`; with its interface for a field, e.g. `Member.data`. */
  readonly symbol: string;
  /** From the repository's root. */
  readonly file: string;
  readonly names: readonly string[];
  /** False for what only its own file can use: it is tested through what that file exports. */
  readonly exported: boolean;
}

/** A file of tests with its text. */
export interface TestFile {
  readonly file: string;
  readonly text: string;
}

/** Every doc comment below `app` that names a part of the reference, with what it stands above. */
export async function implementations(): Promise<readonly Implementation[]> {
  const files = (await typescriptFiles('app')).filter((file) => !file.endsWith('.test.ts'));
  const found = await Promise.all(files.map(async (file) => implementationsIn(file, await read(file))));
  // What a finding or a plan says of a name is not its implementation.
  const isModel = ({ file }: Implementation): boolean => /^app\/(cluster|slots|dcs)\//.test(file);
  return found.flat().sort((a, b) => Number(isModel(b)) - Number(isModel(a)));
}

/** The files that test `app`: beside it, by comparison with Patroni itself, and as the contract of the stores. */
export async function tests(): Promise<readonly TestFile[]> {
  const files = [
    ...(await typescriptFiles('app')).filter((file) => file.endsWith('.test.ts')),
    ...(await typescriptFiles('parity')),
    ...(await typescriptFiles('contract')),
  ];
  return Promise.all(files.map(async (file) => ({ file, text: await read(file) })));
}

/** What a file's doc comments say: `patroni/dcs: Class.name`, or `patroni.dcs.Class` for a type. */
export function implementationsIn(file: string, text: string): readonly Implementation[] {
  const found: Implementation[] = [];
  for (const match of text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*([^\n]*)/g)) {
    const [, comment = '', below = ''] = match;
    const names = namesIn(comment);
    if (names.length === 0) continue;
    const declared = /^export (?:async )?(?:function|const|(?:abstract )?class|interface|type) (\w+)/.exec(below)?.[1];
    const field = /^readonly (\w+)/.exec(below)?.[1];
    const method = /^(?:protected |static )?(?:abstract |async |get )*(\w+)\(/.exec(below)?.[1];
    const type = [...text.slice(0, match.index).matchAll(/^export (?:abstract )?class (\w+)/gm)].at(-1)?.[1];
    if (declared !== undefined) found.push({ symbol: declared, file, names, exported: true });
    else if (field !== undefined) found.push({ symbol: field, file, names, exported: true });
    else if (method !== undefined && type !== undefined) {
      // What is protected is tested through what is not.
      found.push({ symbol: `${type}.${method}`, file, names, exported: !below.startsWith('protected') });
    } else
      found.push({ symbol: /^(?:function|class) (\w+)/.exec(below)?.[1] ?? '(file)', file, names, exported: false });
    if (declared !== undefined && /^export interface/.test(below)) {
      const body = text.slice((match.index ?? 0) + match[0].length);
      for (const name of names) found.push(...fieldsOf(file, declared, name, body.slice(0, body.indexOf('\n}'))));
    }
  }
  return found;
}

/** The fields of an interface that stands for a class of the reference: each implements the field of that name. */
function fieldsOf(file: string, type: string, name: string, body: string): readonly Implementation[] {
  return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, field = '']) => ({
    symbol: `${type}.${field}`,
    file,
    names: [`${name}.${snake(field)}`],
    exported: true,
  }));
}

function namesIn(comment: string): readonly string[] {
  const text = comment.replaceAll(/\n\s*\*/g, ' ');
  return [
    ...[...text.matchAll(/`patroni\/dcs: ([\w.]+)/g)].map(([, name = '']) => name),
    ...[...text.matchAll(/\(patroni\.dcs\.(\w+)\)/g)].map(([, name = '']) => name),
  ];
}

/** Python's spelling of a name. */
function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

async function typescriptFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

function read(file: string): Promise<string> {
  return readFile(join(root, file), 'utf8');
}
