/**
 * Starts what has yet to come, e.g. a module; `start` gives what ends it. The answer ends it too, also when it has not come
 * yet: then it does not start. What never comes does not start either.
 */
export function startLater(coming: Promise<() => () => void>): () => void {
  let isStopped = false;
  let stop: (() => void) | null = null;
  void coming.then(
    (start) => {
      if (!isStopped) stop = start();
    },
    () => undefined,
  );
  return () => {
    isStopped = true;
    stop?.();
    stop = null;
  };
}
