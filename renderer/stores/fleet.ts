import { createStore } from 'zustand/vanilla';
import type { ClusterSummary } from '../../app/cluster/summary';
import type { ConnectionView, FeedMessage, FeedStart, ObservedEvent } from '../../app/ipc/contract';

/** The fleet as the feed tells it. Maps and lists are replaced when they change, never written to. */
export interface FleetState {
  /** The last message's number; null before the first. */
  readonly seq: number | null;
  readonly connections: readonly ConnectionView[];
  readonly summaries: ReadonlyMap<string, ClusterSummary>;
  /** The newest last, at most 500. */
  readonly events: readonly ObservedEvent[];
}

export const MAX_EVENTS = 500;

export const fleetStore = createStore<FleetState>(() => ({
  seq: null,
  connections: [],
  summaries: new Map(),
  events: [],
}));

/** The state after a whole fleet arrived. */
export function startFleet(start: FeedStart): FleetState {
  return {
    seq: start.seq,
    connections: start.connections,
    summaries: new Map(start.summaries.map((s) => [s.id, s])),
    events: start.events.slice(-MAX_EVENTS),
  };
}

/** The state after one message; parts that the message does not name keep their identity, so that their readers stay quiet. */
export function applyFeedMessage(state: FleetState, message: FeedMessage): FleetState {
  let summaries = state.summaries;
  if ((message.summariesSet?.length ?? 0) > 0 || (message.summariesRemoved?.length ?? 0) > 0) {
    const next = new Map(summaries);
    for (const id of message.summariesRemoved ?? []) next.delete(id);
    for (const summary of message.summariesSet ?? []) next.set(summary.id, summary);
    summaries = next;
  }
  const fresh = message.events ?? [];
  return {
    seq: message.seq,
    connections: message.connections ?? state.connections,
    summaries,
    events: fresh.length === 0 ? state.events : [...state.events, ...fresh].slice(-MAX_EVENTS),
  };
}
