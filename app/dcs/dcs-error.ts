import { assertNever } from '../assert-never';
import type { StoreFailure, Written } from './store';

/**
 * The store could not be asked, or its answer was lost: the only error that leaves `AbstractDCS` (`patroni/exceptions: DCSError`).
 * What the store refused because a condition did not hold is no error but the value `false`.
 */
export class DcsError extends Error {
  override readonly name = 'DcsError';

  constructor(
    /** What was asked for, e.g. `setConfigValue`. */
    readonly operation: string,
    readonly failure: StoreFailure,
    /** True after a write whose answer was lost: it may have been done. Look before you try again. */
    readonly mayBeDone: boolean,
  ) {
    super(`${operation}: ${failure.message}${mayBeDone ? ' It may have been done all the same.' : ''}`);
  }

  /** Whether a write was done. Throws a DcsError when the store did not say so. */
  static unlessAnswered(operation: string, written: Written): boolean {
    switch (written.kind) {
      case 'done':
        return true;
      case 'refused':
      case 'no-session':
        return false;
      case 'failed':
        throw new DcsError(operation, written.failure, false);
      case 'unknown':
        throw new DcsError(operation, written.failure, true);
      default:
        return assertNever(written);
    }
  }
}
