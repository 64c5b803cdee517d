import { useMemo } from 'react';
import { plainName } from '../../../app/unseen';
import { useCarried } from '../../lib/use-carried';
import { columnWords } from '../../words';
import { cellText, type ColumnId, type TableRow } from '../../../app/cluster/member-table';

export interface Column {
  readonly id: ColumnId;
  readonly label: string;
  readonly hint: string;
  readonly right?: boolean;
  readonly mono?: boolean;
  /** In characters; a longer text is cut. */
  readonly widest: number;
}

const all: readonly Column[] = [
  { id: 'group', label: 'Group', hint: 'The MPP (Citus) group; 0 is the coordinator.', right: true, widest: 5 },
  { id: 'member', label: 'Member', hint: columnWords.member, widest: 28 },
  { id: 'host', label: 'Host', hint: columnWords.host, mono: true, widest: 30 },
  { id: 'role', label: 'Role', hint: columnWords.role, widest: 15 },
  { id: 'state', label: 'State', hint: columnWords.state, widest: 22 },
  { id: 'timeline', label: 'TL', hint: columnWords.timeline, right: true, mono: true, widest: 6 },
  { id: 'receive', label: 'Receive LSN', hint: columnWords.receive, right: true, mono: true, widest: 17 },
  { id: 'receiveLag', label: 'Lag', hint: columnWords.receiveLag, right: true, mono: true, widest: 9 },
  { id: 'replay', label: 'Replay LSN', hint: columnWords.replay, right: true, mono: true, widest: 17 },
  { id: 'replayLag', label: 'Lag', hint: columnWords.replayLag, right: true, mono: true, widest: 9 },
  { id: 'restart', label: 'Pending restart', hint: columnWords.restart, widest: 25 },
  { id: 'scheduledRestart', label: 'Scheduled restart', hint: columnWords.scheduledRestart, widest: 20 },
  { id: 'tags', label: 'Tags', hint: columnWords.tags, widest: 0 },
  { id: 'version', label: 'Patroni', hint: columnWords.version, right: true, mono: true, widest: 10 },
  { id: 'reported', label: 'Reported', hint: columnWords.reported, right: true, mono: true, widest: 10 },
];

/** Columns that stay away while no member has anything in them, as in `patronictl list`. */
const optional: ReadonlySet<ColumnId> = new Set(['group', 'restart', 'scheduledRestart']);

/** Whether a column has something to say: the version only where members differ, as the cluster's head tells the common one. */
function isWanted(rows: readonly TableRow[], id: ColumnId): boolean {
  if (id === 'version') return rows.some((r) => cellText(r, id) !== (rows[0] ? cellText(rows[0], id) : ''));
  return !optional.has(id) || rows.some((r) => cellText(r, id) !== '');
}

/** The columns to show for these rows; `before` itself while they are the same. */
export function shownColumns(rows: readonly TableRow[], before: readonly Column[] | null): readonly Column[] {
  const columns = all.filter((c) => isWanted(rows, c.id));
  return before?.length === columns.length && columns.every((c, i) => c === before[i]) ? before : columns;
}

const PADDING = 10;
/** What is left of the width goes here; it has at least so much. */
const flexible: ReadonlyMap<ColumnId, number> = new Map([['tags', 44]]);
/** The button behind a member's name. */
const COPY = 20;
const MARK = 20;
const TAGGED = 84;

function widthOf(rows: readonly TableRow[], column: Column): number {
  const longest = rows.reduce(
    (most, row) => Math.max(most, plainName(cellText(row, column.id)).length),
    column.id === 'reported' ? 6 : 0,
  );
  const characters = Math.min(column.widest, longest);
  return Math.ceil(
    Math.max(characters * (column.mono === true ? 7.25 : 7.4), column.label.length * 6.5 + 6) +
      PADDING +
      (column.id === 'member' ? COPY : 0),
  );
}

function leastOf(rows: readonly TableRow[], column: Column): number {
  if (column.id === 'tags' && rows.some(({ row }) => row.tags.length > 0)) return TAGGED;
  return flexible.get(column.id) ?? widthOf(rows, column);
}

/** The columns' widths in pixels, at least those of `before`: they grow with what they hold and never shrink, so that nothing moves when a value gets shorter. */
function widthsOf(
  { rows, columns }: { readonly rows: readonly TableRow[]; readonly columns: readonly Column[] },
  before: ReadonlyMap<ColumnId, number> | null,
): ReadonlyMap<ColumnId, number> {
  const next = new Map(columns.map((c) => [c.id, Math.max(before?.get(c.id) ?? 0, leastOf(rows, c))]));
  return before?.size === next.size && [...next].every(([id, width]) => before.get(id) === width) ? before : next;
}

/** The columns' widths in pixels, and that of the whole table at least. */
export function useColumnWidths(
  rows: readonly TableRow[],
  columns: readonly Column[],
): { readonly widths: ReadonlyMap<ColumnId, number>; readonly total: number } {
  const input = useMemo(() => ({ rows, columns }), [rows, columns]);
  const widths = useCarried(input, widthsOf);
  return { widths, total: [...widths.values()].reduce((sum, width) => sum + width, MARK) };
}

/** Whether a column takes its part of the width that the others leave. */
export const isFlexible = (id: ColumnId): boolean => flexible.has(id);
