import { assertNever } from '../app/assert-never';
import type { ConnectionView, MenuCommand, Settings } from '../app/ipc/contract';
import { bridge, request } from './bridge';
import { neighbourOf } from './shell/shown-order';
import { type ShortcutAction, shortcutFor } from './shortcuts';
import { fleetStore } from './stores/fleet';
import { leave } from './stores/leave-guard';
import { sessionStore, settingsChanged } from './stores/session';
import { openCluster, openOverlay, openTab, type Overlay, setSidebarOpen, toast, uiStore } from './stores/ui';

// The one place where a command's name becomes an act, whether the native menu, the keyboard or the palette asks.

/** The id of the fleet list's search field. */
export const SEARCH_ID = 'fleet-search';

/** Shows a dialog in place of the one that is open; a form with something typed in asks first. */
export function showOverlay(overlay: Overlay): void {
  leave(() => openOverlay(overlay));
}

/** Asks main to try a lost connection again at once. */
export function retryConnection(id: string): void {
  void request('connection.retry', { id }).then((answer) => {
    if (!answer.ok) toast(answer.error.message, 'critical');
  });
}

/** Takes a picture out of a file out of the window. */
export function closeSnapshot(id: string): void {
  const { clusterId } = uiStore.getState();
  if (clusterId !== null && fleetStore.getState().summaries.get(clusterId)?.connectionId === id) openCluster(null);
  void request('snapshot.close', { id }).then((answer) => {
    if (!answer.ok) toast(answer.error.message, 'critical');
  });
}

/** Changes settings and shows them as main then has them; says so when main refuses. */
export async function changeSettings(part: Partial<Settings>): Promise<void> {
  const answer = await request('settings.update', part);
  if (answer.ok) settingsChanged(answer.value);
  else toast(answer.error.message, 'critical');
}

/** Goes one cluster down or up the list as it is shown, round its end. */
export function stepCluster(step: 1 | -1): void {
  const next = neighbourOf(uiStore.getState().clusterId, step);
  if (next !== null) openCluster(next);
}

/** Opens the form of a connection that can be edited. */
export function editConnection(connection: ConnectionView): void {
  showOverlay({ kind: 'connection', id: connection.id });
}

function find(): void {
  leave(() => {
    openOverlay({ kind: 'none' });
    setSidebarOpen(true);
    // The drawer of a narrow window takes focus only once it is out.
    requestAnimationFrame(() => {
      const field = document.getElementById(SEARCH_ID);
      field?.focus();
      if (field instanceof HTMLInputElement) field.select();
    });
  });
}

/** Runs a command of the menu. */
export function runCommand(command: MenuCommand): void {
  switch (command) {
    case 'palette':
    case 'settings':
    case 'shortcuts':
      showOverlay({ kind: command });
      return;
    case 'add-connection':
      showOverlay({ kind: 'connection', id: null });
      return;
    case 'import-connection':
      showOverlay({ kind: 'import' });
      return;
    case 'open-snapshot':
      showOverlay({ kind: 'open-snapshot' });
      return;
    case 'export-snapshot':
      showOverlay({ kind: 'export-snapshot', clusterId: uiStore.getState().clusterId });
      return;
    case 'report': {
      const { clusterId } = uiStore.getState();
      if (clusterId === null) toast('Choose a cluster first: a report is of one.');
      else showOverlay({ kind: 'report', clusterId });
      return;
    }
    case 'find':
      find();
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

function runShortcut(action: ShortcutAction): void {
  if (action.kind === 'tab') openTab(action.tab);
  else if (action.command === 'palette' && uiStore.getState().overlay.kind === 'palette') openOverlay({ kind: 'none' });
  else runCommand(action.command);
}

/** Whether a shortcut counts while a dialog lies over the window: what it would change is behind it. */
function countsOver(overlay: Overlay, action: ShortcutAction): boolean {
  if (overlay.kind === 'none') return true;
  return action.kind === 'command' && !['next-cluster', 'previous-cluster', 'find'].includes(action.command);
}

const TEXT_FIELDS = 'textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button])';

function hear(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const target = event.target instanceof Element ? event.target : null;
  const action = shortcutFor(
    {
      key: event.key,
      ctrl: event.ctrlKey,
      meta: event.metaKey,
      alt: event.altKey,
      shift: event.shiftKey,
      inText: target?.closest(TEXT_FIELDS) != null,
    },
    sessionStore.getState().platform === 'darwin',
  );
  if (action === null) return;
  // The native menu has the same keys: what is decided here must not run there again.
  event.preventDefault();
  if (countsOver(uiStore.getState().overlay, action)) runShortcut(action);
}

/** Follows the native menu's commands and the keyboard's. The answer ends it. */
export function followCommands(): () => void {
  const stop = bridge().on('menu', (command) => {
    if (countsOver(uiStore.getState().overlay, { kind: 'command', command })) runCommand(command);
  });
  // React Aria's dialogs keep key presses to themselves; the capturing phase comes before them.
  window.addEventListener('keydown', hear, true);
  return () => {
    stop();
    window.removeEventListener('keydown', hear, true);
  };
}
