import { useState } from 'react';
import { Button } from '../../components/button';
import { InlineName } from '../../components/name';
import { TextField } from '../../components/text-field';
import { type Intent, intentWord } from '../../../app/operations/intent';
import { changeWizard, startOperation, type Wizard } from '../../stores/operations';
import { useDetail } from '../../stores/hooks';
import { countWords } from './check-list';
import styles from './operations.module.css';
import { mayGoOn } from './step-rules';

/** The last step before anything is sent. On production the cluster’s name is typed. */
export function ConfirmStep({ wizard }: { readonly wizard: Wizard }): React.ReactNode {
  const scope = useDetail((d) => d.scope, '');
  const [again, setAgain] = useState('');
  const { planned, clusterId, typedName, starting, accepted, intent } = wizard;
  if (planned === null) return <p className={styles.waiting}>The members are being asked…</p>;
  const { plan, mustType, practice } = planned;
  const isRemoval = intent.kind === 'remove-cluster';
  const isNamed = !mustType || (typedName === scope && (!isRemoval || again === scope));
  const send = (): void => {
    if (mayGoOn(wizard) && isNamed) void startOperation(clusterId, mustType ? typedName : null);
  };
  return (
    <form
      className={styles.confirm}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <h3>
        <InlineName text={plan.title} />
      </h3>
      <p>
        {practice
          ? 'This is the practice herd: nothing in it is real.'
          : 'It is checked once more, then sent. What follows is done by Patroni and cannot be stopped half way.'}
      </p>
      <p className="dim">{countWords(plan.checks, accepted)}</p>
      {mustType && (
        <TextField
          label={
            isRemoval
              ? 'Type the name of the cluster'
              : 'This connection is marked as production. Type the name of the cluster'
          }
          value={typedName}
          onChange={(value) => changeWizard(clusterId, { typedName: value })}
          mono
          description={<InlineName text={scope} />}
          autoFocus
        />
      )}
      {isRemoval && <TextField label="And once more" value={again} onChange={setAgain} mono />}
      <div className={styles.acts}>
        <Button
          type="submit"
          variant="primary"
          isDisabled={starting || !mayGoOn(wizard) || !isNamed}
          autoFocus={!mustType}
        >
          {starting ? 'Checking once more…' : sendLabel(intent)}
        </Button>
      </div>
      {!mayGoOn(wizard) && <p className={styles.missing}>Something came up in the checks. Go back and look.</p>}
    </form>
  );
}

function sendLabel(intent: Intent): string {
  if (intent.kind === 'switchover') return intent.scheduledAt === null ? 'Switch over now' : 'Schedule the switchover';
  if (intent.kind === 'failover') return 'Fail over now';
  if (intent.kind === 'edit-config') return 'Write the configuration';
  if (intent.kind === 'restart' && intent.scheduledAt !== null) return 'Schedule the restart';
  const word = intentWord(intent);
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)} now`;
}
