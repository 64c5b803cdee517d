import { ensureElectron } from '../scripts/electron';

/** The Electron that the benchmarks run, ours and the bare window alike. Throws with what to do when there is none. */
export async function findExecutable(): Promise<string> {
  const electron = await ensureElectron((line) => console.error(`  ${line}`));
  if (!electron.ok) throw new Error(electron.error);
  return electron.value.executable;
}
