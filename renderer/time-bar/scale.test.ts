import { describe, expect, it } from 'vitest';
import { msAt, roundStep, stretchOf, ticksOf, withInstant, xOf, zoomed } from './scale';

const noon = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the time bar’s scale', () => {
  const scale = { fromMs: noon - HOUR, toMs: noon, width: 600 };

  it('gives each instant its place, and each place its instant', () => {
    expect(xOf(scale, noon - HOUR / 2)).toBe(300);
    expect(msAt(scale, 150)).toBe(noon - 45 * MINUTE);
  });

  it('has nothing beyond its ends, and no place before it is laid out', () => {
    expect(msAt(scale, -20)).toBe(scale.fromMs);
    expect(msAt(scale, 900)).toBe(noon);
    expect(msAt({ ...scale, width: 0 }, 0)).toBe(noon);
    expect(ticksOf({ ...scale, width: 0 }, 0)).toEqual([]);
  });

  it('ticks at round instants of the zone on screen', () => {
    const ahead = 5.5 * HOUR;
    const day = { fromMs: noon - 24 * HOUR, toMs: noon, width: 900 };
    const ticks = ticksOf(day, ahead);
    expect(ticks.map(({ ms }) => ((ms + ahead) / HOUR) % 3)).toEqual(ticks.map(() => 0));
    expect(ticks.length).toBeGreaterThan(5);
    expect(ticks.length).toBeLessThan(12);
  });

  it('rounds a step up, and never beyond four weeks', () => {
    expect(roundStep(2000)).toBe(5000);
    expect(roundStep(400 * 24 * HOUR)).toBe(28 * 24 * HOUR);
  });
});

describe('what the bar shows', () => {
  const whole = { spanMs: null, endMs: null };

  it('ends now, and begins where the recording does, a day before at the most', () => {
    expect(stretchOf(whole, noon - 2 * HOUR, noon).toMs).toBe(noon);
    expect(stretchOf(whole, noon - 2 * HOUR, noon).fromMs).toBeLessThan(noon - 2 * HOUR);
    expect(stretchOf(whole, noon - 300 * HOUR, noon).fromMs).toBe(noon - 24 * HOUR);
  });

  it('is two minutes while there is less', () => {
    expect(stretchOf(whole, noon - 1000, noon)).toEqual({ fromMs: noon - 2 * MINUTE, toMs: noon });
  });

  it('keeps an instant where it is while more or less is shown', () => {
    const before = { fromMs: noon - 2 * HOUR, toMs: noon - HOUR };
    const around = noon - 1.5 * HOUR;
    const after = stretchOf(zoomed(before, 0.5, around, noon, false), 0, noon);
    expect(after.toMs - after.fromMs).toBe(HOUR / 2);
    const share = (ms: number, { fromMs, toMs }: typeof before) => (ms - fromMs) / (toMs - fromMs);
    expect(share(around, after)).toBeCloseTo(share(around, before));
  });

  it('goes on with the clock as long as its end is now, and never ends later', () => {
    const hour = { fromMs: noon - HOUR, toMs: noon };
    expect(zoomed(hour, 2, noon, noon, true).endMs).toBeNull();
    expect(zoomed(hour, 4, noon - HOUR, noon, false).endMs).toBe(noon);
  });

  it('shows half a minute at the least', () => {
    expect(zoomed({ fromMs: noon - 40_000, toMs: noon }, 0.01, noon, noon, true).spanMs).toBe(30_000);
  });

  it('follows an instant that leaves it, and stays for one that does not', () => {
    const chosen = { spanMs: HOUR, endMs: null };
    const hour = stretchOf(chosen, 0, noon);
    expect(withInstant(chosen, hour, noon - MINUTE, noon)).toBe(chosen);
    const moved = stretchOf(withInstant(chosen, hour, noon - 5 * HOUR, noon), 0, noon);
    expect(moved).toEqual({ fromMs: noon - 5.5 * HOUR, toMs: noon - 4.5 * HOUR });
  });

  it('holds also an instant that the clock has not come to yet, so that it need not be moved again', () => {
    const moved = withInstant(whole, stretchOf(whole, 0, noon), noon + 700, noon);
    expect(withInstant(moved, stretchOf(moved, 0, noon), noon + 700, noon)).toBe(moved);
  });
});
