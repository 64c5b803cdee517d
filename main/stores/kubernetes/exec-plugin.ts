import { z } from 'zod';

// A kubeconfig can name a program that gives the credentials. It is not run, only told of
// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).

export const execSchema = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
});
export type ExecPlugin = z.infer<typeof execSchema>;

/** What would be run, in one line: what its environment is given, the program and its arguments. */
export function pluginLine({ command, args, env }: ExecPlugin): string {
  const words = [...(env ?? []).map(({ name, value }) => `${name}=${value}`), command, ...(args ?? [])];
  return words
    .map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
