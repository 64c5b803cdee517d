import { describe, expect, it } from 'vitest';
import * as Cluster from './cluster';
import * as Member from './member';
import { applies, newest, ofVersion } from './rules';
import { rulesOf } from './rules-of';

describe("which of Patroni's rules apply", () => {
  it("is said by the leader's version", () => {
    const member = Member.fromNode('1', 'pg1', null, '{"version":"3.0.2"}');
    const rules = rulesOf({ ...Cluster.empty, leader: { version: '1', session: null, member } });
    expect([rules.version, rules.known, applies(rules, 'nostream')]).toEqual(['3.0.2', true, false]);
    expect(rules.words).toContain('There is no quorum mode.');
  });

  it('is that of the newest known Patroni when no leader says a version', () => {
    const member = Member.fromNode('1', 'pg1', null, '{"version":"z"}');
    expect(rulesOf(Cluster.empty)).toBe(newest);
    expect(rulesOf({ ...Cluster.empty, leader: { version: '1', session: null, member } }).known).toBe(false);
  });

  it.each([
    // A change that came to two lines of releases is not in the first releases of the later one.
    [[3, 3, 2], 'member-slot-first', false],
    [[3, 3, 3], 'member-slot-first', true],
    [[4, 0, 1], 'member-slot-first', false],
    [[4, 0, 2], 'member-slot-first', true],
    [[4, 1, 0], 'member-slot-first', true],
    [[3, 3, 11], 'auth-without-options', true],
    [[4, 1, 3], 'auth-without-options', false],
    [[4, 1, 4], 'auth-without-options', true],
    [[5, 0], 'auth-without-options', true],
    [[2, 1, 4], 'any-case-sync', false],
    [[4], 'quorum', true],
  ] as const)('for %j: %s %s', (version, name, expected) => {
    expect(applies(ofVersion(version), name)).toBe(expected);
  });

  it('is plain data', () => {
    expect(structuredClone(newest)).toEqual(newest);
  });
});
