import { memo } from 'react';
import type { Cluster } from '../../../app/cluster/cluster';
import * as Clusters from '../../../app/cluster/cluster';
import * as Failover from '../../../app/cluster/failover';
import { format as formatLsn } from '../../../app/cluster/lsn';
import * as GlobalConfig from '../../../app/cluster/global-config';
import * as Member from '../../../app/cluster/member';
import * as SyncState from '../../../app/cluster/sync-state';
import { syncReport } from '../../../app/sync/sync-report';
import { showOverlay } from '../../commands';
import { Badge } from '../../components/badge';
import { CopyButton } from '../../components/copy-button';
import { Flash } from '../../components/flash';
import { Icon } from '../../components/icon';
import { IconButton } from '../../components/icon-button';
import { InlineName, Name } from '../../components/name';
import { cx } from '../../lib/cx';
import { formatDuration, formatInstant, instantHint } from '../../lib/format';
import { useNow } from '../../lib/now';
import { FleetButton } from '../../shell/fleet-button';
import { useDetail, useFleet } from '../../stores/hooks';
import { headerWords, modeWords, severityWords } from '../../words';
import styles from './cluster-header.module.css';
import { notRenewedFor, remainingTtl } from './lock';
import { mainGroup } from './main-group';
import { OperationButtons, RehearseButton } from './operation-buttons';

export interface ClusterHeaderProps {
  readonly id: string;
  readonly stale: boolean;
}

/** The head of a cluster's page: what it is called, how it is, and what holds for all of it. */
export const ClusterHeader = memo(function ClusterHeader({ id, stale }: ClusterHeaderProps): React.ReactNode {
  const scope = useFleet((s) => s.summaries.get(id)?.scope);
  const shownScope = useDetail((d) => (d.id === id ? d.scope : ''), '');
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <FleetButton />
        <h1 className={styles.name}>
          <Name text={scope ?? shownScope} />
        </h1>
        <Badges id={id} stale={stale} />
        <span className={styles.acts}>
          <RehearseButton id={id} />
          <OperationButtons id={id} />
          <IconButton
            label="Save a report of this cluster"
            onPress={() => showOverlay({ kind: 'report', clusterId: id })}
          >
            <Icon name="file" />
          </IconButton>
          <IconButton
            label="Export a snapshot of this cluster"
            onPress={() => showOverlay({ kind: 'export-snapshot', clusterId: id })}
          >
            <Icon name="download" />
          </IconButton>
        </span>
      </div>
      <Facts id={id} stale={stale} />
    </header>
  );
});

function Badges({ id, stale }: ClusterHeaderProps): React.ReactNode {
  const verdict = useFleet((s) => s.summaries.get(id)?.verdict);
  const paused = useFleet((s) => s.summaries.get(id)?.paused ?? false);
  const standby = useFleet((s) => s.summaries.get(id)?.isStandbyCluster ?? false);
  const connectionId = useFleet((s) => s.summaries.get(id)?.connectionId);
  const connection = useFleet((s) => s.connections.find((c) => c.id === connectionId)?.name);
  const practice = useFleet((s) => s.connections.find((c) => c.id === connectionId)?.kind === 'practice');
  return (
    <>
      {stale ? (
        <Badge tone="warning" hint="The store is not reachable: this is how the cluster was when it was last heard of.">
          stale
        </Badge>
      ) : (
        verdict && (
          <Badge
            tone={verdict.severity === 'info' ? 'ok' : verdict.severity}
            hint={verdict.severity === 'ok' ? 'No finding.' : severityWords[verdict.severity]}
          >
            {verdict.words}
          </Badge>
        )
      )}
      {paused && (
        <Badge tone="warning" hint={headerWords.paused}>
          paused
        </Badge>
      )}
      {standby && (
        <Badge tone="info" hint={headerWords.standby}>
          standby cluster
        </Badge>
      )}
      {practice ? (
        <Badge tone="accent" hint={headerWords.practice}>
          practice: simulated
        </Badge>
      ) : (
        connection !== undefined && (
          <Badge hint="The connection that the cluster is read through.">
            <InlineName text={connection} />
          </Badge>
        )
      )}
    </>
  );
}

