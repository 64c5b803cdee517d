import { describe, expect, it } from 'vitest';
import { quorumSteps, type QuorumGoal, type QuorumState } from './quorum-steps';

// What patroni/quorum.py 4.1.5 answers to the same states.

const set = (names: string): ReadonlySet<string> => new Set(names.split(''));

/** The steps in short: `names 1 of bc`, `key a 1 of bc`, `again`. Members are single letters, `a` leads. */
function steps(state: Partial<QuorumState>, goal: Partial<QuorumGoal>): string[] {
  const nobody = set('');
  const from = { leader: 'a', quorum: 0, voters: nobody, count: 0, names: nobody, confirmed: 0, ...state };
  return quorumSteps(from, { leader: 'a', active: nobody, wanted: 1, ...goal }).map((step) => {
    if (step.kind === 'again') return 'again';
    if (step.kind === 'names') return `names ${String(step.count)} of ${[...step.names].sort().join('')}`;
    return `key ${step.leader} ${String(step.quorum)} of ${[...step.voters].sort().join('')}`;
  });
}

const settled = (voters: string, count: number): Partial<QuorumState> => ({
  voters: set(voters),
  names: set(voters),
  quorum: voters.length - count,
  count,
  confirmed: voters.length,
});

describe('quorum mode', () => {
  it('names the first standbys to PostgreSQL, and in the key only when one has caught up', () => {
    expect(steps({}, { active: set('bcd') })).toEqual(['names 1 of bcd', 'again']);
    expect(steps({ names: set('bcd'), count: 1, confirmed: 1 }, { active: set('bcd') })).toEqual(['key a 2 of bcd']);
  });

  it('does nothing where all is as it should be', () => {
    expect(steps(settled('bcd', 2), { active: set('bcd'), wanted: 2 })).toEqual([]);
  });

  it('takes a further standby into the key first, with a higher quorum, then into PostgreSQL', () => {
    expect(steps(settled('bc', 1), { active: set('bcd') })).toEqual(['key a 2 of bcd', 'names 1 of bcd']);
  });

  it('takes one that is gone out of PostgreSQL first, and the last ones out of the key first', () => {
    expect(steps(settled('bcd', 1), { active: set('bc') })).toEqual(['names 1 of bc', 'key a 1 of bc']);
    expect(steps(settled('b', 1), {})).toEqual(['key a 0 of ', 'names 0 of ']);
  });

  it('follows synchronous_node_count: up in PostgreSQL first, down in the key first', () => {
    expect(steps(settled('bcd', 1), { active: set('bcd'), wanted: 2 })).toEqual(['names 2 of bcd', 'key a 1 of bcd']);
    expect(steps(settled('bcd', 2), { active: set('bcd'), wanted: 1 })).toEqual(['key a 2 of bcd', 'names 1 of bcd']);
  });

  it('after a failover makes the leader before a voter, and waits until standbys stream before it takes anybody out', () => {
    const after = { voters: set('bcd'), quorum: 2, names: set('acd'), count: 1 };
    expect(steps(after, { leader: 'b' })).toEqual(['key b 2 of acd']);
  });

  it('mends a key that does not fit PostgreSQL, and stops at one that Patroni stops at', () => {
    expect(steps({ ...settled('bcd', 1), quorum: 0 }, { active: set('bcd') })).toEqual(['key a 2 of bcd']);
    expect(steps({ ...settled('bcd', 1), leader: 'x', quorum: -5 }, { active: set('bcd') })).toEqual([]);
  });
});
