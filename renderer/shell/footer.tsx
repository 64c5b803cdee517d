import { lazy, Suspense } from 'react';
import type { ConnectionStatus } from '../../app/ipc/contract';
import { Button } from '../components/button';
import { Icon } from '../components/icon';
import { StateMark } from '../components/state-mark';
import { formatClock, formatDay, formatDuration, formatInstant, instantHint, zoneName } from '../lib/format';
import { useNow } from '../lib/now';
import { useFleet, useUi } from '../stores/hooks';
import { useIsPast, useTime } from '../stores/time';
import { retryConnection } from '../commands';
import { cx } from '../lib/cx';
import styles from './footer.module.css';

const TimeBar = lazy(async () => ({ default: (await import('../time-bar/time-bar')).TimeBar }));

/** The bar at the bottom: which instant is shown, what was recorded and happened, and whether the picture is live. */
export function Footer(): React.ReactNode {
  const isPast = useIsPast();
  return (
    <footer className={cx(styles.footer, isPast && styles.past)}>
      <Suspense fallback={<Clock />}>
        <TimeBar clock={<Clock />} state={<ConnectionState />} />
      </Suspense>
    </footer>
  );
}

function Clock(): React.ReactNode {
  const now = useNow();
  const atMs = useTime((s) => s.atMs);
  const shown = new Date(atMs ?? now);
  return (
    <time className={styles.clock} dateTime={shown.toISOString()} data-hint={instantHint(shown.toISOString())}>
      <span className="mono">
        {formatDay(shown)} {formatClock(shown)}
      </span>{' '}
      <span className="faint">{zoneName(shown)}</span>
    </time>
  );
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
            <b>Live</b>
            {status.by === undefined ? '' : ` by ${status.by}`}{' '}
            <span className="dim">· last heard {sinceWords(status.lastHeardAt, now)}</span>
          </span>
        </>
      );
    case 'as-of':
      return (
        <>
          <Icon name="file" size={14} />
          <span className="ellipsis" data-hint={instantHint(status.at)}>
            <b>As of {formatInstant(status.at, now)}</b> <span className="dim">· from {status.from}</span>
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
