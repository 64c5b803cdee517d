import type { Member } from '../cluster/member';
import { compareText } from '../text';
import type { ClusterDetail, DetailPatch, GroupDetail, GroupPatch } from './detail';
import * as Cluster from '../cluster/cluster';

/**
 * The detail after a patch. What the patch does not name keeps its identity. A patch sets whole parts, so one that is
 * applied twice does no harm.
 */
export function applyPatch(detail: ClusterDetail, patch: DetailPatch): ClusterDetail {
  return {
    ...detail,
    groups: applyGroups(detail.groups, patch),
    keys: replace(detail.keys, patch.keysSet, patch.keysRemoved, ({ key }) => key),
    ...(patch.findings === undefined ? {} : { findings: patch.findings }),
    ...(patch.sessions === undefined ? {} : { sessions: patch.sessions }),
  };
}

function applyGroups(before: readonly GroupDetail[], patch: DetailPatch): readonly GroupDetail[] {
  if (patch.groups.length === 0 && patch.groupsRemoved.length === 0) return before;
  const groups = new Map(before.map((group) => [group.group, group]));
  for (const group of patch.groupsRemoved) groups.delete(group);
  for (const change of patch.groups) groups.set(change.group, applyGroup(groups.get(change.group), change));
  return [...groups.values()].sort((a, b) => (a.group ?? -1) - (b.group ?? -1));
}

function applyGroup(
  before: GroupDetail | undefined,
  { group, parts, membersSet, membersRemoved }: GroupPatch,
): GroupDetail {
  const cluster = before?.cluster ?? Cluster.empty;
  const members = replace<Member>(cluster.members, membersSet, membersRemoved, ({ name }) => name);
  return { group, cluster: { ...cluster, ...parts, members } };
}

/** The list in the order of its names, with some set and some removed; the same list when there are none of either. */
function replace<T>(
  before: readonly T[],
  set: readonly T[],
  removed: readonly string[],
  nameOf: (item: T) => string,
): readonly T[] {
  if (set.length === 0 && removed.length === 0) return before;
  const items = new Map(before.map((item) => [nameOf(item), item]));
  let inOrder = true;
  for (const name of removed) items.delete(name);
  for (const item of set) {
    const name = nameOf(item);
    inOrder &&= items.has(name);
    items.set(name, item);
  }
  const after = [...items.values()];
  return inOrder ? after : after.sort((a, b) => compareText(nameOf(a), nameOf(b)));
}
