import { useEffect, useId, useRef, useState } from 'react';
import type { HostKey, NamedProgram } from '../../../app/dcs/store';
import type { ConnectionView } from '../../../app/ipc/contract';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { StateMark } from '../../components/state-mark';
import { useFleet } from '../../stores/hooks';
import { toast } from '../../stores/ui';
import { withScheme } from './endpoints';
import { Fields } from './fields/fields';
import { problemsOf, warningsOf } from './form-problems';
import { addressesOf, hasEndpoints } from './form-settings';
import { draftOf, type FormState, sameForm } from './form-state';
import { Question } from './question';
import { RemoveQuestion } from './remove-question';
import { TestOutcome } from './test-outcome';
import { useConnectionTest } from './use-connection-test';
import { useLeaveGuard } from './use-leave-guard';
import styles from './connection-form.module.css';

export interface ConnectionFormProps {
  readonly title: string;
  readonly subtitle?: React.ReactNode;
  readonly initial: FormState;
  /** Sentences above the fields: what an import left out or changed. */
  readonly notes?: readonly string[];
  /** The word of the button that leaves. */
  readonly leaveWord?: string;
  readonly onClose: () => void;
  readonly onSaved: (connection: ConnectionView) => void;
}

/** Adds or edits a connection. Saving does not ask for a test: the store may be down tonight. */
export function ConnectionForm(props: ConnectionFormProps): React.ReactNode {
  const { title, subtitle, initial, notes = [], leaveWord = 'Cancel', onClose, onSaved } = props;
  const formId = useId();
  const element = useRef<HTMLFormElement>(null);
  const [form, setForm] = useState(initial);
  /** Problems are shown once the person asked for a test or for saving, and then as they are typed away. */
  const [checked, setChecked] = useState(false);
  const [saving, setSaving] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const [removing, setRemoving] = useState(false);
  const test = useConnectionTest();
  const guard = useLeaveGuard(!saving && !sameForm(form, initial));
  const connections = useFleet((s) => s.connections);
  const others = connections.filter((c) => c.id !== initial.id).map((c) => c.name);

  const problems = problemsOf(form, others);
  const change = (part: Partial<FormState>): void => {
    setForm((before) => ({ ...before, ...part }));
    setRefused(null);
    test.forget();
  };

  /** Whether main can be asked; otherwise the first wrong field gets the focus. */
  const check = (): boolean => {
    setChecked(true);
    if (Object.keys(problems).length === 0) return true;
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    return false;
  };
  const runTest = (tested: FormState): void => {
    if (check()) test.run(draftOf(tested));
  };
  const trust = async ({ host, port, fingerprint }: HostKey): Promise<void> => {
    const answer = await request('bastion.trust', { host, port, fingerprint });
    if (answer.ok) runTest(form);
    else setRefused(answer.error.message);
  };
  const allow = async ({ id }: NamedProgram): Promise<void> => {
    const answer = await request('program.allow', { id });
    if (answer.ok) runTest(form);
    else setRefused(answer.error.message);
  };
  const save = async (): Promise<void> => {
    if (saving || !check()) return;
    setSaving(true);
    const answer = await request('connection.save', draftOf(form));
    setSaving(false);
    if (!answer.ok) {
      setRefused(answer.error.message);
      return;
    }
    toast(`The connection ${answer.value.name} is saved.`);
    onSaved(answer.value);
  };

  const outcome = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (test.state.kind !== 'none') outcome.current?.scrollIntoView({ block: 'nearest' });
  }, [test.state]);

  return (
    <Dialog
      title={title}
      subtitle={subtitle}
      onClose={() => guard.leave(onClose)}
      closeOnOutsideClick={false}
      footer={
        <>
          {initial.id !== '' && (
            <Button variant="danger" onPress={() => setRemoving(true)}>
              Remove…
            </Button>
          )}
          <Button onPress={() => runTest(form)} isDisabled={test.state.kind === 'running'}>
            Test the connection
          </Button>
          <span className={styles.spring} />
          <Button onPress={() => guard.leave(onClose)}>{leaveWord}</Button>
          <Button variant="primary" type="submit" form={formId} isDisabled={saving}>
            Save
          </Button>
        </>
      }
    >
      <form
        ref={element}
        id={formId}
        noValidate
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        onKeyDown={(event) => {
          // Enter in the endpoints is a new line; with Ctrl or Cmd it saves from there too.
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
        }}
      >
        {notes.length > 0 && (
          <ul className={styles.notes}>
            {notes.map((note) => (
              <Note key={note} mark="info" text={note} />
            ))}
          </ul>
        )}
        <Fields of={{ form, initial, problems: checked ? problems : {}, onChange: change }} />
        <ul className={styles.notes} aria-live="polite">
          {warningsOf(form).map((warning) => (
            <Note key={warning} mark="warning" text={warning} />
          ))}
          {refused !== null && <Note mark="critical" text={refused} />}
        </ul>
        <div ref={outcome} className={styles.outcome}>
          <TestOutcome
            state={test.state}
            form={form}
            onUseScheme={(scheme) => {
              const next = hasEndpoints(form)
                ? { ...form, addresses: withScheme(addressesOf(form).urls, scheme) }
                : { ...form, useSsl: scheme === 'https' };
              setForm(next);
              runTest(next);
            }}
            onTrust={(key) => void trust(key)}
            onAllow={(program) => void allow(program)}
          />
        </div>
      </form>
      {guard.pending !== null && (
        <Question title="Leave without saving?" yes="Leave" no="Go on editing" onAnswer={guard.answer}>
          What you typed into this form is lost.
        </Question>
      )}
      {removing && (
        <RemoveQuestion
          id={initial.id}
          name={initial.name}
          onAnswer={(removed) => {
            setRemoving(false);
            if (removed) onClose();
          }}
        />
      )}
    </Dialog>
  );
}

function Note({
  mark,
  text,
}: {
  readonly mark: 'info' | 'warning' | 'critical';
  readonly text: string;
}): React.ReactNode {
  return (
    <li className={styles.note}>
      <StateMark mark={mark} />
      <span>{text}</span>
    </li>
  );
}
