import { cut, fonts, monoFonts, type Picture, type PictureColours } from '../topology/tree-picture';
import { xml } from '../xml';
import type { SlotCell } from './server-slots';
import type { SlotMap } from './slot-map';
import { cellLook, heldShort } from './words';

const FIRST = 210;
const COLUMN = 112;
const ROW = 40;
const HEAD = 34;

/** More is no picture that fits on a page. */
const MOST_COLUMNS = 24;
const MOST_ROWS = 100;

/** A slot map as a picture, and how much of it is left out of it. */
export interface SlotDrawing extends Picture {
  readonly columnsLeftOut: number;
  readonly rowsLeftOut: number;
}

/** Members × slots as an SVG that needs nothing else: of too many slots those that hold most. */
export function slotDrawing(map: SlotMap, colours: PictureColours): SlotDrawing {
  const all = map.columns.map((column, index) => ({ column, index }));
  const most =
    all.length <= MOST_COLUMNS
      ? all
      : [...all]
          .sort((a, b) => (b.column.heldBytes ?? -1) - (a.column.heldBytes ?? -1))
          .slice(0, MOST_COLUMNS)
          .sort((a, b) => a.index - b.index);
  const rows = map.rows.slice(0, MOST_ROWS);
  const width = FIRST + most.length * COLUMN;
  const height = HEAD + rows.length * ROW;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fonts}" font-size="11.5">`,
    '<title>Slots of each member</title>',
    ...most.map(
      ({ column }, i) =>
        `<g><title>${xml(column.name)}</title><text x="${FIRST + i * COLUMN + 4}" y="20" font-family="${monoFonts}" font-size="11" fill="${colours.dim}">${xml(cut(column.name, 15))}</text></g>`,
    ),
    ...rows.flatMap((row, r) => {
      const y = HEAD + r * ROW;
      return [
        `<path d="M0 ${y}H${width}" stroke="${colours.line}" stroke-opacity="0.5"/>`,
        `<g><title>${xml(row.member)}</title><text x="2" y="${y + 17}" font-weight="600" fill="${colours.text}">${xml(cut(row.member, 26))}</text>` +
          `<text x="2" y="${y + 32}" fill="${colours.dim}">${xml(row.without ?? row.role)}</text></g>`,
        ...most.map(({ index }, c) => cellPart(row.cells[index], FIRST + c * COLUMN, y, colours)),
      ];
    }),
    '</svg>',
  ];
  return {
    svg: parts.join('\n'),
    width,
    height,
    columnsLeftOut: map.columns.length - most.length,
    rowsLeftOut: map.rows.length - rows.length,
  };
}

function cellPart(cell: SlotCell | undefined, x: number, y: number, colours: PictureColours): string {
  if (cell === undefined) return '';
  const { word, tone } = cellLook(cell);
  if (cell.kind === 'self' || cell.kind === 'none')
    return `<text x="${x + 8}" y="${y + 24}" fill="${colours.dim}">${xml(word)}</text>`;
  const frame = { active: colours.accent, kept: colours.line, odd: colours.marks.warning, none: colours.line }[tone];
  return [
    `<rect x="${x + 1.5}" y="${y + 3.5}" width="${COLUMN - 7}" height="${ROW - 7}" rx="5" fill="${colours.raise}" stroke="${frame}"${tone === 'kept' ? ' stroke-dasharray="4 3"' : ''}/>`,
    `<text x="${x + 8}" y="${y + 17}" font-weight="600" fill="${colours.text}">${xml(word)}</text>`,
    `<text x="${x + 8}" y="${y + 31}" font-family="${monoFonts}" font-size="10.5" fill="${colours.dim}">${xml(heldShort(cell.heldBytes, cell.isLeast))}</text>`,
  ].join('');
}
