import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState } from 'react';
import type { SlotCell } from '../../../app/slots/server-slots';
import type { SlotColumn, SlotMap, SlotRow } from '../../../app/slots/slot-map';
import { Flash } from '../../components/flash';
import { Name } from '../../components/name';
import { cx } from '../../lib/cx';
import { light } from '../../stores/lit';
import { selectMember } from '../../stores/ui';
import { roleWords } from '../../words';
import { cellHint, cellLook, columnHint, heldExactly, heldShort } from '../../../app/slots/words';
import type { ShownTable } from './table-model';
import styles from './slot-table.module.css';

/** The table's measures in pixels, the same as in its style sheet. */
const SIZE = { row: 46, head: 34, first: 232, column: 104, last: 96 } as const;

export interface SlotTableProps {
  readonly group: number | null;
  readonly map: SlotMap;
  readonly shown: ShownTable;
  /** The slot by which the members are in order. */
  readonly by: string | null;
  readonly onOrderBy: (slot: string | null) => void;
}

/** A place in the table by names: it stays on its cell while rows and columns move. */
interface Place {
  readonly member: string;
  readonly slot: string;
}

/** Members × slots. Only what is in sight is in the page, and the arrow keys go over all of it. */
export function SlotTable({ group, map, shown, by, onOrderBy }: SlotTableProps): React.ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<Place | null>(null);
  const wanted = useRef<Place | null>(null);
  const rows = useVirtualizer({
    count: shown.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => SIZE.row,
    overscan: 6,
    paddingStart: SIZE.head,
    scrollPaddingStart: SIZE.head,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: shown.columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => SIZE.column,
    overscan: 3,
    paddingStart: SIZE.first,
    paddingEnd: SIZE.last,
    scrollPaddingStart: SIZE.first,
  });
  const row = (at: number): SlotRow | undefined => map.rows[shown.rows[at] ?? -1];
  const column = (at: number): SlotColumn | undefined => map.columns[shown.columns[at] ?? -1];

  // What the keyboard went to may come into the page only now.
  useEffect(() => {
    if (wanted.current === null) return;
    const cell = cellAt(scroller.current, wanted.current);
    if (cell === null) return;
    wanted.current = null;
    cell.focus({ preventScroll: true });
  });
  useEffect(() => () => light([]), []);

  const move = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const from = placeOf(event.target);
    if (from === null) return;
    const at = {
      row: shown.rows.findIndex((i) => map.rows[i]?.member === from.member),
      column: shown.columns.findIndex((i) => map.columns[i]?.name === from.slot),
    };
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - SIZE.head) / SIZE.row) - 1);
    const to = step(event, at, { row: shown.rows.length - 1, column: shown.columns.length - 1 }, page);
    const [member, slot] = [row(to?.row ?? -1)?.member, column(to?.column ?? -1)?.name];
    if (to === null || member === undefined || slot === undefined) return;
    event.preventDefault();
    rows.scrollToIndex(to.row);
    columns.scrollToIndex(to.column);
    wanted.current = { member, slot };
    setFocused({ member, slot });
  };

  const first: Place | null =
    row(0) && column(0) ? { member: row(0)?.member ?? '', slot: column(0)?.name ?? '' } : null;
  const isShown = (place: Place): boolean =>
    shown.rows.some((i) => map.rows[i]?.member === place.member) &&
    shown.columns.some((i) => map.columns[i]?.name === place.slot);
  const tabStop = focused !== null && isShown(focused) ? focused : first;
  const width = columns.getTotalSize();

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label="Slots of each member"
      aria-rowcount={shown.rows.length + 1}
      aria-colcount={shown.columns.length + 2}
      onKeyDown={move}
      onFocus={(event) => {
        const place = placeOf(event.target);
        if (place !== null) setFocused(place);
      }}
      onMouseLeave={() => light([])}
    >
      <div
        className={styles.sheet}
        style={{ width, minWidth: '100%', height: rows.getTotalSize() }}
        role="presentation"
      >
        <div className={styles.head} role="row" aria-rowindex={1}>
          <div className={cx(styles.corner, styles.first)} role="columnheader" aria-colindex={1}>
            Member
          </div>
          {columns.getVirtualItems().map((item) => {
            const shownColumn = column(item.index);
            return (
              shownColumn && (
                <ColumnHead
                  key={shownColumn.name}
                  column={shownColumn}
                  group={group}
                  left={item.start}
                  index={item.index + 2}
                  ordered={by === shownColumn.name}
                  onOrderBy={onOrderBy}
                />
              )
            );
          })}
          <div
            className={styles.last}
            role="columnheader"
            aria-colindex={shown.columns.length + 2}
            data-hint="The most that a slot of this member holds, measured from where the member’s own WAL ends."
          >
            WAL held
          </div>
        </div>
        {rows.getVirtualItems().map((line) => {
          const shownRow = row(line.index);
          if (shownRow === undefined) return null;
          return (
            <div
              key={shownRow.member}
              className={styles.row}
              role="row"
              aria-rowindex={line.index + 2}
              style={{ top: line.start }}
            >
              <RowHead row={shownRow} group={group} />
              {columns.getVirtualItems().map((item) => {
                const at = shown.columns[item.index] ?? -1;
                const [cell, cellColumn] = [shownRow.cells[at], map.columns[at]];
                return (
                  cell &&
                  cellColumn && (
                    <Cell
                      key={cellColumn.name}
                      cell={cell}
                      column={cellColumn}
                      row={shownRow}
                      leader={map.leader}
                      group={group}
                      left={item.start}
                      index={item.index + 2}
                      tabStop={tabStop?.member === shownRow.member && tabStop.slot === cellColumn.name}
                    />
                  )
                );
              })}
              <div
                className={cx(styles.last, 'mono')}
                role="gridcell"
                aria-colindex={shown.columns.length + 2}
                data-hint={shownRow.heldBytes === null ? undefined : heldExactly(shownRow.heldBytes, shownRow.isLeast)}
              >
                {heldShort(shownRow.heldBytes, shownRow.isLeast)}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface ColumnHeadProps {
  readonly column: SlotColumn;
  readonly group: number | null;
  readonly left: number;
  readonly index: number;
  readonly ordered: boolean;
  readonly onOrderBy: (slot: string | null) => void;
}

const ColumnHead = memo(function ColumnHead(props: ColumnHeadProps): React.ReactNode {
  const { column, group, left, index, ordered, onOrderBy } = props;
  return (
    <div
      className={styles.column}
      role="columnheader"
      aria-colindex={index}
      aria-sort={ordered ? 'descending' : 'none'}
      style={{ left, width: SIZE.column }}
    >
      <button
        type="button"
        className={cx(styles.order, 'mono')}
        data-hint={`${columnHint(column)}\nClick: members in order of what they hold for it.`}
        onMouseEnter={() => light(readersOf(column, group))}
        onFocus={() => light(readersOf(column, group))}
        onClick={() => onOrderBy(ordered ? null : column.name)}
      >
        <Name text={column.name} />
        {ordered && <span aria-hidden="true">↓</span>}
      </button>
    </div>
  );
});

function RowHead({ row, group }: { readonly row: SlotRow; readonly group: number | null }): React.ReactNode {
  return (
    <div
      className={cx(styles.rowHead, styles.first)}
      role="rowheader"
      aria-colindex={1}
      onMouseEnter={() => light([{ group, name: row.member }])}
    >
      <Name text={row.member} className={styles.member} />
      <span className={styles.role} data-hint={roleWords[row.role]}>
        {row.without ?? row.role}
      </span>
    </div>
  );
}

interface CellProps {
  readonly cell: SlotCell;
  readonly column: SlotColumn;
  readonly row: SlotRow;
  readonly leader: string | null;
  readonly group: number | null;
  readonly left: number;
  readonly index: number;
  readonly tabStop: boolean;
}

const Cell = memo(function Cell(props: CellProps): React.ReactNode {
  const { cell, column, row, leader, group, left, index, tabStop } = props;
  const { word, tone } = cellLook(cell);
  const isSlot = cell.kind === 'expected' || cell.kind === 'unexpected';
  const hint = cellHint(cell, column, row, leader);
  const lit = () => light([{ group, name: row.member }, ...readersOf(column, group)]);
  return (
    <div
      className={styles.cell}
      role="gridcell"
      aria-colindex={index}
      aria-label={hint}
      tabIndex={tabStop ? 0 : -1}
      data-member={row.member}
      data-slot={column.name}
      data-hint={hint}
      style={{ left, width: SIZE.column }}
      onMouseEnter={lit}
      onFocus={lit}
      onClick={() => selectMember({ group, name: row.member })}
    >
      {isSlot ? (
        <span className={cx(styles.slot, styles[tone])}>
          <b>
            <Flash value={word}>{word}</Flash>
          </b>
          <span className="mono">
            {cell.heldBytes === null ? (
              '–'
            ) : (
              <Flash value={cell.heldBytes}>{heldShort(cell.heldBytes, cell.isLeast)}</Flash>
            )}
          </span>
        </span>
      ) : (
        <span className={styles.nothing}>{word}</span>
      )}
    </div>
  );
});

/** The members that read a slot. */
function readersOf({ purpose }: SlotColumn, group: number | null): { group: number | null; name: string }[] {
  return purpose === null || purpose.kind === 'retained' ? [] : purpose.members.map((name) => ({ group, name }));
}

function placeOf(target: EventTarget): Place | null {
  if (!(target instanceof HTMLElement)) return null;
  const { member, slot } = target.dataset;
  return member === undefined || slot === undefined ? null : { member, slot };
}

function cellAt(root: HTMLElement | null, { member, slot }: Place): HTMLElement | null {
  return (
    root?.querySelector<HTMLElement>(`[data-member="${CSS.escape(member)}"][data-slot="${CSS.escape(slot)}"]`) ?? null
  );
}

interface Index {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads from a cell; null for a key that leads nowhere. */
function step(event: React.KeyboardEvent, at: Index, last: Index, page: number): Index | null {
  const to = (row: number, column: number): Index => ({
    row: Math.min(last.row, Math.max(0, row)),
    column: Math.min(last.column, Math.max(0, column)),
  });
  const far = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case 'ArrowLeft':
      return to(at.row, at.column - 1);
    case 'ArrowRight':
      return to(at.row, at.column + 1);
    case 'ArrowUp':
      return to(at.row - 1, at.column);
    case 'ArrowDown':
      return to(at.row + 1, at.column);
    case 'PageUp':
      return to(at.row - page, at.column);
    case 'PageDown':
      return to(at.row + page, at.column);
    case 'Home':
      return to(far ? 0 : at.row, 0);
    case 'End':
      return to(far ? last.row : at.row, last.column);
    default:
      return null;
  }
}
