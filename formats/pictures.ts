import { ClusterBuilder } from '../app/cluster/build-cluster';
import type { Cluster } from '../app/cluster/cluster';
import { memberRows } from '../app/cluster/member-row';
import type { StoreNode } from '../app/dcs/node';
import type { ReadableStore, StoreSnapshot } from '../app/dcs/store';
import type { Picture } from '../app/snapshot/picture';
import { compareText } from '../app/text';
import { bytesInput } from '../main/snapshot/input';
import { openInputs } from '../main/snapshot/open-inputs';

export type File = readonly [name: string, content: string];

/** What Herdscope makes of files that were opened together: one picture. */
export async function opened(...files: readonly File[]): Promise<Picture> {
  const inputs = files.map(([name, content]) => bytesInput(name, Buffer.from(content), null));
  const found = await openInputs(inputs, new Date().toISOString());
  if (!found.ok) throw new Error(found.error);
  const [first, second] = found.value.pictures;
  if (first === undefined || second !== undefined)
    throw new Error(`${found.value.pictures.length} pictures: ${found.value.problems.join(' ')}`);
  return first.picture;
}

/** What a tool printed, and the keys as the live connection had them at that moment: the same before and after it ran. */
export async function atOneMoment<T>(
  store: ReadableStore,
  run: () => Promise<T>,
): Promise<{ readonly live: StoreSnapshot; readonly printed: T }> {
  for (let turn = 0; turn < 60; turn += 1) {
    const before = await read(store);
    const printed = await run();
    const after = await read(store);
    if (JSON.stringify(before.nodes) === JSON.stringify(after.nodes)) return { live: after, printed };
  }
  throw new Error('the keys never stood still for as long as the tool ran');
}

export async function read(store: ReadableStore): Promise<StoreSnapshot> {
  const snapshot = await store.snapshot('/service/');
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  return snapshot.value;
}

export const byKey = (nodes: readonly StoreNode[]): readonly StoreNode[] =>
  [...nodes].sort((a, b) => compareText(a.key, b.key));

/** Keys and values alone, for a format that tells no more. */
export const values = (nodes: readonly StoreNode[]): readonly (readonly [string, string])[] =>
  byKey(nodes).map(({ key, value }) => [key, value]);

/** The cluster `demo` of these keys. */
export function clusterOf(nodes: readonly StoreNode[]): Cluster {
  const own = nodes.filter(({ key }) => /^\/(?:service\/)?demo\//.test(key));
  const namespace = own[0]?.key.startsWith('/service/') === true ? '/service' : '/';
  const { groups } = new ClusterBuilder(namespace).build(new Map(own.map((node) => [node.key, node])));
  const [first] = groups;
  if (first === undefined) throw new Error('no cluster');
  return first.cluster;
}

/** Who is there, in which part and state, where and on which timeline. */
export const seen = (cluster: Cluster): readonly (readonly unknown[])[] =>
  memberRows(cluster).map(({ name, role, state, host, port, timeline }) => [name, role, state, host, port, timeline]);
