import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../../components/button';
import { copyText } from '../../components/copy-button';
import { Panel } from '../../components/panel';
import { calmOrder } from '../../lib/calm-order';
import { plural } from '../../lib/format';
import { useCarried } from '../../lib/use-carried';
import { useDetail, useUi } from '../../stores/hooks';
import { toast } from '../../stores/ui';
import { MembersHead } from './members-head';
import { MembersRow } from './members-row';
import { isFlexible, shownColumns, useColumnWidths } from './member-columns';
import { memberId, worstByMember } from '../../../app/findings/mark';
import { type Sort, sortedIds, type TableRow, tableRows, toTsv } from '../../../app/cluster/member-table';
import { memberKeyChanges, type Reported, reported } from './reported';
import styles from './members-table.module.css';

const none: readonly never[] = [];
const VIRTUAL_FROM = 100;
export const ROW_HEIGHT = 31;

/** When each member last reported, by row id. */
function useReported(rows: readonly TableRow[]): ReadonlyMap<string, Reported> {
  const keys = useDetail((d) => d.keys, none);
  const sessions = useDetail((d) => d.sessions, none);
  return useMemo(() => {
    const changes = memberKeyChanges(keys, rows[0]?.group != null);
    const byId = new Map(sessions.map((s) => [s.id, s]));
    return new Map(
      rows.map((r) => [r.id, reported(r.session === null ? undefined : byId.get(r.session), changes.get(r.id))]),
    );
  }, [rows, keys, sessions]);
}

