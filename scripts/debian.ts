import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { err, ok, type Result } from '../app/result';

/** What a part of this repository needs from the machine beyond npm. */
export type Purpose =
  'etcd' | 'herd' | 'herd-on-consul' | 'herd-on-raft' | 'zookeeper' | 'ssh' | 'certificates' | 'electron' | 'display';

/** One thing that the machine lacks. */
export interface Missing {
  /** The program, library or module that was looked for, as a person would name it. */
  readonly what: string;
  /** Debian's packages that have it, the newest name first: a package is renamed from one Debian to the next. */
  readonly packages: readonly string[];
}

/** Why a purpose cannot be served, with what a person can do about it. */
export interface NotInstalled {
  readonly missing: readonly Missing[];
  /** The exact command that installs it; null where there is no apt-get. */
  readonly command: string | null;
  /** One or two plain sentences that hold all of the above. */
  readonly message: string;
}

interface Need extends Missing {
  readonly isHere: () => boolean;
}

const run = promisify(execFile);

const needs: Readonly<Record<Purpose, readonly Need[]>> = {
  etcd: [program('etcd', 'etcd-server'), program('etcdctl', 'etcd-client')],
  herd: [
    program('etcd', 'etcd-server'),
    program('etcdctl', 'etcd-client'),
    {
      what: 'the PostgreSQL server',
      packages: ['postgresql-15', 'postgresql'],
      isHere: () => postgresBinDir() !== null,
    },
    // Patroni's package brings the Python modules that a Patroni of another version, unpacked beside it, needs too.
    program('patroni', 'patroni'),
    program('setpriv', 'util-linux'),
  ],
  // Consul itself is fetched when it is needed: Debian 12 has no package of it.
  'herd-on-consul': [
    {
      what: 'the Python module consul',
      packages: ['python3-consul'],
      isHere: () => existsSync('/usr/lib/python3/dist-packages/consul'),
    },
  ],
  'herd-on-raft': [
    {
      what: 'the Python module pysyncobj',
      packages: ['python3-pysyncobj'],
      isHere: () => existsSync('/usr/lib/python3/dist-packages/pysyncobj'),
    },
  ],
  zookeeper: [
    {
      what: 'ZooKeeper',
      packages: ['zookeeper'],
      isHere: () => existsSync('/usr/share/zookeeper/bin/zkServer.sh'),
    },
    program('java', 'default-jre-headless'),
  ],
  ssh: [
    { what: 'the SSH server', packages: ['openssh-server'], isHere: () => existsSync('/usr/sbin/sshd') },
    program('ssh-agent', 'openssh-client'),
  ],
  certificates: [program('openssl', 'openssl')],
  electron: [
    library('libgtk-3.so.0', 'libgtk-3-0t64', 'libgtk-3-0'),
    library('libnss3.so', 'libnss3'),
    library('libasound.so.2', 'libasound2t64', 'libasound2'),
    library('libgbm.so.1', 'libgbm1'),
  ],
  display: [program('Xvfb', 'xvfb')],
};

/** The newest PostgreSQL's folder of programs, as Debian lays them out (`/usr/lib/postgresql/15/bin`); null when there is none. */
export function postgresBinDir(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).filter((name) => /^\d+$/.test(name)) : [];
  const newest = versions
    .map(Number)
    .sort((a, b) => b - a)
    .find((version) => existsSync(join(root, String(version), 'bin/postgres')));
  return newest === undefined ? null : join(root, String(newest), 'bin');
}

/** What of the purposes' needs is not on this machine, found by looking for the programs and libraries themselves. */
export function missing(...purposes: readonly Purpose[]): readonly Missing[] {
  const lacking = new Map<string, Missing>();
  for (const need of purposes.flatMap((purpose) => needs[purpose]))
    if (!need.isHere()) lacking.set(need.what, { what: need.what, packages: need.packages });
  return [...lacking.values()];
}

