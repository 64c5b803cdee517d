import type { EdgeKind, TopologyNode } from './topology';
import type { Mark } from '../findings/mark';
import { formatBytes } from '../format';
import { type Drawing, NODE, type PlacedEdge, type PlacedNode } from './drawing';
import { xml } from '../xml';
import { upstreamNote } from './upstream-note';

/** The colours of a picture, as the window has them at the moment. */
export interface PictureColours {
  readonly panel: string;
  readonly raise: string;
  readonly line: string;
  readonly edge: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly marks: Readonly<Record<Mark, string>>;
}

/** What stands above the picture: it is looked at later, elsewhere. */
export interface PictureCaption {
  readonly title: string;
  /** Where it comes from and when, and that it was stale if it was. */
  readonly source: string;
}

/** A drawing as a document of its own. */
export interface Picture {
  readonly svg: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

const MARGIN = 24;
const HEAD = 58;
export const fonts = "Inter, system-ui, 'Segoe UI', sans-serif";
export const monoFonts = "'JetBrains Mono', ui-monospace, 'DejaVu Sans Mono', monospace";
/** What an average character of a node's first and second line takes, in pixels. */
const CHARACTER = { name: 7.4, line: 6.4 } as const;

const dashes: Readonly<Record<EdgeKind, string>> = {
  streaming: '',
  'in archive recovery': ' stroke-dasharray="7 4"',
  'not streaming': ' stroke-dasharray="2 5" stroke-linecap="round"',
  unknown: ' stroke-opacity="0.7"',
};

/** The replication tree as an SVG that needs nothing else: what the window shows of it, with where it comes from above it unless the page says that. */
export function treePicture(
  drawing: Drawing,
  markOf: (node: PlacedNode) => Mark,
  colours: PictureColours,
  caption: PictureCaption | null,
): Picture {
  const captionWidth =
    caption === null ? 0 : Math.max(caption.title.length * 9.5, caption.source.length * CHARACTER.line);
  const [margin, head] = caption === null ? [2, 0] : [MARGIN, HEAD];
  const width = Math.ceil(Math.max(drawing.width, Math.min(captionWidth, 900)) + 2 * margin);
  const height = Math.ceil(drawing.height + head + 2 * margin);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fonts}" font-size="11.5">`,
    ...(caption === null
      ? ['<title>Replication tree</title>']
      : [
          `<title>${xml(caption.title)}</title>`,
          `<rect width="100%" height="100%" fill="${colours.panel}"/>`,
          `<text x="${margin}" y="${margin + 14}" font-size="16" font-weight="600" fill="${colours.text}">${xml(caption.title)}</text>`,
          `<text x="${margin}" y="${margin + 34}" fill="${colours.dim}">${xml(caption.source)}</text>`,
        ]),
    `<g transform="translate(${margin} ${margin + head})">`,
    ...drawing.edges.map((edge) => edgePart(edge, colours)),
    ...drawing.labels.map((l) => `<text x="${l.x}" y="${l.y + 12}" fill="${colours.dim}">${xml(l.text)}</text>`),
    ...drawing.nodes.map((node) => nodePart(node, markOf(node), colours)),
    '</g>',
    '</svg>',
  ];
  return { svg: parts.join('\n'), width, height };
}

