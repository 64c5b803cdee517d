import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A Patroni that this machine can run, from Debian's own package or from a newer one unpacked beside it. */
export interface PatroniCode {
  /** As Patroni itself says it, e.g. `4.1.5`. */
  readonly version: string;
  /** The folder for PYTHONPATH; null for the Patroni that is installed on the machine. */
  readonly pythonPath: string | null;
}

const run = promisify(execFile);
const cache = join(dirname(fileURLToPath(import.meta.url)), '../.cache/patroni');
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** sid has the newest Patroni and moves on; trixie's 4.0.7 stays. */
const suites = ['sid', 'trixie'] as const;

/** The Patroni of the machine's own package: 3.0.2 on Debian 12. */
export async function installedPatroni(): Promise<PatroniCode> {
  return { version: await versionIn('/usr/lib/python3/dist-packages'), pythonPath: null };
}

/**
 * A Patroni 4 that runs on the machine's Python: what is unpacked below the repository's `.cache/patroni`, else Debian sid's package (trixie's
 * when sid's cannot be had), taken from the machine's own Debian mirror and checked with Debian's keys. Throws with what each suite said.
 */
export async function patroni4(say: (line: string) => void): Promise<PatroniCode> {
  const kept = await newestKept();
  if (kept !== null) return kept;
  const failures: string[] = [];
  for (const suite of suites) {
    say(`fetching Patroni from Debian ${suite}`);
    try {
      return await unpackFrom(suite);
    } catch (error) {
      failures.push(`${suite}: ${error instanceof Error ? error.message.trim() : String(error)}`);
    }
  }
  throw new Error(`no Patroni 4 could be had from the machine's Debian mirror.\n${failures.join('\n')}`);
}

async function newestKept(): Promise<PatroniCode | null> {
  const names = existsSync(cache) ? await readdir(cache) : [];
  const versions = names.filter((name) => /^\d+(\.\d+)+$/.test(name)).sort(byVersion);
  const version = versions.at(-1);
  return version === undefined ? null : { version, pythonPath: pythonFolder(join(cache, version)) };
}

async function unpackFrom(suite: string): Promise<PatroniCode> {
  const work = await mkdtemp(join(tmpdir(), 'herdscope-apt-'));
  await mkdir(cache, { recursive: true });
  const unpacked = await mkdtemp(join(cache, 'unpack-'));
  try {
    const options = await aptOptions(work, suite);
    await run('apt-get', ['-q', 'update', ...options], { cwd: work });
    await run('apt-get', ['-q', 'download', 'patroni', ...options], { cwd: work });
    const deb = (await readdir(work)).find((name) => name.startsWith('patroni_') && name.endsWith('.deb'));
    if (deb === undefined) throw new Error('apt-get downloaded no package');
    await run('dpkg', ['-x', join(work, deb), unpacked]);
    const version = await versionIn(pythonFolder(unpacked));
    // The user that runs it may not write here: without this each start compiles every module again.
    await run('/usr/bin/python3', ['-m', 'compileall', '-q', pythonFolder(unpacked)]);
    await run('chmod', ['-R', 'a+rX', unpacked]);
    // Another process may have been quicker; one is as good as the other.
    await rename(unpacked, join(cache, version)).catch((error: unknown) => {
      if (!existsSync(join(cache, version))) throw error;
    });
    return { version, pythonPath: pythonFolder(join(cache, version)) };
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** Options that keep apt-get away from the machine's own settings, lists and cache. */
export async function aptOptions(work: string, suite: string): Promise<readonly string[]> {
  const list = join(work, 'suite.list');
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  const signed = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  await writeFile(list, `deb ${signed}${await mirror()} ${suite} main\n`);
  const settings = {
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(work, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The address of the machine's own Debian mirror, from its apt sources in either of the two formats (`man 5 sources.list`). */
async function mirror(): Promise<string> {
  for (const text of await sourceFiles()) {
    for (const line of text.split('\n')) {
      const uri = /^URIs:\s*(\S+)/.exec(line)?.[1] ?? /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line)?.[1];
      // The mirror of security fixes has no such suites.
      if (uri !== undefined && /\/debian\/?$/.test(uri)) return uri;
    }
  }
  throw new Error('no Debian mirror is named in /etc/apt/sources.list or /etc/apt/sources.list.d');
}

async function sourceFiles(): Promise<readonly string[]> {
  const parts = '/etc/apt/sources.list.d';
  const names = await readdir(parts).catch(() => []);
  const files = names.filter((name) => /\.(sources|list)$/.test(name)).sort();
  const paths = ['/etc/apt/sources.list', ...files.map((name) => join(parts, name))];
  return Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
}

function pythonFolder(root: string): string {
  return join(root, 'usr/lib/python3/dist-packages');
}

async function versionIn(pythonPath: string): Promise<string> {
  const text = await readFile(join(pythonPath, 'patroni/version.py'), 'utf8');
  const version = /__version__ = '([^']+)'/.exec(text)?.[1];
  if (version === undefined) throw new Error(`${pythonPath}/patroni/version.py names no version`);
  return version;
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
