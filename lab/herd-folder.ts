import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { endProcesses, endProcessesNow, isAlive, processId, type ProcessId } from './processes';

const PREFIX = 'herdscope-lab-';
const OWNER = 'owner.json';
/** A link to the folder that the store made for itself, so that its log is found with the others and goes with them. */
const STORE_LINK = 'logs/store';

/** Makes the folder of a new herd: `members/`, `logs/` and who owns it. In the temporary folder, where the user `postgres` can reach it. */
export async function makeHerdFolder(): Promise<string> {
  const folder = await mkdtemp(join(base(), PREFIX));
  await writeFile(join(folder, OWNER), JSON.stringify(processId(process.pid)));
  await mkdir(join(folder, 'members'));
  await mkdir(join(folder, 'logs'));
  await chmod(folder, 0o755);
  await chmod(join(folder, 'members'), 0o755);
  return folder;
}

/** Makes the store of this log file part of the herd's folder. */
export async function linkStore(folder: string, logFile: string): Promise<void> {
  await symlink(dirname(logFile), join(folder, STORE_LINK));
}

/** Ends every process of the herd in `folder` and removes the folder; its `logs/` stay when they are worth reading. */
export async function clearHerdFolder(folder: string, options: { readonly keepLogs: boolean }): Promise<void> {
  await endProcesses(folder);
  removeStoreFolder(folder);
  const kept = options.keepLogs ? ['logs', OWNER] : [];
  for (const name of await readdir(folder).catch(() => []))
    if (!kept.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
  if (kept.length === 0) await rm(folder, { recursive: true, force: true });
}

/** The same at once, when this process exits. */
export function clearHerdFolderNow(folder: string): void {
  endProcessesNow(folder);
  removeStoreFolder(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** Ends and removes what herds left behind whose owner was killed and could not. */
export async function clearAbandonedHerds(say: (line: string) => void): Promise<void> {
  for (const name of await readdir(base())) {
    const folder = join(base(), name);
    const owner = name.startsWith(PREFIX) ? ownerOf(folder) : null;
    if (owner === null || isAlive(owner)) continue;
    if (existsSync(join(folder, 'members'))) say(`clearing what an earlier lab left in ${folder}`);
    await clearHerdFolder(folder, { keepLogs: false });
  }
}

/** Null where it cannot be read: another user's, or one that is just being made. */
function ownerOf(folder: string): ProcessId | null {
  try {
    // The temporary folder is everybody's: what another user laid there is nothing to act on.
    const found = lstatSync(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return null;
    const owner: unknown = JSON.parse(readFileSync(join(folder, OWNER), 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('startedAt' in owner)) return null;
    const { pid, startedAt } = owner;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : null;
  } catch {
    return null;
  }
}

function removeStoreFolder(folder: string): void {
  const link = join(folder, STORE_LINK);
  if (!existsSync(link)) return;
  rmSync(readlinkSync(link), { recursive: true, force: true });
  rmSync(link);
}

/** A Unix socket's path has at most 107 bytes, and PostgreSQL's lies three folders deeper. */
function base(): string {
  return tmpdir().length > 50 ? '/tmp' : tmpdir();
}
