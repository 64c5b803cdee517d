import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { type RoleWord, roleWords } from '../cluster/member-row';
import type { Rules } from '../cluster/rules';
import { rulesOf } from '../cluster/rules-of';
import * as GlobalConfig from '../cluster/global-config';
import * as Status from '../cluster/status';
import { compareText } from '../text';
import { isNostream } from './point-of-view';
import { getReplicationSlots } from './replication-slots';
import { type Held, heldOf, isLeastOf, type ServerSlots, serverSlots, type SlotCell } from './server-slots';
import { viewOf } from './server-view';
import type { Slot, SlotProblem, SlotPurpose } from './slot';
import { slotNameFromMemberName } from './slot-name';

/** A slot over all servers. */
export interface SlotColumn {
  readonly name: string;
  readonly type: Slot['type'] | null;
  /** Why it should exist anywhere; null for one that only the leader tells of. */
  readonly purpose: SlotPurpose | null;
  /** As on the leader, else the most that any server holds for it. */
  readonly heldBytes: number | null;
  /** Whether it may be more. */
  readonly isLeast: boolean;
}

/** A server and its slots. */
export interface SlotRow {
  readonly member: string;
  readonly role: RoleWord;
  /** Cells in the order of the map's columns. */
  readonly cells: readonly SlotCell[];
  /** The most that a slot of this server holds; null when none is known to hold anything. */
  readonly heldBytes: number | null;
  /** Whether it may be more. */
  readonly isLeast: boolean;
  readonly problems: readonly SlotProblem[];
  /** Why it has no slots at all, when its tags are the reason. */
  readonly without: 'nofailover' | 'nostream' | null;
}

/** Members × slots, by the rules of the leader's Patroni. Plain data. */
export interface SlotMap {
  readonly rules: Rules;
  readonly leader: string | null;
  /** Where the leader's WAL ends, in bytes; null when not known. */
  readonly leaderLsn: number | null;
  /** Members' slots by name, then retained, then permanent ones, then those that only the leader tells of. */
  readonly columns: readonly SlotColumn[];
  /** The leader first, then by name. */
  readonly rows: readonly SlotRow[];
  /** False where the configuration turns replication slots off (`postgresql.use_slots`). */
  readonly useSlots: boolean;
}

/** The slot map of a group. */
export function slotMap(cluster: Cluster.Cluster): SlotMap {
  const rules = rulesOf(cluster);
  const leader = Cluster.leaderName(cluster);
  const servers = [...cluster.members]
    .sort((a, b) => Number(b.name === leader) - Number(a.name === leader) || compareText(a.name, b.name))
    .map(({ name }) => serverSlots(cluster, name, rules));

  const before = mapBefore(cluster, servers);
  const columns = before?.map.columns ?? columnsOf(servers);
  const rows = rowsOf(cluster, servers, columns, before);
  const onLeader = rows[0]?.member === leader ? rows[0].cells : undefined;
  const map: SlotMap = {
    rules,
    leader,
    leaderLsn: Cluster.leaderLsn(cluster),
    columns: columns.map(({ name, type, purpose }, at): SlotColumn => ({
      name,
      type,
      purpose,
      ...columnHeld(onLeader?.[at], () => rows.map(({ cells }) => cells[at])),
    })),
    rows,
    useSlots: GlobalConfig.useSlots(cluster.config, rules),
  };
  if (cluster.status !== Status.empty) lastWith.set(cluster.status, { cluster, servers, map });
  return map;
}

/** A map that was made, and of what. */
interface Made {
  readonly cluster: Cluster.Cluster;
  readonly servers: readonly ServerSlots[];
  readonly map: SlotMap;
}

/** The last map of a /status. Most changes are one member's: the columns and the others' rows are those from before. */
const lastWith = new WeakMap<Status.Status, Made>();

/** The map before, if its columns are the same and a server that is the same has the same row. */
function mapBefore(cluster: Cluster.Cluster, servers: readonly ServerSlots[]): Made | null {
  const last = lastWith.get(cluster.status);
  if (last === undefined || last.servers.length !== servers.length) return null;
  const { config, sync } = last.cluster;
  const { rules, leader } = last.map;
  const isSame =
    config === cluster.config &&
    sync === cluster.sync &&
    rules === rulesOf(cluster) &&
    leader === Cluster.leaderName(cluster) &&
    servers.every((server, at) => hasSameSlots(server, last.servers[at]));
  return isSame ? last : null;
}

