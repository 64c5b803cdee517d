import { lazy, Suspense } from 'react';
import type { Intent } from '../../../app/operations/intent';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { StateMark } from '../../components/state-mark';
import { Tabs } from '../../components/tabs';
import { cx } from '../../lib/cx';
import { formatDuration, formatInstant } from '../../lib/format';
import { FixedNow, useNow } from '../../lib/now';
import { useFixedInstant } from '../../stores/fixed-instant';
import { retryConnection } from '../../commands';
import { tabOrder } from '../../shortcuts';
import { useDetail, useDetailState, useFleet, useOperations, useUi } from '../../stores/hooks';
import { useIncidents } from '../../stores/incidents';
import { showInstant, useIsPast } from '../../stores/time';
import { type ClusterTab, openCluster, openTab } from '../../stores/ui';
import { Overview } from '../overview/overview';
import { ClusterHeader } from './cluster-header';
import styles from './cluster-page.module.css';
import { MadeBanner } from './made-banner';
import { SnapshotBanner } from './snapshot-banner';

const SlotsView = lazy(async () => ({ default: (await import('../slots/slots-view')).SlotsView }));
const HistoryView = lazy(async () => ({ default: (await import('../history/history-view')).HistoryView }));
const SyncView = lazy(async () => ({ default: (await import('../sync/sync-view')).SyncView }));
const ForecastView = lazy(async () => ({ default: (await import('../forecast/forecast-view')).ForecastView }));
const ConfigView = lazy(async () => ({ default: (await import('../config/config-view')).ConfigView }));
const OperationView = lazy(async () => ({ default: (await import('../operations/operation-view')).OperationView }));
const PracticeView = lazy(async () => ({ default: (await import('../practice/practice-view')).PracticeView }));
const IncidentView = lazy(async () => ({ default: (await import('../incident/incident-view')).IncidentView }));
const KeysView = lazy(async () => ({ default: (await import('../keys/keys-view')).KeysView }));

/** The pages of a cluster. What a page needs is fetched when it is first shown; the overview is there at once. */
const pageViews: Readonly<Record<ClusterTab, React.ComponentType>> = {
  overview: Overview,
  slots: SlotsView,
  history: HistoryView,
  sync: SyncView,
  forecast: ForecastView,
  config: ConfigView,
  keys: KeysView,
  practice: PracticeView,
  operation: OperationView,
  incident: IncidentView,
};

const operationTabs: Readonly<Record<Intent['kind'], string>> = {
  switchover: 'Switchover',
  failover: 'Failover',
  'cancel-switchover': 'Cancel switchover',
  pause: 'Pause',
  resume: 'Resume',
  restart: 'Restart',
  'cancel-restart': 'Cancel restart',
  reload: 'Reload',
  reinitialize: 'Reinitialize',
  'edit-config': 'Edit config',
  'remove-cluster': 'Remove',
};

export interface ClusterPageProps {
  readonly id: string;
  /** Whether the fleet has it now. */
  readonly known: boolean;
}

/** The chosen cluster: its head, and its pages. */
export function ClusterPage({ id, known }: ClusterPageProps): React.ReactNode {
  const connectionId = useFleet((s) => s.summaries.get(id)?.connectionId ?? null);
  const shownConnectionId = useDetail((d) => d.connectionId, null);
  const lost = useFleet(
    (s) => s.connections.find((c) => c.id === (connectionId ?? shownConnectionId))?.status.kind === 'lost',
  );
  const instant = useFixedInstant(connectionId ?? shownConnectionId);
  const isPast = useIsPast();
  return (
    <FixedNow value={instant}>
      <article className={styles.page}>
        <ClusterHeader id={id} stale={lost} />
        {lost && <StaleBanner connectionId={connectionId ?? shownConnectionId} />}
        {!known && !lost && instant === null && !isPast && <GoneBanner />}
        <MadeBanner connectionId={connectionId ?? shownConnectionId} />
        {instant !== null && <SnapshotBanner connectionId={connectionId ?? shownConnectionId} />}
        <Pages stale={lost || !known} />
      </article>
    </FixedNow>
  );
}

