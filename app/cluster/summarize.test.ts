import { describe, expect, it } from 'vitest';
import type { Finding, Severity } from '../findings/finding';
import { summarize } from './summarize';
import { build, nodes } from './test-nodes';

const finding = (severity: Severity, code = 'x'): Finding => ({
  id: code,
  code,
  severity,
  subject: { kind: 'cluster' },
  group: null,
  title: '',
  meaning: '',
  advice: '',
  evidence: [],
});

const summary = (values: Record<string, unknown>, findings: readonly Finding[] = []) =>
  summarize({
    id: 'i',
    connectionId: 'c',
    scope: 'demo',
    groups: build(nodes(values)).groups,
    findings,
    unlockedSince: null,
  });

describe('summarize', () => {
  it('tells leader, timeline, members and mode', () => {
    const values = {
      leader: 'a',
      config: { pause: true, synchronous_mode: 'quorum' },
      history: '[]',
      'members/a': { timeline: 4 },
      'members/b': {},
    };
    expect(summary(values)).toMatchObject({
      leader: 'a',
      timeline: 4,
      memberNames: ['a', 'b'],
      paused: true,
      syncMode: 'quorum',
      isStandbyCluster: false,
      workerGroups: null,
    });
  });

  it('takes the timeline from the history when the leader does not say', () => {
    expect(summary({ history: [[6, 1, 'x']] })).toMatchObject({ leader: null, timeline: 7 });
  });

  it('is led by the coordinator in an MPP cluster, with the members of all groups', () => {
    const values = { '0/leader': 'c1', '0/members/c1': {}, '1/leader': 'w1', '1/members/w1': {}, '2/members/w2': {} };
    expect(summary(values)).toMatchObject({ leader: 'c1', memberNames: ['c1', 'w1', 'w2'], workerGroups: 2 });
  });

  it('knows the worst lag of the running replicas, and that none tells', () => {
    const at = (replay: number, state = 'running') => ({ state, replay_lsn: replay });
    const values = {
      leader: 'a',
      status: { optime: 100 },
      'members/a': at(1),
      'members/b': at(60),
      'members/c': at(90),
      'members/d': at(1, 'stopped'),
    };
    expect(summary(values).worstLagBytes).toBe(40);
    expect(summary({ leader: 'a', 'members/a': at(1), 'members/b': { state: 'running' } }).worstLagBytes).toBeNull();
  });

  it.each<[readonly Finding[], string, string]>([
    [[], 'ok', 'healthy'],
    [[finding('info')], 'info', 'healthy'],
    [[finding('warning'), finding('info')], 'warning', '1 finding'],
    [[finding('critical'), finding('warning')], 'critical', '2 findings'],
    [[finding('critical', 'no-leader'), finding('warning')], 'critical', 'no leader'],
  ])('gives its verdict', (findings, severity, words) => {
    expect(summary({ config: {} }, findings).verdict).toEqual({ severity, words });
  });
});
