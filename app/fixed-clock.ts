import type { Clock } from './clock';

/** A clock that stands at an instant (milliseconds since 1970): nothing that waits for time happens. */
export function fixedClock(instant: () => number): Clock {
  return { now: instant, after: () => () => undefined };
}
