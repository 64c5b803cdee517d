import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../app/result';
import { fallbackVersion, fetchFallback, presentFallback } from './electron-fallback';

/** An Electron on this machine that can run the built program. */
export interface Electron {
  /** `given`: by ELECTRON_OVERRIDE_DIST_PATH; `package`: the version in package.json; `fallback`: the old one for a closed network. */
  readonly kind: 'given' | 'package' | 'fallback';
  /** The folder that holds it. electron-builder calls it `electronDist`. */
  readonly dist: string;
  readonly executable: string;
  /** As in its file `version`; null when a given folder has none. */
  readonly version: string | null;
}

const packageFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** How long a download that cannot be probed may take: enough to unpack a zip from the download's own cache. */
const unreachableMilliseconds = 20_000;
const downloadMilliseconds = 10 * 60_000;

/** The Electron that is here already, without asking any host; null when there is none. */
export function presentElectron(): Electron | null {
  const given = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (given !== undefined && given !== '') return electronIn('given', given, executableName());
  return downloadedElectron() ?? cachedFallback();
}

/**
 * The Electron to run: the one given by ELECTRON_OVERRIDE_DIST_PATH, the `electron` package's own, downloaded when needed
 * (ELECTRON_MIRROR and the like work as they do for that package), or the fallback where its host cannot be reached.
 * An error is a plain sentence with the command that helps.
 */
export async function ensureElectron(say: (line: string) => void): Promise<Result<Electron, string>> {
  const given = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const present = presentElectron();
  if (present !== null) {
    if (present.kind === 'fallback')
      say(`Electron ${fallbackVersion}, the fallback (remove .cache/electron to try the download again)`);
    return ok(present);
  }
  if (given !== undefined && given !== '')
    return err(`ELECTRON_OVERRIDE_DIST_PATH names ${given}, and there is no ${executableName()} in it.`);

  say(`downloading Electron ${packageVersion()}`);
  const failure = await download();
  const downloaded = downloadedElectron();
  if (downloaded !== null) return ok(downloaded);

  const advice =
    'Set ELECTRON_MIRROR to a host that has it and run: npx install-electron --no; or unpack an Electron yourself and set ELECTRON_OVERRIDE_DIST_PATH to its folder.';
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return err(`Electron could not be downloaded (${failure}). ${advice}`);
  say(`it could not be downloaded: ${failure}`);
  const fetched = await fetchFallback(say);
  if (!fetched.ok)
    return err(`Electron could not be downloaded (${failure}), nor its fallback: ${fetched.error}\n${advice}`);
  const fallback = cachedFallback();
  return fallback === null ? err('The fallback was unpacked, but holds no Electron.') : ok(fallback);
}

/** The version of Electron that package.json asks for, the one that users get. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

function downloadedElectron(): Electron | null {
  const pathFile = join(packageFolder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const electron = electronIn('package', join(packageFolder, 'dist'), readFileSync(pathFile, 'utf8'));
  // After an update of the package, what the one before it had downloaded is still there.
  return electron?.version === packageVersion() ? electron : null;
}

function cachedFallback(): Electron | null {
  const folder = presentFallback();
  return folder === null ? null : electronIn('fallback', folder, 'electron');
}

function electronIn(kind: Electron['kind'], dist: string, name: string): Electron | null {
  const executable = join(dist, name);
  if (!existsSync(executable)) return null;
  const versionFile = join(dist, 'version');
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') : null;
  return { kind, dist, executable, version };
}

function executableName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** Runs the package's own download. Gives null, or what went wrong in a few words. */
async function download(): Promise<string | null> {
  // A host that swallows connections would hold the download for minutes, so it is asked first. A proxy cannot be asked this way.
  const limit = usesProxy() || (await answers(mirror())) ? downloadMilliseconds : unreachableMilliseconds;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(packageFolder, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let printed = '';
    child.stderr.on('data', (part: Buffer) => {
      printed = (printed + part.toString('utf8')).slice(0, 2000);
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(null);
      else resolve(late ? `no end after ${limit / 1000} s` : (printed.split('\n')[0] ?? `exit code ${code}`));
    });
  });
}

function usesProxy(): boolean {
  return process.env['ELECTRON_GET_USE_PROXY'] !== undefined;
}

function mirror(): string {
  const names = ['NPM_CONFIG_ELECTRON_MIRROR', 'npm_config_electron_mirror', 'ELECTRON_MIRROR'];
  const given = names.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
  return given ?? 'https://github.com/electron/electron/releases/';
}

async function answers(address: string): Promise<boolean> {
  try {
    await fetch(address, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(8000) });
    return true;
  } catch {
    return false;
  }
}
