import { compareText } from '../text';
import { common, isSame, isWithin, union, without, type Names } from './name-sets';

/** Who is synchronous in quorum mode, in the two places that tell it. */
export interface QuorumState {
  /** Of /sync. */
  readonly leader: string;
  /** Of /sync: how many other voters a candidate must hear. */
  readonly quorum: number;
  /** Of /sync: `sync_standby`. */
  readonly voters: Names;
  /** Of synchronous_standby_names: how many of `names` must confirm a commit. */
  readonly count: number;
  readonly names: Names;
  /** How many of `names` have caught up with where they were named. */
  readonly confirmed: number;
}

/** What is to come of it. */
export interface QuorumGoal {
  readonly leader: string;
  /** The standbys that stream and may be synchronous. */
  readonly active: Names;
  /** `synchronous_node_count`. */
  readonly wanted: number;
}

/** One change, in one of the two places. */
export type QuorumStep =
  /** synchronous_standby_names: any `count` of `names`. */
  | { readonly kind: 'names'; readonly count: number; readonly names: Names }
  /** The /sync key. */
  | { readonly kind: 'key'; readonly leader: string; readonly quorum: number; readonly voters: Names }
  /** Nobody has caught up yet: look again in a moment. */
  | { readonly kind: 'again' };

const NOBODY: Names = new Set();

/**
 * The changes that lead from a state to the goal in an order in which at each moment whoever may confirm a commit and
 * whoever may make a candidate the leader have a member in common: any `count` of `names` on the one side, any `quorum`
 * and the candidate on the other. Empty where all is as it should be, and where a state is so broken that Patroni stops at
 * it. `patroni/quorum.py: QuorumStateResolver`.
 */
export function quorumSteps(state: QuorumState, goal: QuorumGoal): readonly QuorumStep[] {
  try {
    return joined(new Planner(state, goal).plan());
  } catch (error) {
    if (error instanceof BrokenQuorum) return [];
    throw error;
  }
}

/** A state from which Patroni does not go on. `patroni/quorum.py: QuorumError`. */
class BrokenQuorum extends Error {}

function mustHold(holds: boolean): asserts holds {
  if (!holds) throw new BrokenQuorum();
}

/** Of two changes of one place in a row the second is enough. Nothing comes after a new look. */
function joined(steps: readonly QuorumStep[]): readonly QuorumStep[] {
  const needed = steps.filter((step, i) => step.kind !== steps[i + 1]?.kind);
  const again = needed.findIndex(({ kind }) => kind === 'again');
  return again < 0 ? needed : needed.slice(0, again + 1);
}

class Planner {
  private readonly steps: QuorumStep[] = [];
  private leader: string;
  private quorum: number;
  private voters: Names;
  private count: number;
  private names: Names;
  private confirmed: number;

  constructor(
    state: QuorumState,
    private readonly goal: QuorumGoal,
  ) {
    this.leader = state.leader;
    this.quorum = state.quorum;
    this.voters = state.voters;
    this.names = state.names;
    this.count = Math.min(state.count, state.names.size);
    this.confirmed = state.confirmed;
  }

  plan(): readonly QuorumStep[] {
    if (!this.takeOver()) return this.steps;
    mustHold(this.leader === this.goal.leader);
    const known = common(this.names, this.goal.active);
    if (this.confirmed === 0 && known.size > 0) {
      // Forgotten in a restart or a failover: as many as the key vouches for.
      this.confirmed = Math.min(known.size, this.voters.size - this.quorum);
    }
    this.finishVoters();
    mustHold(isSame(this.voters, this.names));
    this.finishCount();
    this.removeGone();
    this.addNew();
    this.changeCount();
    return this.steps;
  }

  /** Makes the state the leader's own, the leader before a voter. False when the standbys must connect first. */
  private takeOver(): boolean {
    try {
      if (this.leader === this.goal.leader) {
        this.checkOverlap();
        return true;
      }
      const voters = union(without(this.voters, new Set([this.goal.leader])), new Set([this.leader]));
      if (this.names.size === 0) this.setNames(voters.size - this.quorum, voters);
      this.setKey(this.quorum, voters, { leader: this.goal.leader });
      return common(this.names, this.goal.active).size > 0;
    } catch (error) {
      if (!(error instanceof BrokenQuorum)) throw error;
      this.setKey(this.names.size - this.count, this.names);
      return true;
    }
  }

  /** Brings voters and names together again where an earlier change got no further than one of them. */
  private finishVoters(): void {
    const { active } = this.goal;
    if (isSame(this.names, this.voters)) return;
    if (isWithin(this.names, this.voters)) {
      const gone = without(this.voters, union(this.names, active));
      if (gone.size > 0) {
        const adjust = isWithin(this.names, active);
        this.setKey(this.voters.size - gone.size - this.count, without(this.voters, gone), { adjust });
      }
      const back = without(common(this.voters, active), this.names);
      if (back.size > 0) this.setNames(this.count, union(this.names, back));
    } else if (isWithin(this.voters, this.names)) {
      const alive = common(this.names, active);
      const keepsVoter = this.voters.size === 0 || common(alive, this.voters).size > 0;
      if (alive.size < this.names.size && alive.size > 0 && keepsVoter) {
        this.setNames(Math.min(this.count, alive.size), alive);
      }
      const caughtUp = common(without(this.names, this.voters), active);
      if (caughtUp.size > 0) {
        const voters = union(this.voters, caughtUp);
        this.setKey(voters.size - this.count, voters);
      }
      const rest = common(this.names, this.voters);
      if (rest.size < this.names.size) this.setNames(Math.min(this.count, rest.size), rest);
    }
  }

