import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PatroniCode } from '../lab/patroni-4';

/** A scope's nodes as Patroni's etcd client gives them. */
export interface PatroniScope {
  /** What its keys begin with, e.g. `/service/demo/`. */
  readonly path: string;
  readonly nodes: readonly {
    readonly key: string;
    readonly value: string;
    readonly mod_revision: string;
    readonly lease: string | null;
  }[];
}

/** What one round took, and how many slots it came to. */
export interface Round {
  readonly seconds: number;
  /** Of processor time. */
  readonly cpuSeconds: number;
  readonly slots: number;
}

/** Patroni's own modules in a process of their own, with a fleet to build clusters from. */
export class PatroniModel {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    process.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.#errors = `${this.#errors}${text}`.slice(-4000)));
    process.stdin.on('error', () => undefined);
  }

  /** Starts Python with this Patroni and gives it the fleet. Throws with what Python said where it cannot be. */
  static async start(code: PatroniCode, fleet: readonly PatroniScope[]): Promise<PatroniModel> {
    const script = fileURLToPath(new URL('model-patroni.py', import.meta.url));
    const path = code.pythonPath === null ? {} : { PYTHONPATH: code.pythonPath };
    const model = new PatroniModel(
      spawn('/usr/bin/python3', ['-B', script], { env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...path } }),
    );
    const { version } = JSON.parse(await model.#line()) as { version: string };
    if (version !== code.version) throw new Error(`Python loaded Patroni ${version}, not ${code.version}`);
    model.#process.stdin.write(`${JSON.stringify(fleet)}\n`);
    return model;
  }

  /** Builds the clusters of these scopes, by their places in the fleet; all of them for none. */
  async build(places: readonly number[] = []): Promise<Round> {
    this.#process.stdin.write(`${JSON.stringify(places)}\n`);
    return JSON.parse(await this.#line()) as Round;
  }

  stop(): void {
    this.#process.stdin.end();
  }

  async #line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`Python ended: ${this.#errors}`);
    return next.value;
  }
}
