import { useVirtualizer } from '@tanstack/react-virtual';
import { Fragment, memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ClusterSummary } from '../../app/cluster/summary';
import type { ConnectionView } from '../../app/ipc/contract';
import { sameData } from '../../app/same-data';
import { calmOrder } from '../lib/calm-order';
import { useCarried } from '../lib/use-carried';
import { useFleet, useUi } from '../stores/hooks';
import { FleetClusterRow } from './fleet-cluster-row';
import { FleetConnectionRow } from './fleet-connection-row';
import styles from './fleet-list.module.css';
import { setShownOrder } from './shown-order';
import { fleetRows, type FleetRow, inOrder } from './fleet-rows';

/** Above this many rows only those in sight are in the page. */
const VIRTUAL_FROM = 100;
const ROW_HEIGHT = 49;

interface RowsInput {
  readonly connections: readonly ConnectionView[];
  readonly summaries: ReadonlyMap<string, ClusterSummary>;
  readonly search: string;
}

function wantedRows(input: RowsInput, before: readonly FleetRow[] | null): readonly FleetRow[] {
  const rows = fleetRows(input.connections, input.summaries, input.search);
  return before !== null && sameData(before, rows) ? before : rows;
}

/** The rows in calm order: they sort anew only while neither pointer nor focus is in the list, or when the search changed. */
function useCalmRows(reading: boolean): readonly FleetRow[] {
  const connections = useFleet((s) => s.connections);
  const summaries = useFleet((s) => s.summaries);
  const search = useUi((s) => s.search);
  const input = useMemo(() => ({ connections, summaries, search }), [connections, summaries, search]);
  // Most changes of a summary move no row: then the rows stay the same objects and nothing below renders.
  const wanted = useCarried(input, wantedRows);
  const [shown, setShown] = useState<{ search: string; order: readonly string[] }>({ search, order: [] });
  const order = calmOrder(
    shown.order,
    wanted.map((r) => r.id),
    reading && shown.search === search,
  );
  if (order !== shown.order || search !== shown.search) setShown({ search, order });
  return useMemo(() => inOrder(wanted, order), [wanted, order]);
}

interface Section {
  readonly connectionId: string;
  readonly clusters: readonly ClusterRow[];
  /** Set when there is no cluster to show. */
  readonly nothing: (FleetRow & { readonly kind: 'nothing' }) | null;
  /** What stands before this section, as far as it tells how high that is. */
  readonly above: string;
}
type ClusterRow = FleetRow & { readonly kind: 'cluster' };

function sectionsOf(rows: readonly FleetRow[]): readonly Section[] {
  const sections: (Section & { readonly clusters: ClusterRow[] })[] = [];
  let above = '';
  for (const row of rows) {
    if (row.kind === 'connection')
      sections.push({ connectionId: row.connectionId, clusters: [], nothing: null, above });
    else if (row.kind === 'cluster') sections.at(-1)?.clusters.push(row);
    else
      sections.splice(-1, 1, { connectionId: row.connectionId, clusters: [], nothing: row, above: above.slice(0, -1) });
    above += row.kind[0] ?? '';
  }
  return sections;
}

export function FleetList(): React.ReactNode {
  const [reading, setReading] = useState({ pointer: false, focus: false });
  const rows = useCalmRows(reading.pointer || reading.focus);
  const sections = useMemo(() => sectionsOf(rows), [rows]);
  const selected = useUi((s) => s.clusterId);
  const scroller = useRef<HTMLDivElement>(null);
  const clusters = useMemo(() => rows.filter((r) => r.kind === 'cluster'), [rows]);
  const tabStop = (clusters.find((r) => r.clusterId === selected) ?? clusters[0])?.id ?? null;
  useEffect(() => setShownOrder(clusters.map((r) => r.clusterId)), [clusters]);

  const onKeyDown = useCallback(
    (event: React.KeyboardEvent<HTMLDivElement>) => {
      const list = rowsIn(event.currentTarget);
      const at = list.findIndex((e) => e === document.activeElement);
      if (at < 0) return;
      const first = clusters[0];
      const last = clusters.at(-1);
      if (event.key === 'Home' && first) goToEnd(event.currentTarget, 'top', first.clusterId);
      else if (event.key === 'End' && last) goToEnd(event.currentTarget, 'bottom', last.clusterId);
      else if (event.key === 'ArrowDown') list[at + 1]?.focus();
      else if (event.key === 'ArrowUp') list[at - 1]?.focus();
      else return;
      event.preventDefault();
    },
    [clusters],
  );

  return (
    <nav className={styles.nav} aria-label="Clusters">
      <div
        ref={scroller}
        className={styles.list}
        onKeyDown={onKeyDown}
        onPointerEnter={() => setReading((r) => ({ ...r, pointer: true }))}
        onPointerLeave={() => setReading((r) => ({ ...r, pointer: false }))}
        onFocus={(e) => setReading((r) => ({ ...r, focus: e.target.matches(':focus-visible') }))}
        onBlur={() => setReading((r) => ({ ...r, focus: false }))}
      >
        {sections.map((section) => (
          <SectionView
            key={section.connectionId}
            section={section}
            virtual={clusters.length > VIRTUAL_FROM}
            tabStop={tabStop}
            scroller={scroller}
          />
        ))}
      </div>
    </nav>
  );
}

