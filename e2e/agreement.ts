import type { Page } from '@playwright/test';
import type { Cluster } from '../app/cluster/cluster';
import { clusterAsJson } from '../app/cluster/cluster-as-json';
import { historyAsJson, listAsJson } from '../app/cluster/patronictl-json';
import { rulesOf } from '../app/cluster/rules-of';
import { slotMap } from '../app/slots/slot-map';
import type { Herd } from '../lab/herd';
import type { ListRow } from '../lab/patronictl';
import { expect } from './electron-app';
import { type ShownCell, shownHead, shownRows } from './members-shown';
import { askPatroni, modelOf, type PatroniSays } from './patroni-says';

export interface Situation {
  readonly herd: Herd;
  /** Shows the herd's cluster. */
  readonly page: Page;
  /** Throws while Patroni does not say that the herd is in the situation. */
  readonly when: (says: PatroniSays) => void;
  /** Permanent slots that nobody reads from. */
  readonly idle?: readonly string[];
}

/**
 * Waits until Patroni's own tools say that the herd is in a situation and everything that the window and the model say is what they say. In a
 * herd at rest that is one look; the store may move between two of the questions.
 */
export async function expectAgreement({ herd, page, when, idle = [] }: Situation): Promise<void> {
  await expect(async () => {
    const [says, cluster, rows, head] = await Promise.all([
      askPatroni(herd),
      modelOf(herd),
      shownRows(page),
      shownHead(page),
    ]);
    when(says);
    compareRows(rows, says);
    compareHead(head, says, herd);
    compareModel(cluster, says, herd);
    compareSlots(cluster, says, idle);
  }).toPass({ timeout: 90_000, intervals: [300] });
}

function compareRows(shown: ReadonlyMap<string, ReadonlyMap<string, ShownCell>>, { list, cluster }: PatroniSays): void {
  expect([...shown.keys()], 'members').toEqual(list.map((row) => row['Member']));
  for (const row of list) {
    const name = String(row['Member']);
    const cells = shown.get(name);
    const member = membersIn(cluster).find((one) => one['name'] === name) ?? {};
    const ours = Object.fromEntries([...(cells ?? [])].map(([column, { text }]) => [column, text]));
    expect(ours, name).toMatchObject({
      host: textOf(row['Host']) || '–',
      role: textOf(row['Role']),
      state: textOf(row['State']) || 'not known',
      timeline: textOf(row['TL']),
    });
    expect(cells?.get('tags')?.badges, `tags of ${name}`).toEqual(tagWords(row['Tags']));
    expect(ours['restart'] ?? '', `pending restart of ${name}`).toBe(restartWords(row));
    expect(restartShown(cells?.get('scheduledRestart')), `scheduled restart of ${name}`).toEqual(
      restartSaid(row['Scheduled restart']),
    );
    comparePositions(cells, row, member);
  }
}

/** Lags are shown in bytes: they are what `GET /cluster` says, and in whole MB what patronictl prints. */
function comparePositions(
  cells: ReadonlyMap<string, ShownCell> | undefined,
  row: ListRow,
  member: Readonly<Record<string, unknown>>,
): void {
  const name = String(row['Member']);
  const receive = bytesShown(cells?.get('receiveLag'));
  const replay = bytesShown(cells?.get('replayLag'));
  if ('lag' in member && !('lsn' in member)) {
    // Before 4.1 there is one lag, and Patroni does not print the position.
    expect(replay, `lag of ${name}`).toBe(known(member['lag']));
    expect(megabytes(replay), `lag of ${name} in MB`).toBe(known(row['Lag in MB']));
    expect(receive, `receive lag of ${name}`).toBe('');
    return;
  }
  expect([cells?.get('receive')?.text, cells?.get('replay')?.text], `positions of ${name}`).toEqual([
    known(row['Receive LSN']),
    known(row['Replay LSN']),
  ]);
  expect([receive, replay], `lag of ${name} in bytes`).toEqual([
    known(member['receive_lag']),
    known(member['replay_lag']),
  ]);
  expect([receive, replay].map(megabytes), `lag of ${name} in MB`).toEqual([
    known(row['Receive Lag']),
    known(row['Replay Lag']),
  ]);
}

