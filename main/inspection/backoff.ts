const FIRST_MS = 250;
const LONGEST_MS = 10_000;
/** Each delay is up to this much shorter or longer, so that many who lost the same store do not come back all at once. */
const JITTER = 0.2;

/** How long to wait before the next attempt: twice as long after each, up to 10 s. */
export class Backoff {
  #attempts = 0;

  /** The next delay in milliseconds. */
  next(): number {
    const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempts);
    this.#attempts = Math.min(this.#attempts + 1, 16);
    return Math.round(delay * (1 - JITTER + 2 * JITTER * Math.random()));
  }

  /** The next delay is the first one again. */
  reset(): void {
    this.#attempts = 0;
  }
}
