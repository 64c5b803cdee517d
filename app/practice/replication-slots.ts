import type * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { slotNameFromMemberName } from '../slots/slot-name';

/** What a slot's reader has taken, in bytes; null when it did not take anything new. */
export type SlotReader = (slot: string) => number | null;

/** The replication slots of one server, as the leader publishes them in /status. */
export class ReplicationSlots {
  private readonly positions = new Map<string, number>();
  /** When a member's slot was last seen with its member (`AbstractDCS._last_retain_slots`). */
  private readonly lastSeen = new Map<string, number>();

  /** Takes over what the store says: a replica keeps the same slots as its leader and moves them along. */
  copyFrom(cluster: Cluster.Cluster, name: string): void {
    const own = slotNameFromMemberName(name);
    this.positions.clear();
    for (const [slot, lsn] of cluster.status.slots ?? []) if (slot !== own) this.positions.set(slot, lsn);
  }

  /** From now on the absent members' slots have their whole time again (`AbstractDCS.acquire_leader_lock`). */
  retainFrom(cluster: Cluster.Cluster, now: number): void {
    this.lastSeen.clear();
    for (const slot of cluster.status.retainSlots) this.lastSeen.set(slot, now);
  }

  /**
   * Makes and moves the slots of a leader: one for each other member, and the permanent ones
   * (`Cluster.get_replication_slots` of Patroni 4.1). `position` is the leader's own, in bytes.
   */
  update(cluster: Cluster.Cluster, name: string, position: number, read: SlotReader): void {
    const permanent = Object.keys(GlobalConfig.permanentSlots(cluster.config));
    const wanted = new Map<string, number>();
    for (const member of cluster.members) {
      if (member.name === name || Member.nostream(member)) continue;
      wanted.set(slotNameFromMemberName(member.name), Member.lsn(member) ?? position);
    }
    for (const slot of [...this.lastSeen.keys(), ...permanent]) {
      if (slot !== slotNameFromMemberName(name) && !wanted.has(slot)) wanted.set(slot, 0);
    }

    for (const slot of this.positions.keys()) if (!wanted.has(slot)) this.positions.delete(slot);
    for (const [slot, lsn] of wanted) {
      const reached = read(slot) ?? lsn;
      const before = this.positions.get(slot) ?? (reached > 0 ? reached : position);
      this.positions.set(slot, Math.max(before, Math.min(reached, position)));
    }
  }

  /** The slots for /status, the leader's own position last (`Postgresql.slots`). */
  published(name: string, position: number): Record<string, number> {
    return Object.fromEntries([...this.positions, [slotNameFromMemberName(name), position]]);
  }

  /** The names for /status of the slots that stay for members that go away, sorted (`AbstractDCS._build_retain_slots`). */
  retained(cluster: Cluster.Cluster, name: string, now: number): string[] {
    const permanent = GlobalConfig.permanentSlots(cluster.config);
    const members = new Set([name, ...cluster.members.filter((one) => !Member.nostream(one)).map((one) => one.name)]);
    for (const member of members) {
      const slot = slotNameFromMemberName(member);
      const exists = member === name || this.positions.has(slot);
      if (exists && !Object.hasOwn(permanent, slot)) this.lastSeen.set(slot, now);
    }
    const ttlMs = GlobalConfig.memberSlotsTtlSeconds(cluster.config) * 1000;
    for (const [slot, seen] of this.lastSeen) if (seen + ttlMs <= now) this.lastSeen.delete(slot);
    return [...this.lastSeen.keys()].sort();
  }
}
