import { setTimeout as sleep } from 'node:timers/promises';

/** An answer that took longer waited for something to happen, as it was asked to. */
const AT_ONCE_MS = 100;
/** So many answers in a row may come at once and bring nothing: a store looks up for reasons of its own, too. */
const MOST_AT_ONCE = 5;
const FIRST_MS = 50;
const LONGEST_MS = 2000;

/**
 * The pace of one who asks to be told of the next change, again and again. A server, or a proxy before it, that answers at once without
 * one would be asked thousands of times a second: from the sixth such answer in a row on there is a pause, twice as long each time.
 */
export class Pace {
  #inVain = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Takes an answer in: when it was asked for, by the same clock, and whether it brought anything. Resolves when the next may be asked for. */
  async answered(askedAt: number, isNews: boolean): Promise<void> {
    if (isNews || this.now() - askedAt >= AT_ONCE_MS) this.#inVain = 0;
    else this.#inVain += 1;
    if (this.#inVain <= MOST_AT_ONCE) return;
    const pauses = Math.min(10, this.#inVain - MOST_AT_ONCE - 1);
    await sleep(Math.min(LONGEST_MS, FIRST_MS * 2 ** pauses), undefined, { ref: false });
  }
}
