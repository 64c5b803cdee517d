import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import { layout, type LayoutSize } from './layout';
import { topology } from './topology';

const size: LayoutSize = { nodeWidth: 200, nodeHeight: 56, columnGap: 60, rowGap: 12 };

const place = (values: Record<string, unknown>) =>
  layout(topology(build(nodes(values)).groups[0]?.cluster ?? Cluster.empty), size);

const herd = (count: number, upstream: (i: number) => string, data: object = {}) => ({
  leader: 'm0',
  ...Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `members/m${i}`,
      { state: 'running', tags: { replicatefrom: upstream(i) }, ...data },
    ]),
  ),
});

function overlaps(places: readonly { x: number; y: number }[]): number {
  let count = 0;
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) {
      if (Math.abs(a.x - b.x) < size.nodeWidth && Math.abs(a.y - b.y) < size.nodeHeight) count += 1;
    }
  }
  return count;
}

describe('layout', () => {
  it('puts the leader left of the middle of its replicas', () => {
    const { positions, width, height } = place({ leader: 'a', 'members/a': {}, 'members/b': {}, 'members/c': {} });
    expect([...positions]).toEqual([
      ['member/a', { x: 0, y: 34 }],
      ['member/b', { x: 260, y: 0 }],
      ['member/c', { x: 260, y: 68 }],
    ]);
    expect([width, height]).toEqual([460, 124]);
  });

  it.each([
    ['all below the leader', () => 'm0'],
    ['in one chain', (i: number) => `m${i - 1}`],
    ['as a tree of threes', (i: number) => `m${Math.floor((i - 1) / 3)}`],
    ['in two loops', (i: number) => `m${((i + 2) % 98) + 1}`],
  ])('does not let 100 members overlap, %s', (_, upstream) => {
    const { positions } = place(herd(100, upstream));
    expect(positions.size).toBe(100);
    expect(overlaps([...positions.values()])).toBe(0);
  });

  it('moves nothing while only states and lags change', () => {
    const tree = (i: number) => `m${Math.floor((i - 1) / 3)}`;
    const before = place(herd(30, tree));
    expect(place({ ...herd(30, tree, { state: 'stopped', xlog_location: 7 }), status: { optime: 99 } })).toEqual(
      before,
    );
  });

  it('is empty for a cluster without members', () => {
    expect(place({ initialize: '' })).toEqual({ positions: new Map(), width: 0, height: 0 });
  });
});
