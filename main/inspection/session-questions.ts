import type { Clock } from '../../app/clock';
import type { SessionState } from '../../app/dcs/store';
import type { Source } from './source';

/** How often the open cluster's sessions are asked for. */
const everyMs = 3000;

/** How many sessions one round asks for: the store answers each by itself. */
const mostInRound = 64;

/** A session that appears is asked for at once, but not more often than this. */
const newEveryMs = 1000;

/** Asks for the TTLs of one cluster's sessions, round by round: the leader lock's in each, the members' in turn. */
export class SessionQuestions {
  readonly #known = new Map<string, SessionState>();
  #open: { readonly source: Source; readonly clusterId: string } | null = null;
  #stopTimer: (() => void) | null = null;
  #turn = 0;
  #next = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking = false;

  constructor(
    private readonly clock: Clock,
    private readonly onAnswer: () => void,
  ) {}

  /** Begins with a cluster; forgets the one before. */
  open(source: Source, clusterId: string): void {
    this.close();
    this.#open = { source, clusterId };
    this.#ask();
  }

  close(): void {
    this.#turn += 1;
    this.#open = null;
    this.#asking = false;
    this.#next = 0;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    this.#known.clear();
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  /** What was last heard of the sessions that the cluster has now, the leader lock's first. */
  known(): readonly SessionState[] {
    return this.#ids().flatMap((id) => this.#known.get(id) ?? []);
  }

  /** Asks now if the cluster has a session that was never asked for. */
  askForNew(): void {
    if (this.#asking || this.clock.now() - this.#askedAt < newEveryMs) return;
    if (this.#ids().some((id) => !this.#known.has(id))) this.#ask();
  }

  #ids(): readonly string[] {
    return this.#open === null ? [] : this.#open.source.sessionIds(this.#open.clusterId);
  }

  #ask(): void {
    if (this.#open === null) return;
    this.#stopTimer?.();
    // Of a picture all is known after one answer.
    this.#stopTimer = this.#open.source.isFixed
      ? null
      : this.clock.after(everyMs, () => {
          this.#ask();
        });
    // A store that is slow to answer is not asked again meanwhile.
    if (this.#asking) return;
    this.#asking = true;
    this.#askedAt = this.clock.now();
    void this.#round(this.#open.source, this.#turn);
  }

  async #round(source: Source, turn: number): Promise<void> {
    const all = this.#ids();
    const current = new Set(all);
    for (const id of this.#known.keys()) if (!current.has(id)) this.#known.delete(id);
    const answers = await source.askSessions(this.#choose(all));
    if (turn !== this.#turn) return;
    this.#asking = false;
    if (answers === null) return;
    for (const answer of answers) this.#known.set(answer.id, answer);
    this.onAnswer();
  }

  /** The first one is the leader lock's; of the others those whose turn it is. */
  #choose(all: readonly string[]): readonly string[] {
    if (all.length <= mostInRound) return all;
    const others = all.slice(1);
    const count = mostInRound - 1;
    const chosen = Array.from({ length: count }, (_none, i) => others[(this.#next + i) % others.length]);
    this.#next = (this.#next + count) % others.length;
    return [...all.slice(0, 1), ...chosen.filter((id) => id !== undefined)];
  }
}
