import type { StoreFailure } from '../dcs/store';

/** What is heard of the practice herd's store while it is away. */
export const storeAway: StoreFailure = {
  kind: 'unavailable',
  endpoint: 'memory',
  message: 'The practice herd’s store is away.',
  advice: 'This is practice: bring the store back on the page Practice.',
  detail: 'injected',
};
