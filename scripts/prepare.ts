import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, type Purpose } from './debian';
import { needsVirtualDisplay, openDisplay, type Display } from './display';
import { ensureElectron, type Electron } from './electron';

/** All that a window needs on this machine. */
export interface Prepared {
  readonly electron: Electron;
  readonly display: Display;
  /** What Electron must be started with here; empty on an ordinary desktop. */
  readonly args: readonly string[];
}

/** Prints a line as the scripts' own, apart from what the program prints. */
export function say(line: string): void {
  console.error(`herdscope: ${line}`);
}

/** Finds or fetches Electron, the libraries it needs and a screen. Null when something is lacking; it has said what, and the command that helps. */
export async function prepare({ ownDisplay = false, more = [] as readonly Purpose[] } = {}): Promise<Prepared | null> {
  const virtual = needsVirtualDisplay({ own: ownDisplay });
  if (process.platform === 'linux') {
    const installed = await ensureInstalled(['electron', ...(virtual ? (['display'] as const) : []), ...more], say);
    if (!installed.ok) {
      say(installed.error.message);
      return null;
    }
  }
  const electron = await ensureElectron(say);
  if (!electron.ok) {
    say(electron.error);
    return null;
  }
  const args = sandboxArgs(electron.value);
  if (args === null) return null;
  try {
    return { electron: electron.value, display: await openDisplay(say, { own: ownDisplay }), args };
  } catch (error) {
    say(`no screen to draw on, and Xvfb does not start: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function sandboxArgs(electron: Electron): readonly string[] | null {
  if (process.platform !== 'linux') return [];
  if (process.getuid?.() === 0) {
    say('running as root, where Chromium has no sandbox: starting with --no-sandbox');
    return ['--no-sandbox'];
  }
  const helper = join(electron.dist, 'chrome-sandbox');
  if (userNamespacesAllowed() || hasRootsHelper(helper)) return [];
  say(
    `this system forbids user namespaces, so Chromium's sandbox needs its helper to belong to root:\n  sudo chown root ${helper} && sudo chmod 4755 ${helper}`,
  );
  return null;
}

/** Asked by making one: which of the kernel's and AppArmor's switches forbid it differs from one distribution to the next. */
function userNamespacesAllowed(): boolean {
  const restricted = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
  if (existsSync(restricted) && readFileSync(restricted, 'utf8').trim() === '1') return false;
  try {
    execFileSync('unshare', ['--user', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function hasRootsHelper(helper: string): boolean {
  if (!existsSync(helper)) return false;
  const { uid, mode } = statSync(helper);
  return uid === 0 && (mode & 0o4000) !== 0;
}
