import type { StoreFailure } from '../../app/dcs/store';

// What a mirror says where its store does not say it itself.

/** Stores tell their failures as values: what is thrown is an answer that none of them expected. */
export function unreadable(error: unknown): StoreFailure {
  return {
    kind: 'other',
    endpoint: '',
    message: 'The store answered what cannot be read.',
    advice: 'Look whether what listens there is the store that this connection is for. The detail says what was wrong.',
    detail: error instanceof Error ? error.message : String(error),
  };
}

/** It could be read, but not followed, several times in a row. */
export const unsteady: StoreFailure = {
  kind: 'unavailable',
  endpoint: '',
  message:
    'The store has no past that can be followed: each time that all was read, it had another one a moment later.',
  advice: 'Look whether all endpoints of this connection are of one store. It is read again in a moment.',
  detail: 'compacted or replaced again and again',
};
