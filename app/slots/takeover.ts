import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { rulesOf } from '../cluster/rules-of';
import { compareText } from '../text';
import { getReplicationSlots } from './replication-slots';
import { leadingRole, viewOf } from './server-view';
import type { Slot } from './slot';
import { slotNameFromMemberName } from './slot-name';

/** What becomes of one of the leader's slots when another member leads. Positions and sizes in bytes; null when not known. */
export interface SlotOutcome {
  readonly slot: string;
  readonly type: Slot['type'] | null;
  /** The members that read it; empty for a permanent slot with another reader, or one that nobody is known to read. */
  readonly members: readonly string[];
  readonly fate:
    /** The candidate keeps it already. */
    | {
        readonly kind: 'continues';
        /** How far the candidate's copy may be behind the leader's slot: a logical reader gets so much again. */
        readonly repeatedBytes: number | null;
      }
    /** Patroni makes it anew on the candidate, which then has no WAL from before for it. */
    | {
        readonly kind: 'created';
        /** What its reader has not read yet, and does not get from the new slot. */
        readonly missedBytes: number | null;
      }
    /** The candidate does not have it as a leader. */
    | { readonly kind: 'lost'; readonly missedBytes: number | null };
}

/** What becomes of the slots if a member became leader as the cluster stands. */
export interface Takeover {
  readonly candidate: string;
  /** Why Patroni would not make it leader by its tags; null when they do not keep it from it. */
  readonly barred: 'nofailover' | null;
  /** Its own slot is not there: it needs none as leader. By name. */
  readonly outcomes: readonly SlotOutcome[];
}

/** What becomes of the leader's slots if `candidate` led; of the slots that the rules want where there is no leader. */
export function takeover(cluster: Cluster.Cluster, candidate: string): Takeover {
  const rules = rulesOf(cluster);
  const member = Cluster.getMember(cluster, candidate) ?? Member.withoutKey(candidate);
  const leader = Cluster.leaderName(cluster);
  const told = new Map(cluster.status.slots ?? []);
  const lead = (name: string, as: Cluster.Cluster) =>
    getReplicationSlots(as, { ...viewOf(as, name, rules), role: leadingRole(as) }).slots;

  const before = leader === null ? [] : lead(leader, cluster);
  const kept = new Map(getReplicationSlots(cluster, viewOf(cluster, candidate, rules)).slots.map((s) => [s.name, s]));
  const after = new Map(lead(candidate, led(cluster, member)).map((slot) => [slot.name, slot]));
  const own = slotNameFromMemberName(candidate);
  const known = new Map(before.map((slot) => [slot.name, slot]));
  const names = [...new Set([...known.keys(), ...told.keys(), ...after.keys()])].filter((name) => name !== own);

  const outcomes = names.sort(compareText).map((name): SlotOutcome => {
    const slot = known.get(name) ?? after.get(name);
    const position = told.get(name) ?? known.get(name)?.lsn ?? 0;
    const missedBytes = position === 0 ? null : behind(Member.lsn(member), position);
    const shared = {
      slot: name,
      type: slot?.type ?? null,
      members: slot === undefined || slot.purpose.kind === 'retained' ? [] : slot.purpose.members,
    };
    const copy = kept.get(name);
    if (!after.has(name)) return { ...shared, fate: { kind: 'lost', missedBytes } };
    if (copy === undefined) return { ...shared, fate: { kind: 'created', missedBytes } };
    const repeatedBytes = position === 0 || copy.lsn === null || copy.lsn === 0 ? null : behind(position, copy.lsn);
    return { ...shared, fate: { kind: 'continues', repeatedBytes } };
  });
  return { candidate, barred: Member.nofailover(member, rules) ? 'nofailover' : null, outcomes };
}

/** The cluster as it would be with this member as its leader. */
function led(cluster: Cluster.Cluster, member: Member.Member): Cluster.Cluster {
  return { ...cluster, leader: { version: '0', session: null, member } };
}

const behind = (ahead: number | null, position: number): number | null =>
  ahead === null ? null : Math.max(0, ahead - position);
