import type { Clock } from '../../app/clock';
import { MemoryStore } from '../../app/dcs/memory-store';
import { PRACTICE_NAMESPACE } from '../../app/practice/cluster-keys';
import { PracticeHerd } from '../../app/practice/herd';
import { Random } from '../../app/practice/random';

/** A store in memory with a practice herd that lives on it until the store is closed. */
class PracticeStore extends MemoryStore {
  readonly #herd: PracticeHerd;

  constructor(clock: Clock, seed: number) {
    super(clock, { storeId: 'practice', version: 'practice herd' });
    this.#herd = new PracticeHerd(this, clock, new Random(seed));
    this.#herd.start();
  }

  override close(): void {
    this.#herd.stop();
    super.close();
  }
}

/** The practice herd: another life in each run. */
export function openPractice(clock: Clock): { readonly store: MemoryStore; readonly namespace: string } {
  return { store: new PracticeStore(clock, clock.now()), namespace: PRACTICE_NAMESPACE };
}
