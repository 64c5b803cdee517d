import { useSyncExternalStore } from 'react';

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

/** Milliseconds since 1970, renewed once a second. For counting texts only: what uses it renders every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    if (timer === null) now = Date.now();
    return now;
  });
}
