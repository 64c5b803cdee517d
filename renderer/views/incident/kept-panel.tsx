import { useState } from 'react';
import type { IncidentHead } from '../../../app/ipc/incident';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { IconButton } from '../../components/icon-button';
import { Name } from '../../components/name';
import { Panel } from '../../components/panel';
import { formatInstant, plural } from '../../lib/format';
import { openKept } from '../../stores/incident-acts';
import type { Incident } from '../../stores/incidents';
import { deleteKept, useKept } from '../../stores/kept-incidents';
import styles from './incident.module.css';

/** All incidents that were kept, of this cluster and others: each can be opened again, and deleted. */
export function KeptPanel({ incident }: { readonly incident: Incident }): React.ReactNode {
  const incidents = useKept((s) => s.incidents);
  const unreadable = useKept((s) => s.unreadable);
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <Panel title="Kept incidents" caption={incidents === null ? undefined : incidents.length}>
      {incidents?.length === 0 && (
        <p className="dim">None yet. One is kept as soon as a note is written, or with “Keep”.</p>
      )}
      <ul className={styles.keptList} aria-label="Kept incidents">
        {incidents?.map((head) => (
          <Row
            key={head.id}
            head={head}
            isOpen={head.id === incident.kept.id}
            isAsked={asked === head.id}
            onAsk={setAsked}
            onDelete={() => {
              setAsked(null);
              void deleteKept(head.id, incident.clusterId);
            }}
          />
        ))}
      </ul>
      {unreadable.length > 0 && (
        <p className="dim">
          {plural(unreadable.length, 'file')} in their folder cannot be read: {unreadable[0]}.
        </p>
      )}
    </Panel>
  );
}

interface RowProps {
  readonly head: IncidentHead;
  readonly isOpen: boolean;
  readonly isAsked: boolean;
  readonly onAsk: (id: string | null) => void;
  readonly onDelete: () => void;
}

function Row({ head, isOpen, isAsked, onAsk, onDelete }: RowProps): React.ReactNode {
  const { id, title, scope, connection, from, logs } = head;
  return (
    <li className={styles.keptRow} aria-current={isOpen}>
      {isAsked ? (
        <>
          <span>Delete it, with its notes?</span>
          <Button small onPress={() => onAsk(null)}>
            Keep it
          </Button>
          <Button small variant="danger" onPress={onDelete}>
            Delete
          </Button>
        </>
      ) : (
        <>
          <button type="button" className={styles.keptName} disabled={isOpen} onClick={() => void openKept(head)}>
            <Name text={title === '' ? 'Without a title' : title} />
            <span className={styles.keptAbout}>
              <Name text={`${scope} · ${connection}`} /> · {formatInstant(from, Date.now())}
              {logs > 0 && ` · ${plural(logs, 'log')}`}
              {isOpen && ' · open'}
            </span>
          </button>
          <IconButton small label={`Delete the incident ${title.slice(0, 100)}`} onPress={() => onAsk(id)}>
            <Icon name="close" size={13} />
          </IconButton>
        </>
      )}
    </li>
  );
}
