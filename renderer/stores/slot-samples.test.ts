import { describe, expect, it } from 'vitest';
import { build, nodes } from '../../app/cluster/test-nodes';
import type { ClusterDetail } from '../../app/ipc/detail';
import { detailStore } from './detail';
import { growthOf, sampled, slotSamplesStore, watchSlots } from './slot-samples';

const detail = (slotLsn: number, leader = 'a', id = 'c'): ClusterDetail => ({
  id,
  connectionId: 'x',
  scope: 'demo',
  groups: build(
    nodes({
      leader,
      status: { optime: 1000, slots: { b: slotLsn } },
      'members/a': { version: '4.1.5' },
      'members/b': {},
    }),
  ).groups,
  findings: [],
  keys: [],
  sessions: [],
});

type State = Parameters<typeof sampled>[0];
const nothing: State = { clusterId: null, groups: new Map() };
const watchOf = (state: State) => state.groups.get(null) ?? { leader: null, samples: [] };

describe('what slots held while they were watched', () => {
  it('always ends with what holds now, and keeps one sample for every few seconds', () => {
    let state = nothing;
    for (let s = 0; s <= 60; s++) state = sampled(state, detail(1000 - s), s * 1000);
    const { samples } = watchOf(state);
    expect(samples.at(-1)?.held.get('b')).toBe(60);
    expect(samples.length).toBeGreaterThan(10);
    expect(samples.length).toBeLessThan(16);
  });

  it('tells how much more a slot holds than at the beginning', () => {
    const first = sampled(nothing, detail(900), 0);
    expect(growthOf(watchOf(first), 'b')).toBeNull();
    expect(growthOf(watchOf(sampled(first, detail(400), 9000)), 'b')).toEqual({ bytes: 500, since: 0 });
  });

  it('begins anew with another leader and with another cluster', () => {
    const first = sampled(nothing, detail(900), 0);
    expect(watchOf(sampled(first, detail(900, 'b'), 9000)).samples).toHaveLength(1);
    expect(watchOf(sampled(first, detail(900, 'a', 'other'), 9000)).samples).toHaveLength(1);
  });

  it('stays in order when the clock is set back: a step counts as no time, with more it begins anew', () => {
    let state = nothing;
    for (const at of [0, 6000, 12_000, 11_000]) state = sampled(state, detail(900), at);
    expect(watchOf(state).samples.map(({ at }) => at)).toEqual([0, 6000, 12_000, 12_000]);
    state = sampled(state, detail(900), 100_000);
    expect(watchOf(sampled(state, detail(800), 1000)).samples.map(({ at }) => at)).toEqual([1000]);
  });

  it('begins with the cluster that is open when watching starts, and ends when it is ended', () => {
    detailStore.setState({ state: { kind: 'shown', id: 'c', detail: detail(900) } });
    const stop = watchSlots();
    expect(watchOf(slotSamplesStore.getState()).samples.at(-1)?.held.get('b')).toBe(100);
    stop();
    detailStore.setState({ state: { kind: 'shown', id: 'c', detail: detail(100) } });
    expect(watchOf(slotSamplesStore.getState()).samples.at(-1)?.held.get('b')).toBe(100);
  });

  it('forgets what is older than an hour', () => {
    let state = nothing;
    for (let m = 0; m <= 120; m++) state = sampled(state, detail(900), m * 60_000);
    expect(watchOf(state).samples.length).toBeLessThanOrEqual(60);
  });
});
