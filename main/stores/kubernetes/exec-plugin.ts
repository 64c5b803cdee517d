import { createHash } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';

// A kubeconfig can name a program that gives the credentials
// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). It is run only after the
// person allowed this very command: see docs/decisions/0013-a-kubeconfigs-program-is-run-when-it-was-allowed.md.

export const execSchema = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
  interactiveMode: z.string().nullish(),
});
export type ExecPlugin = z.infer<typeof execSchema>;

/** What would be run, in one line: what its environment is given, the program and its arguments. */
export function pluginLine({ command, args, env }: ExecPlugin): string {
  const words = [...(env ?? []).map(({ name, value }) => `${name}=${value}`), command, ...(args ?? [])];
  return words
    .map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** The same, with the program as it is found: a path that is relative starts at the kubeconfig's folder, a bare name is of `PATH`. */
export function located(plugin: ExecPlugin, folder: string): ExecPlugin {
  const { command } = plugin;
  return isAbsolute(command) || !/[\\/]/.test(command) ? plugin : { ...plugin, command: resolve(folder, command) };
}

/** Tells one command from every other: program, arguments and environment, each in its place. */
export function pluginId({ command, args, env }: ExecPlugin): string {
  const exact = JSON.stringify([command, args ?? [], (env ?? []).map(({ name, value }) => [name, value])]);
  return createHash('sha256').update(exact).digest('hex');
}
