import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Json } from '../app/json';
import type { PatroniCode } from '../lab/patroni-4';
import type { Question } from './question';

/** Patroni's own modules in a process of their own, which lives as long as it is asked. */
export class Oracle {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string | null) => void)[] = [];
  #errors = '';

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    process.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.#errors = `${this.#errors}${text}`.slice(-4000)));
    const lines = createInterface({ input: process.stdout });
    lines.on('line', (line) => this.#waiting.shift()?.(line));
    lines.on('close', () => {
      for (const answer of this.#waiting.splice(0)) answer(null);
    });
    process.stdin.on('error', () => undefined);
  }

  /** Starts it and waits until Patroni is loaded. Throws with what Python said where it cannot be. */
  static async start(code: PatroniCode): Promise<Oracle> {
    const script = fileURLToPath(new URL('oracle.py', import.meta.url));
    const env = {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      ...(code.pythonPath === null ? {} : { PYTHONPATH: code.pythonPath }),
    };
    const oracle = new Oracle(spawn('/usr/bin/python3', ['-B', script], { env }));
    const hello = await oracle.#line();
    const { version } = JSON.parse(hello) as { version: string };
    if (version !== code.version) throw new Error(`Python loaded Patroni ${version}, not ${code.version}`);
    return oracle;
  }

  /** What Patroni says to each question. Several calls may wait at once; they are answered in their order. */
  async ask(questions: readonly Question[]): Promise<readonly Json[]> {
    const line = this.#line();
    this.#process.stdin.write(`${JSON.stringify(questions)}\n`);
    return JSON.parse(await line) as readonly Json[];
  }

  stop(): void {
    this.#process.stdin.end();
  }

  async #line(): Promise<string> {
    const line = await new Promise<string | null>((resolve) => this.#waiting.push(resolve));
    if (line === null) throw new Error(`the oracle ended: ${this.#errors}`);
    return line;
  }
}
