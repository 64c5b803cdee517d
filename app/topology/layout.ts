import { hierarchy, type HierarchyPointNode, tree } from 'd3-hierarchy';
import type { Topology } from './topology';

/** Sizes in pixels. */
export interface LayoutSize {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Between two columns. */
  readonly columnGap: number;
  /** Between two nodes of a column. */
  readonly rowGap: number;
}

/** The upper left corner of each node by its id, in pixels from the drawing's own corner. */
export interface Layout {
  readonly positions: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly width: number;
  readonly height: number;
}

interface Branch {
  /** Null for the root that holds the forest together and is not drawn. */
  readonly id: string | null;
  readonly children: Branch[];
}

/**
 * Places a forest from left to right, roots at the left, each node in the middle of those below it. It depends on who
 * follows whom and on nothing else, so nothing moves while only states and lags change.
 */
export function layout({ nodes, edges }: Topology, size: LayoutSize): Layout {
  const branches = new Map<string, Branch>(nodes.map(({ id }) => [id, { id, children: [] }]));
  const parents = new Map(edges.map(({ from, to }) => [to, from]));
  const forest: Branch = { id: null, children: [] };
  for (const [id, branch] of branches) {
    const parent = parents.get(id);
    ((parent === undefined ? undefined : branches.get(parent)) ?? forest).children.push(branch);
  }

  const row = size.nodeHeight + size.rowGap;
  const column = size.nodeWidth + size.columnGap;
  // d3 draws downwards: its x is our y. Half a gap more sets cousins and trees apart.
  const separation = (a: { parent: unknown }, b: { parent: unknown }): number =>
    a.parent === b.parent ? 1 : 1 + size.rowGap / (2 * row);
  const drawn: HierarchyPointNode<Branch>[] = tree<Branch>()
    .nodeSize([row, column])
    .separation(separation)(hierarchy(forest))
    .descendants()
    .filter(({ data }) => data.id !== null);

  const offset = drawn.reduce((least, { x }) => Math.min(least, x), Infinity);
  const positions = new Map<string, { x: number; y: number }>();
  let width = 0;
  let height = 0;
  for (const { data, x, depth } of drawn) {
    const place = { x: (depth - 1) * column, y: Math.round(x - offset) };
    positions.set(data.id ?? '', place);
    width = Math.max(width, place.x + size.nodeWidth);
    height = Math.max(height, place.y + size.nodeHeight);
  }
  return { positions, width, height };
}
