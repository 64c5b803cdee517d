import { lazy, Suspense } from 'react';
import { Button } from '../components/button';
import { EmptyState } from '../components/empty-state';
import { request } from '../bridge';
import { useFleet, useUi } from '../stores/hooks';
import { openOverlay, toast } from '../stores/ui';
import { ClusterPage } from '../views/cluster/cluster-page';
import { FleetButton } from './fleet-button';
import { Logo } from './logo';
import styles from './main-area.module.css';
import { retryConnection } from '../commands';

const ExampleButtons = lazy(async () => ({
  default: (await import('../views/snapshots/example-buttons')).ExampleButtons,
}));

/** What the middle of the window shows: a cluster, or why there is none. */
export function MainArea(): React.ReactNode {
  const clusterId = useUi((s) => s.clusterId);
  const known = useFleet((s) => clusterId !== null && s.summaries.has(clusterId));
  const none = useFleet((s) => s.connections.length === 0);
  if (clusterId !== null) return <ClusterPage id={clusterId} known={known} />;
  return (
    <div className={styles.area}>
      <div className={styles.bar}>
        <FleetButton />
      </div>
      {none ? <FirstRun /> : <NothingYet />}
    </div>
  );
}

function ConnectActions(): React.ReactNode {
  return (
    <>
      <Button variant="primary" onPress={() => openOverlay({ kind: 'connection', id: null })}>
        Add a connection…
      </Button>
      <Button onPress={() => openOverlay({ kind: 'import' })}>Import patroni.yml…</Button>
    </>
  );
}

function FirstRun(): React.ReactNode {
  return (
    <EmptyState
      icon={<Logo size={44} />}
      title="Look into a Patroni cluster"
      actions={
        <>
          <ConnectActions />
          <Button onPress={() => openOverlay({ kind: 'open-snapshot' })}>Open a snapshot…</Button>
          <Button
            onPress={() => {
              void request('settings.update', { practice: true }).then((answer) => {
                if (!answer.ok) toast(answer.error.message, 'critical');
              });
            }}
          >
            Watch the practice herd
          </Button>
        </>
      }
    >
      Herdscope reads what Patroni keeps in its store and shows who leads, who follows and what is wrong. It only reads,
      unless you allow more. Connect to a store, or watch a simulated herd first: it needs no server.
      <span className={styles.examples}>
        Or look at an example:
        <Suspense fallback={null}>
          <ExampleButtons />
        </Suspense>
      </span>
    </EmptyState>
  );
}

function NothingYet(): React.ReactNode {
  const lost = useFleet((s) => s.connections.find((c) => c.status.kind === 'lost'));
  const connecting = useFleet((s) => s.connections.some((c) => c.status.kind === 'connecting'));
  if (lost?.status.kind === 'lost') {
    const { failure } = lost.status;
    return (
      <EmptyState
        title={`No answer from ${lost.name}`}
        actions={
          <>
            <Button variant="primary" onPress={() => retryConnection(lost.id)}>
              Try again
            </Button>
            <Button onPress={() => openOverlay({ kind: 'connection', id: lost.id })}>Edit the connection…</Button>
          </>
        }
      >
        <p>{failure.message}</p>
        <p>{failure.advice}</p>
      </EmptyState>
    );
  }
  if (connecting)
    return <EmptyState title="Connecting…">The clusters appear as soon as the store has answered.</EmptyState>;
  return (
    <EmptyState title="No Patroni cluster here yet" actions={<ConnectActions />}>
      The store answers, but below the namespace there is no cluster. Check the namespace of the connection: Patroni’s
      own is /service unless its configuration says otherwise.
    </EmptyState>
  );
}
