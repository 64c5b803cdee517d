import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Makes the folder a disk of its own that is soon full; null where that is not allowed (it takes root). */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk | null> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs', folder]);
    return new SmallDisk(folder, megabytes);
  } catch {
    return null;
  }
}

export class SmallDisk {
  constructor(
    private readonly folder: string,
    private readonly megabytes: number,
  ) {}

  /** Fills what is left of it. */
  async fill(): Promise<void> {
    await writeFile(join(this.folder, 'filler'), Buffer.alloc(this.megabytes * 1024 ** 2)).catch(() => undefined);
  }

  empty(): Promise<void> {
    return rm(join(this.folder, 'filler'), { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', ['-l', this.folder]);
  }
}
