// Where instants stand on the time bar. All instants are milliseconds since 1970, all places pixels from the bar's left end.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The least that the bar shows. */
export const LEAST_MS = 30 * SECOND;
/** Until a recording is as long, the bar shows so much. */
const FIRST_MS = 2 * MINUTE;
/** What it shows of a longer one unless the person wants more. */
const USUAL_MS = DAY;
const MOST_MS = 400 * DAY;

/** The stretch that the bar shows. */
export interface Scale {
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
}

/** What the person chose to see: how much (null: what there is, a day at the most), up to when (null: up to now). */
export interface Zoom {
  readonly spanMs: number | null;
  readonly endMs: number | null;
}

/** Where an instant stands; outside of the bar when it is outside of the stretch. */
export function xOf({ fromMs, toMs, width }: Scale, ms: number): number {
  return ((ms - fromMs) / (toMs - fromMs)) * width;
}

/** The instant at a place, a whole number; places beyond an end give the end. */
export function msAt({ fromMs, toMs, width }: Scale, x: number): number {
  const share = width <= 0 ? 1 : Math.min(1, Math.max(0, x / width));
  return Math.round(fromMs + share * (toMs - fromMs));
}

/** The stretch to show of what was recorded since `sinceMs`. */
export function stretchOf(
  zoom: Zoom,
  sinceMs: number,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const toMs = zoom.endMs ?? nowMs;
  const span = zoom.spanMs ?? Math.min(USUAL_MS, Math.max(FIRST_MS, (nowMs - sinceMs) * 1.04));
  return { fromMs: toMs - span, toMs };
}

/** Shows `factor` times as much, with `aroundMs` staying where it is. One that ended now goes on to, unless it must not. */
export function zoomed(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  factor: number,
  aroundMs: number,
  nowMs: number,
  followsNow: boolean,
): Zoom {
  const spanMs = Math.min(MOST_MS, Math.max(LEAST_MS, (toMs - fromMs) * factor));
  const share = (toMs - aroundMs) / (toMs - fromMs);
  const endMs = aroundMs + share * spanMs;
  if (followsNow && endMs >= nowMs - spanMs / 50) return { spanMs, endMs: null };
  return { spanMs, endMs: Math.min(endMs, nowMs) };
}

/** The same, moved so far that an instant is in it: it then stands in the middle. */
export function withInstant(
  zoom: Zoom,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ms: number,
  nowMs: number,
): Zoom {
  if (ms >= fromMs && ms <= toMs) return zoom;
  const half = (toMs - fromMs) / 2;
  // The clock that draws the bar ticks once a second: an instant may lie after it.
  return { spanMs: zoom.spanMs, endMs: Math.max(ms, Math.min(nowMs, ms + half)) };
}

const steps = [
  SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  28 * DAY,
];

/** The first round step that is not smaller than `ms`. */
export function roundStep(ms: number): number {
  return steps.find((step) => step >= ms) ?? 28 * DAY;
}

export interface Tick {
  readonly ms: number;
  readonly x: number;
  /** What it says beside the clock. */
  readonly unit: 'second' | 'minute' | 'day';
}

/** Half of what a tick's words take, in pixels. */
const HALF_PX = 28;

/** Round instants along the bar, some 110 px apart, whose words fit into it; round in the zone that is `zoneMs` ahead of UTC. */
export function ticksOf(scale: Scale, zoneMs: number): readonly Tick[] {
  const { fromMs, toMs, width } = scale;
  if (width <= 0) return [];
  const step = roundStep(((toMs - fromMs) / width) * 110);
  const unit = step >= DAY ? 'day' : step >= MINUTE ? 'minute' : 'second';
  const first = Math.ceil((fromMs + zoneMs) / step) * step - zoneMs;
  const ticks: Tick[] = [];
  for (let ms = first; ms <= toMs; ms += step) ticks.push({ ms, x: xOf(scale, ms), unit });
  return ticks.filter(({ x }) => x >= HALF_PX && x <= width - HALF_PX);
}
