import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef } from 'react';
import type { Timeline } from '../../../app/history/timelines';
import { ColumnHead } from '../../components/column-head';
import { Flash } from '../../components/flash';
import { Name } from '../../components/name';
import { StateMark } from '../../components/state-mark';
import { cx } from '../../lib/cx';
import { exactBytes, formatInstant, instantHint } from '../../lib/format';
import { usePictureTime } from '../../stores/last-heard';
import { historyWords, lastedWords, lsnWords, noteWords, walWords } from '../../../app/history/words';
import styles from './history.module.css';

const ROW_HEIGHT = 31;
const VIRTUAL_FROM = 100;

/** A timeline with its place among all groups. */
export interface HistoryEntry {
  readonly id: string;
  readonly group: number | null;
  readonly timeline: Timeline;
}

export interface HistoryTableProps {
  /** By group, the oldest first. */
  readonly entries: readonly HistoryEntry[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}

/** The newest first within each group. */
function newestFirst(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const groups = [...new Set(entries.map(({ group }) => group))];
  return groups.flatMap((group) => entries.filter((entry) => entry.group === group).reverse());
}

/** All that `patronictl history` prints, the newest first, with how long each timeline lasted and what was written in it. */
export function HistoryTable({ entries, selected, onSelect }: HistoryTableProps): React.ReactNode {
  const rows = useMemo(() => newestFirst(entries), [entries]);
  const grouped = rows.some(({ group }) => group !== null);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = rows.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: virtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (i) => rows[i]?.id ?? i,
    overscan: 14,
  });
  const items = virtual ? virtualizer.getVirtualItems() : null;
  const first = items?.[0]?.index ?? 0;
  const last = items ? (items.at(-1)?.index ?? -1) : rows.length - 1;
  const at = rows.findIndex(({ id }) => id === selected);

  // What is chosen in the picture comes into sight here.
  const shown = useRef(selected);
  useEffect(() => {
    if (shown.current === selected || at < 0) return;
    shown.current = selected;
    const box = scroller.current;
    if (!box) return;
    const top = at * ROW_HEIGHT;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + 2 * ROW_HEIGHT > box.scrollTop + box.clientHeight)
      box.scrollTop = top + 2 * ROW_HEIGHT - box.clientHeight;
  }, [at, selected]);

  const onKeyDown = (event: React.KeyboardEvent<HTMLTableElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[
      event.key
    ];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (to === undefined) return;
    onSelect(to.id);
    const table = event.currentTarget;
    // A row that was out of sight is in the page only after the next render.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => table.querySelector<HTMLElement>('tr[aria-selected="true"]')?.focus()),
    );
  };

  return (
    <div ref={scroller} className={styles.scroller}>
      <table
        role="grid"
        aria-label="Switches"
        aria-rowcount={rows.length + 1}
        className={styles.table}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr>
            {grouped && <ColumnHead hint="The MPP group; 0 is the coordinator.">Group</ColumnHead>}
            <ColumnHead hint={historyWords.timeline} className={styles.right}>
              TL
            </ColumnHead>
            <ColumnHead hint={historyWords.lsn} className={styles.right}>
              LSN
            </ColumnHead>
            <ColumnHead hint={historyWords.reason}>Reason</ColumnHead>
            <ColumnHead hint={historyWords.timestamp}>Timestamp</ColumnHead>
            <ColumnHead hint={historyWords.newLeader}>New Leader</ColumnHead>
            <ColumnHead hint={historyWords.lasted} className={styles.right}>
              Lasted
            </ColumnHead>
            <ColumnHead hint={historyWords.wal} className={styles.right}>
              WAL written
            </ColumnHead>
          </tr>
        </thead>
        <tbody>
          {virtual && <tr aria-hidden="true" role="presentation" style={{ height: first * ROW_HEIGHT }} />}
          {rows.slice(first, last + 1).map((entry, i) => (
            <Row
              key={entry.id}
              entry={entry}
              index={first + i}
              grouped={grouped}
              isSelected={entry.id === selected}
              onSelect={onSelect}
            />
          ))}
          {virtual && (
            <tr aria-hidden="true" role="presentation" style={{ height: (rows.length - 1 - last) * ROW_HEIGHT }} />
          )}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly entry: HistoryEntry;
  readonly index: number;
  readonly grouped: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
}

const Row = memo(function Row({ entry, index, grouped, isSelected, onSelect }: RowProps): React.ReactNode {
  const { id, group, timeline } = entry;
  const { line, number, isCurrent, endedLsn, endedAt, walBytes, notes } = timeline;
  const odd = notes.length > 0 && (
    <span data-hint={notes.map(noteWords).join('\n')} className={styles.odd}>
      <StateMark mark="info" label={notes.map(noteWords).join(' ')} size={10} />
    </span>
  );
  return (
    <tr
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      data-timeline={id}
      className={cx(styles.row, isSelected && styles.selected)}
      onClick={() => onSelect(id)}
    >
      {grouped && <td className="mono">{group}</td>}
      <td className={cx('mono', styles.right)}>
        {odd}
        {number ?? (line?.timeline || '?')}
      </td>
      <td
        className={cx('mono', styles.right)}
        data-hint={endedLsn === null ? undefined : `${endedLsn}: the position in bytes, as patronictl prints it.`}
      >
        {isCurrent ? (
          <span className="dim">
            <Flash value={endedLsn}>{lsnWords(endedLsn)}</Flash>
          </span>
        ) : endedLsn === null ? (
          <Name text={line?.lsn ?? ''} />
        ) : (
          lsnWords(endedLsn)
        )}
      </td>
      <td>
        {isCurrent ? <span className={styles.now}>the current timeline</span> : <Text text={line?.reason ?? ''} />}
      </td>
      <td>{isCurrent ? null : <Timestamp stored={line?.timestamp ?? ''} at={endedAt} />}</td>
      <td>{isCurrent ? null : <Text text={line?.newLeader ?? ''} />}</td>
      <td className={styles.right}>{isCurrent ? <SoFar timeline={timeline} /> : known(lastedWords(timeline, 0))}</td>
      <td
        className={cx('mono', styles.right)}
        data-hint={walBytes === null ? 'Where the timeline began is not recorded.' : exactBytes(walBytes)}
      >
        {known(walWords(timeline))}
      </td>
    </tr>
  );
});

const known = (text: string): React.ReactNode =>
  text === 'not known' ? <span className="faint">not known</span> : text;

function Text({ text }: { readonly text: string }): React.ReactNode {
  return text === '' ? <span className="faint">not recorded</span> : <Name text={text} className={styles.cell} />;
}

function Timestamp({ stored, at }: { readonly stored: string; readonly at: string | null }): React.ReactNode {
  if (stored === '') return <span className="faint">not recorded</span>;
  if (at === null) return <Name text={stored} className={styles.cell} />;
  return <span data-hint={`${instantHint(at)}\nAs stored: ${stored}`}>{formatInstant(at, 0)}</span>;
}

function SoFar({ timeline }: { readonly timeline: Timeline }): React.ReactNode {
  return known(lastedWords(timeline, usePictureTime()));
}
