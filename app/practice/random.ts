/** Random numbers that are the same for the same seed, so that a practice herd can be lived through again. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** At least 0, less than 1. Weyl's sequence through a mixing function: good enough for play, not for secrets. */
  next(): number {
    this.state = (this.state + 0x61c88647) | 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  }

  /** A fraction from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of a list; undefined for an empty one. */
  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.next() * list.length)];
  }

  /** A series of its own, so that one member's doings do not change what another one draws. */
  fork(): Random {
    return new Random(this.integer(-0x80000000, 0x7fffffff));
  }
}

/** An instant as Patroni writes it: ISO 8601 with microseconds, in UTC. */
export function instant(ms: number, random: Random): string {
  const micros = String(random.integer(0, 999)).padStart(3, '0');
  return new Date(ms).toISOString().replace('Z', `${micros}+00:00`);
}
