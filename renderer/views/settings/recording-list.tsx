import { useEffect, useState } from 'react';
import type { RecordedConnection } from '../../../app/ipc/time';
import { request } from '../../bridge';
import { IconButton } from '../../components/icon-button';
import { Icon } from '../../components/icon';
import { InlineName } from '../../components/name';
import { exactBytes, formatBytes, formatInstant, instantHint } from '../../lib/format';
import { useNow } from '../../lib/now';
import { useFleet } from '../../stores/hooks';
import { refreshExtent, useTime } from '../../stores/time';
import { toast } from '../../stores/ui';
import { Question } from '../connections/question';
import styles from './settings-dialog.module.css';

/** What was recorded of each connection and how large it is. Each can be deleted. */
export function RecordingList(): React.ReactNode {
  const recorded = useTime((s) => s.extent?.connections) ?? none;
  const connections = useFleet((s) => s.connections);
  const now = useNow();
  const [deleting, setDeleting] = useState<{ readonly id: string; readonly name: string } | null>(null);
  useEffect(() => void refreshExtent(), []);
  const bytes = recorded.reduce((sum, one) => sum + one.bytes, 0);
  return (
    <>
      <div className={styles.head}>
        <h3 className={styles.title}>Recordings</h3>
        <span className="dim" data-hint={exactBytes(bytes)}>
          {formatBytes(bytes)} on this machine
        </span>
      </div>
      {recorded.length === 0 && <p className="dim">None yet. A connection is recorded from its first answer on.</p>}
      <ul>
        {recorded.map((one) => {
          const name = connections.find(({ id }) => id === one.id)?.name ?? one.id;
          return (
            <li key={one.id} className={styles.recording}>
              <div className={styles.words}>
                <p className={styles.name}>
                  <b className="ellipsis">
                    <InlineName text={name} />
                  </b>
                </p>
                <Since one={one} now={now} />
              </div>
              <span className="dim" data-hint={exactBytes(one.bytes)}>
                {formatBytes(one.bytes)}
              </span>
              <IconButton
                label={`Delete the recording of ${name}`}
                isDisabled={one.spans.length === 0}
                onPress={() => setDeleting({ id: one.id, name })}
              >
                <Icon name="trash" />
              </IconButton>
            </li>
          );
        })}
      </ul>
      {deleting !== null && <DeleteQuestion {...deleting} onAnswer={() => setDeleting(null)} />}
    </>
  );
}

const none: readonly RecordedConnection[] = [];

function Since({ one, now }: { readonly one: RecordedConnection; readonly now: number }): React.ReactNode {
  const from = one.spans[0]?.from;
  const isOn = one.isOn ? 'recording' : 'off';
  return (
    <p className="dim">
      {from === undefined ? (
        `${isOn} · nothing yet`
      ) : (
        <>
          {isOn} · since <span data-hint={instantHint(from)}>{formatInstant(from, now)}</span>
        </>
      )}
    </p>
  );
}

interface DeleteQuestionProps {
  readonly id: string;
  readonly name: string;
  readonly onAnswer: () => void;
}

function DeleteQuestion({ id, name, onAnswer }: DeleteQuestionProps): React.ReactNode {
  const [busy, setBusy] = useState(false);
  const forget = async (): Promise<void> => {
    setBusy(true);
    const answer = await request('time.forget', { id });
    if (!answer.ok) toast(answer.error.message, 'critical');
    await refreshExtent();
    onAnswer();
  };
  return (
    <Question
      title="Delete the recording?"
      yes="Delete it"
      no="Keep it"
      isBusy={busy}
      onAnswer={(yes) => {
        if (yes) void forget();
        else onAnswer();
      }}
    >
      <p>
        What was recorded of <InlineName text={name} /> until now is deleted from this machine and cannot be brought
        back. If it is being recorded, that goes on from now. Nothing in the store is touched.
      </p>
    </Question>
  );
}
