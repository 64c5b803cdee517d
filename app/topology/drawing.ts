import { sameData } from '../same-data';
import type { GroupDetail } from '../ipc/detail';
import * as GlobalConfig from '../cluster/global-config';
import { layout, type LayoutSize } from './layout';
import { groupWords } from '../cluster/group-words';
import { topology, type Topology, type TopologyEdge, type TopologyNode } from './topology';

export const NODE: LayoutSize = { nodeWidth: 212, nodeHeight: 56, columnGap: 60, rowGap: 12 };
const GROUP_GAP = 52;
const GROUP_LABEL = 26;
/** Groups of an MPP cluster stand side by side up to this width, then in a new row. */
const ROW_WIDTH = 1000;

/** A node where it is drawn; pixels from the drawing's upper left corner. */
export interface PlacedNode {
  readonly id: string;
  readonly group: number | null;
  readonly node: TopologyNode;
  readonly x: number;
  readonly y: number;
  /** In bytes: more lag than this keeps a replica from becoming leader. */
  readonly maximumLag: number;
}

export interface PlacedEdge {
  readonly id: string;
  readonly edge: TopologyEdge;
  readonly path: string;
  /** Where the line meets the node below it. */
  readonly x: number;
  readonly y: number;
  readonly maximumLag: number;
}

export interface Drawing {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly labels: readonly { readonly text: string; readonly x: number; readonly y: number }[];
  readonly width: number;
  readonly height: number;
}

/** The trees of all groups in one drawing. Parts that are as they were in `before` keep their identity, so that they do not render again. */
export function drawing(groups: readonly GroupDetail[], before: Drawing | null): Drawing {
  const nodes: PlacedNode[] = [];
  const edges: PlacedEdge[] = [];
  const labels: { text: string; x: number; y: number }[] = [];
  let [left, top, rowHeight, width] = [0, 0, 0, 0];
  for (const { group, cluster } of groups) {
    const forest: Topology = topology(cluster);
    const plan = layout(forest, NODE);
    const labelHeight = group === null ? 0 : GROUP_LABEL;
    if (left > 0 && left + plan.width > ROW_WIDTH) {
      left = 0;
      top += rowHeight + GROUP_GAP / 2;
      rowHeight = 0;
    }
    if (group !== null) labels.push({ text: groupWords(group), x: left, y: top });
    const maximumLag = GlobalConfig.maximumLagOnFailover(cluster.config);
    const place = (id: string) => {
      const at = plan.positions.get(id) ?? { x: 0, y: 0 };
      return { x: left + at.x, y: top + labelHeight + at.y };
    };
    for (const node of forest.nodes)
      nodes.push({ id: `${group ?? ''}/${node.id}`, group, node, ...place(node.id), maximumLag });
    for (const edge of forest.edges) {
      const from = place(edge.from);
      const { x, y: nodeTop } = place(edge.to);
      const y = nodeTop + NODE.nodeHeight / 2;
      const path = curve(from.x + NODE.nodeWidth, from.y + NODE.nodeHeight / 2, x, y);
      edges.push({ id: `${group ?? ''}/${edge.id}`, edge, path, x, y, maximumLag });
    }
    width = Math.max(width, left + plan.width);
    rowHeight = Math.max(rowHeight, labelHeight + plan.height);
    left += plan.width + GROUP_GAP;
  }
  return {
    nodes: keepSame(nodes, before?.nodes ?? []),
    edges: keepSame(edges, before?.edges ?? []),
    labels,
    width,
    height: top + rowHeight,
  };
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

/** `next`, with each item that says the same as the one of its id in `before` replaced by that one. */
export function keepSame<T extends { readonly id: string }>(next: readonly T[], before: readonly T[]): readonly T[] {
  const known = new Map(before.map((item) => [item.id, item]));
  const kept = next.map((item) => {
    const old = known.get(item.id);
    return old !== undefined && sameData(old, item) ? old : item;
  });
  return kept.length === before.length && kept.every((item, i) => item === before[i]) ? before : kept;
}

/** The node that an arrow key leads to from `id`: left to the one it follows, right to the first that follows it, up and down in its column. */
export function neighbour(picture: Drawing, id: string, key: string): string | null {
  const from = picture.nodes.find((n) => n.id === id);
  if (!from) return null;
  const nearest = (list: readonly PlacedNode[]) =>
    list.reduce<PlacedNode | null>(
      (best, n) => (best === null || distance(from, n) < distance(from, best) ? n : best),
      null,
    )?.id ?? null;
  switch (key) {
    case 'ArrowLeft':
      return nearest(picture.nodes.filter((n) => n.x < from.x));
    case 'ArrowRight':
      return nearest(picture.nodes.filter((n) => n.x > from.x));
    case 'ArrowUp':
      return nearest(picture.nodes.filter((n) => n.x === from.x && n.y < from.y));
    case 'ArrowDown':
      return nearest(picture.nodes.filter((n) => n.x === from.x && n.y > from.y));
    case 'Home':
      return picture.nodes[0]?.id ?? null;
    case 'End':
      return picture.nodes.at(-1)?.id ?? null;
    default:
      return null;
  }
}

/** A step to another column costs more than one within it. */
const distance = (a: PlacedNode, b: PlacedNode): number => 3 * Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
