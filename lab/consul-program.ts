import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { aptOptions } from './patroni-4';

const run = promisify(execFile);
const kept = join(dirname(fileURLToPath(import.meta.url)), '../.cache/consul/1.8.7/consul');

/**
 * The program `consul` 1.8.7: what is kept below the repository's `.cache/consul`, else out of Debian bullseye's package, from the machine's own
 * Debian mirror and checked with Debian's keys. Throws with the command to run where it cannot be had.
 */
export async function consulProgram(say: (line: string) => void = () => undefined): Promise<string> {
  if (existsSync(kept)) return kept;
  say('fetching Consul from Debian bullseye');
  const work = await mkdtemp(join(tmpdir(), 'herdscope-apt-'));
  try {
    const options = await aptOptions(work, 'bullseye');
    await run('apt-get', ['-q', 'update', ...options], { cwd: work });
    await run('apt-get', ['-q', 'download', 'consul', ...options], { cwd: work });
    const deb = (await readdir(work)).find((name) => name.startsWith('consul_') && name.endsWith('.deb'));
    if (deb === undefined) throw new Error('apt-get downloaded no package');
    await run('dpkg', ['-x', join(work, deb), join(work, 'x')]);
    await mkdir(dirname(kept), { recursive: true });
    // Whole or not at all: another one may look for it, or put it there, at the same time.
    const partial = `${kept}.${randomUUID()}`;
    await cp(join(work, 'x/usr/bin/consul'), partial);
    await rename(partial, kept);
    return kept;
  } catch (error) {
    const why = error instanceof Error ? error.message.trim() : String(error);
    throw new Error(
      `Consul could not be had: ${why}\nPut the program of Debian bullseye's package there: dpkg -x consul_1.8.7*.deb x && install -D x/usr/bin/consul ${kept}`,
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
