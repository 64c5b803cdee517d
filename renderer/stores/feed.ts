import type { FeedMessage, RequestName } from '../../app/ipc/contract';
import { bridge, request } from '../bridge';
import { startLater } from '../lib/start-later';
import { detailArrived, type DetailState, detailStore, patchDetail } from './detail';
import { chooseFirst } from './first-cluster';
import { applyFeedMessage, fleetStore, startFleet } from './fleet';
import { snapshotOpened } from './opened-snapshots';
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

/** Messages that came while the whole was on its way; null when it is not. */
let waiting: FeedMessage[] | null = null;

/** Raised with each wish for the whole: an answer to an earlier one may be of another feed. */
let wishes = 0;

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

/**
 * Asks main for the whole picture and goes on from there. Also after a message was missed, and when the feed is another one: the
 * open cluster comes with it, so that nothing of the one is shown beside something of the other.
 */
export async function synchronise(): Promise<void> {
  wishes += 1;
  if (waiting) return;
  let whole: Whole;
  let wish: number;
  do {
    wish = wishes;
    whole = await askWhole();
  } while (wish !== wishes);
  waiting = null;
  const { start, held, opened } = whole;
  if (!start.ok) {
    sessionStore.setState({ phase: { kind: 'failed', message: start.error.message } });
    return;
  }
  // With nothing open yet this chooses the first cluster, and loads it.
  fleetStore.setState(startFleet(start.value.feed));
  sessionStarted(start.value);
  const { clusterId } = uiStore.getState();
  if (opened !== null && opened.id === clusterId) detailStore.setState({ state: stateOf(opened) });
  // Another one was chosen meanwhile, and main may have been asked for it first.
  else if (opened !== null) void load(clusterId);
  for (const message of held) receive(message);
}

interface Opened {
  readonly id: string;
  readonly answer: Answer<'cluster.open'>;
}

interface Whole {
  readonly start: Answer<'session.start'>;
  readonly opened: Opened | null;
  /** Messages that came meanwhile. */
  readonly held: readonly FeedMessage[];
}

type Answer<N extends RequestName> = Awaited<ReturnType<typeof request<N>>>;

async function askWhole(): Promise<Whole> {
  const held: FeedMessage[] = [];
  waiting = held;
  const start = await request('session.start', undefined);
  const id = uiStore.getState().clusterId;
  if (!start.ok || id === null) return { start, opened: null, held };
  return { start, opened: { id, answer: await request('cluster.open', { clusterId: id }) }, held };
}

function stateOf({ id, answer }: Opened): DetailState {
  if (!answer.ok) return { kind: 'failed', id, message: answer.error.message };
  return detailArrived({ kind: 'loading', id, waiting: [] }, id, answer.value);
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
    if (!answer.ok || now.kind === 'shown') return { state: stateOf({ id, answer }) };
    return { state: detailArrived(now, id, answer.value) };
  });
}

/** Starts the flow from main into the stores. Called once, before React renders; the answer ends it. */
export function startFeed(): () => void {
  const stops = [
    bridge().on('feed', receive),
    bridge().on('settings', settingsChanged),
    bridge().on('show-cluster', ({ clusterId }) => openCluster(clusterId)),
    bridge().on('snapshot-opened', (opened) => snapshotOpened(opened)),
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
  stops.push(startLater(import('./operations').then(({ followOperations }) => followOperations)));
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
