import { useState } from 'react';
import { addressesOf, namespaceOf } from '../../../app/ipc/connections/kinds';
import type { ConnectionSettings, ConnectionView } from '../../../app/ipc/contract';
import { editConnection } from '../../commands';
import { Badge } from '../../components/badge';
import { IconButton } from '../../components/icon-button';
import { Icon } from '../../components/icon';
import { StateMark, type Mark } from '../../components/state-mark';
import { useNow } from '../../lib/now';
import { statusWord } from '../../shell/connection-words';
import { useFleet } from '../../stores/hooks';
import { RemoveQuestion } from '../connections/remove-question';
import styles from './settings-dialog.module.css';

const marks: Record<ConnectionView['status']['kind'], Mark> = {
  connecting: 'unknown',
  live: 'ok',
  lost: 'warning',
  'as-of': 'unknown',
};

function placeOf(settings: ConnectionSettings): string {
  return `${addressesOf(settings).join(' ')} ${namespaceOf(settings)}`;
}

/** The connections that can be edited, each with its state. */
export function ConnectionList(): React.ReactNode {
  const all = useFleet((s) => s.connections);
  const now = useNow();
  const [removing, setRemoving] = useState<{ readonly id: string; readonly name: string } | null>(null);
  const connections = all.filter((connection) => connection.settings !== null);
  if (connections.length === 0) {
    return <p className="dim">None yet. A connection tells where the store of your clusters is.</p>;
  }
  return (
    <>
      <ul>
        {connections.map((connection) => (
          <li key={connection.id} className={styles.connection}>
            <StateMark mark={marks[connection.status.kind]} label="" />
            <div className={styles.words}>
              <p className={styles.name}>
                <b dir="auto" className="ellipsis">
                  {connection.name}
                </b>
                {connection.temporary && <Badge hint="Given with --connect, for this run only.">this run</Badge>}
              </p>
              <p className="mono dim ellipsis">{connection.settings !== null && placeOf(connection.settings)}</p>
            </div>
            <span className="dim">{statusWord(connection.status, now)}</span>
            <IconButton label={`Edit ${connection.name}`} onPress={() => editConnection(connection)}>
              <Icon name="edit" />
            </IconButton>
            <IconButton
              label={`Remove ${connection.name}`}
              onPress={() => setRemoving({ id: connection.id, name: connection.name })}
            >
              <Icon name="trash" />
            </IconButton>
          </li>
        ))}
      </ul>
      {removing !== null && <RemoveQuestion {...removing} onAnswer={() => setRemoving(null)} />}
    </>
  );
}
