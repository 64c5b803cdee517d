/** Ends a `switch` over a union: the compiler refuses a case that was forgotten, and a value from outside the union throws here. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
