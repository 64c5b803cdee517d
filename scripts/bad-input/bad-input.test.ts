import { fork } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../repository';
import { badFiles } from './files';

interface Told {
  readonly results: readonly { readonly name: string; readonly said: string }[];
  readonly isPolluted: boolean;
  readonly peakMegabytes: number;
}

describe('files that are no good', () => {
  it('each get a sentence, and none takes more memory than half a gigabyte', async () => {
    // In a process of its own: only there its memory is what the files took.
    const child = fork(join(root, 'scripts/bad-input/cli.ts'), [], {
      execArgv: ['--expose-gc', '--import', 'tsx'],
      cwd: root,
    });
    const told = await new Promise<Told>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Told));
      child.once('exit', (code) => reject(new Error(`it ended with ${String(code)}`)));
    });
    expect(told.results).toHaveLength(badFiles.length);
    for (const [i, { name, said }] of told.results.entries())
      expect(`${name}: ${said}`).toMatch(badFiles[i]?.said ?? /opened/);
    expect(told.isPolluted).toBe(false);
    expect(told.peakMegabytes).toBeLessThan(768);
  }, 300_000);
});
