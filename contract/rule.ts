import { it } from 'vitest';
import { exceptionTo } from './exceptions';

/** A rule; `instead` is what a store must keep that is excepted from it in `exceptions.ts`. */
export type Rule = (name: string, holds: () => Promise<void> | void, instead?: () => Promise<void>) => void;

/** Tries each rule on a store, or what stands in its place there. */
export function rulesFor(store: string, tried: Set<string>): Rule {
  return (name, holds, instead) => {
    const exception = exceptionTo(store, name);
    tried.add(name);
    if (exception === null) {
      it(name, holds);
      return;
    }
    if (instead === undefined) throw new Error(`nothing is tried instead of “${name}”, which ${store} does not keep`);
    it(`(not as it stands: ${exception.reason}) ${name}`, instead);
  };
}
