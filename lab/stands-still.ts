import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a process that was sent SIGSTOP stands still: a thread that runs at that moment goes on for a little, and an answer may still leave. */
export async function standsStill(pid: number): Promise<void> {
  while (process.platform === 'linux' && (await isMoving(pid))) await sleep(2);
}

/** Whether a thread of a process is not stopped. Linux only. */
async function isMoving(pid: number): Promise<boolean> {
  const folder = `/proc/${String(pid)}/task`;
  const threads = await readdir(folder).catch(() => []);
  const states = await Promise.all(
    threads.map(async (thread) => readFile(join(folder, thread, 'stat'), 'utf8').catch(() => '')),
  );
  // The state is the first letter after the name, which is in brackets.
  return states.some((stat) => stat !== '' && !/\) [TtZ]/.test(stat));
}
