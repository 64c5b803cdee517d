import { missing, notInstalled, type Purpose } from '../scripts/debian';

/**
 * Whether this machine can run a suite for real: `describe.runIf(await isAvailable('my suite', 'herd'))('…')`.
 * Where it cannot, prints what is skipped and why; with CI set it throws instead, since a check that ran nowhere proves nothing.
 */
export async function isAvailable(suite: string, ...purposes: readonly Purpose[]): Promise<boolean> {
  const why = await whyNot(...purposes);
  if (why === null) return true;
  if (isSet(process.env['CI'])) throw new Error(`${suite} cannot run: ${why}`);
  console.warn(`skipped ${suite}: ${why}`);
  return false;
}

/** Why the purposes cannot be served here, as a sentence; null when they can. */
export async function whyNot(...purposes: readonly Purpose[]): Promise<string | null> {
  if (process.platform !== 'linux') return `it needs Linux, and this is ${process.platform}`;
  if (missing(...purposes).length === 0) return null;
  return (await notInstalled(...purposes))?.message ?? null;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
