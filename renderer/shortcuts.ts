import type { MenuCommand } from '../app/ipc/contract';
import type { ClusterTab } from './stores/ui';

/** The pages of a cluster in the order of their keys 1, 2, … */
export const tabOrder: readonly { readonly tab: ClusterTab; readonly label: string }[] = [
  { tab: 'overview', label: 'Overview' },
  { tab: 'slots', label: 'Slots' },
  { tab: 'history', label: 'History' },
  { tab: 'sync', label: 'Synchronisation' },
  { tab: 'forecast', label: 'Forecast' },
  { tab: 'config', label: 'Config' },
  { tab: 'keys', label: 'Keys' },
];

/** What a key press asks for. */
export type ShortcutAction =
  { readonly kind: 'command'; readonly command: MenuCommand } | { readonly kind: 'tab'; readonly tab: ClusterTab };

/** What of a key press counts. */
export interface KeyPress {
  /** As `KeyboardEvent.key`. */
  readonly key: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** Whether the press goes into a field that text is typed into. */
  readonly inText: boolean;
}

/** A shortcut as it is shown: `Mod` is Cmd on a Mac and Ctrl elsewhere; each inner list is one way to press it. */
export interface ShortcutWords {
  readonly keys: readonly (readonly string[])[];
  readonly does: string;
}

/** What a key press means, null for nothing. On a Mac the Cmd key takes Ctrl's part (`darwin`). */
export function shortcutFor(press: KeyPress, darwin: boolean): ShortcutAction | null {
  const mod = darwin ? press.meta && !press.ctrl : press.ctrl && !press.meta;
  const noMod = !press.ctrl && !press.meta;
  if (mod && !press.alt && !press.shift) {
    const command = modCommand(press.key.toLowerCase());
    if (command !== null) return { kind: 'command', command };
  }
  if (press.key === 'F1' && noMod && !press.alt && !press.shift) return { kind: 'command', command: 'shortcuts' };
  // What follows means something else where text is typed.
  if (press.inText) return null;
  const onlyMod = mod && !press.alt;
  const onlyAlt = press.alt && noMod;
  if ((onlyMod || onlyAlt) && !press.shift) {
    if (press.key === 'ArrowDown') return { kind: 'command', command: 'next-cluster' };
    if (press.key === 'ArrowUp') return { kind: 'command', command: 'previous-cluster' };
  }
  if (!noMod || press.alt) return null;
  if (press.key === '?') return { kind: 'command', command: 'shortcuts' };
  const tab = /^[1-9]$/.test(press.key) ? tabOrder[Number(press.key) - 1] : undefined;
  return tab === undefined ? null : { kind: 'tab', tab: tab.tab };
}

function modCommand(key: string): MenuCommand | null {
  switch (key) {
    case 'k':
      return 'palette';
    case 'f':
      return 'find';
    case 'n':
      return 'add-connection';
    case 'o':
      return 'open-snapshot';
    case 'e':
      return 'export-snapshot';
    case 'p':
      return 'report';
    case 'i':
      return 'import-connection';
    case ',':
      return 'settings';
    default:
      return null;
  }
}

/** How a command's shortcut is shown. */
export function keysOf(command: MenuCommand): readonly string[] {
  switch (command) {
    case 'palette':
      return ['Mod', 'K'];
    case 'find':
      return ['Mod', 'F'];
    case 'add-connection':
      return ['Mod', 'N'];
    case 'import-connection':
      return ['Mod', 'I'];
    case 'open-snapshot':
      return ['Mod', 'O'];
    case 'export-snapshot':
      return ['Mod', 'E'];
    case 'report':
      return ['Mod', 'P'];
    case 'settings':
      return ['Mod', ','];
    case 'shortcuts':
      return ['?'];
    case 'next-cluster':
      return ['Alt', '↓'];
    case 'previous-cluster':
      return ['Alt', '↑'];
  }
}

/** The name of a key on this platform's keyboards. */
export function keyName(key: string, darwin: boolean): string {
  if (key === 'Mod') return darwin ? '⌘' : 'Ctrl';
  return key === 'Alt' && darwin ? '⌥' : key;
}

/** All that the keyboard can do, by where it does it. */
export const shortcutGroups: readonly { readonly title: string; readonly shortcuts: readonly ShortcutWords[] }[] = [
  {
    title: 'Anywhere',
    shortcuts: [
      { keys: [['Mod', 'K']], does: 'Find anything: a cluster, a member, a key, a finding, a command' },
      { keys: [['Mod', 'F']], does: 'Search the fleet list' },
      { keys: [['Mod', 'N']], does: 'Add a connection' },
      { keys: [['Mod', 'I']], does: 'Import a connection from patroni.yml' },
      { keys: [['Mod', 'O']], does: 'Open a snapshot, or what was exported from a store' },
      { keys: [['Mod', 'E']], does: 'Export a snapshot' },
      { keys: [['Mod', 'P']], does: 'Save a report of the cluster' },
      { keys: [['Mod', ',']], does: 'Settings' },
      { keys: [['?'], ['F1']], does: 'This page' },
      { keys: [['Esc']], does: 'Close what lies over the window' },
      { keys: [['Tab']], does: 'Go to the next part of the window' },
    ],
  },
  {
    title: 'Clusters',
    shortcuts: [
      {
        keys: [
          ['Alt', '↓'],
          ['Mod', '↓'],
        ],
        does: 'The next cluster of the fleet list',
      },
      {
        keys: [
          ['Alt', '↑'],
          ['Mod', '↑'],
        ],
        does: 'The cluster before it',
      },
      ...tabOrder.map(({ label }, index) => ({ keys: [[String(index + 1)]], does: `${label} of the cluster` })),
    ],
  },
  {
    title: 'In a list, a table or the tree',
    shortcuts: [
      { keys: [['↑'], ['↓']], does: 'The row before, the row after' },
      { keys: [['Home'], ['End']], does: 'The first row, the last row' },
      { keys: [['Enter']], does: 'Open what is marked' },
    ],
  },
  {
    title: 'On the time bar',
    shortcuts: [
      { keys: [['←'], ['→']], does: 'A step back, a step on; Page Down and Page Up for ten' },
      {
        keys: [
          ['Mod', '←'],
          ['Mod', '→'],
        ],
        does: 'The event before, the event after',
      },
      { keys: [['Home'], ['End']], does: 'The beginning of the recording, now' },
      { keys: [['Space']], does: 'Play, pause' },
      { keys: [['+'], ['-']], does: 'Show a shorter time, a longer time' },
    ],
  },
  {
    title: 'In a form',
    shortcuts: [{ keys: [['Enter'], ['Mod', 'Enter']], does: 'Save; from a field of several lines only the second' }],
  },
];
