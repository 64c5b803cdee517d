import { assertNever } from '../assert-never';
import * as Lsn from '../cluster/lsn';
import type { SlotCell } from './server-slots';
import type { SlotColumn, SlotRow } from './slot-map';
import { exactBytes, formatBytes } from '../format';

/** What a slot holds, short enough for a cell: `≥` where it may be more. */
export function heldShort(bytes: number | null, isLeast: boolean): string {
  if (bytes === null) return '–';
  return `${isLeast ? '≥ ' : ''}${formatBytes(bytes)}`;
}

/** What a slot holds, in words, to the byte. */
export function heldExactly(bytes: number, isLeast: boolean): string {
  return isLeast
    ? `At least ${exactBytes(bytes)}: a logical slot keeps WAL from further back than what its reader has confirmed.`
    : exactBytes(bytes);
}

/** How a cell looks: the words in it, and which of the few looks it has. */
export interface CellLook {
  readonly word: string;
  readonly tone: 'active' | 'kept' | 'odd' | 'none';
}

/** The word in a cell. */
export function cellLook(cell: SlotCell): CellLook {
  switch (cell.kind) {
    case 'self':
      return { word: 'self', tone: 'none' };
    case 'none':
      return { word: '·', tone: 'none' };
    case 'unexpected':
      return { word: 'not asked for', tone: 'odd' };
    case 'expected': {
      const { slot } = cell;
      if (slot.purpose.kind === 'retained') return { word: 'retained', tone: 'odd' };
      if (slot.type === 'logical') return { word: 'logical', tone: 'kept' };
      if (slot.expectedActive === null) return { word: slot.purpose.kind, tone: 'kept' };
      return slot.expectedActive ? { word: 'active', tone: 'active' } : { word: 'kept', tone: 'kept' };
    }
    default:
      return assertNever(cell);
  }
}

/** All that is known of a cell, in sentences. */
export function cellHint(cell: SlotCell, column: SlotColumn, row: SlotRow, leader: string | null): string {
  switch (cell.kind) {
    case 'self':
      return `${column.name} is the slot name of ${row.member} itself: a server has no slot for itself.`;
    case 'none':
      return row.without === null
        ? `Patroni’s rules want no slot ${column.name} on ${row.member}.`
        : `${row.member} has the tag ${row.without}: Patroni keeps no ${row.without === 'nostream' ? 'logical slots there' : 'slots there that are not in use'}.`;
    case 'unexpected':
      return `The leader tells of ${column.name} in /status. No member and no configuration asks for it.\n${positionWords(cell)}`;
    case 'expected':
      return [
        purposeWords(cell, row.member),
        activityWords(cell),
        positionWords(cell),
        toldWords(cell, row.member === leader),
      ]
        .filter((words) => words !== '')
        .join('\n');
    default:
      return assertNever(cell);
  }
}

type Expected = Extract<SlotCell, { kind: 'expected' }>;

function purposeWords({ slot }: Expected, member: string): string {
  const of = slot.purpose.kind === 'retained' ? '' : slot.purpose.members.join(', ');
  switch (slot.purpose.kind) {
    case 'member':
      return `Physical slot for ${of}, on ${member}.`;
    case 'retained':
      return `Physical slot on ${member}, kept for a member that went away.`;
    case 'permanent': {
      const logical = slot.type === 'logical' ? ` of ${slot.database ?? '?'} with ${slot.plugin ?? '?'}` : '';
      const also = of === '' ? '' : `, which is also the slot name of ${of}`;
      return `Permanent ${slot.type} slot${logical}, on ${member}${also}.`;
    }
    default:
      return assertNever(slot.purpose);
  }
}

function activityWords({ slot }: Expected): string {
  if (slot.type === 'logical') return 'On a standby Patroni copies it from the leader and moves it along.';
  if (slot.expectedActive === null) return 'This Patroni does not say whether somebody should be connected.';
  return slot.expectedActive
    ? 'Somebody should be connected to it here. Whether somebody is, the store does not tell.'
    : 'Nobody is to connect to it here now: it is kept for when this member leads.';
}

function positionWords({ lsn, heldBytes, isLeast }: Exclude<SlotCell, { kind: 'self' | 'none' }>): string {
  if (lsn === null) return 'Its position is not known.';
  const at = `At ${Lsn.format(lsn)}`;
  if (heldBytes === null) return `${at}.`;
  const bytes = `${formatBytes(heldBytes)} (${exactBytes(heldBytes)})`;
  return isLeast
    ? `${at}: it holds at least ${bytes}. That is what a logical reader has not confirmed; the WAL that the slot keeps begins further back.`
    : `${at}: it holds ${bytes}.`;
}

function toldWords({ told, lsn }: Expected, onLeader: boolean): string {
  if (lsn === null) return '';
  if (told) return 'The leader wrote this position to /status.';
  return onLeader
    ? 'The position is what its member says.'
    : 'The position is where Patroni moves it to, not one that this server told.';
}

/** What a column is, in a line. */
export function columnHint(column: SlotColumn): string {
  const { purpose } = column;
  if (purpose === null) return `${column.name}: the leader tells of it, and nobody asks for it.`;
  switch (purpose.kind) {
    case 'member':
      return `${column.name}: for ${purpose.members.join(', ')}`;
    case 'retained':
      return `${column.name}: kept for a member that went away (member_slots_ttl)`;
    case 'permanent':
      return `${column.name}: permanent, ${column.type ?? ''}`;
    default:
      return assertNever(purpose);
  }
}