function Pages({ stale }: { readonly stale: boolean }): React.ReactNode {
  const kind = useDetailState((s) => s.kind);
  const message = useDetailState((s) => (s.kind === 'failed' ? s.message : ''));
  const chosen = useUi((s) => s.tab);
  const clusterId = useUi((s) => s.clusterId) ?? '';
  const prepared = useOperations((s) => s.wizards.get(clusterId)?.intent.kind ?? null);
  const isPast = useIsPast();
  // Nothing can be made to happen in the past.
  const isPractice = useIsPractice() && !isPast;
  const operation = isPast ? null : prepared;
  const hasIncident = useIncidents((s) => s.open.has(clusterId));
  const isThere =
    chosen === 'operation'
      ? operation !== null
      : chosen === 'incident'
        ? hasIncident
        : chosen !== 'practice' || isPractice;
  const tab = isThere ? chosen : 'overview';
  const keyCount = useDetail((d) => d.keys.length, 0);
  switch (kind) {
    case 'none':
    case 'loading':
      return <div className={styles.loading} aria-busy="true" />;
    case 'absent':
      if (isPast)
        return (
          <EmptyState
            title="Nothing of this cluster is recorded here"
            actions={<Button onPress={() => void showInstant(null)}>Back to now</Button>}
          >
            It had no keys then, or its connection was not recorded yet. The time bar shows from when on it was.
          </EmptyState>
        );
      return (
        <EmptyState
          title="This cluster has no keys any more"
          actions={<Button onPress={() => openCluster(null)}>Show another cluster</Button>}
        >
          All keys of its scope were removed from the store. It appears again as soon as one of its members writes one.
        </EmptyState>
      );
    case 'failed':
      return <EmptyState title="The cluster could not be read">{message}</EmptyState>;
    case 'shown':
      return (
        <div className={cx(styles.pages, stale && styles.stale)}>
          <Tabs
            label="Pages of the cluster"
            selected={tab}
            onSelect={openTab}
            items={[
              ...tabOrder.map(({ tab: id, label }) => ({
                id,
                label,
                ...(id === 'keys' ? { count: keyCount } : {}),
                content: () => <Page tab={id} />,
              })),
              ...(isPractice
                ? [{ id: 'practice' as const, label: 'Practice', content: () => <Page tab="practice" /> }]
                : []),
              ...(hasIncident
                ? [{ id: 'incident' as const, label: 'Incident', content: () => <Page tab="incident" /> }]
                : []),
              // There while something is prepared or followed, so that it can be left and come back to.
              ...(operation === null
                ? []
                : [
                    {
                      id: 'operation' as const,
                      label: operationTabs[operation],
                      content: () => <Page tab="operation" />,
                    },
                  ]),
            ]}
          />
        </div>
      );
  }
}

function Page({ tab }: { readonly tab: ClusterTab }): React.ReactNode {
  const View = pageViews[tab];
  return (
    <Suspense fallback={<div className={styles.loading} aria-busy="true" />}>
      <View />
    </Suspense>
  );
}

/** Whether the open cluster is one of the practice herd. */
function useIsPractice(): boolean {
  const connectionId = useDetail((d) => d.connectionId, null);
  return useFleet((s) => s.connections.find((c) => c.id === connectionId)?.kind === 'practice');
}

function StaleBanner({ connectionId }: { readonly connectionId: string | null }): React.ReactNode {
  const connection = useFleet((s) => s.connections.find((c) => c.id === connectionId));
  const now = useNow();
  if (connection?.status.kind !== 'lost') return null;
  const { failure, lastHeardAt, since } = connection.status;
  return (
    <div className={styles.banner} role="status">
      <StateMark mark="warning" label="" size={13} />
      <p>
        <b>
          Not live since {formatInstant(since, now)}
          {lastHeardAt !== null && `: this is the picture of ${formatDuration(now - Date.parse(lastHeardAt))} ago`}.
        </b>{' '}
        {failure.message} <span className="dim">{failure.advice}</span>
      </p>
      <Button small onPress={() => retryConnection(connection.id)}>
        Retry
      </Button>
    </div>
  );
}

function GoneBanner(): React.ReactNode {
  const shown = useDetailState((s) => s.kind === 'shown');
  if (!shown) return null;
  return (
    <div className={styles.banner} role="status">
      <StateMark mark="warning" label="" size={13} />
      <p>
        <b>The store has no key of this cluster any more.</b> What you see is what it had last.
      </p>
      <Button small onPress={() => openCluster(null)}>
        Close it
      </Button>
    </div>
  );
}
