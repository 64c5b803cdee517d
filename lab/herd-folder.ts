import { existsSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, endProcessesNow, isAlive, processId, type ProcessId } from './processes';

const PREFIX = 'herdscope-lab-';
const OWNER = 'owner.json';

/** Makes the folder of a new herd: `members/`, `logs/` and who owns it. In the temporary folder, where the user `postgres` can reach it. */
export async function makeHerdFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(folder, OWNER), JSON.stringify(processId(process.pid)));
  await mkdir(join(folder, 'members'));
  await mkdir(join(folder, 'logs'));
  await chmod(folder, 0o755);
  await chmod(join(folder, 'members'), 0o755);
  return folder;
}

/** Ends every process of the herd in `folder` and removes the folder; its `logs/` stay when they are worth reading. */
export async function clearHerdFolder(folder: string, options: { readonly keepLogs: boolean }): Promise<void> {
  await endProcesses(folder);
  if (options.keepLogs) await rm(join(folder, 'members'), { recursive: true, force: true });
  else await rm(folder, { recursive: true, force: true });
}

/** The same at once, when this process exits. */
export function clearHerdFolderNow(folder: string): void {
  endProcessesNow(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** Ends and removes what herds left behind whose owner was killed and could not. */
export async function clearAbandonedHerds(say: (line: string) => void): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    const owner = name.startsWith(PREFIX) ? ownerOf(folder) : null;
    if (owner === null || isAlive(owner)) continue;
    if (existsSync(join(folder, 'members'))) say(`clearing what an earlier lab left in ${folder}`);
    await clearHerdFolder(folder, { keepLogs: false });
  }
}

/** Null where it cannot be read: another user's, or one that is just being made. */
function ownerOf(folder: string): ProcessId | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(join(folder, OWNER), 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('startedAt' in owner)) return null;
    const { pid, startedAt } = owner;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : null;
  } catch {
    return null;
  }
}
