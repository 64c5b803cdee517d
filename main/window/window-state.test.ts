import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState, windowStateFrom } from './window-state';

const laptop = { x: 0, y: 25, width: 1512, height: 920 };
const left = { x: -2560, y: 0, width: 2560, height: 1400 };
const state = (change: object) => JSON.stringify({ ...initialState, ...change });

describe('where the window opens', () => {
  it('is in the middle, 1440 × 900, at the first start', () => {
    expect(windowStateFrom('', [laptop])).toEqual(initialState);
  });

  it('is where it was, maximised when it was', () => {
    const kept = { place: { x: -2000, y: 100 }, width: 1200, height: 700, maximized: true, fullScreen: false };
    expect(windowStateFrom(JSON.stringify(kept), [laptop, left])).toEqual(kept);
  });

  it('is in the middle when the display it was on is gone', () => {
    expect(windowStateFrom(state({ place: { x: -2000, y: 100 } }), [laptop]).place).toBeNull();
    expect(windowStateFrom(state({ place: { x: 100, y: -500 } }), [laptop]).place).toBeNull();
    expect(windowStateFrom(state({ place: { x: 1500, y: 100 } }), [laptop]).place).toBeNull();
    expect(windowStateFrom(state({ place: { x: 100, y: 940 } }), [laptop]).place).toBeNull();
  });

  it('is no larger than the largest display and no smaller than 960 × 600', () => {
    expect(windowStateFrom(state({ width: 9000, height: 9000 }), [laptop])).toMatchObject({ width: 1512, height: 920 });
    expect(windowStateFrom(state({ width: 1, height: -5 }), [laptop])).toMatchObject({ width: 960, height: 600 });
  });

  it('is somewhere sensible whatever the file holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .record({ place: fc.anything(), width: fc.anything(), height: fc.anything() })
            .map((value) => JSON.stringify(value) ?? ''),
        ),
        (text) => {
          const { width, height, place } = windowStateFrom(text, [laptop]);
          expect(width >= 960 && width <= 1512 && height >= 600 && height <= 920).toBe(true);
          expect(place === null || (Number.isInteger(place.x) && Number.isInteger(place.y))).toBe(true);
        },
      ),
    );
  });
});