  /** Goes on with a change of `count` that got no further than one place. */
  private finishCount(): void {
    const { wanted } = this.goal;
    const size = this.names.size;
    if (this.quorum + Math.min(this.count, this.confirmed) > size) {
      if (this.count > wanted) this.setNames(Math.max(wanted, this.voters.size - this.quorum), this.names);
      else this.setKey(size - this.count, this.voters);
    } else if (this.quorum + this.count > size && this.count === wanted && this.count > this.confirmed) {
      this.setKey(size - this.count, this.voters);
    }
  }

  private removeGone(): void {
    const { active, wanted } = this.goal;
    let gone = without(this.names, active);
    if (gone.size === 0) return;
    if (gone.size === this.names.size) {
      this.setKey(0, NOBODY, { adjust: false });
      this.setNames(0, NOBODY);
      return;
    }
    if (this.quorum > 0) {
      const first = new Set([...gone].sort((a, b) => compareText(b, a)).slice(0, this.quorum));
      const names = without(this.names, first);
      this.setNames(Math.min(Math.max(wanted, this.count), names.size), names);
      gone = common(gone, this.names);
      const voters = without(this.voters, first);
      this.setKey(voters.size - this.count, voters, { adjust: gone.size === 0 });
    }
    if (gone.size === 0) return;
    mustHold(this.quorum === 0);
    const count = this.count - gone.size;
    const names = without(this.names, gone);
    const voters = without(this.voters, gone);
    const tooMany = count - Math.min(wanted, names.size);
    this.setKey(tooMany === 0 ? 0 : Math.min(tooMany, voters.size - 1), voters, { adjust: false });
    this.setNames(count, names);
  }

  private addNew(): void {
    let added = without(this.goal.active, this.names);
    if (added.size === 0) return;
    const wanted = Math.min(this.goal.wanted, this.names.size + added.size);
    if (wanted > this.count) {
      // Without any name yet all may come at once; else no more than are missing.
      const first = this.names.size === 0 ? added : new Set([...added].sort(compareText).slice(0, wanted - this.count));
      const more = this.names.size === 0 ? wanted - this.count : first.size;
      this.setNames(this.count + more, union(this.names, first));
      const voters = union(this.voters, first);
      this.setKey(voters.size - wanted, voters);
      added = without(added, this.names);
    }
    if (added.size === 0) return;
    const voters = union(this.voters, added);
    this.setKey(voters.size - wanted, voters, { adjust: wanted > this.confirmed });
    this.setNames(wanted, union(this.names, added));
  }

  /** Follows a change of `synchronous_node_count`. */
  private changeCount(): void {
    const more = Math.min(this.goal.wanted, this.names.size) - this.count;
    if (more > 0) {
      this.setNames(this.count + more, this.names);
      this.setKey(this.voters.size - this.count, this.voters);
    } else if (more < 0) {
      if (this.quorum - more < this.voters.size) {
        this.setKey(this.voters.size - this.count - more, this.voters, { adjust: this.goal.wanted > this.confirmed });
      }
      this.setNames(this.count + more, this.names);
    }
  }

  /** `adjust` asks for a higher quorum while not all that must confirm have caught up. */
  private setKey(quorum: number, voters: Names, { adjust = true, leader = '' } = {}): void {
    mustHold(quorum >= 0 && (quorum === 0 || quorum < voters.size));
    const before = this.leader;
    let next = { quorum, voters };
    if (leader !== '') this.leader = leader;
    else if (this.confirmed === 0 && this.voters.size === 0) next = { quorum: 0, voters: NOBODY };
    else if (adjust) next = { quorum: quorum + Math.max(this.count - this.confirmed, 0), voters };
    if (this.leader === before && next.quorum === this.quorum && isSame(next.voters, this.voters)) {
      if (this.voters.size > 0) return;
      this.steps.push({ kind: 'again' });
    }
    this.quorum = next.quorum;
    this.voters = next.voters;
    this.checkOverlap();
    this.steps.push({ kind: 'key', leader: this.leader, quorum: this.quorum, voters: this.voters });
  }

  private setNames(count: number, names: Names): void {
    mustHold(count >= 0 && count <= names.size);
    this.count = count;
    this.names = names;
    this.checkOverlap();
    this.steps.push({ kind: 'names', count, names });
  }

  /** `patroni/quorum.py: check_invariants`. */
  private checkOverlap(): void {
    const voters = union(this.voters, new Set([this.leader]));
    const names = union(this.names, new Set([this.goal.leader]));
    mustHold(this.voters.size === 0 || union(voters, names).size <= this.quorum + this.count + 1);
    mustHold(isWithin(voters, names) || isWithin(names, voters));
  }
}
