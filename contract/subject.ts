import type { WritableStore } from '../app/dcs/store';
import type { Clock } from '../app/clock';

/** A store that the rules are tried on: how to have one. */
export interface Subject {
  readonly name: string;
  start(): Promise<Running>;
}

/** A store that runs. */
export interface Running {
  /** A client of its own, which others meet in the store only. Ended by `stop`. */
  open(): WritableStore;
  /** The store's time. */
  readonly clock: Clock;
  /** Lets time pass for the store and its clients. */
  pass(seconds: number): Promise<void>;
  /** The shortest TTL that the store grants, in seconds. */
  readonly shortestTtlSeconds: number;
  /** Whether a key can have others below it; so it is unless told. */
  readonly nests?: boolean;
  /** Whether the store takes no key of this name; it takes all unless told. */
  readonly refuses?: (name: string) => boolean;
  stop(): Promise<void>;
}
