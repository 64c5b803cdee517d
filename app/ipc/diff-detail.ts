import type { Cluster } from '../cluster/cluster';
import * as emptyCluster from '../cluster/cluster';
import type { ClusterDetail, DetailPatch, GroupDetail, GroupPatch } from './detail';
import { sameData } from '../same-data';

/**
 * What changed from one detail of a cluster to the next. Mostly decided by identity, as the builder keeps the objects of
 * what did not change; where identity differs the data decide.
 */
export function diffDetail(before: ClusterDetail, after: ClusterDetail): DetailPatch {
  const groupsBefore = new Map(before.groups.map((group) => [group.group, group]));
  const groupsAfter = new Set(after.groups.map(({ group }) => group));
  const keys = diffList(before.keys, after.keys, ({ key }) => key);
  return {
    id: after.id,
    groups: after.groups
      .filter((group) => !sameData(groupsBefore.get(group.group), group))
      .map((group) => diffGroup(groupsBefore.get(group.group), group)),
    groupsRemoved: [...groupsBefore.keys()].filter((group) => !groupsAfter.has(group)),
    keysSet: keys.set,
    keysRemoved: keys.removed,
    ...(sameData(before.findings, after.findings) ? {} : { findings: after.findings }),
    ...(sameData(before.sessions, after.sessions) ? {} : { sessions: after.sessions }),
  };
}

/** Whether a patch changes nothing, so that it need not be sent. */
export function isEmptyPatch(patch: DetailPatch): boolean {
  const lists = [patch.groups, patch.groupsRemoved, patch.keysSet, patch.keysRemoved];
  return lists.every(({ length }) => length === 0) && patch.findings === undefined && patch.sessions === undefined;
}

function diffGroup(before: GroupDetail | undefined, { group, cluster }: GroupDetail): GroupPatch {
  const old: Cluster = before?.cluster ?? emptyCluster.empty;
  const members = diffList(old.members, cluster.members, ({ name }) => name);
  const parts = Object.fromEntries(
    Object.entries(cluster).filter(
      ([part, value]) => part !== 'members' && part !== 'workers' && !sameData(old[part as keyof Cluster], value),
    ),
  ) as GroupPatch['parts'];
  return { group, parts, membersSet: members.set, membersRemoved: members.removed };
}

function diffList<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (item: T) => string,
): { readonly set: readonly T[]; readonly removed: readonly string[] } {
  if (before === after) return { set: [], removed: [] };
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const set = after.filter((item) => !sameData(old.get(nameOf(item)), item));
  for (const item of after) old.delete(nameOf(item));
  return { set, removed: [...old.keys()] };
}
