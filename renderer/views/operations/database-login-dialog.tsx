import { useState } from 'react';
import type { DatabaseLoginView, SslMode } from '../../../app/ipc/database';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Select, type SelectOption } from '../../components/select';
import { Switch } from '../../components/switch';
import { TextField } from '../../components/text-field';
import { useSession } from '../../stores/hooks';
import { FileField } from '../connections/fields/file-field';
import styles from './database-login.module.css';

const modes: readonly SelectOption<SslMode>[] = [
  {
    id: 'verify-full',
    label: 'verify-full',
    description: 'Encrypted; the certificate must be signed by the CA and name the host.',
  },
  { id: 'verify-ca', label: 'verify-ca', description: 'Encrypted; the certificate must be signed by the CA.' },
  {
    id: 'require',
    label: 'require',
    description: 'Encrypted; who answers is not checked, and may be told the password.',
  },
  { id: 'disable', label: 'disable', description: 'In the clear: whoever is on the way can read along.' },
];

export interface DatabaseLoginDialogProps {
  readonly clusterId: string;
  readonly known: DatabaseLoginView;
  readonly onTaken: (view: DatabaseLoginView) => void;
  readonly onClose: () => void;
}

/** The login with which the members' PostgreSQL is asked. Its password goes in and never comes back. */
export function DatabaseLoginDialog({ clusterId, known, onTaken, onClose }: DatabaseLoginDialogProps): React.ReactNode {
  const given = known.kind === 'given' ? known : null;
  const [user, setUser] = useState(given?.user ?? '');
  const [password, setPassword] = useState('');
  const [database, setDatabase] = useState(given?.database ?? 'postgres');
  const [sslMode, setSslMode] = useState<SslMode>(given?.sslMode ?? 'verify-full');
  const [caFile, setCaFile] = useState(given?.caFile ?? '');
  const place = useSession((s) => s.secrets);
  const [keep, setKeep] = useState(given?.place === 'keychain');
  const [problem, setProblem] = useState<string | null>(null);
  const verifies = sslMode === 'verify-full' || sslMode === 'verify-ca';
  const isWhole = user !== '' && database !== '';
  const save = async (): Promise<void> => {
    const login = {
      user,
      password,
      database,
      sslMode,
      caFile: verifies && caFile.trim() !== '' ? caFile.trim() : null,
    };
    const answer = await request('database.login', { clusterId, login, keep: keep && place === 'keychain' });
    if (answer.ok) onTaken(answer.value);
    else setProblem(answer.error.message);
  };
  return (
    <Dialog
      title="PostgreSQL login"
      subtitle="For all members of this connection, at the addresses that their keys name. A member of pg_monitor is told all that the checks need."
      onClose={onClose}
      closeOnOutsideClick={user === '' && password === ''}
      footer={
        <>
          <span className={styles.problem} role="status">
            {problem}
          </span>
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="database-login" isDisabled={!isWhole}>
            Ask with it
          </Button>
        </>
      }
    >
      <form
        id="database-login"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) void save();
        }}
      >
        <div className={styles.pair}>
          <TextField label="User" value={user} onChange={setUser} mono autoFocus />
          <TextField
            label="Password"
            type="password"
            value={password}
            onChange={setPassword}
            description="Empty where none is wanted."
          />
        </div>
        <div className={styles.pair}>
          <TextField label="Database" value={database} onChange={setDatabase} mono />
          <Select
            label="sslmode"
            options={modes}
            value={sslMode}
            onChange={setSslMode}
            description={modes.find(({ id }) => id === sslMode)?.description ?? ''}
          />
        </div>
        {verifies && (
          <FileField
            label="CA certificate"
            purpose="ca"
            value={caFile}
            onChange={setCaFile}
            error={null}
            description="A PEM file. Without one the authorities are trusted that this machine trusts."
          />
        )}
        {place === 'keychain' ? (
          <Switch
            label="Keep it in the keychain"
            description="Off, it is forgotten when Herdscope ends."
            isSelected={keep}
            onChange={setKeep}
          />
        ) : (
          <p className="dim">For this run only: this machine has no keychain.</p>
        )}
      </form>
    </Dialog>
  );
}
