import { useState } from 'react';
import type { DatabaseLoginView } from '../../../app/ipc/database';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { InlineName } from '../../components/name';
import { changeWizard, type Wizard } from '../../stores/operations';
import { toast } from '../../stores/ui';
import { DatabaseLoginDialog } from './database-login-dialog';
import styles from './database-login.module.css';

/** With what PostgreSQL itself is asked, and the way to change it; nothing where there is no PostgreSQL to ask. */
export function DatabaseLoginBar({ wizard }: { readonly wizard: Wizard }): React.ReactNode {
  const { clusterId, planned } = wizard;
  const [isOpen, setOpen] = useState(false);
  const login = planned?.databaseLogin;
  if (planned === null || login === undefined || login.kind === 'nobody-to-ask') return null;
  const taken = (view: DatabaseLoginView): void => {
    setOpen(false);
    changeWizard(clusterId, { planned: { ...planned, databaseLogin: view } });
  };
  const forget = async (): Promise<void> => {
    const answer = await request('database.forget', { clusterId });
    if (answer.ok) taken(answer.value);
    else toast(answer.error.message, 'critical');
  };
  return (
    <section className={styles.bar} aria-label="PostgreSQL login">
      <p>
        {login.kind === 'none' ? (
          <>
            <b>PostgreSQL itself is not asked.</b> With a login it tells of transactions, WAL senders, the archiver,
            slots and settings. It is only read.
          </>
        ) : (
          <>
            <b>
              PostgreSQL is asked as <InlineName text={login.user} />
            </b>{' '}
            in <InlineName text={login.database} />, sslmode {login.sslMode}.{' '}
            {login.place === 'keychain' ? 'Kept in the system’s keychain.' : 'Until Herdscope ends.'}
          </>
        )}
      </p>
      <div className={styles.acts}>
        <Button small onPress={() => setOpen(true)}>
          {login.kind === 'none' ? 'Give a login…' : 'Change the login…'}
        </Button>
        {login.kind === 'given' && (
          <Button small onPress={() => void forget()}>
            Forget it
          </Button>
        )}
      </div>
      {isOpen && (
        <DatabaseLoginDialog clusterId={clusterId} known={login} onTaken={taken} onClose={() => setOpen(false)} />
      )}
    </section>
  );
}