function edgePart({ edge, path, maximumLag }: PlacedEdge, colours: PictureColours): string {
  const behind = edge.lagBytes !== null && edge.lagBytes > maximumLag;
  const stroke = behind || edge.kind === 'not streaming' ? colours.marks.warning : colours.edge;
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="1.5"${dashes[edge.kind]}/>`;
}

function nodePart(placed: PlacedNode, mark: Mark, colours: PictureColours): string {
  const { node, x, y, maximumLag } = placed;
  const { nodeWidth, nodeHeight } = NODE;
  const { name, role, state, figure, behind } = wordsOf(node, maximumLag);
  const leads = node.kind !== 'remote' && (node.role === 'Leader' || node.role === 'Standby Leader');
  const note = upstreamNote(node.upstream);
  const nameRoom = nodeWidth - 50 - role.length * CHARACTER.line;
  const stateRoom = nodeWidth - 50 - figure.length * 7;
  const frame = leads ? colours.accent : colours.line;
  return [
    `<g transform="translate(${x} ${y})">`,
    `<title>${xml([name, role, state, figure, note?.hint ?? ''].filter((word) => word !== '').join(', '))}</title>`,
    `<rect width="${nodeWidth}" height="${nodeHeight}" rx="9" fill="${colours.raise}" stroke="${frame}"${node.kind === 'member' ? '' : ' stroke-dasharray="4 3"'}/>`,
    `<g transform="translate(11 22)" fill="${colours.marks[mark]}">${markShapes[mark]}</g>`,
    `<text x="32" y="24" font-size="13" font-weight="600" fill="${colours.text}">${xml(cut(name, nameRoom / CHARACTER.name))}</text>`,
    `<text x="${nodeWidth - 11}" y="24" text-anchor="end" fill="${colours.dim}">${xml(role)}</text>`,
    `<text x="32" y="43" fill="${colours.dim}">${xml(cut(state, stateRoom / CHARACTER.line))}</text>`,
    `<text x="${nodeWidth - 11}" y="43" text-anchor="end" font-family="${monoFonts}" fill="${behind ? colours.marks.warning : colours.dim}">${xml(figure)}</text>`,
    note === null
      ? ''
      : `<text x="${nodeWidth - 11}" y="${nodeHeight + 4}" text-anchor="end" font-size="10.5" paint-order="stroke" stroke="${colours.panel}" stroke-width="5" fill="${colours.marks.warning}">${xml(cut(note.text, nodeWidth / 6))}</text>`,
    '</g>',
  ].join('');
}

/** A mark's shape in a box of 12 × 12, as the window draws it (components/state-mark.tsx). */
export const markShapes: Readonly<Record<Mark, string>> = {
  ok: '<circle cx="6" cy="6" r="4"/>',
  warning: '<path d="M6 1 11.4 10.4a.6.6 0 0 1-.5.9H1.1a.6.6 0 0 1-.5-.9Z"/>',
  critical: '<path d="M6 .4 11.6 6 6 11.6.4 6Z"/>',
  info: '<rect x="2.4" y="2.4" width="7.2" height="7.2" rx="1.6"/>',
  unknown: '<circle cx="6" cy="6" r="3.4" fill="none" stroke="#808080" stroke-width="1.6"/>',
};

interface NodeWords {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  /** The timeline of a leader, the lag of a standby. */
  readonly figure: string;
  readonly behind: boolean;
}

function wordsOf(node: TopologyNode, maximumLag: number): NodeWords {
  switch (node.kind) {
    case 'remote':
      return {
        name: node.address ?? 'archive',
        role: 'source',
        state: 'remote cluster',
        figure: node.slot === null ? '' : `slot ${node.slot}`,
        behind: false,
      };
    case 'missing':
      return { name: node.name, role: node.role, state: 'no member key', figure: '', behind: false };
    case 'member': {
      const leads = node.role === 'Leader' || node.role === 'Standby Leader';
      const { lagBytes: lag } = node;
      const figure = leads
        ? node.timeline === null
          ? ''
          : `TL ${String(node.timeline)}`
        : lag === null
          ? 'lag not known'
          : formatBytes(lag);
      const behind = !leads && lag !== null && lag > maximumLag;
      return { name: node.name, role: node.role, state: node.state ?? 'state not known', figure, behind };
    }
  }
}

/** At most so many characters, with `…` where it was cut. */
export function cut(text: string, characters: number): string {
  const all = [...text];
  return all.length <= characters ? text : `${all.slice(0, Math.max(1, Math.floor(characters) - 1)).join('')}…`;
}
