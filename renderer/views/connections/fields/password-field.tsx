import { useId } from 'react';
import { Button } from '../../../components/button';
import { TextField } from '../../../components/text-field';
import { useSession } from '../../../stores/hooks';
import type { SecretEntry } from '../secret-entry';
import styles from '../connection-form.module.css';

export interface PasswordFieldProps {
  readonly label: string;
  readonly value: SecretEntry;
  /** What stood there when the form was opened: what "keep" goes back to. */
  readonly before: SecretEntry;
  /** The one that is kept was given for others than the form now names: it has to be entered again. */
  readonly forOthers: boolean;
  readonly onChange: (value: SecretEntry) => void;
  readonly error: string | null;
  /** Said before where it is kept. */
  readonly hint?: string;
}

const kept = {
  keychain: 'Kept in the system’s keychain.',
  'this-run': 'Kept for this run only: this machine has no keychain.',
} as const;

const willBe = {
  keychain: 'Goes into the system’s keychain.',
  'this-run': 'For this run only: this machine has no keychain.',
} as const;

/** A secret goes in and never comes back: it can be set, replaced and removed, but not be looked at. */
export function PasswordField(props: PasswordFieldProps): React.ReactNode {
  const { label, value, before, forOthers, onChange, error, hint } = props;
  const secrets = useSession((s) => s.secrets);
  const labelId = useId();
  if ((value.kind === 'kept' || value.kind === 'imported') && !forOthers) {
    return (
      <div className={styles.password} role="group" aria-labelledby={labelId}>
        <span id={labelId} className={styles.label}>
          {label}
        </span>
        <div className={styles.kept}>
          <span className={styles.dots} aria-hidden="true">
            ••••••
          </span>
          <Button small variant="quiet" onPress={() => onChange({ kind: 'typed', text: '' })}>
            Replace
          </Button>
          <Button small variant="quiet" onPress={() => onChange({ kind: 'none' })}>
            Remove
          </Button>
        </div>
        <span className={styles.description}>
          {value.kind === 'imported' ? `Found in the file. ${willBe[secrets]}` : kept[value.where]}
        </span>
      </div>
    );
  }
  const hasBefore = before.kind === 'kept' || before.kind === 'imported';
  const gone = hasBefore && (value.kind === 'none' || (value.kind === 'typed' && value.text === ''));
  return (
    <TextField
      label={label}
      type="password"
      validationBehavior="aria"
      value={value.kind === 'typed' ? value.text : ''}
      // After "Replace" the new one is typed next.
      autoFocus={hasBefore && value.kind === 'typed'}
      onChange={(text) => onChange(text === '' && !hasBefore ? { kind: 'none' } : { kind: 'typed', text })}
      error={error}
      description={
        gone
          ? 'The one that was kept is removed when you save.'
          : `${hint === undefined ? '' : `${hint} `}${willBe[secrets]}`
      }
      action={
        forOthers ? (
          <Button onPress={() => onChange({ kind: 'none' })}>Remove</Button>
        ) : (
          hasBefore && <Button onPress={() => onChange(before)}>Keep the old</Button>
        )
      }
    />
  );
}
