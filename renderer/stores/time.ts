import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ObservedEvent } from '../../app/ipc/contract';
import type { Extent } from '../../app/ipc/time';
import { bridge, request } from '../bridge';
import type { Zoom } from '../time-bar/scale';
import { synchronise } from './feed';
import { fleetStore } from './fleet';
import { sessionStore } from './session';
import { toast } from './ui';

/** What the time bar shows, and which instant the window shows. */
export interface TimeState {
  /** What was recorded, as main said last; null before its first answer. */
  readonly extent: Extent | null;
  /** What happened while the window showed what lives, newer than `extent`. */
  readonly live: readonly ObservedEvent[];
  /** The instant that is shown or on its way, in milliseconds since 1970; null for now. */
  readonly atMs: number | null;
  readonly zoom: Zoom;
  /** Whether the bar's right end is now, also while it stands still because the past is shown. */
  readonly endsNow: boolean;
  /** Seconds of the recording in a second. */
  readonly speed: number;
  readonly isPlaying: boolean;
}

export const SPEEDS = [1, 2, 5, 10, 30, 60, 100, 300, 1000] as const;

export const timeStore = createStore<TimeState>(() => ({
  extent: null,
  live: [],
  atMs: null,
  zoom: { spanMs: null, endMs: null },
  endsNow: true,
  speed: 10,
  isPlaying: false,
}));

export const useTime = <T>(select: (state: TimeState) => T): T => useStore(timeStore, select);

/** Whether the window shows the past, in which nothing can be done. */
export const useIsPast = (): boolean => useTime((s) => s.atMs !== null);

/** Asks main what was recorded. */
export async function refreshExtent(): Promise<void> {
  const answer = await request('time.extent', undefined);
  if (!answer.ok) return;
  timeStore.setState({ extent: answer.value });
  const isReading = answer.value.connections.some(({ past }) => past?.kind === 'waiting' || past?.kind === 'reading');
  if (isReading) refreshIn(READING_MS);
}

/** What a store still knows of its past is there some seconds after it is connected to. */
const READING_MS = 4000;
let refreshing: ReturnType<typeof setTimeout> | undefined;

function refreshIn(ms: number): void {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => void refreshExtent(), ms);
}

/** The instant that main is to show next; undefined while there is none. Of many only the last counts. */
let wanted: number | null | undefined;
let isSeeking = false;

/** Shows everything as it was at an instant (milliseconds since 1970), or (null) as it is. */
export async function showInstant(ms: number | null): Promise<void> {
  const { atMs, zoom } = timeStore.getState();
  if (ms === null) live();
  else if (atMs === null) {
    // The bar stands still while the past is looked at; main may know more of what was recorded by now.
    timeStore.setState({ atMs: ms, zoom: { ...zoom, endMs: zoom.endMs ?? Date.now() } });
    void refreshExtent();
  } else timeStore.setState({ atMs: ms });
  wanted = ms;
  if (isSeeking) return;
  isSeeking = true;
  try {
    while (wanted !== undefined) await seek();
  } finally {
    isSeeking = false;
  }
}

/** Now is shown, and the bar goes on with it. */
function live(): void {
  timeStore.setState(({ zoom }) => ({ atMs: null, isPlaying: false, zoom: { ...zoom, endMs: null }, endsNow: true }));
}

async function seek(): Promise<void> {
  const ms = wanted ?? null;
  wanted = undefined;
  const answer = await request('time.seek', { at: ms === null ? null : new Date(ms).toISOString() });
  if (!answer.ok) {
    toast(answer.error.message, 'critical');
    pastLeft();
  } else if (answer.value.isOtherFeed) await synchronise();
}

/** Main shows what lives again. */
function pastLeft(): void {
  wanted = undefined;
  live();
  void synchronise();
}

/** Main is asked so often what was recorded, beside when connections or the shown time change. */
const REFRESH_MS = 5 * 60_000;
/** The first time, so long after the first picture. */
const FIRST_MS = 300;

/** Keeps the time bar's picture as main has it. Called once; the answer ends it. */
export function followTime(): () => void {
  let connections = '';
  const look = (): void => {
    const fleet = fleetStore.getState();
    if (timeStore.getState().atMs !== null || sessionStore.getState().phase.kind !== 'ready') return;
    if (fleet.events !== timeStore.getState().live) timeStore.setState({ live: fleet.events });
    // One that has just been heard for the first time has its first recording now.
    const now = fleet.connections.map(({ id, status }) => `${id} ${String(status.kind === 'connecting')}`).join();
    if (now === connections) return;
    connections = now;
    refreshIn(FIRST_MS);
  };
  const stops = [
    bridge().on('past-left', pastLeft),
    bridge().on('recordings-changed', () => refreshIn(0)),
    fleetStore.subscribe(look),
    sessionStore.subscribe(look),
  ];
  const timer = setInterval(() => void refreshExtent(), REFRESH_MS);
  return () => {
    clearTimeout(refreshing);
    clearInterval(timer);
    stops.forEach((stop) => stop());
  };
}
