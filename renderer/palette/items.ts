import { MEMBER_FAULTS } from '../../app/practice/faults';
import { inject, practiceStore, rehearse } from '../stores/practice';
import { faultWords } from '../views/practice/fault-words';
import { parseKey } from '../../app/dcs/keys';
import type { Finding } from '../../app/findings/finding';
import { namespaceOf } from '../../app/ipc/connections/kinds';
import type { MenuCommand } from '../../app/ipc/contract';
import type { ClusterDetail } from '../../app/ipc/detail';
import { changeSettings, closeSnapshot, editConnection, showOverlay, retryConnection, runCommand } from '../commands';
import { copyText } from '../components/copy-button';
import type { Mark } from '../components/state-mark';
import { statusWord, storeWords } from '../shell/connection-words';
import { fleetRows } from '../shell/fleet-rows';
import { formatInstant } from '../lib/format';
import { keysOf, tabOrder } from '../shortcuts';
import { detailStore } from '../stores/detail';
import { fleetStore } from '../stores/fleet';
import { operationsStore, showOperation } from '../stores/operations';
import { sessionStore } from '../stores/session';
import { openCluster, openKey, openTab, toast } from '../stores/ui';
import { begin, beginnings, beginSwitchover } from '../views/cluster/begin-operation';
import { openLastIncident } from '../views/incident/open-incident';
import { mainGroup } from '../views/cluster/main-group';
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
    ...(detail === null ? [] : [...clusterCommands(detail), ...practiceItems(detail)]),
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
  const settings = connection?.settings ?? null;
  const namespace = connection?.picture?.namespace ?? (settings === null ? '/service' : namespaceOf(settings));
  return keys.map(({ key }) => {
    const path = parseKey(namespace, key);
    const group = path === null || path.group === null ? '' : `${path.group}/`;
    const title = path === null ? key : `${group}${path.relative}`;
    return item('keys', `${id} ${key}`, title, () => openKey(key), { aside: `key of ${scope}` });
  });
}

const statusMarks = { connecting: 'unknown', live: 'ok', lost: 'warning', 'as-of': 'unknown' } as const;

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
    const close = item('connections', `close ${id}`, `Close ${name}`, () => closeSnapshot(id), { aside, mark });
    if (kind === 'snapshot') return [close];
    return [...(settings === null ? [] : [edit]), ...(status.kind === 'lost' ? [retry] : [])];
  });
}

function clusterCommands(detail: ClusterDetail): readonly PaletteItem[] {
  const { id, scope, groups } = detail;
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
    ...operationItems(detail),
    item(
      'commands',
      'compare',
      'Compare with a snapshot or another cluster…',
      () => showOverlay({ kind: 'compare', clusterId: id }),
      {
        aside: scope,
        shownFirst: true,
      },
    ),
    item('commands', 'incident', 'Incident: what happened, in words, with logs and notes', () => openLastIncident(id), {
      aside: scope,
      shownFirst: true,
    }),
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

/** In the practice herd what can go wrong; of any other cluster the clone to rehearse on. */
function practiceItems({ connectionId, groups, id, scope }: ClusterDetail): readonly PaletteItem[] {
  const { connections } = fleetStore.getState();
  if (!connections.some((each) => each.kind === 'practice')) return [];
  const isPractice = connections.find((each) => each.id === connectionId)?.kind === 'practice';
  if (!isPractice) {
    const run = (): void => void rehearse(id);
    return [
      item('commands', 'rehearse', 'Rehearse on a clone in the practice herd', run, { aside: scope, shownFirst: true }),
    ];
  }
  const known = practiceStore.getState().faults;
  const { isStoreAway = false, groups: now = [] } = known?.clusterId === id ? known : {};
  const faultsOf = new Map(now.flatMap(({ members }) => members.map(({ faults, name }) => [name, faults] as const)));
  const names = [
    ...new Set([...groups.flatMap(({ cluster }) => cluster.members.map(({ name }) => name)), ...faultsOf.keys()]),
  ];
  return [
    item('commands', 'tab practice', 'Go to Practice', () => openTab('practice'), { aside: scope }),
    item(
      'commands',
      'store away',
      isStoreAway ? 'Practice: bring the store back' : 'Practice: take the store away',
      () => void inject(id, { kind: 'store', on: !isStoreAway }),
      { aside: scope },
    ),
    ...names.flatMap((member) =>
      MEMBER_FAULTS.map((fault) => {
        const on = !(faultsOf.get(member)?.includes(fault) ?? false);
        const title = `Practice: ${(on ? faultWords[fault].begin : faultWords[fault].end).toLowerCase()} ${member}`;
        const run = (): void => void inject(id, { kind: 'member', member, fault, on });
        return item('commands', `fault ${fault} ${member}`, title, run, { aside: scope });
      }),
    ),
  ];
}

/** What can be begun on the open cluster; each opens the wizard, which sends nothing before it is confirmed. */
function operationItems({ id, scope, groups, connectionId }: ClusterDetail): readonly PaletteItem[] {
  const main = mainGroup(groups);
  const connection = fleetStore.getState().connections.find((each) => each.id === connectionId);
  if (main === null || connection?.operable !== true) return [];
  const change = main.cluster.leader === null ? 'Failover…' : 'Switchover…';
  return [
    item('commands', 'switchover', change, () => beginSwitchover(id), { aside: scope, shownFirst: true }),
    ...beginnings(main).map(({ kind, label }) =>
      item('commands', `operation ${kind}`, label, () => begin(id, kind), { aside: scope }),
    ),
    ...[...operationsStore.getState().views.values()]
      .filter(({ record }) => record.clusterId === id)
      .sort((a, b) => (a.record.startedAt < b.record.startedAt ? 1 : -1))
      .slice(0, 20)
      .map((view) =>
        item('commands', `report ${view.record.id}`, `Report: ${view.record.plan.title}`, () => showOperation(view), {
          aside: formatInstant(view.record.startedAt, Date.now()),
        }),
      ),
  ];
}

const commandTitles: Readonly<Record<Exclude<MenuCommand, 'palette'>, string>> = {
  'add-connection': 'Add a connection…',
  'import-connection': 'Import a connection from patroni.yml…',
  'open-snapshot': 'Open a snapshot or an export of a store…',
  'export-snapshot': 'Export a snapshot…',
  report: 'Save a report of this cluster…',
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
