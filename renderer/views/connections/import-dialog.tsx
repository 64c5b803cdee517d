import { useState } from 'react';
import type { ImportedConnection } from '../../../app/ipc/contract';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { StateMark } from '../../components/state-mark';
import { TextField } from '../../components/text-field';
import { plural } from '../../lib/format';
import { ConnectionForm } from './connection-form';
import { formOfImported } from './form-state';
import { Question } from './question';
import { useLeaveGuard } from './use-leave-guard';
import styles from './import-dialog.module.css';

interface Found {
  readonly file: string;
  readonly connections: readonly ImportedConnection[];
}

/** Takes connections from a patroni.yml or patronictl.yaml. Nothing is saved before the form says so. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }): React.ReactNode {
  const [found, setFound] = useState<Found | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [saved, setSaved] = useState<ReadonlySet<number>>(new Set());

  if (found === null) return <SourceStep onClose={onClose} onFound={setFound} />;
  const connection = chosen === null ? undefined : found.connections[chosen];
  if (chosen === null || connection === undefined) {
    return (
      <FoundStep
        found={found}
        saved={saved}
        onChoose={setChosen}
        onBack={() => {
          setFound(null);
          setSaved(new Set());
        }}
        onClose={onClose}
      />
    );
  }
  return (
    <ConnectionForm
      key={chosen}
      title="Add a connection"
      subtitle={
        <>
          As found in <bdi className="mono">{found.file}</bdi>. Nothing is saved yet.
        </>
      }
      initial={formOfImported(connection)}
      notes={connection.notes}
      leaveWord="Back"
      onClose={() => setChosen(null)}
      onSaved={() => {
        const now = new Set(saved).add(chosen);
        setSaved(now);
        if (now.size === found.connections.length) onClose();
        else setChosen(null);
      }}
    />
  );
}

interface SourceStepProps {
  readonly onClose: () => void;
  readonly onFound: (found: Found) => void;
}

function SourceStep({ onClose, onFound }: SourceStepProps): React.ReactNode {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [reading, setReading] = useState(false);
  const guard = useLeaveGuard(text.trim() !== '');

  const read = async (pasted: string | null): Promise<void> => {
    setReading(true);
    setProblem(null);
    const answer = await request('connection.import', { text: pasted });
    setReading(false);
    if (!answer.ok) setProblem(answer.error.message);
    else if (answer.value.kind === 'refused') setProblem(answer.value.message);
    else if (answer.value.kind === 'imported') onFound(answer.value);
  };

  return (
    <Dialog
      title="Import a connection"
      subtitle="From Patroni’s own configuration: patroni.yml or patronictl.yaml. Only what tells of the store is read."
      onClose={() => guard.leave(onClose)}
      closeOnOutsideClick={false}
      footer={
        <>
          <Button onPress={() => guard.leave(onClose)}>Cancel</Button>
          <Button variant="primary" isDisabled={reading || text.trim() === ''} onPress={() => void read(text)}>
            Read the text
          </Button>
        </>
      }
    >
      <div className={styles.source}>
        <div className={styles.file}>
          <p>
            <b>A file on this machine</b>
            <span className="dim">Paths of certificates in it are kept.</span>
          </p>
          <Button autoFocus isDisabled={reading} onPress={() => void read(null)}>
            Choose a file…
          </Button>
        </div>
        <TextField
          label="Or its text"
          mono
          rows={9}
          maxLength={1_000_000}
          value={text}
          onChange={(value) => {
            setText(value);
            setProblem(null);
          }}
          placeholder={'etcd3:\n  hosts: 10.0.0.1:2379,10.0.0.2:2379\n  protocol: https\n  cacert: /etc/patroni/ca.pem'}
        />
        <div className={styles.problem} role="status" aria-live="polite">
          {problem !== null && (
            <>
              <StateMark mark="critical" label="Not imported." />
              <span>{problem}</span>
            </>
          )}
        </div>
      </div>
      {guard.pending !== null && (
        <Question title="Leave the import?" yes="Leave" no="Stay" onAnswer={guard.answer}>
          The text that you pasted is not kept.
        </Question>
      )}
    </Dialog>
  );
}

interface FoundStepProps {
  readonly found: Found;
  readonly saved: ReadonlySet<number>;
  readonly onChoose: (index: number) => void;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

function FoundStep({ found, saved, onChoose, onBack, onClose }: FoundStepProps): React.ReactNode {
  const { file, connections } = found;
  return (
    <Dialog
      title={`${plural(connections.length, 'connection')} found`}
      subtitle={
        <>
          In <bdi className="mono">{file}</bdi>
        </>
      }
      onClose={onClose}
      footer={
        <>
          <Button onPress={onBack}>Back</Button>
          <Button onPress={onClose}>{saved.size > 0 ? 'Done' : 'Cancel'}</Button>
        </>
      }
    >
      <ul className={styles.found}>
        {connections.map(({ settings, notes, passwordHandle }, index) => (
          <li key={index} className={styles.item}>
            <div className={styles.words}>
              <b dir="auto">{settings.name}</b>
              <dl className={styles.facts}>
                <dt>endpoints</dt>
                <dd className="mono">{settings.endpoints.join(' ')}</dd>
                <dt>namespace</dt>
                <dd className="mono">{settings.namespace}</dd>
                {settings.username !== null && (
                  <>
                    <dt>user</dt>
                    <dd>
                      <bdi>{settings.username}</bdi>
                      <span className="dim">
                        {passwordHandle === null ? ', without a password' : ', with a password'}
                      </span>
                    </dd>
                  </>
                )}
                {settings.caFile !== null && (
                  <>
                    <dt>CA</dt>
                    <dd className="mono">{settings.caFile}</dd>
                  </>
                )}
                {settings.certFile !== null && (
                  <>
                    <dt>certificate</dt>
                    <dd className="mono">{settings.certFile}</dd>
                  </>
                )}
              </dl>
              {notes.length > 0 && (
                <ul className={styles.notes}>
                  {notes.map((note) => (
                    <li key={note}>
                      <StateMark mark="info" />
                      <span>{note}</span>
                    </li>
                  ))}
                </ul>
              )}
            </div>
            {saved.has(index) ? (
              <span className={styles.saved}>
                <StateMark mark="ok" label="" /> saved
              </span>
            ) : (
              <Button
                variant={connections.length === 1 ? 'primary' : 'plain'}
                autoFocus={index === 0}
                onPress={() => onChoose(index)}
              >
                Continue…
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
