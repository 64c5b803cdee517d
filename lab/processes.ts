import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A process as it cannot be mistaken for a later one that got the same number. */
export interface ProcessId {
  readonly pid: number;
  /** When it was started, in clock ticks since boot (`man 5 proc`, field 22 of `stat`). */
  readonly startedAt: string;
}

/** A process of a lab. */
export interface LabProcess extends ProcessId {
  readonly parent: number;
  readonly program: string;
  readonly commandLine: readonly string[];
}

/** After this a PostgreSQL that was asked to end at once is killed. */
const PATIENCE_MS = 3000;

/** The process with this number as it is now; null when there is none. */
export function processId(pid: number): ProcessId | null {
  const stat = statOf(pid);
  return stat === null ? null : { pid, startedAt: stat.startedAt };
}

/** Whether exactly this process still runs; one that ended and was not yet collected by its parent does not. */
export function isAlive(id: ProcessId): boolean {
  const stat = statOf(id.pid);
  return stat !== null && stat.startedAt === id.startedAt && stat.state !== 'Z';
}

/**
 * Every process that a lab in `folder` started, and theirs: etcd, Java, Python or PostgreSQL programs that work in the folder or were started on a
 * file in it. A contributor's shell, `tail` or `psql` there is none of them.
 */
export function processesOf(folder: string): readonly LabProcess[] {
  const found: LabProcess[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const pid = Number(entry);
    const program = link(pid, 'exe');
    if (program === null || !isLabProgram(program)) continue;
    const commandLine = argumentsOf(pid);
    const isOurs = isWithin(folder, link(pid, 'cwd') ?? '') || commandLine.some((word) => isWithin(folder, word));
    const stat = statOf(pid);
    if (!isOurs || stat === null || stat.state === 'Z') continue;
    found.push({ pid, startedAt: stat.startedAt, parent: stat.parent, program, commandLine });
  }
  return found;
}

/** Ends all of `processesOf(folder)` and waits until they are gone. */
export async function endProcesses(folder: string): Promise<void> {
  const killAfter = Date.now() + PATIENCE_MS;
  while (askToEnd(folder, Date.now() > killAfter)) await delay(20);
  removeSharedMemory(folder);
}

/** The same while the event loop no longer turns: when this process exits. */
export function endProcessesNow(folder: string): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const killAfter = Date.now() + PATIENCE_MS;
  while (askToEnd(folder, Date.now() > killAfter)) Atomics.wait(sleeper, 0, 0, 20);
  removeSharedMemory(folder);
}

/** Sends a signal, unless the process is gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended a moment ago: what was wanted.
  }
}

/**
 * One round; true while there is something left. Patroni is killed, since it would start PostgreSQL again and takes seconds to go. PostgreSQL
 * is asked for an immediate shutdown, since a killed one leaves shared memory behind.
 */
function askToEnd(folder: string, kill: boolean): boolean {
  const left = processesOf(folder);
  const servers = new Set(left.filter(isPostgres).map((p) => p.pid));
  for (const one of left) {
    if (kill || !isPostgres(one)) signal(one.pid, 'SIGKILL');
    else if (!servers.has(one.parent)) signal(one.pid, 'SIGQUIT');
    // One that was stopped to make it lag does not hear its server otherwise.
    else signal(one.pid, 'SIGCONT');
  }
  return left.length > 0;
}

/** PostgreSQL's interlock segment outlives a server that was killed; its `postmaster.pid` says in line 7 which it is. */
function removeSharedMemory(folder: string): void {
  const members = join(folder, 'members');
  for (const name of existsSync(members) ? readdirSync(members) : []) {
    const file = readOrNull(join(members, name, 'data/postmaster.pid'));
    const segment = /^\s*\d+\s+(\d+)\s*$/.exec(file?.split('\n')[6] ?? '')?.[1];
    if (segment !== undefined) spawnSync('ipcrm', ['-m', segment], { stdio: 'ignore' });
  }
}

function isPostgres(one: LabProcess): boolean {
  return basename(one.program) === 'postgres';
}

function isLabProgram(program: string): boolean {
  const name = basename(program);
  if (name === 'etcd' || name === 'java' || /^python[\d.]*$/.test(name)) return true;
  return program.startsWith('/usr/lib/postgresql/') && name !== 'psql';
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function statOf(pid: number): { readonly state: string; readonly parent: number; readonly startedAt: string } | null {
  const text = readOrNull(`/proc/${String(pid)}/stat`);
  if (text === null) return null;
  // The program's name, in brackets, may hold spaces and brackets: fields are counted from behind the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), startedAt: fields[19] ?? '' };
}

function argumentsOf(pid: number): readonly string[] {
  return (readOrNull(`/proc/${String(pid)}/cmdline`) ?? '').split('\0').filter((word) => word !== '');
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function link(pid: number, name: 'cwd' | 'exe'): string | null {
  try {
    // A program that was replaced on disk (an upgrade) still runs; the kernel marks its path.
    return readlinkSync(`/proc/${String(pid)}/${name}`).replace(/ \(deleted\)$/, '');
  } catch {
    return null;
  }
}
