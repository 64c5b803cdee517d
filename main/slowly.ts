import { setImmediate } from 'node:timers/promises';

/** So long work goes on before others have their turn, ms. */
const TURN_MS = 12;

/** Does work that is made of small steps, so that the window waits for none of it. */
export async function slowly<T>(work: Generator<void, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < TURN_MS) continue;
    await setImmediate();
    began = performance.now();
  }
}
