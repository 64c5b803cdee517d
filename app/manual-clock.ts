import type { Clock } from './clock';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is moved by hand: time for tests. */
export class ManualClock implements Clock {
  private readonly timers = new Set<Timer>();
  private order = 0;

  constructor(private time: number = Date.UTC(2026, 0, 15, 12)) {}

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    this.order += 1;
    const timer: Timer = { at: this.time + Math.max(0, ms), order: this.order, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Moves on by `ms` and runs what is due on the way, in order, letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let timer = this.first(end); timer !== null; timer = this.first(end)) {
      this.timers.delete(timer);
      this.time = timer.at;
      timer.run();
      await settle();
    }
    this.time = end;
  }

  private first(end: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.timers) {
      if (timer.at > end) continue;
      if (first === null || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  }
}

/** A few turns of the microtask queue: enough for a watch to be told and to tell. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
}
