import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { type RoleWord, roleWords } from '../cluster/member-row';
import type { Rules } from '../cluster/rules';
import { rulesOf } from '../cluster/rules-of';
import * as GlobalConfig from '../cluster/global-config';
import { compareText } from '../text';
import { type Common, commonOf } from './common';
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
  /** WAL between the slot and the leader's position. */
  readonly heldBytes: number | null;
}

/** A slot over all servers. */
export interface SlotColumn {
  readonly name: string;
  readonly type: Slot['type'] | null;
  /** Why it should exist anywhere; null for one that only the leader tells of. */
  readonly purpose: SlotPurpose | null;
  /** As on the leader, else the most that any server holds for it. */
  readonly heldBytes: number | null;
}

/** A server and its slots. */
export interface SlotRow {
  readonly member: string;
  readonly role: RoleWord;
  /** Cells in the order of the map's columns. */
  readonly cells: readonly SlotCell[];
  /** The most that a slot of this server holds; null when none is known to hold anything. */
  readonly heldBytes: number | null;
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
      heldBytes: mostHeld(row),
      problems,
      without: cells.size > 0 ? null : reasonWithout(member, rules),
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
        heldBytes: heldOf(onLeader?.get(name)) ?? mostHeld(rows.map(({ cells }) => cells[at])),
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
  /** Cells of slots whose position nobody tells: they are the same on all servers that have the slot. */
  readonly cellOf: Map<Slot, SlotCell>;
}

const known = new WeakMap<Common, Known>();

function knownOf(cluster: Cluster.Cluster, rules: Rules): Known {
  const common = commonOf(cluster, rules);
  const before = known.get(common);
  if (before !== undefined) return before;
  const now = { common, leaderLsn: leaderPosition(cluster), byName: new Map(), cellOf: new Map() };
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
    for (const slot of slots) {
      let cell = cellOf.get(slot);
      if (cell === undefined) cellOf.set(slot, (cell = expectedCell(slot, 0, leaderLsn)));
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
    cells.set(slot, { kind: 'unexpected', lsn: lsn === 0 ? null : lsn, heldBytes: held(lsn, leaderLsn) });
  }
  return { member: view.member, cells, problems };
}

/** `told` is the position in /status, 0 for none. */
function expectedCell(slot: Slot, told: number, leaderLsn: number | null): SlotCell {
  const lsn = told === 0 ? (slot.lsn ?? 0) : told;
  return { kind: 'expected', slot, told: told !== 0, lsn: lsn === 0 ? null : lsn, heldBytes: held(lsn, leaderLsn) };
}

function held(lsn: number, leaderLsn: number | null): number | null {
  return lsn === 0 || leaderLsn === null ? null : Math.max(0, leaderLsn - lsn);
}

/** Where the leader's WAL ends, in bytes, by its own key or /status, whichever is further; null when neither tells. */
export function leaderPosition(cluster: Cluster.Cluster): number | null {
  const own = cluster.leader === null ? null : Member.lsn(cluster.leader.member);
  const lsn = Math.max(own ?? 0, cluster.status.lastLsn);
  return lsn === 0 ? null : lsn;
}

/** What a cell's slot holds, in bytes; null for no slot, or when not known. */
export function heldOf(cell: SlotCell | undefined): number | null {
  return cell === undefined || cell.kind === 'self' || cell.kind === 'none' ? null : cell.heldBytes;
}

function rank(slot: Slot | null | undefined): number {
  if (slot === undefined || slot === null) return 3;
  return { member: 0, retained: 1, permanent: 2 }[slot.purpose.kind];
}

/** The most that one of the cells' slots holds; null when none is known to hold anything. */
function mostHeld(cells: readonly (SlotCell | undefined)[]): number | null {
  let most: number | null = null;
  for (const cell of cells) {
    const bytes = heldOf(cell);
    if (bytes !== null && (most === null || bytes > most)) most = bytes;
  }
  return most;
}

function reasonWithout(member: Member.Member, rules: Rules): SlotRow['without'] {
  if (Member.nofailover(member, rules)) return 'nofailover';
  return Member.nostream(member) ? 'nostream' : null;
}
