import type { Cluster } from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { newest } from '../cluster/rules';
import { permanentPhysicalSlots } from '../slots/permanent-slots';
import { slotNameFromMemberName } from '../slots/slot-name';
import { compareText } from '../text';

/**
 * The slots that a leader keeps for members that went away: each from when it was last seen with its member until
 * `member_slots_ttl` is over (`patroni/dcs/__init__.py: AbstractDCS._build_retain_slots`, Patroni 4.0).
 */
export class RetainedSlots {
  /** When each was last seen, in milliseconds since 1970. */
  #lastSeen = new Map<string, number>();

  /** A new leader gives those of the leader before their whole time again. */
  reset(names: readonly string[], now: number): void {
    this.#lastSeen = new Map(names.map((name) => [name, now]));
  }

  /** The names for /status, in order, from the slots that the leader has now. `ownName` is the leader's. */
  update(cluster: Cluster, ownName: string, slots: readonly string[], now: number): readonly string[] {
    if (slots.length > 0) {
      const members = new Set(
        cluster.members.filter((member) => !Member.nostream(member)).map(({ name }) => slotNameFromMemberName(name)),
      );
      // Patroni looks for itself at the end of the list only, so a leader with nostream may be counted all the same.
      if (cluster.members.at(-1)?.name !== ownName) members.add(slotNameFromMemberName(ownName));
      const permanent = new Set(permanentPhysicalSlots(cluster, newest).map(({ name }) => name));
      for (const name of slots) if (members.has(name) && !permanent.has(name)) this.#lastSeen.set(name, now);
    }
    const keptMs = GlobalConfig.memberSlotsTtlSeconds(cluster.config) * 1000;
    for (const [name, seen] of this.#lastSeen) if (seen + keptMs <= now) this.#lastSeen.delete(name);
    return [...this.#lastSeen.keys()].sort(compareText);
  }
}
