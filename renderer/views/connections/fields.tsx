import { TextField } from '../../components/text-field';
import { plural } from '../../lib/format';
import { FileField } from './file-field';
import { passwordIsForOthers } from '../../../app/ipc/kept-password';
import { endpointsOf, isPasswordForOthers, type FormState, type PasswordEntry, type Problems } from './form-state';
import { PasswordField } from './password-field';
import styles from './connection-form.module.css';

export interface FieldsProps {
  readonly form: FormState;
  /** What the password was when the form was opened. */
  readonly before: PasswordEntry;
  readonly problems: Problems;
  readonly onChange: (part: Partial<FormState>) => void;
}

/** The fields of a connection to etcd v3. */
export function Fields({ form, before, problems, onChange }: FieldsProps): React.ReactNode {
  return (
    <>
      <div className={styles.pair}>
        <TextField
          label="Name"
          validationBehavior="aria"
          autoFocus
          value={form.name}
          onChange={(name) => onChange({ name })}
          placeholder="prod-eu"
          error={problems.name ?? null}
          description="What the fleet list calls it."
        />
        <TextField
          label="Namespace"
          mono
          validationBehavior="aria"
          value={form.namespace}
          onChange={(namespace) => onChange({ namespace })}
          placeholder="/"
          error={problems.namespace ?? null}
          description="As in Patroni’s configuration."
        />
      </div>
      <TextField
        label="Endpoints"
        mono
        rows={3}
        validationBehavior="aria"
        value={form.endpoints}
        onChange={(endpoints) => onChange({ endpoints })}
        placeholder={'10.0.0.1:2379\n10.0.0.2:2379'}
        error={problems.endpoints ?? null}
        description={endpointWords(form)}
      />
      <div className={styles.pair}>
        <TextField
          label="User"
          validationBehavior="aria"
          value={form.username}
          onChange={(username) => onChange({ username })}
          placeholder="none"
          error={problems.username ?? null}
          description="Where etcd asks for one."
        />
        <PasswordField
          value={form.password}
          before={before}
          forOthers={isPasswordForOthers(form)}
          onChange={(password) => onChange({ password })}
          // Said at once: the dots that stood here would say that all is well.
          error={isPasswordForOthers(form) ? passwordIsForOthers : (problems.password ?? null)}
        />
      </div>
      <FileField
        label="CA certificate"
        purpose="ca"
        value={form.caFile}
        onChange={(caFile) => onChange({ caFile })}
        error={problems.caFile ?? null}
        description="A PEM file. Without one the authorities are trusted that this machine trusts."
      />
      <div className={styles.pair}>
        <FileField
          label="Client certificate"
          purpose="certificate"
          value={form.certFile}
          onChange={(certFile) => onChange({ certFile })}
          error={problems.certFile ?? null}
          description="Where etcd asks for one."
        />
        <FileField
          label="Client key"
          purpose="key"
          value={form.keyFile}
          onChange={(keyFile) => onChange({ keyFile })}
          error={problems.keyFile ?? null}
          description="Not protected by a passphrase."
        />
      </div>
    </>
  );
}

/** What the typed endpoints mean, as soon as they mean something. */
function endpointWords(form: FormState): string {
  const { urls, problem } = endpointsOf(form);
  if (problem !== null) return 'One a line. https:// for TLS; without a port it is 2379.';
  const [first = ''] = urls;
  const tls = first.startsWith('https:') ? 'TLS' : 'plain http';
  return urls.length === 1 ? `${first}: ${tls}.` : `${plural(urls.length, 'endpoint')}, ${tls}, tried in turn.`;
}
