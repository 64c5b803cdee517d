import { resolve } from 'node:path';

/** What the program was started with. */
export interface CommandLine {
  /** `--user-data=DIR`: where settings, secrets and the log are kept; null for the system's usual place. */
  readonly userData: string | null;
  /** `--connect=URL`, as often as given: connections for this run (see `connections/url/connect-url.ts`). */
  readonly connect: readonly string[];
  /** Files to open: absolute paths. */
  readonly files: readonly string[];
}

/**
 * Reads the options and files out of the program's own arguments (`--name=value` or `--name value`). What it does not know
 * is Chromium's and left alone. `withApp` is for a program that is not packaged: its first argument without a dash is the program itself.
 */
export function readCommandLine(args: readonly string[], folder: string, withApp = false): CommandLine {
  const values = (name: string): string[] =>
    args.flatMap((arg, index) => {
      if (arg.startsWith(`${name}=`)) return [arg.slice(name.length + 1)];
      const next = args[index + 1];
      return arg === name && next !== undefined && !next.startsWith('-') ? [next] : [];
    });
  const userData = values('--user-data')
    .filter((value) => value !== '')
    .at(-1);
  const bare = args.filter((arg, index) => {
    const before = args[index - 1];
    return arg !== '' && !arg.startsWith('-') && before !== '--user-data' && before !== '--connect';
  });
  return {
    userData: userData === undefined ? null : resolve(folder, userData),
    connect: values('--connect'),
    files: bare.slice(withApp ? 1 : 0).map((file) => resolve(folder, file)),
  };
}
