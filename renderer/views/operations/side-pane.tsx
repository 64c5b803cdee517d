import type { OperationView } from '../../../app/operations/record';
import { Button } from '../../components/button';
import { InlineName } from '../../components/name';
import { formatDuration, formatInstant } from '../../lib/format';
import { useNow } from '../../lib/now';
import { closeWizard, planOf, type Step, type Wizard } from '../../stores/operations';
import styles from './operations.module.css';
import { canGo, whatIsMissing } from './step-rules';

export interface SidePaneProps {
  readonly wizard: Wizard;
  readonly view: OperationView | undefined;
  readonly onGo: (step: Step) => void;
}

const next: Readonly<Partial<Record<Step, readonly [step: Step, label: string]>>> = {
  what: ['checks', 'Checks'],
  checks: ['review', 'Review'],
  review: ['confirm', 'Confirm'],
};
const back: Readonly<Partial<Record<Step, Step>>> = { checks: 'what', review: 'checks', confirm: 'review' };

/** What will happen, how long it took before, and the way on. */
export function SidePane({ wizard, view, onGo }: SidePaneProps): React.ReactNode {
  const plan = planOf(wizard, view);
  const forward = wizard.operationId === null ? next[wizard.step] : undefined;
  const backward = wizard.operationId === null ? back[wizard.step] : undefined;
  return (
    <aside className={styles.side} aria-label="What will happen">
      {plan !== null && (
        <>
          <h3 className={styles.sideTitle}>{view === undefined ? 'What will happen' : 'What was to happen'}</h3>
          <ol className={styles.will}>
            {plan.steps.map((words) => (
              <li key={words}>
                <InlineName text={words} />
              </li>
            ))}
          </ol>
          {view === undefined && plan.outageWords !== null && <p className={styles.outage}>{plan.outageWords}</p>}
          {view === undefined && <Past wizard={wizard} />}
        </>
      )}
      <div className={styles.acts}>
        {wizard.operationId === null && backward === undefined && (
          <Button onPress={() => closeWizard(wizard.clusterId)}>Cancel</Button>
        )}
        {backward !== undefined && <Button onPress={() => onGo(backward)}>Back</Button>}
        {forward !== undefined && (
          <Button variant="primary" isDisabled={!canGo(wizard, view, forward[0])} onPress={() => onGo(forward[0])}>
            {forward[1]}
          </Button>
        )}
        {wizard.step === 'follow' && view?.outcome != null && (
          <Button variant="primary" onPress={() => onGo('report')}>
            Report
          </Button>
        )}
        {view?.outcome != null && <Button onPress={() => closeWizard(wizard.clusterId)}>Close</Button>}
      </div>
      {wizard.operationId === null && wizard.step === 'what' && (
        <p className={styles.missing} role="status">
          {whatIsMissing(wizard) ?? ''}
        </p>
      )}
    </aside>
  );
}

function Past({ wizard }: { readonly wizard: Wizard }): React.ReactNode {
  const now = useNow();
  const [last] = wizard.planned?.plan.past ?? [];
  if (last === undefined) return null;
  return (
    <p className={styles.past}>
      last time, {formatInstant(last.at, now)}:{' '}
      {last.outageMs === null ? '' : `${(last.outageMs / 1000).toFixed(1)} s without writes, `}
      {formatDuration(last.tookMs)} until all followed
    </p>
  );
}
