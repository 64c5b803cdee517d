import { timeStore, showInstant } from '../stores/time';
import { nextRecorded, type Recorded } from './recorded';

// A recording that is played: the instant that is shown runs on, as fast as was chosen.

/** How often another instant is shown, ms: at the pace of a clock nothing changes so often. */
const EVERY_MS = 100;
const SLOWLY_MS = 250;

let stopTimer: (() => void) | null = null;

/** Plays from the instant that is shown, or from `fromMs` while that is now. What was not recorded is passed over. */
export function play(recorded: () => Recorded, fromMs: number): void {
  pause();
  timeStore.setState({ isPlaying: true });
  let at = timeStore.getState().atMs ?? fromMs;
  let last = performance.now();
  const step = (): void => {
    const { isPlaying, speed, atMs } = timeStore.getState();
    if (!isPlaying) {
      stop();
      return;
    }
    const now = performance.now();
    // Somebody may have gone elsewhere meanwhile: it goes on from there.
    if (atMs !== null && Math.abs(atMs - at) > 1) at = atMs;
    const next = nextRecorded(recorded(), at + (now - last) * speed);
    last = now;
    if (next === null || next >= Date.now()) {
      stop();
      void showInstant(null);
      return;
    }
    at = Math.round(next);
    void showInstant(at);
  };
  const timer = setInterval(step, timeStore.getState().speed < 10 ? SLOWLY_MS : EVERY_MS);
  const stop = (): void => {
    clearInterval(timer);
    stopTimer = null;
  };
  stopTimer = stop;
  void showInstant(Math.round(nextRecorded(recorded(), at) ?? at));
}

/** Stops at the instant that is shown. */
export function pause(): void {
  stopTimer?.();
  timeStore.setState({ isPlaying: false });
}
