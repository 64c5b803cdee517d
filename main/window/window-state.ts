/** A rectangle on the desktop, in device-independent pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the window is when it is neither maximised nor full screen, and whether it is. */
export interface WindowState {
  /** Null: in the middle of the main display. */
  readonly place: { readonly x: number; readonly y: number } | null;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
  readonly fullScreen: boolean;
}

/** The window never gets smaller. */
export const minimumSize = { width: 960, height: 600 } as const;

/** The first start. */
export const initialState: WindowState = { place: null, width: 1440, height: 900, maximized: false, fullScreen: false };

/** How much of the window's top must be on a display, so that a hand can reach it. */
const reachable = { width: 160, height: 40 } as const;

/**
 * The state that a file's text holds, made to fit `displays` (their work areas): a size within the largest one, a place only
 * where the window's title bar can be reached; anything unreadable is the first start's.
 */
export function windowStateFrom(text: string, displays: readonly Rectangle[]): WindowState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fit(initialState, displays);
  }
  if (typeof value !== 'object' || value === null) return fit(initialState, displays);
  const stored = value as Readonly<Record<string, unknown>>;
  const place =
    typeof stored['place'] === 'object' && stored['place'] !== null
      ? (stored['place'] as Readonly<Record<string, unknown>>)
      : null;
  const x = place === null ? null : wholeNumber(place['x']);
  const y = place === null ? null : wholeNumber(place['y']);
  return fit(
    {
      place: x === null || y === null ? null : { x, y },
      width: wholeNumber(stored['width']) ?? initialState.width,
      height: wholeNumber(stored['height']) ?? initialState.height,
      maximized: stored['maximized'] === true,
      fullScreen: stored['fullScreen'] === true,
    },
    displays,
  );
}

function wholeNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

function fit(state: WindowState, displays: readonly Rectangle[]): WindowState {
  const widest = Math.max(minimumSize.width, ...displays.map((display) => display.width));
  const highest = Math.max(minimumSize.height, ...displays.map((display) => display.height));
  const width = Math.min(Math.max(state.width, minimumSize.width), widest);
  const height = Math.min(Math.max(state.height, minimumSize.height), highest);
  const place = state.place;
  const canBeReached =
    place !== null &&
    displays.some((display) => {
      const across = Math.min(place.x + width, display.x + display.width) - Math.max(place.x, display.x);
      return (
        across >= reachable.width && place.y >= display.y && place.y + reachable.height <= display.y + display.height
      );
    });
  return { ...state, width, height, place: canBeReached ? place : null };
}