function hasSameSlots(a: ServerSlots, b: ServerSlots | undefined): boolean {
  if (a === b) return true;
  if (a.member.name !== b?.member.name || a.cells.length !== b.cells.length) return false;
  return a.cells.every(([name, cell], at) => {
    const [otherName, other] = b.cells[at] ?? [];
    return name === otherName && slotIn(cell) === slotIn(other);
  });
}

function slotIn(cell: SlotCell | undefined): Slot | null {
  return cell?.kind === 'expected' ? cell.slot : null;
}

type Column = Pick<SlotColumn, 'name' | 'type' | 'purpose'>;

function columnsOf(servers: readonly ServerSlots[]): readonly Column[] {
  const slots = slotsOfAll(servers);
  const names = [...slots.keys()].sort((a, b) => rank(slots.get(a)) - rank(slots.get(b)) || compareText(a, b));
  return names.map((name) => {
    const slot = slots.get(name) ?? null;
    return { name, type: slot?.type ?? null, purpose: slot?.purpose ?? null };
  });
}

function rowsOf(
  cluster: Cluster.Cluster,
  servers: readonly ServerSlots[],
  columns: readonly Column[],
  before: Made | null,
): readonly SlotRow[] {
  const rules = rulesOf(cluster);
  const roleOf = roleWords(cluster, rules);
  const placeOf = new Map<string, number>();
  for (const [at, { name }] of columns.entries()) placeOf.set(name, at);
  return servers.map((server, i): SlotRow => {
    const row = before?.servers[i] === server ? before.map.rows[i] : undefined;
    // Why a server has no slots may lie with the others.
    if (row !== undefined && server.cells.length > 0) return row;
    const { member, problems } = server;
    const cells = columns.map(() => NONE);
    const own = placeOf.get(slotNameFromMemberName(member.name));
    if (own !== undefined) cells[own] = SELF;
    for (const [name, cell] of server.cells) {
      const at = placeOf.get(name);
      if (at !== undefined) cells[at] = cell;
    }
    const { heldBytes, isLeast } = mostHeld(cells);
    const without = server.cells.length > 0 ? null : reasonWithout(cluster, member, rules);
    return { member: member.name, role: roleOf(member.name), cells, heldBytes, isLeast, problems, without };
  });
}

/** Every slot that a server has, as the first one has it; null for one that only the leader tells of. */
function slotsOfAll(servers: readonly ServerSlots[]): ReadonlyMap<string, Slot | null> {
  const slots = new Map<string, Slot | null>();
  for (const { cells } of servers) {
    for (const [name, cell] of cells) {
      const before = slots.get(name);
      if (before === undefined || before === null) slots.set(name, cell.kind === 'expected' ? cell.slot : null);
    }
  }
  return slots;
}

const SELF: SlotCell = { kind: 'self' };
const NONE: SlotCell = { kind: 'none' };

const RANKS: Readonly<Record<SlotPurpose['kind'], number>> = { member: 0, retained: 1, permanent: 2 };

function rank(slot: Slot | null | undefined): number {
  return slot === undefined || slot === null ? 3 : RANKS[slot.purpose.kind];
}

type HeldBytes = Pick<Held, 'heldBytes' | 'isLeast'>;

/** What a slot holds on the leader, else the most that it holds on any server. */
function columnHeld(onLeader: SlotCell | undefined, cells: () => readonly (SlotCell | undefined)[]): HeldBytes {
  return heldOf(onLeader) === null ? mostHeld(cells()) : mostHeld([onLeader]);
}

/** The most that one of the cells' slots holds; null when none is known to hold anything. */
function mostHeld(cells: readonly (SlotCell | undefined)[]): HeldBytes {
  let most: number | null = null;
  let isLeast = false;
  for (const cell of cells) {
    const bytes = heldOf(cell);
    if (bytes === null) continue;
    if (most === null || bytes > most) most = bytes;
    // One that holds less as far as is told may hold the most.
    isLeast ||= isLeastOf(cell);
  }
  return { heldBytes: most, isLeast };
}

/** The tag without which the member would have slots; null where none of its tags is the reason. */
function reasonWithout(cluster: Cluster.Cluster, member: Member.Member, rules: Rules): SlotRow['without'] {
  const isReason = (names: readonly string[]): boolean => {
    const tags = Object.entries(Member.tags(member)).filter(([name]) => !names.includes(name));
    const untagged = { ...member, data: { ...member.data, tags: Object.fromEntries(tags) } };
    return getReplicationSlots(cluster, { ...viewOf(cluster, member.name, rules), member: untagged }).slots.length > 0;
  };
  if (Member.nofailover(member, rules) && isReason(['nofailover', 'failover_priority'])) return 'nofailover';
  return isNostream(member, rules) && isReason(['nostream']) ? 'nostream' : null;
}