function Facts({ id, stale }: ClusterHeaderProps): React.ReactNode {
  const cluster = useDetail((d) => (d.id === id ? (mainGroup(d.groups)?.cluster ?? null) : null), null);
  if (!cluster) return <dl className={styles.facts} aria-busy="true" />;
  const leader = Clusters.leaderName(cluster);
  const timeline = Clusters.currentTimeline(cluster);
  const versions = [...new Set(cluster.members.map(Member.version).filter((v) => v !== null))].sort();
  const { lastLsn } = cluster.status;
  return (
    <dl className={cx(styles.facts, stale && styles.stale)}>
      <Fact label="leader" hint={headerWords.leader}>
        {leader === null ? (
          <span className={styles.bad}>none</span>
        ) : (
          <Flash value={leader}>
            <Name text={leader} className="mono" />
          </Flash>
        )}
      </Fact>
      {leader !== null && (
        <Fact label="lock" hint={headerWords.lock}>
          <Lock
            session={cluster.leader?.session ?? null}
            loopWaitSeconds={GlobalConfig.loopWaitSeconds(cluster.config)}
            stale={stale}
          />
        </Fact>
      )}
      <Fact label="timeline" hint={headerWords.timeline}>
        <Flash value={timeline}>{timeline === 0 ? 'not known' : timeline}</Flash>
      </Fact>
      <Mode cluster={cluster} />
      <Fact label="WAL" hint={headerWords.wal}>
        <span className="mono">
          {lastLsn === 0 ? 'not known' : <Flash value={lastLsn}>{formatLsn(lastLsn)}</Flash>}
        </span>
      </Fact>
      <Switchover cluster={cluster} />
      {versions.length > 0 && (
        <Fact label="Patroni" hint={headerWords.patroni}>
          <span className="mono">{versions.join(', ')}</span>
        </Fact>
      )}
      {cluster.initialize !== null && (
        <Fact label="system" hint={headerWords.system}>
          {cluster.initialize === '' ? (
            'bootstrapping'
          ) : (
            <>
              <Name text={cluster.initialize} className="mono selectable" />
              <CopyButton text={cluster.initialize} label="Copy the system identifier" />
            </>
          )}
        </Fact>
      )}
    </dl>
  );
}

interface FactProps {
  readonly label: string;
  readonly hint: string;
  readonly children: React.ReactNode;
}

function Fact({ label, hint, children }: FactProps): React.ReactNode {
  return (
    <div className={styles.fact}>
      <dt data-hint={hint}>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Mode({ cluster }: { readonly cluster: Cluster }): React.ReactNode {
  const { mode, numbers } = syncReport(cluster);
  const { words, hint } = modeWords[mode];
  const voters = SyncState.voters(cluster.sync);
  const isQuorum = mode === 'quorum' || mode === 'quorum-strict';
  const rest =
    mode === 'async' || voters.length === 0
      ? ''
      : isQuorum
        ? `, any ${numbers.mustConfirm} of ${voters.length}`
        : `, ${voters.length === 1 ? '1 standby' : `${voters.length} standbys`}`;
  return (
    <Fact label="mode" hint={voters.length > 0 ? `${hint}\nNow: ${voters.join(', ')}` : hint}>
      <Flash value={words + rest}>{words + rest}</Flash>
    </Fact>
  );
}

function Switchover({ cluster }: { readonly cluster: Cluster }): React.ReactNode {
  const { failover } = cluster;
  // Patroni clears a request by writing `{}` (patroni/dcs/__init__.py: Failover.__len__): such a key asks for nothing.
  if (!failover || Failover.isEmpty(failover)) return null;
  const { leader, candidate, scheduledAt } = failover;
  return (
    <Fact
      label={leader === null ? 'failover' : 'switchover'}
      hint={scheduledAt === null ? headerWords.switchover : `${headerWords.switchover}\n${instantHint(scheduledAt)}`}
    >
      <span className={styles.asked}>
        <InlineName text={leader ?? 'any'} /> → <InlineName text={candidate ?? 'the best'} />,{' '}
        {scheduledAt === null ? 'now' : <Scheduled at={scheduledAt} />}
      </span>
    </Fact>
  );
}

function Scheduled({ at }: { readonly at: string }): React.ReactNode {
  const now = useNow();
  const left = Date.parse(at) - now;
  return (
    <>
      at {formatInstant(at, now)}
      {left > 0 && ` (in ${formatDuration(left)})`}
    </>
  );
}

interface LockProps {
  readonly session: string | null;
  readonly loopWaitSeconds: number;
  readonly stale: boolean;
}

function Lock({ session, loopWaitSeconds, stale }: LockProps): React.ReactNode {
  const state = useDetail((d) => d.sessions.find((s) => s.id === session), undefined);
  const now = useNow();
  const left = stale ? null : remainingTtl(state, now);
  if (!left)
    return (
      <span className="faint" data-hint={headerWords.lockUnknown}>
        not known
      </span>
    );
  const share = Math.min(1, left.seconds / left.granted);
  const missed = notRenewedFor(left, loopWaitSeconds);
  return (
    <span
      className={styles.lock}
      role="meter"
      aria-label="Remaining time of the leader lock"
      aria-valuemin={0}
      aria-valuemax={left.granted}
      aria-valuenow={Math.round(left.seconds)}
      aria-valuetext={`${Math.round(left.seconds)} of ${left.granted} seconds`}
    >
      <span className={styles.track}>
        <span className={missed === null ? styles.fill : styles.low} style={{ transform: `scaleX(${share})` }} />
      </span>
      <span className="mono">{Math.round(left.seconds)} s</span>
      {missed !== null && (
        <span className={styles.missed} data-hint={headerWords.lockMissed}>
          not renewed for {Math.round(missed)} s
        </span>
      )}
    </span>
  );
}
