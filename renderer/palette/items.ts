import { parseKey } from '../../app/dcs/keys';
import type { Finding } from '../../app/findings/finding';
import type { MenuCommand } from '../../app/ipc/contract';
import type { ClusterDetail } from '../../app/ipc/detail';
import { changeSettings, editConnection, retryConnection, runCommand } from '../commands';
import { copyText } from '../components/copy-button';
import type { Mark } from '../components/state-mark';
import { statusWord, storeWords } from '../shell/connection-words';
import { fleetRows } from '../shell/fleet-rows';
import { keysOf, tabOrder } from '../shortcuts';
import { detailStore } from '../stores/detail';
import { fleetStore } from '../stores/fleet';
import { sessionStore } from '../stores/session';
import { openCluster, openKey, openTab, toast } from '../stores/ui';
import type { Candidate } from './rank';
import { showMember } from './show-member';

/** Something that the palette finds. */
export interface PaletteItem extends Candidate {
  readonly mark: Mark | null;
  readonly keys: readonly string[] | null;
  readonly run: () => void;
}

/** All that can be found now: as the stores are when the palette opens, so that nothing moves while it is read. */
export function paletteItems(): readonly PaletteItem[] {
  const { state } = detailStore.getState();
  const detail = state.kind === 'shown' ? state.detail : null;
  return [
    ...fleetItems(),
    ...(detail === null ? [] : [...findingItems(detail), ...keyItems(detail)]),
    ...connectionItems(),
    ...(detail === null ? [] : clusterCommands(detail)),
    ...commandItems(),
  ];
}

type Rest = Partial<Pick<PaletteItem, 'aside' | 'mark' | 'keys' | 'shownFirst'>>;

function item(
  section: PaletteItem['section'],
  id: string,
  title: string,
  run: () => void,
  { aside = '', mark = null, keys = null, shownFirst = false }: Rest = {},
): PaletteItem {
  return { id: `${section} ${id}`, section, title, aside, mark, keys, shownFirst, run };
}

/** Clusters in the order of the fleet list, the sick first, and their members. */
function fleetItems(): readonly PaletteItem[] {
  const { connections, summaries } = fleetStore.getState();
  const names = new Map(connections.map(({ id, name }) => [id, name]));
  const clusters: PaletteItem[] = [];
  const members: PaletteItem[] = [];
  for (const row of fleetRows(connections, summaries, '')) {
    const summary = row.kind === 'cluster' ? summaries.get(row.clusterId) : undefined;
    if (summary === undefined) continue;
    const { id, scope, verdict, leader, memberNames } = summary;
    const connection = names.get(summary.connectionId) ?? '';
    // As in the fleet list: what is only worth knowing does not make a cluster less healthy.
    const mark = verdict.severity === 'info' ? 'ok' : verdict.severity;
    const words = mark === 'ok' ? connection : `${verdict.words} · ${connection}`;
    clusters.push(item('clusters', id, scope, () => openCluster(id), { aside: words, mark, shownFirst: true }));
    for (const name of memberNames) {
      const aside = `${name === leader ? 'leader of ' : ''}${scope} · ${connection}`;
      members.push(item('members', `${id} ${name}`, name, () => showMember(id, null, name), { aside }));
    }
  }
  return [...clusters, ...members];
}

function findingItems({ id, scope, findings }: ClusterDetail): readonly PaletteItem[] {
  return findings.map((finding) =>
    item('findings', `${id} ${finding.id}`, finding.title, () => showFinding(id, finding), {
      aside: scope,
      mark: finding.severity,
    }),
  );
}

function showFinding(clusterId: string, { subject, group }: Finding): void {
  switch (subject.kind) {
    case 'key':
      openKey(subject.key);
      return;
    case 'member':
      showMember(clusterId, { group }, subject.name);
      return;
    case 'cluster':
      openTab('overview');
  }
}

