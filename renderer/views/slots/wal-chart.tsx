import { useId, useMemo } from 'react';
import { Panel } from '../../components/panel';
import { formatBytes, formatClock, formatDuration } from '../../lib/format';
import { growthOf, type SlotWatch } from '../../stores/slot-samples';
import { Name } from '../../components/name';
import { heldExactly, heldShort } from '../../../app/slots/words';
import styles from './slots.module.css';
import { chartOf, CHART } from './wal-chart-model';

interface WalChartProps {
  readonly watch: SlotWatch;
  /** The slots that may hold more than is told. */
  readonly least: ReadonlySet<string>;
}

/** How much WAL the leader's slots hold, and how that grew while the window watched. */
export function WalChart({ watch, least }: WalChartProps): React.ReactNode {
  const id = useId();
  const chart = useMemo(() => chartOf(watch), [watch]);
  const first = watch.samples[0];
  const last = watch.samples.at(-1);
  const caption =
    first === undefined || last === undefined
      ? 'not watched yet'
      : `watched since ${formatClock(new Date(first.at))}, ${formatDuration(last.at - first.at)}`;
  return (
    <Panel title={`WAL held on ${watch.leader ?? 'the leader'}`} caption={caption} className={styles.panel}>
      {chart.lines.length === 0 ? (
        <p className={styles.none}>The leader tells no position of a slot.</p>
      ) : (
        <div className={styles.chart}>
          <svg
            viewBox={`0 0 ${CHART.width} ${CHART.height}`}
            className={styles.plot}
            role="img"
            aria-labelledby={id}
            preserveAspectRatio="none"
          >
            <title id={id}>WAL held by each slot over time; the list beside it has the figures</title>
            {chart.ticks.map(({ y }) => (
              <line key={y} x1="0" x2={CHART.width} y1={y} y2={y} className={styles.gridline} />
            ))}
            {chart.lines.map(({ slot, path, rank }) => (
              <path
                key={slot}
                d={path}
                className={rank === 0 ? styles.most : styles.plain}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </svg>
          <div className={styles.scale} aria-hidden="true">
            {chart.ticks.map(({ y, bytes }) => (
              <span key={y} className="mono" style={{ top: `${(100 * y) / CHART.height}%` }}>
                {formatBytes(bytes)}
              </span>
            ))}
          </div>
          <table className={styles.held} tabIndex={0} aria-label="WAL held by each slot">
            <thead>
              <tr>
                <th scope="col">Slot</th>
                <th scope="col">WAL held</th>
                <th scope="col" data-hint="How much more it holds than when the window began to watch.">
                  Grew
                </th>
              </tr>
            </thead>
            <tbody>
              {chart.lines.map(({ slot, bytes }) => (
                <tr key={slot}>
                  <th scope="row">
                    <Name text={slot} className="mono" />
                  </th>
                  <td className="mono" data-hint={heldExactly(bytes, least.has(slot))}>
                    {heldShort(bytes, least.has(slot))}
                  </td>
                  <td className="mono">{growthText(watch, slot)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function growthText(watch: SlotWatch, slot: string): string {
  const growth = growthOf(watch, slot);
  if (growth === null) return '–';
  const sign = growth.bytes > 0 ? '+' : growth.bytes < 0 ? '−' : '±';
  return `${sign}${formatBytes(Math.abs(growth.bytes))}`;
}
