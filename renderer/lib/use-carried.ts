import { useState } from 'react';

/**
 * A value computed anew whenever `input` is another one, with the value before it at hand: to keep what did not change
 * the same object, or to let something only grow.
 */
export function useCarried<I, V>(input: I, compute: (input: I, before: V | null) => V): V {
  const [held, setHeld] = useState<{ readonly input: I; readonly value: V }>(() => ({
    input,
    value: compute(input, null),
  }));
  if (Object.is(held.input, input)) return held.value;
  const next = { input, value: compute(input, held.value) };
  setHeld(next);
  return next.value;
}
