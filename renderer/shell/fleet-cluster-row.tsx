import { memo } from 'react';
import type { ClusterSummary } from '../../app/cluster/summary';
import { Name } from '../components/name';
import { StateMark } from '../components/state-mark';
import { cx } from '../lib/cx';
import { formatBytes, formatDuration, plural } from '../lib/format';
import { FixedNow, useNow } from '../lib/now';
import { useFixedInstant } from '../stores/fixed-instant';
import { useFleet, useUi } from '../stores/hooks';
import { openCluster } from '../stores/ui';
import { headerWords, modeWords } from '../words';
import styles from './fleet-cluster-row.module.css';

export interface FleetClusterRowProps {
  readonly id: string;
  readonly because: string | null;
  /** Whether Tab comes to this row; the arrow keys go on from it. */
  readonly tabStop: boolean;
}

/** One cluster in the fleet list. It reads its own summary: a change of one cluster renders one row. */
export const FleetClusterRow = memo(function FleetClusterRow({
  id,
  because,
  tabStop,
}: FleetClusterRowProps): React.ReactNode {
  const summary = useFleet((s) => s.summaries.get(id));
  const stale = useFleet((s) => s.connections.find((c) => c.id === summary?.connectionId)?.status.kind === 'lost');
  const instant = useFixedInstant(summary?.connectionId ?? null);
  const selected = useUi((s) => s.clusterId === id);
  if (!summary) return null;
  const { verdict, scope, leader } = summary;
  return (
    <div
      role="option"
      data-fleet-row={id}
      tabIndex={tabStop ? 0 : -1}
      aria-selected={selected}
      className={cx(styles.row, selected && styles.selected, stale && styles.stale)}
      onClick={() => openCluster(id)}
      onKeyDown={(e) => {
        if (e.key !== 'Enter' && e.key !== ' ') return;
        e.preventDefault();
        openCluster(id);
      }}
    >
      <span className={styles.mark}>
        <StateMark
          mark={stale ? 'unknown' : verdict.severity === 'info' ? 'ok' : verdict.severity}
          label={stale ? 'stale, last known:' : verdict.words}
        />
      </span>
      <span className={styles.top}>
        <Name text={scope} className={styles.scope} />
        {leader === null ? (
          <span className={cx('mono', styles.noLeader)}>no leader</span>
        ) : (
          <Name text={leader} className={cx('mono', styles.leader)} />
        )}
      </span>
      <span className={styles.sub}>
        <span className="ellipsis">
          {because ?? (
            <FixedNow value={instant}>
              <SubWords summary={summary} />
            </FixedNow>
          )}
        </span>
        <span className={styles.end}>
          {summary.paused && (
            <span className={styles.paused} data-hint={headerWords.paused}>
              paused
            </span>
          )}
          {leader !== null && summary.worstLagBytes !== null && summary.worstLagBytes > 0 && (
            <span className="mono" data-hint="The largest replay lag of a running replica.">
              {formatBytes(summary.worstLagBytes)}
            </span>
          )}
          {leader !== null && summary.timeline > 0 && (
            <span data-hint="The leader’s timeline.">TL {summary.timeline}</span>
          )}
        </span>
      </span>
    </div>
  );
});

function SubWords({ summary }: { readonly summary: ClusterSummary }): React.ReactNode {
  const members = plural(summary.memberNames.length, 'member');
  if (summary.leader === null && summary.unlockedSince !== null) {
    return (
      <>
        {members} · <Unlocked since={summary.unlockedSince} />
      </>
    );
  }
  const kinds = [
    summary.workerGroups === null ? members : `coordinator + ${plural(summary.workerGroups, 'group')}`,
    summary.isStandbyCluster ? 'standby' : summary.syncMode === 'async' ? null : modeWords[summary.syncMode].short,
  ];
  return kinds.filter((k) => k !== null).join(' · ');
}

function Unlocked({ since }: { readonly since: string }): React.ReactNode {
  return <>unlocked {formatDuration(useNow() - Date.parse(since))}</>;
}
