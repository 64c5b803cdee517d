import type { FeedMessage } from '../../app/ipc/contract';
import { bridge, request } from '../bridge';
import { startLater } from '../lib/start-later';
import { detailArrived, detailStore, patchDetail } from './detail';
import { applyFeedMessage, fleetStore, startFleet } from './fleet';
import { sessionStarted, sessionStore, settingsChanged } from './session';
import { openCluster, uiStore } from './ui';

// The one place where main's messages become the renderer's stores. It runs outside React: a component only reads.

/** What to do with a message that came: use it, drop it (already in the picture), or ask for the whole again. */
export type MessagePlace = 'next' | 'old' | 'gap';

/** Where a message stands after the last one that was applied. */
export function placeOf(lastSeq: number, seq: number): MessagePlace {
  if (seq === lastSeq + 1) return 'next';
  return seq <= lastSeq ? 'old' : 'gap';
}

/** Messages that came while `session.start` was on its way; null when none is. */
let waiting: FeedMessage[] | null = null;

function apply(message: FeedMessage): void {
  fleetStore.setState((state) => applyFeedMessage(state, message));
  const { detail } = message;
  if (detail) detailStore.setState(({ state }) => ({ state: patchDetail(state, detail) }));
}

function receive(message: FeedMessage): void {
  if (waiting) {
    waiting.push(message);
    return;
  }
  const { seq } = fleetStore.getState();
  if (seq === null) return;
  switch (placeOf(seq, message.seq)) {
    case 'next':
      apply(message);
      return;
    case 'old':
      return;
    case 'gap':
      void synchronise();
      return;
  }
}

/** Asks main for the whole picture and goes on from there. Also after a message was missed. */
export async function synchronise(): Promise<void> {
  if (waiting) return;
  waiting = [];
  const answer = await request('session.start', undefined);
  const held = waiting;
  waiting = null;
  if (!answer.ok) {
    sessionStore.setState({ phase: { kind: 'failed', message: answer.error.message } });
    return;
  }
  const { clusterId } = uiStore.getState();
  // With nothing open yet this chooses the first cluster, and loads it.
  fleetStore.setState(startFleet(answer.value.feed));
  sessionStarted(answer.value);
  if (clusterId !== null) {
    // Closed first: main then starts from a fresh picture, and a patch on its way belongs to the one before.
    await request('cluster.open', { clusterId: null });
    void load(clusterId);
  }
  for (const message of held) receive(message);
}

async function load(id: string | null): Promise<void> {
  if (id === null) {
    detailStore.setState({ state: { kind: 'none' } });
    await request('cluster.open', { clusterId: null });
    return;
  }
  const { state } = detailStore.getState();
  if (state.kind !== 'shown' || state.id !== id) detailStore.setState({ state: { kind: 'loading', id, waiting: [] } });
  const answer = await request('cluster.open', { clusterId: id });
  if (uiStore.getState().clusterId !== id) return;
  detailStore.setState(({ state: now }) => {
    if (!answer.ok) return { state: { kind: 'failed', id, message: answer.error.message } };
    const from = now.kind === 'shown' ? ({ kind: 'loading', id, waiting: [] } as const) : now;
    return { state: detailArrived(from, id, answer.value) };
  });
}

/** With nothing chosen yet the first cluster is shown: the sickest of the first connection that has any, practice last. */
function chooseFirst(): void {
  const { connections, summaries } = fleetStore.getState();
  if (uiStore.getState().clusterId !== null || summaries.size === 0) return;
  const rank = { critical: 0, warning: 1, info: 2, ok: 2 } as const;
  const order = new Map(connections.map((c, i) => [c.id, c.kind === 'practice' ? i + connections.length : i]));
  const [first] = [...summaries.values()].sort(
    (a, b) =>
      (order.get(a.connectionId) ?? 0) - (order.get(b.connectionId) ?? 0) ||
      rank[a.verdict.severity] - rank[b.verdict.severity] ||
      a.scope.localeCompare(b.scope),
  );
  if (first) openCluster(first.id);
}

/** Starts the flow from main into the stores. Called once, before React renders; the answer ends it. */
export function startFeed(): () => void {
  const stops = [
    bridge().on('feed', receive),
    bridge().on('settings', settingsChanged),
    bridge().on('show-cluster', ({ clusterId }) => openCluster(clusterId)),
    uiStore.subscribe((now, before) => {
      if (now.clusterId !== before.clusterId) void load(now.clusterId);
    }),
    fleetStore.subscribe((now, before) => {
      if (now.summaries === before.summaries) return;
      chooseFirst();
      // The open cluster came back, or appeared only now (a connection that was still connecting).
      const { state } = detailStore.getState();
      if (state.kind === 'absent' && now.summaries.has(state.id) && !before.summaries.has(state.id))
        void load(state.id);
    }),
  ];
  void synchronise();
  // Not needed for the first picture, so it may come after it.
  stops.push(startLater(import('./slot-samples').then(({ watchSlots }) => watchSlots)));
  return () => stops.forEach((stop) => stop());
}

/** Resolves when a cluster is there to be shown, or it is plain that none will be; after `ms` in any case. */
export function firstPicture(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
      resolve();
    };
    const look = (): void => {
      const { kind } = detailStore.getState().state;
      const failed = sessionStore.getState().phase.kind === 'failed';
      if (failed || !['none', 'loading'].includes(kind)) done();
    };
    const timer = setTimeout(done, ms);
    const stops = [detailStore.subscribe(look), sessionStore.subscribe(look)];
  });
}