/** Every member with all that `patronictl list -e` shows. */
export function MembersTable(): React.ReactNode {
  const rows = useCarried(
    useDetail((d) => d.groups, none),
    tableRows,
  );
  const times = useReported(rows);
  const findings = useDetail((d) => d.findings, none);
  const worst = useMemo(() => worstByMember(findings), [findings]);
  const selected = useUi((s) => (s.member === null ? null : memberId(s.member.group, s.member.name)));
  const [sort, setSort] = useState<Sort | null>(null);
  const [reading, setReading] = useState(false);
  const [focused, setFocused] = useState<string | null>(null);
  const columns = useCarried(rows, shownColumns);
  const { widths, total } = useColumnWidths(rows, columns);

  const wanted = useMemo(
    () =>
      sortedIds(rows, sort, (r) => {
        const time = times.get(r.id);
        return time === undefined || time.kind === 'unknown' ? null : time.at;
      }),
    [rows, sort, times],
  );
  const [shown, setShown] = useState<{ readonly sort: Sort | null; readonly order: readonly string[] }>({
    sort,
    order: none,
  });
  const order = calmOrder(shown.order, wanted, sort !== null && reading && shown.sort === sort);
  if (order !== shown.order || sort !== shown.sort) setShown({ sort, order });
  const ordered = useMemo(() => {
    const byId = new Map(rows.map((r) => [r.id, r]));
    return order.flatMap((id) => byId.get(id) ?? []);
  }, [rows, order]);

  const scroller = useRef<HTMLDivElement>(null);
  const virtual = ordered.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: ordered.length,
    enabled: virtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (i) => ordered[i]?.id ?? i,
    overscan: 14,
  });
  const items = virtual ? virtualizer.getVirtualItems() : null;
  const first = items?.[0]?.index ?? 0;
  const last = items ? (items.at(-1)?.index ?? -1) : ordered.length - 1;
  const tabStop = ordered.some((r) => r.id === focused) ? focused : (ordered[0]?.id ?? null);

  /** The row that the keyboard is on its way to, by its place; null when it has arrived. */
  const heading = useRef<number | null>(null);
  const onKeyDown = useCallback(
    (event: React.KeyboardEvent<HTMLTableElement>) => {
      const row =
        event.target instanceof HTMLElement && event.target.role === 'row' ? event.target.dataset.member : undefined;
      const at = heading.current ?? ordered.findIndex((r) => r.id === row);
      const current = ordered[at];
      if (!current) return;
      if ((event.ctrlKey || event.metaKey) && event.key === 'c' && window.getSelection()?.isCollapsed !== false) {
        void copyText(toTsv([current])).then((done) => done && toast(`Copied the row of ${current.row.name}.`));
        return;
      }
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -ordered.length, End: ordered.length }[
        event.key
      ];
      if (step === undefined) return;
      event.preventDefault();
      const to = Math.max(0, Math.min(ordered.length - 1, at + step));
      const id = ordered[to]?.id ?? null;
      setFocused(id);
      heading.current = to;
      if (virtual) virtualizer.scrollToIndex(to);
      const table = event.currentTarget;
      const arrive = (framesLeft: number): void => {
        // A later press goes on from here.
        if (heading.current !== to) return;
        const focus = document.activeElement;
        const wentElsewhere = focus !== document.body && !table.contains(focus);
        const element = table.querySelector<HTMLElement>(`[data-member="${CSS.escape(id ?? '')}"]`);
        if (wentElsewhere || element !== null || framesLeft === 0) heading.current = null;
        if (wentElsewhere) return;
        if (element !== null) {
          element.focus();
          return;
        }
        // A row that was out of sight comes into the page later, and the one that had the focus may leave it before:
        // until then the table hears the keys, so that a key that is held loses neither its presses nor the focus.
        table.focus({ preventScroll: true });
        if (framesLeft > 0) requestAnimationFrame(() => arrive(framesLeft - 1));
      };
      arrive(60);
    },
    [ordered, virtual, virtualizer],
  );

  // The newest rows at the time of the press, so that the button need not render with each change.
  const newest = useRef(ordered);
  useEffect(() => {
    newest.current = ordered;
  }, [ordered]);
  const copyAll = useCallback(() => {
    const all = newest.current;
    void copyText(toTsv(all)).then((done) => done && toast(`Copied ${plural(all.length, 'row')}.`));
  }, []);

  return (
    <Panel title="Members" className={styles.panel} caption={<TableTools count={ordered.length} copyAll={copyAll} />}>
      <div
        ref={scroller}
        className={styles.scroller}
        style={{ minHeight: Math.min(ordered.length, 5) * ROW_HEIGHT + 34 }}
        onPointerEnter={() => setReading(true)}
        onPointerLeave={() => setReading(false)}
      >
        <table
          role="grid"
          tabIndex={virtual ? -1 : undefined}
          aria-label="Members"
          aria-rowcount={ordered.length + 1}
          className={styles.table}
          style={{ minWidth: total }}
          onKeyDown={onKeyDown}
        >
          <colgroup>
            <col className={styles.markColumn} />
            {columns.map((c) => (
              <col key={c.id} style={isFlexible(c.id) ? undefined : { width: widths.get(c.id) }} />
            ))}
          </colgroup>
          <MembersHead columns={columns} sort={sort} onSort={setSort} />
          <tbody>
            {virtual && <tr aria-hidden="true" role="presentation" style={{ height: first * ROW_HEIGHT }} />}
            {ordered.slice(first, last + 1).map((table, i) => (
              <MembersRow
                key={table.id}
                table={table}
                index={first + i}
                columns={columns}
                finding={worst.get(table.id)}
                time={times.get(table.id) ?? unknownTime}
                selected={table.id === selected}
                tabStop={table.id === tabStop}
                onFocusRow={setFocused}
              />
            ))}
            {virtual && (
              <tr aria-hidden="true" role="presentation" style={{ height: (ordered.length - 1 - last) * ROW_HEIGHT }} />
            )}
          </tbody>
        </table>
        {ordered.length === 0 && <p className={styles.none}>No member has a key in the store.</p>}
      </div>
    </Panel>
  );
}

const unknownTime: Reported = { kind: 'unknown' };

const TableTools = memo(function TableTools({
  count,
  copyAll,
}: {
  readonly count: number;
  readonly copyAll: () => void;
}): React.ReactNode {
  return (
    <span className={styles.caption}>
      <Button
        small
        variant="quiet"
        hint="All rows as tab-separated values. Ctrl+C on a row copies that row."
        onPress={copyAll}
      >
        Copy as TSV
      </Button>
      {count}
    </span>
  );
});
