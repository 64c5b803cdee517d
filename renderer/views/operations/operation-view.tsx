import { useEffect } from 'react';
import { EmptyState } from '../../components/empty-state';
import { changeWizard, keepPlanning, type Step, steps } from '../../stores/operations';
import { useOperations, useUi } from '../../stores/hooks';
import { CheckList } from './check-list';
import { ConfirmStep } from './confirm-step';
import { FollowStep } from './follow-step';
import styles from './operations.module.css';
import { ReportStep } from './report-step';
import { ReviewStep } from './review-step';
import { SidePane } from './side-pane';
import { StepsRail } from './steps-rail';
import { WhatStep } from './what-step';

/** The guided way through an operation: what, checks, review, confirm, follow, report. */
export function OperationView(): React.ReactNode {
  const clusterId = useUi((s) => s.clusterId) ?? '';
  const wizard = useOperations((s) => s.wizards.get(clusterId));
  const view = useOperations((s) => s.views.get(wizard?.operationId ?? ''));
  const isPlanning = wizard !== undefined && wizard.operationId === null;
  useEffect(() => (isPlanning ? keepPlanning(clusterId) : undefined), [clusterId, isPlanning]);
  // It has ended: its report is what is wanted next, and the way back stays open.
  if (wizard === undefined)
    return <EmptyState title="Nothing is under way here">Begin with Switchover, above.</EmptyState>;
  const go = (step: Step): void => changeWizard(clusterId, { step, problem: null });
  const body = {
    what: () => <WhatStep wizard={wizard} />,
    checks: () => <CheckList wizard={wizard} />,
    review: () => <ReviewStep wizard={wizard} />,
    confirm: () => <ConfirmStep wizard={wizard} />,
    follow: () => view && <FollowStep view={view} />,
    report: () => view && <ReportStep view={view} />,
  }[wizard.step];
  return (
    <div className={styles.frame}>
      <StepsRail wizard={wizard} view={view} onGo={go} order={steps} />
      <section className={styles.body} aria-label={stepTitle(wizard.step)}>
        {wizard.problem !== null && (
          <p className={styles.problem} role="alert">
            {wizard.problem}
          </p>
        )}
        {body()}
      </section>
      <SidePane wizard={wizard} view={view} onGo={go} />
    </div>
  );
}

function stepTitle(step: Step): string {
  return step.slice(0, 1).toUpperCase() + step.slice(1);
}
