import { execFileSync } from 'node:child_process';

/** Who runs PostgreSQL and Patroni: PostgreSQL refuses to run as root. */
export interface DatabaseUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** `postgres` when this process is root, else whoever runs it. Throws when root and there is no such user. */
export function databaseUser(): DatabaseUser {
  const own = process.getuid?.() ?? 0;
  const who = own === 0 ? 'postgres' : String(own);
  const entry = execFileSync('getent', ['passwd', who], { encoding: 'utf8' }).trim();
  const [name = '', , uid = '', gid = ''] = entry.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

/**
 * The command line that runs a program as that user, under the same process number, and has the kernel end it (SIGTERM) when the process that
 * started it dies, however that dies.
 */
export function asDatabaseUser(user: DatabaseUser, command: readonly string[]): readonly string[] {
  const change =
    process.getuid?.() === 0
      ? [`--reuid=${String(user.uid)}`, `--regid=${String(user.gid)}`, '--init-groups', '--no-new-privs']
      : [];
  return ['setpriv', ...change, '--pdeathsig', 'TERM', '--', ...command];
}

/** This process's environment without what would configure PostgreSQL, Patroni, etcd or Python. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|PATRONI|ETCD|PYTHON|DCS_URL|NODE_)/.test(name));
  return { ...Object.fromEntries(own), LC_ALL: 'C.UTF-8', ...more };
}
