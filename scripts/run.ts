import { spawn, type ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { root } from './repository';

export interface Ran {
  /** The exit code; 128 and the signal's number where a signal ended it, as a shell has it. */
  readonly code: number;
  /** All that it printed, both streams in order, without colours. Empty where it was shown. */
  readonly output: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Let it print to this terminal at once instead of keeping it. */
  readonly show?: boolean;
  /** Arguments for Node itself. */
  readonly node?: readonly string[];
}

/** Runs a script of ours or of a package (a path in the repository) in a Node of its own, from the repository's folder. */
export async function runNode(script: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [...(options.node ?? []), script, ...args], {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: options.show === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => {
      output += part;
    });
  const code = await exitCode(child);
  return { code, output: stripVTControlCharacters(output) };
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/**
 * Waits for a child's end. A signal that comes meanwhile (Ctrl-C, a closed terminal, kill) is passed on, and what has not ended 5 s later
 * is killed, so that this process ends after its child and never before it.
 */
export function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const passOn = (signal: NodeJS.Signals): void => {
      child.kill(signal);
      timer ??= setTimeout(() => child.kill('SIGKILL'), 5000);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, passOn);
    const done = (): void => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, passOn);
    };
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('close', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal === null ? 0 : (signalNumbers[signal] ?? 0)));
    });
  });
}
