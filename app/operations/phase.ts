/** How far one step of an operation has come. `skipped`: the operation ended before it. */
export type PhaseState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

/** One step of an operation as a person follows it. */
export interface Phase {
  readonly id: string;
  readonly title: string;
  readonly state: PhaseState;
  /** When it was seen to be done, ISO 8601 with milliseconds; null before. */
  readonly at: string | null;
  /** What tells it, or what is waited for. */
  readonly words: string;
}

/** How an operation ended. */
export interface Outcome {
  /**
   * `done`: as it was asked for. `done-otherwise`: done, and something of it is not as it was asked for. `refused`: nothing was changed.
   * `failed`: it was begun, and the cluster did not come to what was asked for. `cancelled`: taken back before its time.
   */
  readonly kind: 'done' | 'done-otherwise' | 'refused' | 'failed' | 'cancelled';
  readonly title: string;
  /** Why, in words. */
  readonly words: string;
  readonly advice: string | null;
  /** Patroni took the request and dropped it without saying why: the checks, made again, may tell. */
  readonly dropped?: true;
}
