/**
 * How a check came out. `passed`: nothing speaks against it. `warning`: it can be done, and the person has to accept this one thing.
 * `stop`: Patroni would refuse it, or it would do harm. `not-asked`: what would tell was not asked, and it is not known.
 */
export type CheckState = 'passed' | 'warning' | 'stop' | 'not-asked';

/** One thing that was looked at before an operation. */
export interface Check {
  /** The same from run to run, e.g. `lag pg2`: an acceptance holds for it. */
  readonly id: string;
  readonly state: CheckState;
  /** What was found, as a statement: `pg2 has all WAL`. */
  readonly title: string;
  /** What it means. */
  readonly words: string;
  /** What to do about it; null when there is nothing to do. */
  readonly advice: string | null;
  /** The value or the place that tells it, short: `TL 4`, `GET /patroni 12 ms`. */
  readonly evidence: string;
}

const make =
  (state: CheckState) =>
  (id: string, title: string, words: string, evidence = '', advice: string | null = null): Check => ({
    id,
    state,
    title,
    words,
    advice,
    evidence,
  });

export const passed = make('passed');
export const warning = make('warning');
export const stop = make('stop');
export const notAsked = make('not-asked');

/** Whether an operation with these checks may be carried out once all warnings of it are accepted. */
export function hasStop(checks: readonly Check[]): boolean {
  return checks.some(({ state }) => state === 'stop');
}

/** The warnings that nobody accepted. */
export function unaccepted(checks: readonly Check[], accepted: readonly string[]): readonly Check[] {
  return checks.filter(({ id, state }) => state === 'warning' && !accepted.includes(id));
}
