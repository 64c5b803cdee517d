import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Gives Chromium a turn in this process. A timer and not `setImmediate`: that one still runs in the same turn of Node's loop, and what
 * Chromium has to do (pass an answer on, start a process) waits for the turn's end.
 */
export const turn = (): Promise<void> => sleep(1);

/** Loads modules one after another, with a turn before each: loaded in one go, they hold up the window's files by all they take together. */
export async function loadInTurns(parts: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const load of parts) {
    await turn();
    await load();
  }
  await turn();
}
