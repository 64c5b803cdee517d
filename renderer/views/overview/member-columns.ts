import { useEffect, useMemo, useRef } from 'react';
import { columnWords } from '../../words';
import { cellText, type ColumnId, type TableRow } from './member-rows';

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
  { id: 'restart', label: 'Pending restart', hint: columnWords.restart, widest: 30 },
  { id: 'scheduledRestart', label: 'Scheduled restart', hint: columnWords.scheduledRestart, widest: 20 },
  { id: 'tags', label: 'Tags', hint: columnWords.tags, widest: 0 },
  { id: 'version', label: 'Patroni', hint: columnWords.version, right: true, mono: true, widest: 10 },
  { id: 'reported', label: 'Reported', hint: columnWords.reported, right: true, mono: true, widest: 10 },
];

/** Columns that stay away while no member has anything in them, as in `patronictl list`. */
const optional: ReadonlySet<ColumnId> = new Set(['group', 'restart', 'scheduledRestart', 'tags']);

/** The columns to show for these rows. */
export function shownColumns(rows: readonly TableRow[]): readonly Column[] {
  return all.filter((c) => !optional.has(c.id) || rows.some((r) => cellText(r, c.id) !== ''));
}

const PADDING = 20;
const TAGS = 150;
const MARK = 20;

function widthOf(rows: readonly TableRow[], column: Column): number {
  const longest = rows.reduce(
    (most, row) => Math.max(most, cellText(row, column.id).length),
    column.id === 'reported' ? 6 : 0,
  );
  const characters = Math.min(column.widest, longest);
  return Math.ceil(Math.max(characters * (column.mono === true ? 7.25 : 7), column.label.length * 6.4 + 12) + PADDING);
}

/** The columns' widths in pixels. They grow with what they hold and never shrink, so that nothing moves when a value gets shorter. */
export function useColumnWidths(
  rows: readonly TableRow[],
  columns: readonly Column[],
): { readonly of: (id: ColumnId) => number; readonly total: number } {
  const kept = useRef<ReadonlyMap<ColumnId, number>>(new Map());
  const widths = useMemo(
    () => new Map(columns.map((c) => [c.id, Math.max(kept.current.get(c.id) ?? 0, widthOf(rows, c))])),
    [rows, columns],
  );
  useEffect(() => {
    kept.current = widths;
  }, [widths]);
  return useMemo(() => {
    const of = (id: ColumnId) => (id === 'tags' ? TAGS : (widths.get(id) ?? 60));
    return { of, total: MARK + columns.reduce((sum, c) => sum + of(c.id), 0) };
  }, [widths, columns]);
}
