import type { Cluster } from '../cluster/cluster';
import * as Clusters from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { forecast, type Forecast } from '../forecast/forecast';

/** A time without a leader, or a change of the leader without one. Instants ISO 8601. */
export interface LeaderGap {
  readonly group: number | null;
  /** Who led before; null when that is not known. */
  readonly former: string | null;
  readonly lostAt: string;
  /**
   * How the lock was lost: `ran-out` with the session of its holder, whose member key went with it; `released` by a holder that
   * stayed; `taken-over` when it went from one to the other at once.
   */
  readonly how: 'ran-out' | 'released' | 'taken-over';
  /** What was asked for in /failover then; null for nothing. */
  readonly request: { readonly leader: string | null; readonly candidate: string | null } | null;
  /** How long a lock lives that is not renewed, in seconds: `ttl`. */
  readonly ttlSeconds: number;
  /** When the former leader's keys were last seen to change; null when they did not in the span. */
  readonly lastSignAt: string | null;
  /** Who could have led, by the keys at the moment when the lock was lost. */
  readonly forecast: Forecast;
  /** Where the WAL ended as the former leader last told, and how far each member was from there, in bytes. */
  readonly behind: readonly { readonly member: string; readonly bytes: number | null }[];
  /** Who took the lock; null when nobody did within the span. */
  readonly winner: string | null;
  readonly wonAt: string | null;
  /** When the winner first said that it runs as primary; null when it did not within the span, or leads a standby cluster. */
  readonly primaryAt: string | null;
  /** 0 when not known. */
  readonly timelineBefore: number;
  readonly timelineAfter: number;
}

/** Follows who leads a group through a span. */
export class GapWatch {
  readonly gaps: LeaderGap[] = [];
  /** Who led last; null when nobody was seen to. */
  lastLeader: string | null = null;
  #lastSignAt: string | null = null;
  /** The highest that was seen: a leader that stops tells none for a moment. */
  #timeline = 0;

  constructor(private readonly group: number | null) {}

  /** The group at the beginning of the span. */
  begin(cluster: Cluster, at: string): void {
    this.lastLeader = Clusters.leaderName(cluster);
    this.#timeline = Clusters.currentTimeline(cluster);
    if (this.lastLeader === null && cluster.members.length > 0)
      this.gaps.push(this.#lost(Clusters.empty, cluster, at, 'released'));
  }

  /** A change, and the group before and after it. */
  take(was: Cluster, is: Cluster, at: string): void {
    const [before, after] = [Clusters.leaderName(was), Clusters.leaderName(is)];
    if (before !== after) {
      if (before !== null) {
        const gone = !is.members.some(({ name }) => name === before) && was.members.some(({ name }) => name === before);
        this.gaps.push(this.#lost(was, is, at, after !== null ? 'taken-over' : gone ? 'ran-out' : 'released'));
      }
      if (after !== null) this.#change({ winner: after, wonAt: at });
    } else if (before !== null && signOf(was, before) !== signOf(is, before)) this.#lastSignAt = at;
    this.#follow(is, at);
    if (after !== null) this.lastLeader = after;
  }

  #lost(was: Cluster, is: Cluster, at: string, how: LeaderGap['how']): LeaderGap {
    const former = Clusters.leaderName(was);
    const end = Clusters.leaderLsn(was) ?? Clusters.leaderLsn(is);
    // As those saw it who were left: nobody holds the lock.
    const made = forecast({ ...(how === 'taken-over' ? was : is), leader: null });
    const { failover } = was;
    const lastSignAt = this.#lastSignAt;
    this.#lastSignAt = null;
    return {
      group: this.group,
      former,
      lostAt: at,
      how,
      request:
        failover === null || Failover.isEmpty(failover)
          ? null
          : { leader: failover.leader, candidate: failover.candidate },
      ttlSeconds: GlobalConfig.ttlSeconds(is.config),
      lastSignAt,
      forecast: made,
      behind: made.candidates
        .filter(({ name }) => name !== former)
        .map(({ name, position }) => ({
          member: name,
          bytes: position === null || end === null ? null : Math.max(0, end - position),
        })),
      winner: null,
      wonAt: null,
      primaryAt: null,
      timelineBefore: this.#timeline,
      timelineAfter: 0,
    };
  }

  #follow(is: Cluster, at: string): void {
    const timeline = Clusters.currentTimeline(is);
    const isLater = timeline > this.#timeline;
    if (isLater) this.#timeline = timeline;
    const last = this.gaps.at(-1);
    if (last?.winner == null) return;
    const winner = is.members.find(({ name }) => name === last.winner);
    if (winner !== undefined && last.primaryAt === null && isPrimary(winner)) this.#change({ primaryAt: at });
    if (isLater && last.timelineAfter === 0) this.#change({ timelineAfter: timeline });
  }

  #change(change: Partial<LeaderGap>): void {
    const last = this.gaps.at(-1);
    if (last !== undefined && (change.winner === undefined || last.winner === null))
      this.gaps[this.gaps.length - 1] = { ...last, ...change };
  }
}

const isPrimary = (member: Member.Member): boolean => Member.role(member) === 'primary' && Member.isRunning(member);

/** What a leader writes while it lives: its own key and /status. */
function signOf(cluster: Cluster, leader: string): string {
  const own = cluster.members.find(({ name }) => name === leader);
  return `${own?.version ?? ''} ${cluster.status.lastLsn}`;
}
