/** What to do with a page whose process ended. */
export type AfterCrash = 'reload' | 'ask';

const SPAN_MS = 60_000;
const MOST_RELOADS = 2;

/**
 * A page that crashed is loaded again, twice within a minute. One that goes on crashing would blink for ever, or stay
 * dead without a word, so then the person is asked.
 */
export class CrashPolicy {
  #reloads: readonly number[] = [];

  /** Takes a crash in. `now` is in milliseconds. */
  crashed(now: number): AfterCrash {
    this.#reloads = this.#reloads.filter((at) => now - at < SPAN_MS);
    if (this.#reloads.length >= MOST_RELOADS) return 'ask';
    this.#reloads = [...this.#reloads, now];
    return 'reload';
  }

  /** The person wants the page again: it may crash as often as at first. */
  startAnew(): void {
    this.#reloads = [];
  }
}
