/** Work that can be paused between its steps, none of which takes long. */
export type Steps<T> = Generator<undefined, T>;

/** Does it without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Does it with a pause after each step, in which whatever else waits is done. `isWanted` is asked then: null when it no longer is. */
export async function inSteps<T>(
  steps: Steps<T>,
  pause: () => Promise<unknown>,
  isWanted: () => boolean = () => true,
): Promise<T | null> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pause();
    if (!isWanted()) return null;
  }
}
