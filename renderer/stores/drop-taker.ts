import { createStore } from 'zustand/vanilla';

/** What takes files that are dropped onto the window, and texts that are pasted outside any field, instead of opening them. */
export interface DropTaker {
  /** What dropping them does: `Drop to join the logs`. */
  readonly words: string;
  readonly about: string;
  readonly files: (files: readonly File[]) => void;
  readonly text: (text: string) => void;
}

/** The page in sight says so; null where what is dropped is opened. */
export const dropTakerStore = createStore<{ readonly taker: DropTaker | null }>(() => ({ taker: null }));