/** What is missing as a message with the command to run; null when nothing is. */
export async function notInstalled(...purposes: readonly Purpose[]): Promise<NotInstalled | null> {
  const lacking = missing(...purposes);
  if (lacking.length === 0) return null;
  return describeMissing(lacking, await packagesFor(lacking));
}

/**
 * Sees to it that the purposes' needs are on this machine. As root on a Debian it installs what is missing with apt-get, without questions,
 * and says each step through `say`; elsewhere the error names what is missing and the command to run.
 */
export async function ensureInstalled(
  purposes: readonly Purpose[],
  say: (line: string) => void,
): Promise<Result<void, NotInstalled>> {
  const lacking = missing(...purposes);
  if (lacking.length === 0) return ok(undefined);
  if (!hasApt() || process.getuid?.() !== 0) return err(describeMissing(lacking, await packagesFor(lacking)));

  say(`not on this machine: ${lacking.map((m) => m.what).join(', ')}`);
  say('running apt-get update');
  const updated = await apt(['-q', 'update']);
  const packages = await packagesFor(lacking);
  say(`running apt-get install ${packages.join(' ')}`);
  const installed = await apt(['-q', '-y', '--no-install-recommends', 'install', ...packages]);
  const stillLacking = missing(...purposes);
  if (stillLacking.length === 0) return ok(undefined);

  const described = describeMissing(stillLacking, packages);
  const printed = [updated, installed].filter((result) => result.code !== 0).map((result) => result.lastLines);
  const said = printed.length === 0 ? [] : ['apt-get said:', ...printed];
  return err({ ...described, message: [described.message, ...said].join('\n') });
}

function describeMissing(lacking: readonly Missing[], packages: readonly string[]): NotInstalled {
  const whats = `not on this machine: ${lacking.map((m) => m.what).join(', ')}`;
  if (!hasApt())
    return { missing: lacking, command: null, message: `${whats}. Debian's packages ${packages.join(', ')} have it.` };
  const command = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  return { missing: lacking, command, message: `${whats}. Install it with: ${command}` };
}

function hasApt(): boolean {
  return existsSync('/etc/debian_version') && onPath('apt-get');
}

/** Of each need's packages the first that this Debian can install; before the first update none is known, so the last, oldest name serves. */
async function packagesFor(lacking: readonly Missing[]): Promise<readonly string[]> {
  const chosen = new Set<string>();
  for (const { packages } of lacking) {
    const known = [];
    for (const name of packages) if (await isInstallable(name)) known.push(name);
    chosen.add(known[0] ?? packages.at(-1) ?? '');
  }
  return [...chosen].filter((name) => name !== '');
}

async function isInstallable(name: string): Promise<boolean> {
  try {
    const { stdout } = await run('apt-cache', ['policy', name], { env: { ...process.env, LC_ALL: 'C' } });
    return /^ {2}Candidate: (?!\(none\))/m.test(stdout);
  } catch {
    return false;
  }
}

function apt(args: readonly string[]): Promise<{ readonly code: number; readonly lastLines: string }> {
  return new Promise((resolve) => {
    const child = spawn('apt-get', [...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const keep = (part: Buffer): void => {
      printed = (printed + part.toString('utf8')).slice(-20_000);
    };
    const end = (code: number): void =>
      resolve({ code, lastLines: printed.trimEnd().split('\n').slice(-8).join('\n') });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => {
      printed += error.message;
      end(1);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}

function program(name: string, ...packages: readonly string[]): Need {
  return { what: name, packages, isHere: () => onPath(name) };
}

function library(name: string, ...packages: readonly string[]): Need {
  return { what: name, packages, isHere: () => libraryFolders().some((folder) => existsSync(join(folder, name))) };
}

function libraryFolders(): readonly string[] {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch;
  const own = (process.env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const triple = `${machine}-linux-gnu`;
  return [...own, `/usr/lib/${triple}`, `/lib/${triple}`, '/usr/lib64', '/usr/lib', '/usr/local/lib'];
}

/** Also looks where programs for administrators are: an ordinary user's path often lacks them. */
function onPath(name: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
