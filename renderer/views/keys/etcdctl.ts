import type { Etcd3Settings } from '../../../app/ipc/connections/etcd';

/** The command that reads a key with etcd's own tool. It never holds a password: `--user` asks for it. */
export function etcdctlGet(settings: Etcd3Settings, key: string): string {
  const { endpoints, caFile, certFile, keyFile, username } = settings;
  const options: readonly (readonly [name: string, value: string | null])[] = [
    ['--endpoints', endpoints.join(',')],
    ['--cacert', caFile],
    ['--cert', certFile],
    ['--key', keyFile],
    ['--user', username],
  ];
  const given = options.flatMap(([name, value]) => (value === null ? [] : [quoted(`${name}=${value}`)]));
  return ['etcdctl', ...given, 'get', '--', quoted(key)].join(' ');
}

/** A word of a POSIX shell's command line, in quotes where the shell would read it in another way. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
