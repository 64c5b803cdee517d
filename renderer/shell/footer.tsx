import { memo } from 'react';
import type { ConnectionStatus } from '../../app/ipc/contract';
import { Button } from '../components/button';
import { StateMark } from '../components/state-mark';
import { formatClock, formatDay, formatDuration, formatInstant, instantHint, zoneName } from '../lib/format';
import { useNow } from '../lib/now';
import { useFleet, useUi } from '../stores/hooks';
import { openCluster } from '../stores/ui';
import { retryConnection } from '../commands';
import { InlineName } from '../components/name';
import styles from './footer.module.css';

/** The bar at the bottom: what time it is, what happened last, and whether the picture is live. */
export function Footer(): React.ReactNode {
  return (
    <footer className={styles.footer}>
      <Clock />
      <LastEvent />
      <ConnectionState />
    </footer>
  );
}

function Clock(): React.ReactNode {
  const now = new Date(useNow());
  return (
    <time className={styles.clock} dateTime={now.toISOString()} data-hint={instantHint(now.toISOString())}>
      <span className="mono">
        {formatDay(now)} {formatClock(now)}
      </span>{' '}
      <span className="faint">{zoneName(now)}</span>
    </time>
  );
}

const LastEvent = memo(function LastEvent(): React.ReactNode {
  const event = useFleet((s) => s.events.at(-1));
  const scope = useFleet((s) => (event ? s.summaries.get(event.clusterId)?.scope : undefined));
  if (!event) return <p className={styles.event}>Nothing has changed since the program started to watch.</p>;
  return (
    <button
      type="button"
      className={styles.event}
      onClick={() => openCluster(event.clusterId)}
      data-hint="The last change that was seen. Click to go to its cluster."
    >
      <EventTime at={event.at} />
      {scope !== undefined && <InlineName text={scope} className={styles.scope} />}
      <InlineName text={event.words} className="ellipsis" />
    </button>
  );
});

function EventTime({ at }: { readonly at: string }): React.ReactNode {
  return <time className="mono">{formatInstant(at, useNow())}</time>;
}

/** The connection of the open cluster, or the only one, or the worst. */
function ConnectionState(): React.ReactNode {
  const clusterId = useUi((s) => s.clusterId);
  const id = useFleet((s) => {
    const own = clusterId === null ? undefined : s.summaries.get(clusterId)?.connectionId;
    return own ?? (s.connections.find((c) => c.status.kind === 'lost') ?? s.connections[0])?.id;
  });
  const connection = useFleet((s) => s.connections.find((c) => c.id === id));
  if (!connection) return <p className={styles.state}>No connection</p>;
  return (
    <div className={styles.state}>
      <StatusSentence status={connection.status} />
      {connection.status.kind === 'lost' && (
        <Button small onPress={() => retryConnection(connection.id)} hint={connection.status.failure.message}>
          Retry
        </Button>
      )}
    </div>
  );
}

function StatusSentence({ status }: { readonly status: ConnectionStatus }): React.ReactNode {
  const now = useNow();
  const ago = (iso: string) => formatDuration(now - Date.parse(iso));
  switch (status.kind) {
    case 'connecting':
      return (
        <>
          <StateMark mark="unknown" label="" />
          <span>Connecting… {ago(status.since)}</span>
        </>
      );
    case 'live':
      return (
        <>
          <StateMark mark="ok" label="" />
          <span>
            <b>Live</b> <span className="dim">· last heard {sinceWords(status.lastHeardAt, now)}</span>
          </span>
        </>
      );
    case 'lost':
      return (
        <>
          <StateMark mark="critical" label="" />
          <span className="ellipsis">
            <b>Lost since {formatInstant(status.since, now)}</b>{' '}
            <span className="dim">
              · {status.lastHeardAt === null ? 'never heard' : `last heard ${ago(status.lastHeardAt)} ago`}
              <NextTry retryAt={status.retryAt} now={now} />
            </span>
          </span>
        </>
      );
  }
}

/** The clock here ticks once a second, so what was just heard may lie after it. */
function sinceWords(iso: string, now: number): string {
  const ms = now - Date.parse(iso);
  return ms <= 50 ? 'just now' : `${formatDuration(ms)} ago`;
}

function NextTry({ retryAt, now }: { readonly retryAt: string | null; readonly now: number }): React.ReactNode {
  if (retryAt === null) return ' · trying now';
  const left = Date.parse(retryAt) - now;
  return left > 0 ? ` · next try in ${Math.ceil(left / 1000)} s` : null;
}
