import { describe, expect, it } from 'vitest';
import { type BarState, eventAfter, wishOf } from './keys';

const now = Date.parse('2026-11-24T12:00:00Z');
const MINUTE = 60_000;
const state: BarState = {
  atMs: now - 10 * MINUTE,
  nowMs: now,
  sinceMs: now - 60 * MINUTE,
  stretch: { fromMs: now - 60 * MINUTE, toMs: now },
  events: [now - 50 * MINUTE, now - 20 * MINUTE, now - 5 * MINUTE],
};
const plain = (key: string, of: BarState = state) => wishOf({ key, mod: false }, of);
const withMod = (key: string, of: BarState = state) => wishOf({ key, mod: true }, of);
const seek = (minutesAgo: number) => ({ kind: 'seek', ms: now - minutesAgo * MINUTE });

describe('a key on the time bar', () => {
  it('goes a step back or on, whose size is of what the bar shows', () => {
    expect(plain('ArrowLeft')).toEqual(seek(10.5));
    expect(plain('ArrowRight')).toEqual(seek(9.5));
    expect(plain('PageDown')).toEqual(seek(15));
    const day = { ...state, stretch: { fromMs: now - 1440 * MINUTE, toMs: now } };
    expect(plain('ArrowLeft', day)).toEqual(seek(20));
  });

  it('with Ctrl goes to the event before or after', () => {
    expect(withMod('ArrowLeft')).toEqual(seek(20));
    expect(withMod('ArrowRight')).toEqual(seek(5));
  });

  it('with Ctrl does nothing where there is no event before', () => {
    expect(withMod('ArrowLeft', { ...state, atMs: now - 50 * MINUTE })).toBeNull();
  });

  it('after the last event comes now, and after now nothing', () => {
    expect(withMod('ArrowRight', { ...state, atMs: now - 5 * MINUTE })).toEqual({ kind: 'now' });
    expect(eventAfter(state.events, null)).toBeNull();
  });

  it('begins at now when that is shown', () => {
    expect(plain('ArrowLeft', { ...state, atMs: null })).toEqual(seek(0.5));
    expect(withMod('ArrowLeft', { ...state, atMs: null })).toEqual(seek(5));
  });

  it('stays within what was recorded; beyond its end is now', () => {
    expect(plain('Home')).toEqual(seek(60));
    expect(plain('PageDown', { ...state, atMs: now - 59 * MINUTE })).toEqual(seek(60));
    expect(plain('ArrowRight', { ...state, atMs: now - 1000 })).toEqual({ kind: 'now' });
    expect(plain('End')).toEqual({ kind: 'now' });
  });

  it('plays and pauses, shows more or less, and leaves other keys to others', () => {
    expect(plain(' ')).toEqual({ kind: 'play' });
    expect(plain('+')).toEqual({ kind: 'zoom', factor: 0.5 });
    expect(plain('-')).toEqual({ kind: 'zoom', factor: 2 });
    expect(plain('1')).toBeNull();
    expect(plain('Tab')).toBeNull();
  });
});
