import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import type { Rules } from '../cluster/rules';
import { rulesOf } from '../cluster/rules-of';
import type * as Status from '../cluster/status';
import { sameData } from '../same-data';
import { type Common, commonOf } from './common';
import { getReplicationSlots, type ReplicationSlots } from './replication-slots';
import { viewOf } from './server-view';
import type { Slot, SlotProblem } from './slot';
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
export interface Held {
  readonly lsn: number | null;
  /** WAL between the slot and where its server's WAL ends, as far as the store tells. */
  readonly heldBytes: number | null;
  /**
   * Whether the slot may hold more. Of a logical slot Patroni tells confirmed_flush_lsn, and WAL is kept from restart_lsn
   * on, which is older (`patroni/postgresql/slots.py: process_permanent_slots`). A slot that nobody asked for may be a logical one.
   */
  readonly isLeast: boolean;
}

/** What a cell's slot holds, in bytes; null for no slot, or when not known. */
export function heldOf(cell: SlotCell | undefined): number | null {
  return cell === undefined || cell.kind === 'self' || cell.kind === 'none' ? null : cell.heldBytes;
}

/** Whether a cell's slot may hold more than is told. */
export function isLeastOf(cell: SlotCell | undefined): boolean {
  return cell !== undefined && cell.kind !== 'self' && cell.kind !== 'none' && cell.isLeast;
}

type ExpectedCell = Extract<SlotCell, { kind: 'expected' }>;

/** A slot's cell with the slot's name. */
export type NamedCell = readonly [name: string, cell: SlotCell];

/** The slots of one server, in the order in which Patroni works them out. */
export interface ServerSlots {
  readonly member: Member.Member;
  readonly cells: readonly NamedCell[];
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
  /** What Patroni's rules ask for on each server. */
  readonly asked: Map<string, ReplicationSlots>;
  /** The last cell that was made for a slot of a replica: most replicas are equally far, and then it is theirs too. */
  readonly cellOf: Map<Slot, readonly [name: string, cell: ExpectedCell]>;
  /** The servers of the cluster before, where it differs in nothing but what its members tell of themselves. */
  readonly before: { readonly leaderLsn: number | null; readonly byName: ReadonlyMap<string, ServerSlots> } | null;
}

const known = new WeakMap<Common, Known>();

/** The last cluster that had a /status. Most changes are a member that tells how far it is, which moves nobody else's slots. */
const lastWith = new WeakMap<Status.Status, { readonly cluster: Cluster.Cluster; readonly known: Known }>();

function knownOf(cluster: Cluster.Cluster, rules: Rules): Known {
  const common = commonOf(cluster, rules);
  const remembered = known.get(common);
  if (remembered !== undefined) return remembered;
  const last = lastWith.get(cluster.status);
  const same = last !== undefined && asksForTheSame(last.cluster, last.known.common, cluster, common);
  const now: Known = {
    common,
    leaderLsn: Cluster.leaderLsn(cluster),
    byName: new Map(),
    asked: same ? last.known.asked : new Map<string, ReplicationSlots>(),
    cellOf: same ? last.known.cellOf : new Map<Slot, readonly [string, ExpectedCell]>(),
    before: same ? { leaderLsn: last.known.leaderLsn, byName: last.known.byName } : null,
  };
  known.set(common, now);
  lastWith.set(cluster.status, { cluster, known: now });
  return now;
}

/** Whether two clusters of one /status ask for the same slots everywhere: by their configuration, leader, and members' tags. */
function asksForTheSame(a: Cluster.Cluster, ofA: Common, b: Cluster.Cluster, ofB: Common): boolean {
  if (a.config !== b.config || ofA.rules !== ofB.rules || ofA.leader !== ofB.leader) return false;
  if (ofA.readsPositions || ofB.readsPositions || a.members.length !== b.members.length) return false;
  return a.members.every((one, at) => {
    const other = b.members[at];
    if (one === other) return true;
    return other?.name === one.name && sameData(Member.tags(one), Member.tags(other));
  });
}

function knownServer(cluster: Cluster.Cluster, known: Known, name: string): ServerSlots {
  const remembered = known.byName.get(name);
  if (remembered !== undefined) return remembered;
  const server = unchanged(known, name) ?? workOut(cluster, name, known);
  known.byName.set(name, server);
  return server;
}

/** The server as it was in the cluster before, if nothing that its slots are measured by has changed. */
function unchanged({ common, leaderLsn, before }: Known, name: string): ServerSlots | null {
  const server = before?.byName.get(name);
  if (server === undefined || server.member !== common.byName.get(name)?.member) return null;
  return name === common.leader && before?.leaderLsn !== leaderLsn ? null : server;
}

function workOut(cluster: Cluster.Cluster, name: string, { common, leaderLsn, asked, cellOf }: Known): ServerSlots {
  const view = viewOf(cluster, name, common.rules);
  const { slots, problems } = asked.get(name) ?? getReplicationSlots(cluster, view);
  asked.set(name, { slots, problems });
  if (name !== common.leader) {
    // A replica keeps WAL up to where its own ends: it has not received what the leader has beyond.
    const ownLsn = Member.lsn(view.member);
    const cells = slots.map((slot): NamedCell => {
      const before = cellOf.get(slot);
      if (before?.[1].heldBytes === heldAt(slot.lsn ?? 0, ownLsn)) return before;
      const named = [slot.name, expectedCell(slot, 0, ownLsn)] as const;
      cellOf.set(slot, named);
      return named;
    });
    return { member: view.member, cells, problems };
  }
  // The positions in /status are those of the leader's own slots.
  const { told } = common;
  const cells = slots.map((slot): NamedCell => [slot.name, expectedCell(slot, told.get(slot.name) ?? 0, leaderLsn)]);
  // From 4.0 on the leader tells its own position under its own slot name, for those that keep a slot for it.
  const known = new Set([slotNameFromMemberName(name)]);
  for (const slot of slots) known.add(slot.name);
  for (const [slot, lsn] of told) {
    if (known.has(slot)) continue;
    cells.push([slot, { kind: 'unexpected', ...position(lsn, leaderLsn), isLeast: true }]);
  }
  return { member: view.member, cells, problems };
}

/** `told` is the position in /status, 0 for none; `walEnd` where the server's WAL ends. */
function expectedCell(slot: Slot, told: number, walEnd: number | null): ExpectedCell {
  const { lsn, heldBytes } = position(told === 0 ? (slot.lsn ?? 0) : told, walEnd);
  return { kind: 'expected', slot, told: told !== 0, lsn, heldBytes, isLeast: slot.type === 'logical' };
}

function position(lsn: number, walEnd: number | null): Pick<Held, 'lsn' | 'heldBytes'> {
  return { lsn: lsn === 0 ? null : lsn, heldBytes: heldAt(lsn, walEnd) };
}

/** What a slot holds of WAL that ends at `walEnd`; null when either is not known. */
function heldAt(lsn: number, walEnd: number | null): number | null {
  return lsn === 0 || walEnd === null ? null : Math.max(0, walEnd - lsn);
}
