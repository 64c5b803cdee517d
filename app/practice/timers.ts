import type { Clock } from '../clock';

/** Timers that end together. */
export class Timers {
  private readonly running = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  /** Calls `run` once after `ms` milliseconds, unless `clear` comes first. */
  after(ms: number, run: () => void): void {
    const cancel = this.clock.after(ms, () => {
      this.running.delete(cancel);
      run();
    });
    this.running.add(cancel);
  }

  clear(): void {
    for (const cancel of this.running) cancel();
    this.running.clear();
  }
}
