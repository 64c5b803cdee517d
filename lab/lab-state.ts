import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isAlive } from './processes';

/** What `up` leaves for the commands after it. */
const schema = z.object({
  /** The process that holds the herd, in whose hands all actions are. */
  keeper: z.object({ pid: z.number().int(), startedAt: z.string() }),
  /** The herd's folder; null until it is made. */
  folder: z.string().nullable(),
});

export type LabState = z.infer<typeof schema>;

const folder = join(dirname(fileURLToPath(import.meta.url)), '../.cache/lab');
const file = join(folder, 'lab.json');

/** What the keeper prints when something goes wrong. */
export const keeperLog = join(folder, 'keeper.log');

/** The lab of this work tree, as its keeper wrote it down; null when none is up or was left. */
export function readLab(): LabState | null {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Writes it down, for the first time only when no other keeper has: false then. */
export function writeLab(state: LabState, options: { readonly first: boolean }): boolean {
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(file, JSON.stringify(state), { flag: options.first ? 'wx' : 'w' });
    return true;
  } catch (error) {
    if (options.first && error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

export function removeLab(): void {
  rmSync(file, { force: true });
}

/** The Unix socket on which the keeper of the herd in this folder listens. */
export function socketIn(herdFolder: string): string {
  return join(herdFolder, 'keeper.sock');
}

/** Whether the lab's keeper still runs. */
export function isKept(state: LabState): boolean {
  return isAlive(state.keeper);
}

/** The folder for what belongs to the lab of this work tree, made when it was not there. */
export function labFolder(): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
