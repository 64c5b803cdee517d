import type { GroupDetail } from '../../../app/ipc/detail';

/** The plain cluster, or the coordinator of an MPP cluster. */
export function mainGroup(groups: readonly GroupDetail[]): GroupDetail | null {
  return groups.find((g) => g.group === null) ?? groups.find((g) => g.group === 0) ?? groups[0] ?? null;
}
