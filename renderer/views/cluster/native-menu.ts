import * as Clusters from '../../../app/cluster/cluster';
import type { BeginningKind } from '../../../app/ipc/beginnings';
import { isWaiting } from '../../../app/operations/record';
import { bridge, request } from '../../bridge';
import { detailStore } from '../../stores/detail';
import { fleetStore } from '../../stores/fleet';
import { operationsStore } from '../../stores/operations';
import { timeStore } from '../../stores/time';
import { uiStore } from '../../stores/ui';
import { begin, beginnings } from './begin-operation';
import { mainGroup } from './main-group';

// The operations of the native menu: main is told which of them can be begun, and the window begins what was chosen there.

/** What can be begun on the cluster that is shown: the same as its header offers. */
export function possibleNow(): readonly BeginningKind[] {
  const { state } = detailStore.getState();
  if (state.kind !== 'shown' || uiStore.getState().clusterId !== state.id || timeStore.getState().atMs !== null)
    return [];
  const { id, detail } = state;
  const group = mainGroup(detail.groups);
  const connection = fleetStore.getState().connections.find((one) => one.id === detail.connectionId);
  if (group === null || connection?.operable !== true) return [];
  const { wizards, views } = operationsStore.getState();
  const followed = views.get(wizards.get(id)?.operationId ?? '');
  if (followed?.outcome === null && !isWaiting(followed.record)) return [];
  const change = Clusters.leaderName(group.cluster) === null ? 'failover' : 'switchover';
  return [change, ...beginnings(group).map(({ kind }) => kind)];
}

/** Keeps the native menu's operations as they can be begun. The answer ends it. */
export function followNativeMenu(): () => void {
  let told = '';
  const tell = (): void => {
    const kinds = [...possibleNow()];
    if (kinds.join() === told) return;
    told = kinds.join();
    void request('menu.beginnings', { kinds });
  };
  const stops = [
    ...[detailStore, fleetStore, operationsStore, timeStore, uiStore].map((store) => store.subscribe(tell)),
    bridge().on('begin', (kind) => {
      const { clusterId, overlay } = uiStore.getState();
      // What lies over the cluster comes first; and what was possible may not be any more.
      if (clusterId !== null && overlay.kind === 'none' && possibleNow().includes(kind)) begin(clusterId, kind);
    }),
  ];
  tell();
  return () => {
    for (const stop of stops) stop();
  };
}
