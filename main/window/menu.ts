import type { MenuItemConstructorOptions } from 'electron';
import { type BeginningKind, beginningKinds, beginningLabels } from '../../app/ipc/beginnings';
import type { MenuCommand, Settings } from '../../app/ipc/contract';

export interface MenuActions {
  /** To the window. */
  command(command: MenuCommand): void;
  /** Begins an operation on the cluster that is shown. */
  begin(kind: BeginningKind): void;
  change(settings: Partial<Settings>): void;
  /** Opens the folder with the log file. */
  showLog(): void;
}

type Items = MenuItemConstructorOptions[];

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** The native menu as each platform has it. `development` adds what only who works on the program needs. */
export function menuTemplate(
  platform: NodeJS.Platform,
  settings: Settings,
  actions: MenuActions,
  development: boolean,
  possible: readonly BeginningKind[],
): Items {
  const mac = platform === 'darwin';
  const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => {
      actions.command(command);
    },
  });
  const settingsItem = item('Settings…', 'settings', 'CmdOrCtrl+,');

  const app: Items = [
    { role: 'about' },
    separator,
    settingsItem,
    separator,
    { role: 'services' },
    separator,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    separator,
    { role: 'quit' },
  ];
  const file: Items = [
    item('Add Connection…', 'add-connection', 'CmdOrCtrl+N'),
    item('Import Connection…', 'import-connection', 'CmdOrCtrl+I'),
    separator,
    item('Open Snapshot…', 'open-snapshot', 'CmdOrCtrl+O'),
    item('Export Snapshot…', 'export-snapshot', 'CmdOrCtrl+E'),
    item('Save Report…', 'report', 'CmdOrCtrl+P'),
    separator,
    ...(mac ? [] : [settingsItem, separator]),
    mac ? { role: 'close' } : { role: 'quit' },
  ];
  const edit: Items = [
    { role: 'undo' },
    { role: 'redo' },
    separator,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
    separator,
    item('Find Cluster', 'find', 'CmdOrCtrl+F'),
  ];
  const view: Items = [
    item('Find Anything…', 'palette', 'CmdOrCtrl+K'),
    separator,
    item('Next Cluster', 'next-cluster', 'Alt+Down'),
    item('Previous Cluster', 'previous-cluster', 'Alt+Up'),
    separator,
    { label: 'Theme', submenu: themes(settings, actions) },
    {
      label: 'Notifications',
      type: 'checkbox',
      checked: settings.notifications,
      click: () => {
        actions.change({ notifications: !settings.notifications });
      },
    },
    {
      label: 'Practice Herd',
      type: 'checkbox',
      checked: settings.practice,
      click: () => {
        actions.change({ practice: !settings.practice });
      },
    },
    separator,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    // The key without Shift on most keyboards.
    { role: 'zoomIn', accelerator: 'CmdOrCtrl+=', visible: false, acceleratorWorksWhenHidden: true },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
    ...(development ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
  ];
  const cluster: Items = beginningKinds.flatMap((kind): Items => [
    ...(['pause', 'restart', 'edit-config', 'remove-cluster'].includes(kind) ? [separator] : []),
    {
      id: beginningId(kind),
      label: beginningLabels[kind],
      enabled: possible.includes(kind),
      click: () => {
        actions.begin(kind);
      },
    },
  ]);
  const window: Items = mac
    ? [{ role: 'minimize' }, { role: 'zoom' }, separator, { role: 'front' }]
    : [{ role: 'minimize' }, { role: 'close' }];
  const help: Items = [
    item('Keyboard Shortcuts', 'shortcuts', 'F1'),
    {
      label: 'Show Log File',
      click: () => {
        actions.showLog();
      },
    },
    ...(mac ? [] : [separator, { role: 'about' } as const]),
  ];
  return [
    ...(mac ? [{ role: 'appMenu', submenu: app } as const] : []),
    { label: mac ? 'File' : '&File', submenu: file },
    { label: mac ? 'Edit' : '&Edit', submenu: edit },
    { label: mac ? 'View' : '&View', submenu: view },
    { label: mac ? 'Cluster' : '&Cluster', submenu: cluster },
    { role: 'windowMenu', label: mac ? 'Window' : '&Window', submenu: window },
    { role: 'help', label: mac ? 'Help' : '&Help', submenu: help },
  ];
}

/** By what the menu's entry of an operation is found. */
export const beginningId = (kind: BeginningKind): string => `begin-${kind}`;

function themes(settings: Settings, actions: MenuActions): Items {
  const choices: readonly (readonly [theme: Settings['theme'], label: string])[] = [
    ['system', 'Like the System'],
    ['dark', 'Dark'],
    ['light', 'Light'],
  ];
  return choices.map(([theme, label]) => ({
    label,
    type: 'radio',
    checked: settings.theme === theme,
    click: () => {
      actions.change({ theme });
    },
  }));
}
