import { describe, expect, it } from 'vitest';
import type { ClusterSummary } from '../../app/cluster/summary';
import type { ObservedEvent } from '../../app/ipc/contract';
import { placeOf } from './feed';
import { applyFeedMessage, MAX_EVENTS, startFleet } from './fleet';

const summary = (id: string, words = 'healthy'): ClusterSummary => ({
  id,
  connectionId: 'e',
  scope: id,
  verdict: { severity: 'ok', words },
  findingCounts: { critical: 0, warning: 0, info: 0 },
  leader: 'pg1',
  unlockedSince: null,
  timeline: 1,
  memberNames: ['pg1'],
  worstLagBytes: null,
  paused: false,
  syncMode: 'async',
  isStandbyCluster: false,
  workerGroups: null,
});
const event = (id: string): ObservedEvent => ({
  id,
  at: '2026-11-23T01:00:00Z',
  clusterId: 'a',
  kind: 'paused',
  words: 'paused',
});
const start = startFleet({ seq: 7, connections: [], summaries: [summary('a'), summary('b')], events: [] });

describe('the fleet as the feed tells it', () => {
  it('sets and removes summaries and leaves the others the same objects', () => {
    const next = applyFeedMessage(start, {
      seq: 8,
      summariesSet: [summary('b', 'no leader'), summary('c')],
      summariesRemoved: ['x'],
    });
    expect([...next.summaries.keys()]).toEqual(['a', 'b', 'c']);
    expect(next.summaries.get('a')).toBe(start.summaries.get('a'));
    expect(next.summaries.get('b')?.verdict.words).toBe('no leader');
    expect(applyFeedMessage(next, { seq: 9, summariesRemoved: ['b'] }).summaries.has('b')).toBe(false);
  });

  it('keeps what a message does not name, so that nobody renders for nothing', () => {
    const next = applyFeedMessage(start, { seq: 8 });
    expect(next.seq).toBe(8);
    expect(next.summaries).toBe(start.summaries);
    expect(next.connections).toBe(start.connections);
    expect(next.events).toBe(start.events);
  });

  it('keeps the newest events only', () => {
    const many = Array.from({ length: MAX_EVENTS + 3 }, (_, i) => event(String(i)));
    const next = applyFeedMessage(start, { seq: 8, events: many });
    expect(next.events).toHaveLength(MAX_EVENTS);
    expect(next.events.at(-1)?.id).toBe(String(MAX_EVENTS + 2));
  });
});

describe('a message’s number', () => {
  it('says whether it is the next, one that is known already, or one after a gap', () => {
    expect([placeOf(7, 8), placeOf(7, 7), placeOf(7, 3), placeOf(7, 9)]).toEqual(['next', 'old', 'old', 'gap']);
  });
});
