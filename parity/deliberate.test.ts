import { describe, expect, it } from 'vitest';
import { newest } from '../app/cluster/rules';
import { deliberate, deliberateOf, INEXACT } from './deliberate';
import { answerOf } from './facts';
import { followUp } from './follow-up';
import { exampleQuestion } from './question';

// That Patroni differs as the table says needs Patroni: `npm run parity` begins with it.

const nothing = { differences: [], compared: 0, deliberate: new Map<string, number>(), isLoaded: true };

describe('the table of deliberate differences', () => {
  it('has each name once', () => {
    expect(new Set(deliberate.map(({ name }) => name)).size).toBe(deliberate.length);
  });

  it.each(deliberate)('gives an answer where Patroni stops or differs: $name', ({ example, reason }) => {
    const { facts, problems } = answerOf(exampleQuestion(example), newest);
    expect(facts).toHaveProperty('cluster.views.0.slots');
    if (/\bnames the key\b/.test(reason)) expect(problems).not.toEqual([]);
  });

  it('does not excuse a difference that it does not name', () => {
    const question = exampleQuestion({ 'members/pg1': '{"state":"running"}' });
    expect(deliberateOf({ path: 'cluster.timeline', theirs: 3, ours: 2, question, problems: [] })).toBeUndefined();
    const raised = ['raise', 'KeyError', 'x'];
    expect(deliberateOf({ path: 'cluster.timeline', theirs: raised, ours: 2, question, problems: [] })).toBeUndefined();
  });
});

describe('a question that is asked besides', () => {
  it('has small whole numbers in place of those that are not exact, and nothing else changed', () => {
    const status = '{"optime":9007199254740993,"slots":{"a 1.0":2.0,"b":-1.5},"x":7}';
    const asked = followUp(exampleQuestion({ status, leader: 'pg1' }), {
      ...nothing,
      deliberate: new Map([[INEXACT, 1]]),
    });
    expect(asked?.nodes.map(({ value }) => value)).toEqual([
      'pg1',
      '{"optime":7199254740992,"slots":{"a 1.0":2,"b":-1.5},"x":7}',
    ]);
  });

  it('lacks the keys that Patroni cannot load', () => {
    const question = exampleQuestion({
      failover: '{}',
      leader: 'pg1',
      'members/pg1': 'postgres://[',
      'members/pg2': '{}',
    });
    const asked = followUp(question, { ...nothing, isLoaded: false });
    expect(asked?.nodes.map(({ key }) => key)).toEqual(['/service/demo/leader', '/service/demo/members/pg2']);
  });

  it('is none where everything was compared', () => {
    expect(followUp(exampleQuestion({ leader: 'pg1' }), nothing)).toBeNull();
  });
});
