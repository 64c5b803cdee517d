import * as Clusters from '../../../app/cluster/cluster';
import * as Failover from '../../../app/cluster/failover';
import * as GlobalConfig from '../../../app/cluster/global-config';
import * as Member from '../../../app/cluster/member';
import type { GroupDetail } from '../../../app/ipc/detail';
import type { Intent } from '../../../app/operations/intent';
import { isWaiting } from '../../../app/operations/record';
import { detailStore } from '../../stores/detail';
import { openWizard, operationsStore } from '../../stores/operations';
import { mainGroup } from './main-group';

/** What can be begun on a cluster, in the order of the menu. */
export interface Beginning {
  readonly kind: Intent['kind'];
  readonly label: string;
}

/** What makes sense on a group as it is now. */
export function beginnings({ cluster }: GroupDetail): readonly Beginning[] {
  const { failover, members } = cluster;
  const isScheduled = failover?.scheduledAt != null && !Failover.isEmpty(failover);
  const paused = GlobalConfig.isPaused(cluster.config);
  const restarts = members.some((member) => Member.scheduledRestart(member) !== null);
  return [
    ...(isScheduled ? [{ kind: 'cancel-switchover', label: 'Cancel the scheduled switchover…' } as const] : []),
    paused ? { kind: 'resume', label: 'Resume…' } : { kind: 'pause', label: 'Pause…' },
    { kind: 'restart', label: 'Restart…' },
    ...(restarts ? [{ kind: 'cancel-restart', label: 'Cancel a scheduled restart…' } as const] : []),
    { kind: 'reload', label: 'Reload…' },
    { kind: 'reinitialize', label: 'Reinitialize a member…' },
    { kind: 'edit-config', label: 'Edit the configuration…' },
    { kind: 'remove-cluster', label: 'Remove the cluster…' },
  ];
}

/** Opens the wizard of a cluster that is shown: a switchover from its leader, or a failover where nobody leads. */
export function beginSwitchover(clusterId: string): void {
  const main = shown(clusterId);
  if (main === null) return;
  const leader = Clusters.leaderName(main.cluster);
  const { group } = main;
  const state = wizardState(clusterId);
  const isRunning = state === 'running' || state === 'waiting';
  const is = operationsStore.getState().wizards.get(clusterId)?.intent.kind;
  const isKept = isRunning || is === 'switchover' || is === 'failover';
  openWizard(
    clusterId,
    leader === null
      ? { kind: 'failover', group, candidate: '' }
      : { kind: 'switchover', group, leader, candidate: null, scheduledAt: null },
    state === 'over' || !isKept,
  );
}

/** Opens the wizard for another operation; what is only prepared makes room for it. */
export function begin(clusterId: string, kind: Intent['kind'], members: readonly string[] = []): void {
  const main = shown(clusterId);
  if (main === null) return;
  if (kind === 'switchover' || kind === 'failover') beginSwitchover(clusterId);
  else openWizard(clusterId, intentOf(kind, main, members), wizardState(clusterId) !== 'running');
}

function intentOf(
  kind: Exclude<Intent['kind'], 'switchover' | 'failover'>,
  { group, cluster }: GroupDetail,
  members: readonly string[],
): Intent {
  switch (kind) {
    case 'restart':
      return { kind, group, members, scheduledAt: null, onlyPending: false };
    case 'cancel-restart': {
      const scheduled = cluster.members.filter((member) => Member.scheduledRestart(member) !== null);
      return { kind, group, members: scheduled.map(({ name }) => name) };
    }
    case 'reload':
      return { kind, group, members: members.length > 0 ? members : cluster.members.map(({ name }) => name) };
    case 'reinitialize':
      return { kind, group, members: members.slice(0, 1), fromLeader: false };
    case 'edit-config':
      return {
        kind,
        group,
        text: JSON.stringify(cluster.config?.data ?? {}, null, 2),
        revision: cluster.config?.version ?? '0',
      };
    case 'cancel-switchover':
    case 'pause':
    case 'resume':
    case 'remove-cluster':
      return { kind, group };
  }
}

function shown(clusterId: string): GroupDetail | null {
  const { state } = detailStore.getState();
  return state.kind === 'shown' && state.id === clusterId ? mainGroup(state.detail.groups) : null;
}

/** Whether the cluster's wizard prepares something, waits for its time, follows it, or shows what has ended. */
function wizardState(clusterId: string): 'none' | 'preparing' | 'waiting' | 'running' | 'over' {
  const { wizards, views } = operationsStore.getState();
  const wizard = wizards.get(clusterId);
  if (wizard === undefined) return 'none';
  if (wizard.operationId === null) return 'preparing';
  const view = views.get(wizard.operationId);
  if (view?.outcome !== null) return 'over';
  return isWaiting(view.record) ? 'waiting' : 'running';
}
