import { memo } from 'react';
import type { ConnectionStatus } from '../../app/ipc/contract';
import { closeSnapshot } from '../commands';
import { Icon } from '../components/icon';
import { IconButton } from '../components/icon-button';
import { Name } from '../components/name';
import { cx } from '../lib/cx';
import { formatInstant, instantHint } from '../lib/format';
import { useNow } from '../lib/now';
import { useFleet } from '../stores/hooks';
import { openOverlay } from '../stores/ui';
import { headerWords } from '../words';
import { statusWord, storeWords } from './connection-words';
import styles from './fleet-connection-row.module.css';

/** The head of a connection's section: its name, its store and whether the picture is live. */
export const FleetConnectionRow = memo(function FleetConnectionRow({ id }: { readonly id: string }): React.ReactNode {
  const name = useFleet((s) => s.connections.find((c) => c.id === id)?.name ?? '');
  const kind = useFleet((s) => s.connections.find((c) => c.id === id)?.kind);
  const editable = useFleet((s) => s.connections.find((c) => c.id === id)?.settings != null);
  if (kind === undefined) return null;
  if (kind === 'practice') {
    return (
      <h2 className={styles.head} data-hint={headerWords.practice}>
        <span className="ellipsis">Practice — simulated, nothing here is real</span>
      </h2>
    );
  }
  return (
    <div className={styles.head}>
      <h2 className={styles.name}>
        <Name text={name} />
        {kind !== 'snapshot' && <span className={styles.store}>· {storeWords[kind]}</span>}
      </h2>
      {editable && (
        <IconButton
          small
          className={styles.edit}
          label="Edit this connection"
          onPress={() => openOverlay({ kind: 'connection', id })}
        >
          <Icon name="edit" size={12} />
        </IconButton>
      )}
      <Status id={id} />
      {kind === 'snapshot' && (
        <IconButton small label="Close this snapshot" onPress={() => closeSnapshot(id)}>
          <Icon name="close" size={12} />
        </IconButton>
      )}
    </div>
  );
});

function Status({ id }: { readonly id: string }): React.ReactNode {
  const status = useFleet((s) => s.connections.find((c) => c.id === id)?.status);
  return status ? <StatusWord status={status} /> : null;
}

function StatusWord({ status }: { readonly status: ConnectionStatus }): React.ReactNode {
  if (status.kind === 'lost') return <CountingStatus status={status} />;
  if (status.kind === 'as-of') return <FixedStatus status={status} />;
  return <span className={cx(styles.status, styles[status.kind])}>{statusWord(status, 0)}</span>;
}

function FixedStatus({ status }: { readonly status: ConnectionStatus & { readonly kind: 'as-of' } }): React.ReactNode {
  return (
    <span className={styles.status} data-hint={`${instantHint(status.at)}\nfrom ${status.from}`}>
      {formatInstant(status.at, Date.now()).split(' ')[0]}
    </span>
  );
}

function CountingStatus({
  status,
}: {
  readonly status: ConnectionStatus & { readonly kind: 'lost' };
}): React.ReactNode {
  return (
    <span className={cx(styles.status, styles.lost)} data-hint={status.failure.message}>
      {statusWord(status, useNow())}
    </span>
  );
}
