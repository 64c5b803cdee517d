import type { CheckState } from '../../../app/operations/check';
import type { Mark } from '../../components/state-mark';

export const checkMarks: Readonly<Record<CheckState, Mark>> = {
  passed: 'ok',
  warning: 'warning',
  stop: 'critical',
  'not-asked': 'unknown',
};

export const checkHints: Readonly<Record<CheckState, string>> = {
  passed: 'Nothing speaks against it.',
  warning: 'It can be done; this one thing has to be accepted.',
  stop: 'This stops the operation.',
  'not-asked': 'Not asked, so not known.',
};
