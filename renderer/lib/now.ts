import { createContext, useContext, useSyncExternalStore } from 'react';

// One ticker for everything that counts seconds. It runs only while somebody reads it.

let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;
const readers = new Set<() => void>();

function subscribe(read: () => void): () => void {
  readers.add(read);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of readers) each();
  }, 1000);
  return () => {
    readers.delete(read);
    if (readers.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** Inside it `now` stands still, at this instant (milliseconds since 1970): for a picture out of a file. Null: time goes on. */
export const FixedNow = createContext<number | null>(null);

const never = (): (() => void) => () => undefined;

/**
 * Milliseconds since 1970, renewed once a second. For counting texts only: what uses it renders every second. Within a picture
 * of one instant (`FixedNow`) it is that instant, and nothing renders.
 */
export function useNow(): number {
  const fixed = useContext(FixedNow);
  return useSyncExternalStore(fixed === null ? subscribe : never, () => {
    if (fixed !== null) return fixed;
    if (timer === null) now = Date.now();
    return now;
  });
}
