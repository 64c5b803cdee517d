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
  const leaderLsn = leaderPosition(cluster);
  const told = new Map(cluster.status.slots ?? []);
  const members = [...cluster.members].sort(
    (a, b) => Number(b.name === leader) - Number(a.name === leader) || compareText(a.name, b.name),
  );
  const servers = members.map((member) => {
    const { slots, problems } = getReplicationSlots(cluster, viewOf(cluster, member.name, rules));
    return { member, problems, slots: new Map(slots.map((slot) => [slot.name, slot])) };
  });

  const purposes = new Map<string, Slot>();
  for (const { slots } of servers) for (const [name, slot] of slots) if (!purposes.has(name)) purposes.set(name, slot);
  const names = [...new Set([...purposes.keys(), ...told.keys()])].sort(
    (a, b) => rank(purposes.get(a)) - rank(purposes.get(b)) || compareText(a, b),
  );

  const held = (lsn: number | null): Held => ({
    lsn,
    heldBytes: lsn === null || leaderLsn === null ? null : Math.max(0, leaderLsn - lsn),
  });
  const rows = servers.map(({ member, problems, slots }): SlotRow => {
    const own = slotNameFromMemberName(member.name);
    const leads = member.name === leader;
    const cells = names.map((name): SlotCell => {
      const slot = slots.get(name);
      const position = leads ? told.get(name) : undefined;
      const known = position === undefined || position === 0 ? null : position;
      if (slot !== undefined)
        return { kind: 'expected', slot, told: known !== null, ...held(known ?? (slot.lsn === 0 ? null : slot.lsn)) };
      if (position !== undefined) return { kind: 'unexpected', ...held(known) };
      return { kind: name === own ? 'self' : 'none' };
    });
    return {
      member: member.name,
      role: roleWord(cluster, member.name),
      cells,
      heldBytes: most(cells.map(heldOf)),
      problems,
      without: slots.size > 0 ? null : reasonWithout(member, rules),
    };
  });

  return {
    rules,
    leader,
    leaderLsn,
    columns: names.map((name, at): SlotColumn => {
      const slot = purposes.get(name);
      const [first] = rows;
      const onLeader = first?.member === leader ? heldOf(first.cells[at]) : null;
      return {
        name,
        type: slot?.type ?? null,
        purpose: slot?.purpose ?? null,
        heldBytes: onLeader ?? most(rows.map(({ cells }) => heldOf(cells[at]))),
      };
    }),
    rows,
    useSlots: GlobalConfig.useSlots(cluster.config, rules),
  };
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

function rank(slot: Slot | undefined): number {
  if (slot === undefined) return 3;
  return { member: 0, retained: 1, permanent: 2 }[slot.purpose.kind];
}

function most(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((max, value) => (value === null || (max ?? -1) >= value ? max : value), null);
}

function reasonWithout(member: Member.Member, rules: Rules): SlotRow['without'] {
  if (Member.nofailover(member, rules)) return 'nofailover';
  return Member.nostream(member) ? 'nostream' : null;
}
