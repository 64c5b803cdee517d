import { hasStop, unaccepted } from '../../../app/operations/check';
import type { OperationView } from '../../../app/operations/record';
import type { Step, Wizard } from '../../stores/operations';

/** Whether a step can be shown now. What was sent cannot be prepared again; what was not cannot be followed. */
export function canGo(wizard: Wizard, view: OperationView | undefined, step: Step): boolean {
  if (wizard.operationId !== null) return step === 'follow' || (step === 'report' && view !== undefined);
  switch (step) {
    case 'what':
      return true;
    case 'checks':
      return whatIsMissing(wizard) === null;
    case 'review':
    case 'confirm':
      return mayGoOn(wizard);
    case 'follow':
    case 'report':
      return false;
  }
}

/** What the first step still needs, in words; null when it is whole. */
export function whatIsMissing({ intent, when }: Wizard): string | null {
  if (intent.kind === 'failover' && intent.candidate === '') return 'Choose the member that is to lead.';
  if (intent.kind === 'switchover' && when !== '' && intent.scheduledAt === null)
    return 'Enter the whole date and time.';
  if ('members' in intent && intent.members.length === 0) return 'Choose a member.';
  if (intent.kind === 'restart' && when !== '' && intent.scheduledAt === null) return 'Enter the whole date and time.';
  return null;
}

/** Nothing stops it, and every warning was accepted. */
export function mayGoOn(wizard: Wizard): boolean {
  const plan = wizard.planned?.plan;
  return (
    whatIsMissing(wizard) === null &&
    plan !== undefined &&
    plan.requests.length > 0 &&
    !hasStop(plan.checks) &&
    unaccepted(plan.checks, wizard.accepted).length === 0
  );
}
