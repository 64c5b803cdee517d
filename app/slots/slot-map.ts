import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { type RoleWord, roleWord } from '../cluster/member-row';
import type { Rules } from '../cluster/rules';
import { rulesOf } from '../cluster/rules-of';
import * as GlobalConfig from '../cluster/global-config';
import { compareText } from '../text';
import type { PointOfView, Role } from './point-of-view';
import { getReplicationSlots } from './replication-slots';
import type { Slot, SlotProblem, SlotPurpose } from './slot';
import { slotNameFromMemberName } from './slot-name';

/** The store does not tell PostgreSQL's version. From 11 on the rules are the same, and no older one is maintained. */
export const ASSUMED_POSTGRES_VERSION = 15;

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
  const servers = [...cluster.members]
    .sort((a, b) => Number(b.name === leader) - Number(a.name === leader) || compareText(a.name, b.name))
    .map(({ name }) => serverSlots(cluster, name, rules));

  const slots = new Map<string, Slot | null>();
  for (const { cells } of servers) {
    for (const [name, cell] of cells) {
      if (cell.kind === 'expected') slots.set(name, slots.get(name) ?? cell.slot);
      else if (!slots.has(name)) slots.set(name, null);
    }
  }
  const names = [...slots.keys()].sort((a, b) => rank(slots.get(a)) - rank(slots.get(b)) || compareText(a, b));
  const rows = servers.map(({ member, cells, problems }): SlotRow => {
    const own = slotNameFromMemberName(member.name);
    return {
      member: member.name,
      role: roleWord(cluster, member.name),
      cells: names.map((name) => cells.get(name) ?? (name === own ? SELF : NONE)),
      heldBytes: most([...cells.values()].map(heldOf)),
      problems,
      without: cells.size > 0 ? null : reasonWithout(member, rules),
    };
  });
  const onLeader = servers.find(({ member }) => member.name === leader)?.cells;
  return {
    rules,
    leader,
    leaderLsn: leaderPosition(cluster),
    columns: names.map((name, at): SlotColumn => {
      const slot = slots.get(name) ?? null;
      return {
        name,
        type: slot?.type ?? null,
        purpose: slot?.purpose ?? null,
        heldBytes: heldOf(onLeader?.get(name)) ?? most(rows.map(({ cells }) => heldOf(cells[at]))),
      };
    }),
    rows,
    useSlots: GlobalConfig.useSlots(cluster.config, rules),
  };
}

const SELF: SlotCell = { kind: 'self' };
const NONE: SlotCell = { kind: 'none' };

/** The slots of one server by name, in the order in which Patroni works them out. */
export interface ServerSlots {
  readonly member: Member.Member;
  readonly cells: ReadonlyMap<string, SlotCell>;
  readonly problems: readonly SlotProblem[];
}

/** What slots there should be on a member's server and, on the leader's, what others it tells of. */
export function serverSlots(cluster: Cluster.Cluster, name: string, rules: Rules = rulesOf(cluster)): ServerSlots {
  const view = viewOf(cluster, name, rules);
  const leaderLsn = leaderPosition(cluster);
  // The positions in /status are those of the leader's own slots.
  const told = new Map(name === Cluster.leaderName(cluster) ? (cluster.status.slots ?? []) : []);
  const held = (lsn: number | null): Held => ({
    lsn,
    heldBytes: lsn === null || leaderLsn === null ? null : Math.max(0, leaderLsn - lsn),
  });
  const { slots, problems } = getReplicationSlots(cluster, view);
  const cells = new Map<string, SlotCell>();
  for (const slot of slots) {
    const position = told.get(slot.name) ?? 0;
    const lsn = position === 0 ? (slot.lsn ?? 0) : position;
    cells.set(slot.name, { kind: 'expected', slot, told: position !== 0, ...held(lsn === 0 ? null : lsn) });
  }
  const own = slotNameFromMemberName(name);
  for (const [slot, lsn] of told) {
    // From 4.0 on the leader tells its own position under its own slot name, for those that keep a slot for it.
    if (slot !== own && !cells.has(slot)) cells.set(slot, { kind: 'unexpected', ...held(lsn === 0 ? null : lsn) });
  }
  return { member: view.member, cells, problems };
}

/** A member as the server whose slots are asked for, in the role that it has by the leader lock. */
export function viewOf(cluster: Cluster.Cluster, name: string, rules: Rules): PointOfView {
  return {
    member: Cluster.getMember(cluster, name) ?? Member.withoutKey(name),
    role: name === Cluster.leaderName(cluster) ? leadingRole(cluster) : 'replica',
    postgresVersion: ASSUMED_POSTGRES_VERSION,
    rules,
  };
}

/** The role of whoever leads this cluster. */
export function leadingRole(cluster: Cluster.Cluster): Role {
  return GlobalConfig.isStandbyCluster(cluster.config) ? 'standby_leader' : 'primary';
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

function most(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((max, value) => (value === null || (max ?? -1) >= value ? max : value), null);
}

function reasonWithout(member: Member.Member, rules: Rules): SlotRow['without'] {
  if (Member.nofailover(member, rules)) return 'nofailover';
  return Member.nostream(member) ? 'nostream' : null;
}
