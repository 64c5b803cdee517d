import type { SlotColumn, SlotMap, SlotRow } from '../../../app/slots/slot-map';
import { heldOf } from '../../../app/slots/server-slots';

/** Which slots the table shows. */
export type SlotKind = 'all' | 'member' | 'permanent' | 'other';

/** How slots and members are put in order: as the map has them, or by what they hold, the most first. */
export type SlotOrder = 'kind' | 'held';

export interface TableChoice {
  readonly kind: SlotKind;
  readonly order: SlotOrder;
  /** Words to find in the names of slots and members; empty for all. */
  readonly find: string;
  /** The slot by which the members are in order, the one that holds most for it first; null for the map's order. */
  readonly by: string | null;
}

/** The columns and rows of the map to show, as indices into it. */
export interface ShownTable {
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

/**
 * What of the map to show. A word is looked for in slots and in members: where it is a slot's, only these slots are left,
 * where it is a member's, only these members.
 */
export function shownTable(map: SlotMap, choice: TableChoice): ShownTable {
  const word = choice.find.trim().toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(word);
  const columns = [...map.columns.keys()].filter((i) => isOfKind(map.columns[i], choice.kind));
  const rows = [...map.rows.keys()];
  const foundColumns = columns.filter((i) => has(map.columns[i]?.name ?? ''));
  const foundRows = rows.filter((i) => has(map.rows[i]?.member ?? ''));
  if (word !== '' && foundColumns.length === 0 && foundRows.length === 0) return { columns: [], rows: [] };
  const at = choice.by === null ? -1 : map.columns.findIndex(({ name }) => name === choice.by);
  return {
    columns: byHeld(foundColumns.length > 0 ? foundColumns : columns, (i) =>
      choice.order === 'held' ? (map.columns[i]?.heldBytes ?? null) : undefined,
    ),
    rows: byHeld(foundRows.length > 0 ? foundRows : rows, (i) => rowOrder(map.rows[i], choice, at)),
  };
}

function rowOrder(row: SlotRow | undefined, choice: TableChoice, at: number): number | null | undefined {
  if (at >= 0) return heldOf(row?.cells[at]);
  return choice.order === 'held' ? (row?.heldBytes ?? null) : undefined;
}

/** In order of what `held` says, the most first and what is not known last; as they are where it says nothing. */
function byHeld(indices: readonly number[], held: (index: number) => number | null | undefined): readonly number[] {
  return [...indices].sort((a, b) => {
    const [x, y] = [held(a), held(b)];
    return x === undefined || y === undefined ? 0 : (y ?? -1) - (x ?? -1);
  });
}

function isOfKind(column: SlotColumn | undefined, kind: SlotKind): boolean {
  const is = column?.purpose?.kind;
  switch (kind) {
    case 'all':
      return true;
    case 'member':
      return is === 'member';
    case 'permanent':
      return is === 'permanent';
    case 'other':
      return is === undefined || is === 'retained';
  }
}
