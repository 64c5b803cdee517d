import { type DetailState, detailStore } from '../stores/detail';
import { openCluster, openTab, selectMember, uiStore } from '../stores/ui';

/**
 * Shows a member of a cluster: at once when the cluster is open, otherwise as soon as it is. The fleet list does not say
 * which MPP group a member is in: without `where` it is the first group that has one of that name.
 */
export function showMember(clusterId: string, where: { readonly group: number | null } | null, name: string): void {
  openCluster(clusterId);
  openTab('overview');
  if (pick(detailStore.getState().state)) return;
  const stop = detailStore.subscribe(({ state }) => {
    if (pick(state) || uiStore.getState().clusterId !== clusterId) stop();
  });

  /** True when there is nothing left to wait for. */
  function pick(state: DetailState): boolean {
    if (state.kind === 'none' || state.kind === 'loading' || state.id !== clusterId) return false;
    if (state.kind !== 'shown') return true;
    const group = state.detail.groups.find(
      (each) =>
        (where === null || each.group === where.group) && each.cluster.members.some((member) => member.name === name),
    );
    if (group) selectMember({ group: group.group, name });
    return true;
  }
}
