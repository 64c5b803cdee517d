import type { Clock } from '../clock';

/** Timers that end together, and stand still together. */
export class Timers {
  private readonly running = new Set<() => void>();
  private isHeld = false;
  private due: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  /** Calls `run` once after `ms` milliseconds, unless `clear` comes first. */
  after(ms: number, run: () => void): void {
    const cancel = this.clock.after(ms, () => {
      this.running.delete(cancel);
      if (this.isHeld) this.due.push(run);
      else run();
    });
    this.running.add(cancel);
  }

  /** From now on nothing runs; what falls due meanwhile runs at `release`. */
  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    const due = this.due;
    this.due = [];
    for (const run of due) run();
  }

  clear(): void {
    for (const cancel of this.running) cancel();
    this.running.clear();
    this.due = [];
    this.isHeld = false;
  }
}
