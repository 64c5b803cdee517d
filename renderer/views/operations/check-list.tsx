import { memo } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';
import type { Check } from '../../../app/operations/check';
import { type Intent, isChange } from '../../../app/operations/intent';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { InlineName } from '../../components/name';
import { StateMark } from '../../components/state-mark';
import { formatDuration } from '../../lib/format';
import { localInstants } from '../../../app/local-instants';
import { useNow } from '../../lib/now';
import { changeWizard, type Wizard } from '../../stores/operations';
import { checkHints, checkMarks } from './check-words';
import { DatabaseLoginBar } from './database-login';
import styles from './operations.module.css';

/** Everything that was looked at, made anew every few seconds. Red stops; amber is accepted one by one. */
export function CheckList({ wizard }: { readonly wizard: Wizard }): React.ReactNode {
  const { planned, accepted, clusterId, intent } = wizard;
  if (planned === null) return <p className={styles.waiting}>The members are being asked…</p>;
  const { checks, title, storeIsLeft } = planned.plan;
  const accept = (id: string, is: boolean): void => {
    changeWizard(clusterId, { accepted: is ? [...accepted, id] : accepted.filter((one) => one !== id) });
  };
  return (
    <>
      <header className={styles.head}>
        <h3>
          <InlineName text={title} />
        </h3>
        <p>
          {countWords(checks, accepted)} · <CheckedAgo at={planned.at} />
        </p>
      </header>
      <ul className={styles.checks}>
        {checks.map((check) => (
          <CheckItem key={check.id} check={check} isAccepted={accepted.includes(check.id)} onAccept={accept} />
        ))}
      </ul>
      {asksPostgres(intent) && <DatabaseLoginBar wizard={wizard} />}
      {storeIsLeft && (
        <div className={styles.store}>
          <Button small onPress={() => changeWizard(clusterId, { throughStore: !wizard.throughStore })}>
            {wizard.throughStore ? 'Not through the store' : 'Send it straight into the store…'}
          </Button>
          <span>No member can be reached: Patroni’s own check of the request does not take place then.</span>
        </div>
      )}
    </>
  );
}

/** Whether the leader's PostgreSQL is stopped by it, so that it matters what it does. */
function asksPostgres(intent: Intent): boolean {
  return isChange(intent) || intent.kind === 'restart';
}

function CheckedAgo({ at }: { readonly at: number }): React.ReactNode {
  const now = useNow();
  const ago = Math.max(0, now - at);
  return <>{ago < 1500 ? 'checked just now' : `checked ${formatDuration(ago)} ago`}</>;
}

/** `11 passed · 1 to accept`. */
export function countWords(checks: readonly Check[], accepted: readonly string[]): string {
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  const left = checks.filter(({ id, state }) => state === 'warning' && !accepted.includes(id)).length;
  const words = [
    count('stop') === 0 ? '' : `${String(count('stop'))} in the way`,
    `${String(count('passed'))} passed`,
    left === 0 ? '' : `${String(left)} to accept`,
    count('warning') - left === 0 ? '' : `${String(count('warning') - left)} accepted`,
    count('not-asked') === 0 ? '' : `${String(count('not-asked'))} not asked`,
  ];
  return words.filter((word) => word !== '').join(' · ');
}

interface CheckItemProps {
  readonly check: Check;
  readonly isAccepted: boolean;
  readonly onAccept: (id: string, is: boolean) => void;
}

const CheckItem = memo(function CheckItem({ check, isAccepted, onAccept }: CheckItemProps): React.ReactNode {
  const { id, state, title, words, advice, evidence } = check;
  return (
    <li className={styles.check} data-check={id} data-state={state}>
      <span className={styles.mark} data-hint={checkHints[state]}>
        <StateMark mark={checkMarks[state]} label={checkHints[state]} />
      </span>
      <h4>
        <InlineName text={title} />
      </h4>
      {state === 'warning' ? (
        <Checkbox
          className={styles.accept ?? ''}
          isSelected={isAccepted}
          onChange={(is) => onAccept(id, is)}
          aria-label={`Accept: ${title}`}
        >
          <span className={styles.box} aria-hidden>
            {isAccepted && <Icon name="check" size={11} />}
          </span>
          accept
        </Checkbox>
      ) : (
        <span className={styles.evidence}>
          <InlineName text={localInstants(evidence)} />
        </span>
      )}
      <p>
        <InlineName text={localInstants(words)} />
        {advice !== null && state !== 'passed' && (
          <>
            {' '}
            <span className={styles.advice}>
              <InlineName text={advice} />
            </span>
          </>
        )}
      </p>
    </li>
  );
});
