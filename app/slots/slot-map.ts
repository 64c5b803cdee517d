import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { type RoleWord, roleWords } from '../cluster/member-row';
import type { Rules } from '../cluster/rules';
import { rulesOf } from '../cluster/rules-of';
import * as GlobalConfig from '../cluster/global-config';
import { compareText } from '../text';
import { type Common, commonOf } from './common';
import { isNostream } from './point-of-view';
import { getReplicationSlots } from './replication-slots';
import { viewOf } from './server-view';
import type { Slot, SlotProblem, SlotPurpose } from './slot';
import { slotNameFromMemberName } from './slot-name';

/** What there is of a slot on one server. */
export type SlotCell =
  /** The server's own slot name: a server has no slot for itself. */
  | { readonly kind: 'self' }
  /** Patroni's rules want no such slot here. */
  | { readonly kind: 'none' }
  | (Held & {
      readonly kind: 'expected';
      readonly slot: Slot;
      /** Whether the leader itself told the position in /status; otherwise it is where Patroni moves the slot to. */
      readonly told: boolean;
    })
  /** The leader tells of it in /status, and Patroni's rules do not ask for it. */
  | (Held & { readonly kind: 'unexpected' });

/** Where a slot stands, in bytes; null when not known. */
interface Held {
  readonly lsn: number | null;
  /** WAL between the slot and where its server's WAL ends, as far as the store tells. */
  readonly heldBytes: number | null;
  /**
   * Whether the slot may hold more. Of a logical slot Patroni tells confirmed_flush_lsn, and WAL is kept from restart_lsn
   * on, which is older (`patroni/postgresql/slots.py: process_permanent_slots`). A slot that nobody asked for may be a logical one.
   */
  readonly isLeast: boolean;
}

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
  const all = knownOf(cluster, rules);
  const servers = [...cluster.members]
    .sort((a, b) => Number(b.name === leader) - Number(a.name === leader) || compareText(a.name, b.name))
    .map(({ name }) => knownServer(cluster, all, name));

  const slots = slotsOfAll(servers);
  const names = [...slots.keys()].sort((a, b) => rank(slots.get(a)) - rank(slots.get(b)) || compareText(a, b));
  const roleOf = roleWords(cluster);
  const rows = servers.map(({ member, cells, problems }): SlotRow => {
    const own = slotNameFromMemberName(member.name);
    const row = names.map((name) => cells.get(name) ?? (name === own ? SELF : NONE));
    return {
      member: member.name,
      role: roleOf(member.name),
      cells: row,
      ...mostHeld(row),
      problems,
      without: cells.size > 0 ? null : reasonWithout(cluster, member, rules),
    };
  });
  const onLeader = servers.find(({ member }) => member.name === leader)?.cells;
  return {
    rules,
    leader,
    leaderLsn: all.leaderLsn,
    columns: names.map((name, at): SlotColumn => {
      const slot = slots.get(name) ?? null;
      return {
        name,
        type: slot?.type ?? null,
        purpose: slot?.purpose ?? null,
        ...columnHeld(onLeader?.get(name), () => rows.map(({ cells }) => cells[at])),
      };
    }),
    rows,
    useSlots: GlobalConfig.useSlots(cluster.config, rules),
  };
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

/** The slots of one server by name, in the order in which Patroni works them out. */
export interface ServerSlots {
  readonly member: Member.Member;
  readonly cells: ReadonlyMap<string, SlotCell>;
  readonly problems: readonly SlotProblem[];
}

/**
 * What slots there should be on a member's server and, on the leader's, what others it tells of. It is remembered for as
 * long as the cluster is there.
 */
export function serverSlots(cluster: Cluster.Cluster, name: string, rules: Rules = rulesOf(cluster)): ServerSlots {
  return knownServer(cluster, knownOf(cluster, rules), name);
}

/** What was worked out for a cluster. */
interface Known {
  readonly common: Common;
  readonly leaderLsn: number | null;
  readonly byName: Map<string, ServerSlots>;
  /** Cells of slots that nobody knows to hold anything: they are the same on all servers that have the slot. */
  readonly cellOf: Map<Slot, SlotCell>;
}

const known = new WeakMap<Common, Known>();

function knownOf(cluster: Cluster.Cluster, rules: Rules): Known {
  const common = commonOf(cluster, rules);
  const before = known.get(common);
  if (before !== undefined) return before;
  const now = { common, leaderLsn: Cluster.leaderLsn(cluster), byName: new Map(), cellOf: new Map() };
  known.set(common, now);
  return now;
}

function knownServer(cluster: Cluster.Cluster, known: Known, name: string): ServerSlots {
  const before = known.byName.get(name);
  if (before !== undefined) return before;
  const server = workOut(cluster, name, known);
  known.byName.set(name, server);
  return server;
}

function workOut(cluster: Cluster.Cluster, name: string, { common, leaderLsn, cellOf }: Known): ServerSlots {
  const view = viewOf(cluster, name, common.rules);
  const { slots, problems } = getReplicationSlots(cluster, view);
  const cells = new Map<string, SlotCell>();
  if (name !== common.leader) {
    // A replica keeps WAL up to where its own ends: it has not received what the leader has beyond.
    const ownLsn = Member.lsn(view.member);
    for (const slot of slots) {
      const isHeld = ownLsn !== null && slot.lsn !== null && slot.lsn !== 0;
      let cell = isHeld ? expectedCell(slot, 0, ownLsn) : cellOf.get(slot);
      if (cell === undefined) cellOf.set(slot, (cell = expectedCell(slot, 0, null)));
      cells.set(slot.name, cell);
    }
    return { member: view.member, cells, problems };
  }
  // The positions in /status are those of the leader's own slots.
  for (const slot of slots) cells.set(slot.name, expectedCell(slot, common.told.get(slot.name) ?? 0, leaderLsn));
  const own = slotNameFromMemberName(name);
  for (const [slot, lsn] of common.told) {
    // From 4.0 on the leader tells its own position under its own slot name, for those that keep a slot for it.
    if (slot === own || cells.has(slot)) continue;
    cells.set(slot, { kind: 'unexpected', ...position(lsn, leaderLsn), isLeast: true });
  }
  return { member: view.member, cells, problems };
}

/** `told` is the position in /status, 0 for none; `walEnd` where the server's WAL ends. */
function expectedCell(slot: Slot, told: number, walEnd: number | null): SlotCell {
  const at = position(told === 0 ? (slot.lsn ?? 0) : told, walEnd);
  return { kind: 'expected', slot, told: told !== 0, ...at, isLeast: slot.type === 'logical' };
}

function position(lsn: number, walEnd: number | null): Pick<Held, 'lsn' | 'heldBytes'> {
  if (lsn === 0) return { lsn: null, heldBytes: null };
  return { lsn, heldBytes: walEnd === null ? null : Math.max(0, walEnd - lsn) };
}

/** What a cell's slot holds, in bytes; null for no slot, or when not known. */
export function heldOf(cell: SlotCell | undefined): number | null {
  return cell === undefined || cell.kind === 'self' || cell.kind === 'none' ? null : cell.heldBytes;
}

function rank(slot: Slot | null | undefined): number {
  if (slot === undefined || slot === null) return 3;
  return { member: 0, retained: 1, permanent: 2 }[slot.purpose.kind];
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

/** Whether a cell's slot may hold more than is told. */
export function isLeastOf(cell: SlotCell | undefined): boolean {
  return cell !== undefined && cell.kind !== 'self' && cell.kind !== 'none' && cell.isLeast;
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