function keyItems({ id, scope, connectionId, keys }: ClusterDetail): readonly PaletteItem[] {
  const connection = fleetStore.getState().connections.find((each) => each.id === connectionId);
  const namespace = connection?.settings?.namespace ?? '/service';
  return keys.map(({ key }) => {
    const path = parseKey(namespace, key);
    const group = path === null || path.group === null ? '' : `${path.group}/`;
    const title = path === null ? key : `${group}${path.relative}`;
    return item('keys', `${id} ${key}`, title, () => openKey(key), { aside: `key of ${scope}` });
  });
}

const statusMarks = { connecting: 'unknown', live: 'ok', lost: 'warning' } as const;

function connectionItems(): readonly PaletteItem[] {
  return fleetStore.getState().connections.flatMap((connection) => {
    const { id, name, kind, status, settings } = connection;
    const aside = `${storeWords[kind]} · ${statusWord(status, Date.now())}`;
    const mark = statusMarks[status.kind];
    const edit = item('connections', id, `Edit ${name}…`, () => editConnection(connection), { aside, mark });
    const retry = item('connections', `retry ${id}`, `Try ${name} again now`, () => retryConnection(id), {
      aside,
      mark,
      shownFirst: true,
    });
    return [...(settings === null ? [] : [edit]), ...(status.kind === 'lost' ? [retry] : [])];
  });
}

function clusterCommands({ scope, groups }: ClusterDetail): readonly PaletteItem[] {
  const cluster = groups[0]?.cluster;
  const leader = cluster?.leader?.member.name ?? null;
  const system = cluster?.initialize ?? null;
  const copy = (text: string) => () => {
    void copyText(text).then((done) => {
      if (done) toast(`Copied: ${text}`);
    });
  };
  return [
    ...tabOrder.map(({ tab, label }, index) =>
      item('commands', `tab ${tab}`, `Go to ${label}`, () => openTab(tab), {
        aside: scope,
        keys: [String(index + 1)],
        shownFirst: true,
      }),
    ),
    ...(leader === null
      ? []
      : [item('commands', 'copy leader', 'Copy the leader’s name', copy(leader), { aside: leader, shownFirst: true })]),
    ...(system === null || system === ''
      ? []
      : [
          item('commands', 'copy system', 'Copy the system identifier', copy(system), {
            aside: system,
            shownFirst: true,
          }),
        ]),
  ];
}

const commandTitles: Readonly<Record<Exclude<MenuCommand, 'palette'>, string>> = {
  'add-connection': 'Add a connection…',
  'import-connection': 'Import a connection from patroni.yml…',
  find: 'Search the fleet list',
  'next-cluster': 'Next cluster',
  'previous-cluster': 'Previous cluster',
  settings: 'Settings…',
  shortcuts: 'Keyboard shortcuts',
};

function commandItems(): readonly PaletteItem[] {
  const { settings } = sessionStore.getState();
  const named = (Object.keys(commandTitles) as (keyof typeof commandTitles)[]).map((command) =>
    item('commands', command, commandTitles[command], () => runCommand(command), {
      keys: keysOf(command),
      shownFirst: true,
    }),
  );
  const themes = [
    ['dark', 'Dark theme'],
    ['light', 'Light theme'],
    ['system', 'Theme as the system'],
  ] as const;
  return [
    ...named,
    ...themes
      .filter(([theme]) => theme !== settings.theme)
      .map(([theme, title]) =>
        item('commands', `theme ${theme}`, title, () => void changeSettings({ theme }), { aside: 'settings' }),
      ),
    item(
      'commands',
      'notifications',
      settings.notifications ? 'Turn notifications off' : 'Turn notifications on',
      () => void changeSettings({ notifications: !settings.notifications }),
      { aside: 'settings' },
    ),
    item(
      'commands',
      'practice',
      settings.practice ? 'Hide the practice herd' : 'Show the practice herd',
      () => void changeSettings({ practice: !settings.practice }),
      { aside: 'settings' },
    ),
  ];
}
