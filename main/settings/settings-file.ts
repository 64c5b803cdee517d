import { readFileSync, renameSync } from 'node:fs';
import { z } from 'zod';
import {
  connectionSettingsSchema,
  settingsSchema,
  type ConnectionSettings,
  type Settings,
} from '../../app/ipc/contract';
import { replaceFile } from './replace-file';

/** What the settings file holds. No secret is among it. */
export interface Kept {
  readonly settings: Settings;
  readonly connections: readonly ConnectionSettings[];
}

const firstSettings: Settings = { theme: 'system', notifications: true, practice: true };

const fileSchema = z.object({
  version: z.literal(1),
  settings: settingsSchema,
  connections: z.array(connectionSettingsSchema).max(1000),
});

/**
 * The settings file: read once, checked, and replaced whole at each change. One that cannot be understood is kept aside
 * under another name, so that nothing that a person entered is lost, and the program starts with its first settings.
 */
export class SettingsFile {
  #kept: Kept = { settings: firstSettings, connections: [] };
  /** False after a file that is there but could not be read or put aside: it must not be written over. */
  #mayWrite = true;
  /** Sentences for the person about how the file was found. */
  readonly notices: readonly string[];

  /** Reads the file at `path`; `now` names the copy of a broken one. Never throws. */
  constructor(
    readonly path: string,
    now: () => Date = () => new Date(),
  ) {
    this.notices = this.#read(now);
  }

  get kept(): Kept {
    return this.#kept;
  }

  /**
   * Keeps what is different from now on. In this run it holds in any case; the answer is a sentence when it could not be
   * written, null when it was.
   */
  change(change: Partial<Kept>): string | null {
    this.#kept = { ...this.#kept, ...change };
    if (!this.#mayWrite) return `Settings hold for this run only: ${this.path} could not be read and is left as it is.`;
    try {
      replaceFile(this.path, `${JSON.stringify({ version: 1, ...this.#kept }, null, 2)}\n`);
      return null;
    } catch (error) {
      return `Settings hold for this run only: ${this.path} could not be written (${reason(error)}).`;
    }
  }

  #read(now: () => Date): readonly string[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return [];
      this.#mayWrite = false;
      return [
        `The settings file ${this.path} could not be read (${reason(error)}). Herdscope started with its first settings and leaves the file as it is.`,
      ];
    }
    const problem = this.#parse(text);
    return problem === null ? [] : [this.#putAside(problem, now)];
  }

  #parse(text: string): string | null {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return 'is not JSON';
    }
    const parsed = fileSchema.safeParse(value);
    if (parsed.success) {
      this.#kept = { settings: parsed.data.settings, connections: parsed.data.connections };
      return null;
    }
    const place = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    return place === '' ? 'is not what Herdscope writes' : `is not what Herdscope writes, at ${place}`;
  }

  #putAside(problem: string, now: () => Date): string {
    const aside = `${this.path}.broken-${now().toISOString().replaceAll(':', '-')}`;
    try {
      renameSync(this.path, aside);
      return `The settings file ${problem}. It was kept as ${aside}, and Herdscope started with its first settings.`;
    } catch (error) {
      this.#mayWrite = false;
      return `The settings file ${this.path} ${problem}, and could not be put aside (${reason(error)}). Herdscope started with its first settings and leaves the file as it is.`;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
