import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dcsRules } from './dcs-rules';
import { exceptions } from './exceptions';
import { rulesFor } from './rule';
import { sessionRules } from './session-rules';
import type { Running, Subject } from './subject';
import { watchRules } from './watch-rules';
import { writeRules } from './write-rules';

/** Every rule, tried on one store. Each store has a file of its own, so that they are tried side by side. */
export function tryRules({ name, start }: Subject): void {
  const tried = new Set<string>();
  describe(name, () => {
    const rule = rulesFor(name, tried);
    let running: Running;
    beforeAll(async () => {
      running = await start();
    });
    afterAll(() => running.stop());
    const get = (): Running => running;

    describe('writes', () => writeRules(get, rule));
    describe('sessions', () => sessionRules(get, rule));
    describe('watches', () => watchRules(get, rule));
    describe('a cluster', () => dcsRules(get, rule));
  });

  it('every exception is one from a rule that there is', () => {
    expect(exceptions.filter(({ store, rule }) => store === name && !tried.has(rule))).toEqual([]);
  });
}
