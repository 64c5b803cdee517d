import { intentWord } from '../../../app/operations/intent';
import type { OperationView } from '../../../app/operations/record';
import { Icon } from '../../components/icon';
import { cx } from '../../lib/cx';
import type { Step, Wizard } from '../../stores/operations';
import styles from './operations.module.css';
import { canGo } from './step-rules';

const labels: Readonly<Record<Step, string>> = {
  what: 'What',
  checks: 'Checks',
  review: 'Review',
  confirm: 'Confirm',
  follow: 'Follow',
  report: 'Report',
};

export interface StepsRailProps {
  readonly wizard: Wizard;
  readonly view: OperationView | undefined;
  readonly order: readonly Step[];
  readonly onGo: (step: Step) => void;
}

/** Where one is, and what may be gone to. */
export function StepsRail({ wizard, view, order, onGo }: StepsRailProps): React.ReactNode {
  const at = order.indexOf(wizard.step);
  const word = intentWord(wizard.intent);
  return (
    <nav className={styles.rail} aria-label="Steps">
      <h2 className={styles.railTitle}>{word.slice(0, 1).toUpperCase() + word.slice(1)}</h2>
      <ol>
        {order.map((step, index) => {
          const isDone =
            wizard.operationId === null ? index < at : index < 4 || (step === 'follow' && view?.outcome != null);
          const isHere = step === wizard.step;
          return (
            <li key={step}>
              <button
                type="button"
                className={cx(styles.step, isHere && styles.here, isDone && styles.done)}
                disabled={!isHere && !canGo(wizard, view, step)}
                aria-current={isHere ? 'step' : undefined}
                onClick={() => onGo(step)}
              >
                <span className={styles.number} aria-hidden>
                  {isDone && !isHere ? <Icon name="check" size={12} /> : index + 1}
                </span>
                {labels[step]}
              </button>
            </li>
          );
        })}
      </ol>
      <p className={styles.railFoot}>{footWords(wizard, view)}</p>
    </nav>
  );
}

function footWords(wizard: Wizard, view: OperationView | undefined): string {
  if (wizard.operationId === null) return 'Nothing has been sent yet.';
  if (view === undefined) return '';
  return view.outcome === null
    ? 'It is being followed. The window may be closed.'
    : 'It has ended. The report is kept.';
}