function compareHead(head: Awaited<ReturnType<typeof shownHead>>, { list, printed }: PatroniSays, herd: Herd): void {
  const leader = list.find((row) => /leader/i.test(String(row['Role'])));
  expect(head.scope).toBe(herd.scope);
  expect(head.facts.get('leader')?.text, 'leader').toBe(leader?.['Member'] ?? 'none');
  if (leader !== undefined) expect(head.facts.get('timeline')?.text, 'timeline').toBe(textOf(leader['TL']));
  const system = /Cluster: \S+ \((\d+)\)/.exec(printed)?.[1];
  if (system !== undefined) expect(head.facts.get('system')?.text, 'system identifier').toBe(system);
  expect(head.badges.includes('paused'), 'paused').toBe(/Maintenance mode: on/.test(printed));
  const [, at, from, to] = /Switchover scheduled at: (\S+)(?:\n\s*from: (\S+))?(?:\n\s*to: (\S+))?/.exec(printed) ?? [];
  const switchover = head.facts.get('switchover');
  expect(switchover !== undefined, 'a scheduled switchover').toBe(at !== undefined);
  if (switchover === undefined || at === undefined) return;
  expect(switchover.text).toContain(`${from ?? 'any'} → ${to ?? 'the best'}, at `);
  expect(switchover.hint).toContain(utc(at));
}

function compareModel(cluster: Cluster, says: PatroniSays, herd: Herd): void {
  const rules = rulesOf(cluster);
  expect(rules.version, 'the version whose rules apply').toBe(herd.patroni.version);
  const asked = { scope: herd.scope, extended: true, citus: false, group: null };
  expect(listAsJson(cluster, asked, rules), 'patronictl list -e -f json').toEqual(says.list);
  expect(historyAsJson(cluster.history), 'patronictl history -f json').toEqual(says.history);
  // The server adds its own scope from 4.0 on.
  const { scope = herd.scope, ...answer } = says.cluster;
  expect(scope).toBe(herd.scope);
  expect(clusterAsJson(cluster, rules), 'GET /cluster').toEqual(answer);
}

function compareSlots(cluster: Cluster, { slots }: PatroniSays, idle: readonly string[]): void {
  const { rows, columns } = slotMap(cluster);
  const expected = rows.map(({ member, cells }) => [
    member,
    cells
      .flatMap((cell, at) => {
        const name = columns[at]?.name ?? '';
        if (cell.kind === 'unexpected') return [`${name}|unexpected`];
        if (cell.kind !== 'expected') return [];
        return [line(name, cell.slot.type, cell.slot.expectedActive === true && !idle.includes(name))];
      })
      .sort(),
  ]);
  // Before 4.0 Patroni does not say which slots should be in use.
  const tells = rows.some(({ cells }) =>
    cells.some((cell) => cell.kind === 'expected' && cell.slot.expectedActive !== null),
  );
  const found = [...slots].map(([member, lines]) => [
    member,
    lines.map((found) => (tells ? found : found.replace(/\|[tf]$/, '|f'))).sort(),
  ]);
  expect(Object.fromEntries(expected), 'slots').toEqual(Object.fromEntries(found));
}

const line = (name: string, type: string, active: boolean): string => `${name}|${type}|${active ? 't' : 'f'}`;

function membersIn(cluster: PatroniSays['cluster']): readonly Readonly<Record<string, unknown>>[] {
  const members: unknown = cluster['members'];
  if (!Array.isArray(members)) return [];
  return members.filter((one): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null);
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** What patronictl prints where something is not known, or not for this member, is an empty cell. */
const known = (value: unknown): unknown => (value === undefined || value === null || value === 'unknown' ? '' : value);

function bytesShown(cell: ShownCell | undefined): number | '' {
  const exact = /^([\d,]+) bytes? behind/.exec(cell?.hint ?? '')?.[1];
  return exact === undefined ? '' : Number(exact.replaceAll(',', ''));
}

/** As Python rounds: halves to the even number. */
function megabytes(bytes: number | ''): number | '' {
  if (bytes === '') return '';
  const whole = Math.floor(bytes / 1024 / 1024);
  const rest = bytes / 1024 / 1024 - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}

function tagWords(tags: unknown): readonly string[] {
  if (typeof tags !== 'object' || tags === null) return [];
  return Object.entries(tags).map(([name, value]) => (value === true ? name : `${name} ${String(value)}`));
}

function restartWords(row: ListRow): string {
  if (row['Pending restart'] !== '*') return '';
  const reasons = textOf(row['Pending restart reason']);
  if (reasons === '') return 'pending';
  return reasons
    .split('\n')
    .map((reason) => reason.replace(': ', ' ').replace('->', ' → '))
    .join(', ');
}

function restartSaid(value: unknown): { readonly at: string; readonly below: string } | null {
  const [, at, below = ''] = /^(\S+)(?: if version < (\S+))?$/.exec(textOf(value)) ?? [];
  return at === undefined ? null : { at: utc(at), below };
}

function restartShown(cell: ShownCell | undefined): { readonly at: string; readonly below: string } | null {
  if (cell === undefined || cell.text === '') return null;
  const [, at = cell.hint] = /^(\S+ \S+ UTC)$/m.exec(cell.hint) ?? [];
  return { at, below: /older than ([\d.]*\d)/.exec(cell.hint)?.[1] ?? '' };
}

/** An instant as the window's hovers say it in UTC. */
function utc(iso: string): string {
  return new Date(iso)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
