import { isCluster, parseKey } from '../../app/dcs/keys';

/** How many Patroni clusters these keys of a namespace make. */
export function countClusters(namespace: string, keys: Iterable<string>): number {
  const relatives = new Map<string, string[]>();
  for (const key of keys) {
    const path = parseKey(namespace, key);
    if (path === null) continue;
    const of = relatives.get(path.scope);
    if (of === undefined) relatives.set(path.scope, [path.relative]);
    else of.push(path.relative);
  }
  let count = 0;
  for (const of of relatives.values()) if (isCluster(of)) count++;
  return count;
}
