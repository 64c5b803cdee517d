import { useEffect, useState } from 'react';
import { guardLeaving } from '../../stores/leave-guard';

export interface LeaveGuard {
  /** What waits for the person's yes; null while nothing is asked. */
  readonly pending: (() => void) | null;
  /** Does it, after asking when something was typed. */
  readonly leave: (goOn: () => void) => void;
  /** The person's answer. */
  readonly answer: (yes: boolean) => void;
}

/** Asks before a form is left that has something typed in. */
export function useLeaveGuard(dirty: boolean): LeaveGuard {
  const [pending, setPending] = useState<(() => void) | null>(null);
  useEffect(() => (dirty ? guardLeaving((goOn) => setPending(() => goOn)) : undefined), [dirty]);
  return {
    pending,
    leave: (goOn) => {
      if (dirty) setPending(() => goOn);
      else goOn();
    },
    answer: (yes) => {
      setPending(null);
      if (yes) pending?.();
    },
  };
}
