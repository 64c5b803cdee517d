import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '../../settings/replace-file';
import { type ExecPlugin, pluginId, pluginLine } from './exec-plugin';

const fileSchema = z.array(z.object({ id: z.string(), line: z.string() }));

/**
 * The programs of kubeconfigs that the person allowed to be run, each by its exact command, arguments and environment, in a file of
 * Herdscope's own. One can be allowed only after a kubeconfig asked for it in this run. Only digests of them are kept with the program's
 * name: an argument may be a secret.
 */
export class AllowedPlugins {
  readonly #asked = new Map<string, ExecPlugin>();

  constructor(private readonly file: string) {}

  isAllowed(plugin: ExecPlugin): boolean {
    return this.#read().some(({ id }) => id === pluginId(plugin));
  }

  /** A kubeconfig asks for it; what a person is shown of it. */
  ask(plugin: ExecPlugin): { readonly id: string; readonly line: string } {
    const id = pluginId(plugin);
    this.#asked.set(id, plugin);
    return { id, line: pluginLine(plugin) };
  }

  /** The command that was asked for under this id; null when none was. */
  lineOf(id: string): string | null {
    const plugin = this.#asked.get(id);
    return plugin === undefined ? null : pluginLine(plugin);
  }

  /** Allows one that was asked for; the answer is a sentence when it cannot be. */
  allow(id: string): string | null {
    const plugin = this.#asked.get(id);
    if (plugin === undefined) return 'No kubeconfig asked for this program since Herdscope started. Test it again.';
    if (this.isAllowed(plugin)) return null;
    try {
      replaceFile(this.file, `${JSON.stringify([...this.#read(), { id, line: plugin.command }], null, 2)}\n`);
    } catch (error) {
      return `It cannot be kept in ${this.file}: ${error instanceof Error ? error.message : String(error)}`;
    }
    return null;
  }

  /** What cannot be read allows nothing. */
  #read(): z.infer<typeof fileSchema> {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch {
      return [];
    }
  }
}