const rowsIn = (list: HTMLElement): readonly HTMLElement[] => [
  ...list.querySelectorAll<HTMLElement>('[data-fleet-row]'),
];

/** Scrolls to an end of the list and gives its row the focus. Of a long list that row comes into the page only then. */
function goToEnd(list: HTMLElement, end: 'top' | 'bottom', clusterId: string): void {
  const started = document.activeElement;
  const attempt = (framesLeft: number): void => {
    const row = rowsIn(list).find((each) => each.dataset['fleetRow'] === clusterId);
    if (row) row.focus();
    else if (framesLeft > 0) {
      list.scrollTop = end === 'top' ? 0 : list.scrollHeight;
      requestAnimationFrame(() => {
        // The row that had the focus may have left the page; that it went elsewhere means that nobody waits any more.
        const now = document.activeElement;
        if (now === started || now === document.body || now === null) attempt(framesLeft - 1);
      });
    }
  };
  attempt(30);
}

interface SectionViewProps {
  readonly section: Section;
  readonly virtual: boolean;
  /** The row that Tab comes to. */
  readonly tabStop: string | null;
  readonly scroller: React.RefObject<HTMLDivElement | null>;
}

const SectionView = memo(function SectionView(props: SectionViewProps): React.ReactNode {
  const { section, virtual, tabStop, scroller } = props;
  const { connectionId, clusters, nothing, above } = section;
  const name = useFleet((s) => s.connections.find((c) => c.id === connectionId)?.name ?? '');
  const list = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // Where this list begins in what scrolls: `above` changes whenever a section before it does.
  useLayoutEffect(() => {
    if (virtual) setScrollMargin(list.current?.offsetTop ?? 0);
  }, [virtual, above, nothing]);
  const virtualizer = useVirtualizer({
    count: clusters.length,
    enabled: virtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (i) => clusters[i]?.id ?? i,
    scrollMargin,
    overscan: 10,
  });
  const row = (r: ClusterRow) => <FleetClusterRow id={r.clusterId} because={r.because} tabStop={r.id === tabStop} />;
  return (
    <>
      <FleetConnectionRow id={connectionId} />
      {nothing ? (
        <NothingRow connectionId={connectionId} searched={nothing.searched} />
      ) : (
        <div
          ref={list}
          role="listbox"
          aria-label={name}
          className={styles.space}
          style={virtual ? { height: virtualizer.getTotalSize() } : undefined}
        >
          {virtual
            ? virtualizer.getVirtualItems().map((item) => {
                const r = clusters[item.index];
                return (
                  r && (
                    <div
                      key={item.key}
                      role="presentation"
                      className={styles.placed}
                      style={{ transform: `translateY(${item.start - scrollMargin}px)` }}
                    >
                      {row(r)}
                    </div>
                  )
                );
              })
            : clusters.map((r) => <Fragment key={r.id}>{row(r)}</Fragment>)}
        </div>
      )}
    </>
  );
});

function NothingRow({
  connectionId,
  searched,
}: {
  readonly connectionId: string;
  readonly searched: boolean;
}): React.ReactNode {
  const words = useFleet((s) => {
    if (searched) return 'Nothing matches.';
    const connection = s.connections.find((c) => c.id === connectionId);
    switch (connection?.status.kind) {
      case 'live':
      case 'as-of':
        return connection.foreignKeyCount > 0
          ? 'The namespace holds keys, but none of Patroni’s.'
          : 'No cluster below this namespace.';
      case 'lost':
        return connection.status.failure.message;
      default:
        return 'Reading…';
    }
  });
  return <p className={styles.nothing}>{words}</p>;
}
