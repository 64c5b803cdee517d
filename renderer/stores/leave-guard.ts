// A form with something typed in is not left without asking, whatever asks for the place that it has: a menu command,
// a shortcut, the palette. The form says here how it asks; one form is open at a time.

type Ask = (goOn: () => void) => void;

let guard: Ask | null = null;

/** Has `ask` called before the form is left; it calls `goOn` once the person agrees. The answer takes the guard away. */
export function guardLeaving(ask: Ask): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = null;
  };
}

/** Runs `goOn` at once, or after the open form has asked. */
export function leave(goOn: () => void): void {
  if (guard === null) goOn();
  else guard(goOn);
}
