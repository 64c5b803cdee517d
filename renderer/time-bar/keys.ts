import type { Stretch } from './recorded';
import { roundStep } from './scale';

/** What a key on the bar asks for. */
export type BarWish =
  | { readonly kind: 'seek'; readonly ms: number }
  | { readonly kind: 'now' }
  | { readonly kind: 'play' }
  | { readonly kind: 'zoom'; readonly factor: number };

export interface BarKey {
  /** As `KeyboardEvent.key`. */
  readonly key: string;
  /** Ctrl, or Cmd on a Mac. */
  readonly mod: boolean;
}

/** Where the bar stands. */
export interface BarState {
  /** The instant shown; null for now. */
  readonly atMs: number | null;
  readonly nowMs: number;
  /** Where the recording begins. */
  readonly sinceMs: number;
  /** What the bar shows. */
  readonly stretch: Stretch;
  /** The instants of the events that can be gone to, by time. */
  readonly events: readonly number[];
}

/** What a key means; null when it means nothing here. A step is a hundredth of what the bar shows, or so. */
export function wishOf({ key, mod }: BarKey, state: BarState): BarWish | null {
  const { atMs, nowMs, sinceMs, stretch, events } = state;
  const at = atMs ?? nowMs;
  const step = roundStep((stretch.toMs - stretch.fromMs) / 150);
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return to(mod ? eventBefore(events, atMs) : at - step, state);
    case 'ArrowRight':
    case 'ArrowUp':
      return to(mod ? eventAfter(events, atMs) : at + step, state);
    case 'PageUp':
      return to(at + 10 * step, state);
    case 'PageDown':
      return to(at - 10 * step, state);
    case 'Home':
      return to(sinceMs, state);
    case 'End':
      return { kind: 'now' };
    case ' ':
      return { kind: 'play' };
    case '+':
    case '=':
      return { kind: 'zoom', factor: 0.5 };
    case '-':
      return { kind: 'zoom', factor: 2 };
    default:
      return null;
  }
}

/** Goes to an instant of the recording; null is no wish. What lies after now is now. */
export function to(ms: number | null, { nowMs, sinceMs }: Pick<BarState, 'nowMs' | 'sinceMs'>): BarWish | null {
  if (ms === null) return null;
  return ms >= nowMs ? { kind: 'now' } : { kind: 'seek', ms: Math.max(sinceMs, ms) };
}

/** The last event before the instant shown; null when there is none. */
export function eventBefore(events: readonly number[], atMs: number | null): number | null {
  return events.filter((ms) => atMs === null || ms < atMs).at(-1) ?? null;
}

/** The first event after the instant shown; after the last one comes now. Null when now is shown. */
export function eventAfter(events: readonly number[], atMs: number | null): number | null {
  if (atMs === null) return null;
  return events.find((ms) => ms > atMs) ?? Number.POSITIVE_INFINITY;
}
