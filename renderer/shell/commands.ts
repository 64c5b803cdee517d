import type { MenuCommand } from '../../app/ipc/contract';
import { assertNever } from '../../app/assert-never';
import { bridge, request } from '../bridge';
import { openCluster, openOverlay, setSidebarOpen, toast, uiStore } from '../stores/ui';
import { SEARCH_ID } from './sidebar';
import { neighbourOf } from './shown-order';

/** Asks main to try a lost connection again at once. */
export function retryConnection(id: string): void {
  void request('connection.retry', { id }).then((answer) => {
    if (!answer.ok) toast(answer.error.message, 'critical');
  });
}

/** Goes one cluster down or up the list as it is shown, round its end. */
export function stepCluster(step: 1 | -1): void {
  const next = neighbourOf(uiStore.getState().clusterId, step);
  if (next !== null) openCluster(next);
}

function run(command: MenuCommand): void {
  switch (command) {
    case 'palette':
    case 'settings':
    case 'shortcuts':
      openOverlay({ kind: command });
      return;
    case 'add-connection':
      openOverlay({ kind: 'connection', id: null });
      return;
    case 'import-connection':
      openOverlay({ kind: 'import' });
      return;
    case 'find':
      setSidebarOpen(true);
      requestAnimationFrame(() => document.getElementById(SEARCH_ID)?.focus());
      return;
    case 'next-cluster':
      stepCluster(1);
      return;
    case 'previous-cluster':
      stepCluster(-1);
      return;
    default:
      assertNever(command);
  }
}

/** Follows the native menu's commands. The answer ends it. */
export const followMenu = (): (() => void) => bridge().on('menu', run);
