import { describe, expect, it } from 'vitest';
import { fit, reveal, zoom } from './view-box';

describe('how the tree lies in its frame', () => {
  it('is in the middle, at its own size, when there is room', () => {
    expect(fit({ width: 200, height: 100 }, { width: 600, height: 300 }, { x: 0, y: 0 })).toEqual({
      k: 1,
      x: 200,
      y: 100,
    });
  });

  it('is made smaller only as far as names can be read; then it shows what is around the leader', () => {
    const view = fit({ width: 500, height: 30_000 }, { width: 600, height: 300 }, { x: 100, y: 15_000 });
    expect(view.k).toBeGreaterThan(0.5);
    expect(15_000 * view.k + view.y).toBeCloseTo(150);
  });

  it('does not leave a gap at its ends', () => {
    const view = fit({ width: 500, height: 30_000 }, { width: 600, height: 300 }, { x: 100, y: 0 });
    expect(view.y).toBe(14);
  });

  it('keeps the point under the pointer while zooming', () => {
    const view = zoom({ x: 30, y: 20, k: 1 }, 1.5, 100, 80);
    expect((100 - view.x) / view.k).toBeCloseTo(70);
    expect((80 - view.y) / view.k).toBeCloseTo(60);
  });

  it('moves no further than it takes to show a node, and not at all when it is in sight', () => {
    const view = { x: 0, y: 0, k: 1 };
    const frame = { width: 400, height: 300 };
    expect(reveal(view, { x: 50, y: 50, width: 100, height: 50 }, frame)).toBe(view);
    expect(reveal(view, { x: 50, y: 400, width: 100, height: 50 }, frame)).toEqual({ x: 0, y: -164, k: 1 });
  });
});
