/** A shell takes these as they are. */
const PLAIN = /^[\w@%+=:,./-]+$/;

const word = (text: string): string => (PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * A command of patronictl for a cluster, as a person types it into a shell, e.g. `patronictl restart demo --pending`; with
 * the group of an MPP cluster (`patroni/ctl.py: arg_cluster_name, option_citus_group`).
 */
export function patronictl(verb: string, scope: string, group: number | null, ...rest: readonly string[]): string {
  const groupWords = group === null ? [] : ['--group', String(group)];
  return ['patronictl', verb, word(scope), ...groupWords, ...rest.map(word)].join(' ');
}
