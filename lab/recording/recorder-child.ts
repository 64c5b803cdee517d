import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Recording } from '../../main/recorder/recording';

/** The recorder in a process of its own. */
export class RecorderChild {
  /** What it said about its writing; null: it goes on. */
  readonly troubles: (string | null)[] = [];
  readonly #child: ChildProcess;

  constructor(
    endpoint: string,
    namespace: string,
    private readonly folder: string,
  ) {
    const script = fileURLToPath(new URL('recorder-process.ts', import.meta.url));
    this.#child = spawn(process.execPath, ['--import', 'tsx', script, endpoint, namespace, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (this.#child.stdout !== null)
      createInterface(this.#child.stdout).on('line', (line) => {
        const { trouble } = JSON.parse(line) as { readonly trouble: string | null };
        this.troubles.push(trouble);
      });
  }

  /** Resolves when so much is on the disk; throws after a minute. */
  async reached(revision: string): Promise<void> {
    await until(`revision ${revision} to be recorded`, async () => {
      const last = await new Recording(this.folder).at(Date.now());
      return last !== null && BigInt(last.revision) >= BigInt(revision);
    });
  }

  /** Ends it at once, as a crash would. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Lets it write what it has, and close the segment. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}

/** Looks again and again; throws after a minute. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited a minute for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
