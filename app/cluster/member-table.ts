import * as GlobalConfig from './global-config';
import { format as formatLsn } from './lsn';
import { type MemberRow, memberRows } from './member-row';
import { hostPort } from './connection-url';
import type { GroupDetail } from '../ipc/detail';
import type { Json } from '../json';
import { compareText } from '../text';
import { formatBytes } from '../format';
import { memberId } from '../findings/mark';
import { keepSame } from '../topology/drawing';

/** A line of the members table. */
export interface TableRow {
  readonly id: string;
  readonly group: number | null;
  readonly row: MemberRow;
  readonly session: string | null;
  /** In bytes: more lag than this keeps a replica from becoming leader. */
  readonly maximumLag: number;
}

/** The rows of all groups, by group and name. Rows that say what they said in `before` keep their identity. */
export function tableRows(groups: readonly GroupDetail[], before: readonly TableRow[] | null): readonly TableRow[] {
  const rows = groups.flatMap(({ group, cluster }) => {
    const sessions = new Map(cluster.members.map((m) => [m.name, m.session]));
    const maximumLag = GlobalConfig.maximumLagOnFailover(cluster.config);
    return memberRows(cluster).map((row): TableRow => ({
      id: memberId(group, row.name),
      group,
      row,
      session: sessions.get(row.name) ?? null,
      maximumLag,
    }));
  });
  return keepSame(rows, before ?? []);
}

export type ColumnId =
  | 'group'
  | 'member'
  | 'host'
  | 'role'
  | 'state'
  | 'timeline'
  | 'receive'
  | 'receiveLag'
  | 'replay'
  | 'replayLag'
  | 'restart'
  | 'scheduledRestart'
  | 'tags'
  | 'version'
  | 'reported';

/** A tag as a person reads it: its name alone when it is switched on, else with its value. */
export function tagWords(name: string, value: Json): string {
  if (value === true) return name;
  return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

/** What a cell holds as text; empty where there is nothing to say. `reported` is the table's own. */
export function cellText({ row, group }: TableRow, column: ColumnId): string {
  switch (column) {
    case 'group':
      return group === null ? '' : String(group);
    case 'member':
      return row.name;
    case 'host':
      return row.host === null ? '' : hostPort(row.host, row.port);
    case 'role':
      return row.role;
    case 'state':
      return row.state ?? '';
    case 'timeline':
      return row.timeline === null ? '' : String(row.timeline);
    case 'receive':
      return row.receive ? formatLsn(row.receive.lsn) : '';
    case 'receiveLag':
      return row.receive ? formatBytes(row.receive.lagBytes) : '';
    case 'replay':
      return row.replay ? formatLsn(row.replay.lsn) : '';
    case 'replayLag':
      return row.replay ? formatBytes(row.replay.lagBytes) : '';
    case 'restart':
      return row.pendingRestart ? restartWords(row) : '';
    case 'scheduledRestart':
      return row.scheduledRestart?.at ?? '';
    case 'tags':
      return row.tags.map(([name, value]) => tagWords(name, value)).join(', ');
    case 'version':
      return row.version ?? '';
    case 'reported':
      return '';
  }
}

/** Why a restart is pending, e.g. `max_connections 100 → 200`; `pending` where the member does not say. */
export function restartWords(row: MemberRow): string {
  if (row.pendingRestartReason.length === 0) return 'pending';
  return row.pendingRestartReason
    .map(({ parameter, oldValue, newValue }) => `${parameter} ${oldValue ?? '?'} → ${newValue ?? '?'}`)
    .join(', ');
}

/** What a column sorts by: a number or a text; null comes last either way. */
function sortValue(
  table: TableRow,
  column: ColumnId,
  reportedAt: (row: TableRow) => number | null,
): number | string | null {
  const { row, group } = table;
  switch (column) {
    case 'group':
      return group;
    case 'timeline':
      return row.timeline;
    case 'receive':
      return row.receive?.lsn ?? null;
    case 'receiveLag':
      return row.receive?.lagBytes ?? null;
    case 'replay':
      return row.replay?.lsn ?? null;
    case 'replayLag':
      return row.replay?.lagBytes ?? null;
    case 'reported':
      return reportedAt(table);
    default:
      return cellText(table, column) || null;
  }
}

export interface Sort {
  readonly column: ColumnId;
  readonly descending: boolean;
}

/** The ids of the rows in the order asked for; equals stay by group and name, in both directions. Null: by group and name. */
export function sortedIds(
  rows: readonly TableRow[],
  sort: Sort | null,
  reportedAt: (row: TableRow) => number | null,
): readonly string[] {
  if (sort === null) return rows.map((r) => r.id);
  const keyed = rows.map((r) => ({ id: r.id, value: sortValue(r, sort.column, reportedAt) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    const order =
      typeof a.value === 'number' && typeof b.value === 'number'
        ? a.value - b.value
        : compareText(String(a.value), String(b.value));
    return sort.descending ? -order : order;
  });
  return keyed.map((k) => k.id);
}

const tsvColumns: readonly (readonly [head: string, value: (table: TableRow) => string])[] = [
  ['Group', (t) => cellText(t, 'group')],
  ['Member', (t) => t.row.name],
  ['Host', (t) => cellText(t, 'host')],
  ['Role', (t) => t.row.role],
  ['State', (t) => t.row.state ?? ''],
  ['TL', (t) => cellText(t, 'timeline')],
  ['Receive LSN', (t) => cellText(t, 'receive')],
  ['Receive lag (bytes)', (t) => String(t.row.receive?.lagBytes ?? '')],
  ['Replay LSN', (t) => cellText(t, 'replay')],
  ['Replay lag (bytes)', (t) => String(t.row.replay?.lagBytes ?? '')],
  ['Pending restart', (t) => cellText(t, 'restart')],
  ['Scheduled restart', (t) => cellText(t, 'scheduledRestart')],
  ['Tags', (t) => cellText(t, 'tags')],
  ['Patroni', (t) => t.row.version ?? ''],
];

/** Rows as tab-separated values with a header line, for a spreadsheet. A tab or line break inside a value becomes a space. */
export function toTsv(rows: readonly TableRow[]): string {
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ');
  const columns = rows.some((r) => r.group !== null) ? tsvColumns : tsvColumns.slice(1);
  return [columns.map(([head]) => head), ...rows.map((r) => columns.map(([, value]) => clean(value(r))))]
    .map((cells) => cells.join('\t'))
    .join('\n');
}
