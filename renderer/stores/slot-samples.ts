import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import * as Cluster from '../../app/cluster/cluster';
import type { ClusterDetail } from '../../app/ipc/detail';
import { heldOf, serverSlots } from '../../app/slots/server-slots';
import { detailStore } from './detail';
import { fixedInstant } from './fixed-instant';
import { fleetStore } from './fleet';

/** What the leader's slots held at an instant. */
export interface SlotSample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Bytes by slot name; only slots whose position is known. */
  readonly held: ReadonlyMap<string, number>;
}

/** Samples of a group, the oldest first. They are of one leader: with another one they begin anew. */
export interface SlotWatch {
  readonly leader: string | null;
  readonly samples: readonly SlotSample[];
}

const EVERY_MS = 5000;
const KEEP_MS = 60 * 60 * 1000;
const nothing: SlotWatch = { leader: null, samples: [] };

interface SlotSamplesState {
  readonly clusterId: string | null;
  readonly groups: ReadonlyMap<number | null, SlotWatch>;
}

/** How much WAL the slots of the open cluster held while it was watched, for an hour at most. */
export const slotSamplesStore = createStore<SlotSamplesState>(() => ({ clusterId: null, groups: new Map() }));

/** What the slots of one of the open cluster's groups held; no sample before it was watched. */
export const useSlotWatch = (group: number | null): SlotWatch =>
  useStore(slotSamplesStore, (s) => s.groups.get(group) ?? nothing);

/** Adds what a picture of the cluster says at an instant, in milliseconds since 1970; the same state while there is nothing new to say. */
export function sampled(state: SlotSamplesState, detail: ClusterDetail, at: number): SlotSamplesState {
  const known = state.clusterId === detail.id ? state.groups : new Map<number | null, SlotWatch>();
  let changed = state.clusterId !== detail.id;
  const groups = new Map<number | null, SlotWatch>();
  for (const { group, cluster } of detail.groups) {
    const before = known.get(group) ?? nothing;
    const after = watched(before, cluster, at);
    changed ||= after !== before;
    groups.set(group, after);
  }
  return changed ? { clusterId: detail.id, groups } : state;
}

function watched(before: SlotWatch, cluster: Cluster.Cluster, now: number): SlotWatch {
  const leader = Cluster.leaderName(cluster);
  const known = leader === before.leader ? before.samples : [];
  const latest = known.at(-1)?.at ?? now;
  // A clock that was set back by more than a step of its daily care: what was sampled by it before has no place in time any more.
  const samples = latest - now > EVERY_MS ? [] : known;
  const at = samples.length === 0 ? now : Math.max(now, latest);
  if (leader === null) return leader === before.leader ? before : { leader, samples };
  const held = new Map<string, number>();
  for (const [name, cell] of serverSlots(cluster, leader).cells) {
    const bytes = heldOf(cell);
    if (bytes !== null) held.set(name, bytes);
  }
  // The last sample is always what holds now; one stays for every few seconds.
  const [last, oneBefore] = [samples.at(-1), samples.at(-2)];
  const settled = last !== undefined && oneBefore !== undefined && last.at - oneBefore.at >= EVERY_MS;
  const kept = settled || samples.length < 2 ? samples : samples.slice(0, -1);
  return { leader, samples: [...kept.filter((sample) => at - sample.at < KEEP_MS), { at, held }] };
}

/** Begins to watch the open cluster, with what it is now as the first sample. The answer ends it. */
export function watchSlots(): () => void {
  const sample = (): void => {
    const { state } = detailStore.getState();
    if (state.kind !== 'shown') return;
    const before = slotSamplesStore.getState();
    const at = fixedInstant(fleetStore.getState(), state.detail.connectionId) ?? Date.now();
    const after = sampled(before, state.detail, at);
    if (after !== before) slotSamplesStore.setState(after);
  };
  // A cluster may be open already, and quiet: nothing else would come for its first sample.
  sample();
  return detailStore.subscribe(sample);
}

/** How much more a slot holds than when its samples began, in bytes, and since when; null with fewer than two samples. */
export function growthOf(watch: SlotWatch, slot: string): { readonly bytes: number; readonly since: number } | null {
  const known = watch.samples.flatMap(({ at, held }) => {
    const bytes = held.get(slot);
    return bytes === undefined ? [] : [{ at, bytes }];
  });
  const [first, last] = [known[0], known.at(-1)];
  return first === undefined || last === undefined || first === last
    ? null
    : { bytes: last.bytes - first.bytes, since: first.at };
}
