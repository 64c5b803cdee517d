import { Fragment, useState } from 'react';
import type { ImportSource } from '../../../app/ipc/connections/connection';
import type { ImportedConnection } from '../../../app/ipc/contract';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { StateMark } from '../../components/state-mark';
import { TextField } from '../../components/text-field';
import { plural } from '../../lib/format';
import { ConnectionForm } from './connection-form';
import { showFirstOf } from '../../stores/first-cluster';
import { formOfImported } from './form-state';
import { Question } from './question';
import { factsOf } from './settings-facts';
import { useLeaveGuard } from './use-leave-guard';
import styles from './import-dialog.module.css';

interface Found {
  /** The file, or what else it was. */
  readonly where: React.ReactNode;
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
      subtitle={<>As found in {found.where}. Nothing is saved yet.</>}
      initial={formOfImported(connection)}
      notes={connection.notes}
      leaveWord="Back"
      onClose={() => setChosen(null)}
      onSaved={({ id }) => {
        showFirstOf(id);
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

  const read = async (source: ImportSource): Promise<void> => {
    setReading(true);
    setProblem(null);
    const answer = await request('connection.import', source);
    setReading(false);
    if (!answer.ok) setProblem(answer.error.message);
    else if (answer.value.kind === 'refused') setProblem(answer.value.message);
    else if (answer.value.kind === 'imported') {
      onFound({ where: wordsOf(source, answer.value.file), connections: answer.value.connections });
    }
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
          <Button
            variant="primary"
            isDisabled={reading || text.trim() === ''}
            onPress={() => void read({ from: 'text', text })}
          >
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
          <Button autoFocus isDisabled={reading} onPress={() => void read({ from: 'file' })}>
            Choose a file…
          </Button>
        </div>
        <div className={styles.file}>
          <p>
            <b>The environment</b>
            <span className="dim">
              The <span className="mono">PATRONI_…</span> variables that Herdscope was started with.
            </span>
          </p>
          <Button isDisabled={reading} onPress={() => void read({ from: 'environment' })}>
            Read it
          </Button>
        </div>
        <TextField
          label="Or the text of a file"
          mono
          rows={7}
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

function wordsOf(source: ImportSource, file: string): React.ReactNode {
  switch (source.from) {
    case 'file':
      return <bdi className="mono">{file}</bdi>;
    case 'text':
      return 'the text';
    case 'environment':
      return 'the environment';
  }
}

interface FoundStepProps {
  readonly found: Found;
  readonly saved: ReadonlySet<number>;
  readonly onChoose: (index: number) => void;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

function FoundStep({ found, saved, onChoose, onBack, onClose }: FoundStepProps): React.ReactNode {
  const { where, connections } = found;
  return (
    <Dialog
      title={`${plural(connections.length, 'connection')} found`}
      subtitle={<>In {where}</>}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onBack}>Back</Button>
          <Button onPress={onClose}>{saved.size > 0 ? 'Done' : 'Cancel'}</Button>
        </>
      }
    >
      <ul className={styles.found}>
        {connections.map(({ settings, notes, handles }, index) => (
          <li key={index} className={styles.item}>
            <div className={styles.words}>
              <b dir="auto">{settings.name}</b>
              <dl className={styles.facts}>
                {factsOf(settings, handles).map(({ name, value, aside }) => (
                  <Fragment key={name}>
                    <dt>{name}</dt>
                    <dd>
                      <bdi className="mono">{value}</bdi>
                      {aside !== null && <span className="dim">, {aside}</span>}
                    </dd>
                  </Fragment>
                ))}
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
