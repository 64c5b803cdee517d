import type { Random } from './random';

/**
 * A line of PostgreSQL's timeline history with what Patroni adds: when, and who was promoted. Old lines lack the leader
 * (before Patroni 2.1.1) or both (where Patroni did not see the promotion).
 */
export type HistoryLine =
  | readonly [timeline: number, lsn: number, reason: string]
  | readonly [timeline: number, lsn: number, reason: string, at: string]
  | readonly [timeline: number, lsn: number, reason: string, at: string, leader: string];

/** What the clients of a cluster write, whoever is its primary. */
export class Workload {
  constructor(
    /** On average. */
    readonly bytesPerSecond: number,
    private readonly random: Random,
  ) {}

  /** The WAL written between two instants (milliseconds), in bytes: up and down in waves of some minutes. */
  between(from: number, to: number): number {
    const wave = 1 + 0.6 * Math.sin((2 * Math.PI * to) / 211_000);
    const bytes = (this.bytesPerSecond * (to - from) * wave * this.random.between(0.7, 1.3)) / 1000;
    return aligned(bytes);
  }
}

/** WAL records begin at multiples of 8 bytes. */
function aligned(bytes: number): number {
  return Math.max(0, Math.round(bytes / 8) * 8);
}

/** The record that a clean shutdown leaves behind. */
const SHUTDOWN_CHECKPOINT_BYTES = 120;
/** What a primary has written and not sent when it goes down at once. */
const UNSENT_BYTES = 264;
/** What a promotion writes before anything else. */
const END_OF_RECOVERY_BYTES = 96;
/** How fast a standby that fell behind makes good for it, besides keeping up. */
const CATCH_UP_BYTES_PER_SECOND = 30_000;
/** What a slow disk takes. */
const SLOW_BYTES_PER_SECOND = 8_000;

/**
 * As much of a PostgreSQL server as its WAL shows: a primary that writes, a standby that receives and replays, timelines
 * that fork at promotion and servers that diverge. It moves on when it is asked to, up to the given instant.
 */
export class PostgresSimulation {
  running = false;
  inRecovery = true;
  /** Whether the WAL receiver is connected to a server that can feed it. */
  streaming = false;
  /** Where the WAL ends that is here: written by a primary, received by a standby. */
  received: number;
  replayed: number;
  timeline: number;
  history: readonly HistoryLine[];
  /** Its machine stands still: it neither writes nor receives nor sends. */
  isFrozen = false;
  /** No other server reaches it. */
  isCutOff = false;
  /** Its disk takes little at a time. */
  isSlow = false;
  /** Whether commits wait for a synchronous standby that is not there: nothing is written then. */
  commitsWait: () => boolean = () => false;
  /** When it was started last, milliseconds since 1970. */
  startedAt = 0;
  private upstream: PostgresSimulation | null = null;
  private readonly followers = new Set<PostgresSimulation>();
  private advancedTo = 0;
  private behind = { receive: 0, replay: 0 };
  private held = false;

  constructor(
    private readonly workload: Workload,
    start: { readonly lsn: number; readonly history: readonly HistoryLine[] },
  ) {
    this.received = start.lsn;
    this.replayed = start.lsn;
    this.history = start.history;
    this.timeline = start.history.length + 1;
  }

  get isPrimary(): boolean {
    return this.running && !this.inRecovery;
  }

  /** `pg_current_wal_lsn` of a primary, the further of received and replayed of a standby (`last_operation`). */
  get position(): number {
    return Math.max(this.received, this.replayed);
  }

  start(now: number, as: 'primary' | 'standby'): void {
    this.running = true;
    this.inRecovery = as === 'standby';
    this.advancedTo = now;
    this.startedAt = now;
  }

  /** Stops at once: followers have got what was written until then but for the last records. */
  kill(now: number): void {
    this.feedFollowers(now);
    if (this.isPrimary) this.writeBurst(UNSENT_BYTES);
    this.end();
  }

  /** Shuts down in order: followers receive all, the checkpoint too. The answer is where the last record before it ended. */
  shutDown(now: number): number {
    this.feedFollowers(now);
    const end = this.position;
    if (this.isPrimary) {
      this.writeBurst(SHUTDOWN_CHECKPOINT_BYTES);
      for (const follower of this.followers) follower.receive(0);
    }
    this.end();
    return end;
  }

  private feedFollowers(now: number): void {
    this.advance(now);
    for (const follower of this.followers) follower.advance(now);
  }

  private end(): void {
    this.running = false;
    this.streaming = false;
    for (const follower of this.followers) follower.receive(0);
  }

  /** Ends recovery: replays what is here and goes on writing on a timeline of its own. */
  promote(at: string, name: string): void {
    this.history = [...this.history, [this.timeline, this.received, 'no recovery target specified', at, name]];
    this.timeline += 1;
    this.received += END_OF_RECOVERY_BYTES;
    this.replayed = this.received;
    this.inRecovery = false;
    this.streaming = false;
    this.behind = { receive: 0, replay: 0 };
    this.held = false;
    this.follow(null);
  }

  /** Sets `primary_conninfo`. */
  follow(upstream: PostgresSimulation | null): void {
    if (upstream === this.upstream || upstream === this) return;
    this.upstream?.followers.delete(this);
    this.upstream = upstream;
    upstream?.followers.add(this);
  }

  isStreamingFrom(other: PostgresSimulation): boolean {
    return this.streaming && this.upstream === other && this.reaches(other);
  }

  /** Whether this server has WAL that is not part of the other's history, so that it needs pg_rewind to follow it. */
  hasDivergedFrom(other: PostgresSimulation): boolean {
    const fork = other.history.find(([timeline]) => timeline === this.timeline);
    return fork !== undefined && this.received > fork[1];
  }

  /** pg_rewind: gives up the WAL after the fork. */
  rewindTo(other: PostgresSimulation): void {
    const fork = other.history.find(([timeline]) => timeline === this.timeline);
    if (fork === undefined) return;
    this.received = Math.min(this.received, fork[1]);
    this.replayed = this.received;
    this.timeline = other.timeline;
    this.history = other.history;
  }

  /** Stands where a real one stood, positions in bytes. */
  place(received: number, replayed: number, timeline: number, history: readonly HistoryLine[]): void {
    this.received = received;
    this.replayed = Math.min(replayed, received);
    this.timeline = timeline;
    this.history = history;
  }

  /** Becomes a copy of another one, as pg_basebackup makes it. */
  copyFrom(other: PostgresSimulation): void {
    this.received = other.received;
    this.replayed = other.received;
    this.timeline = other.timeline;
    this.history = other.history;
    this.behind = { receive: 0, replay: 0 };
    this.held = false;
  }

  /** Whether its replay is held up. */
  get isReplayHeld(): boolean {
    return this.held && this.behind.replay > this.behind.receive;
  }

  /** A standby stays this far behind: for good when `held`, else it catches up slowly. A load comes from `writeBurst`. */
  fallBehind(bytes: { readonly receive: number; readonly replay: number }, held: boolean): void {
    this.behind = { ...bytes };
    this.held = held;
  }

  /** The primary writes this much at once. */
  writeBurst(bytes: number): void {
    this.received += aligned(bytes);
    this.replayed = this.received;
  }

  /** Lives on until `now`, milliseconds since 1970. */
  advance(now: number): void {
    if (now <= this.advancedTo) return;
    const since = this.advancedTo;
    this.advancedTo = now;
    if (!this.running || this.isFrozen) return;
    if (!this.inRecovery) {
      const written = this.workload.between(since, now);
      if (this.commitsWait()) return;
      this.writeBurst(this.isSlow ? Math.min(written, this.slowly(now - since)) : written);
      return;
    }
    this.upstream?.advance(now);
    this.receive(now - since);
  }

  private reaches(other: PostgresSimulation): boolean {
    return !this.isFrozen && !other.isFrozen && !this.isCutOff && !other.isCutOff;
  }

  private slowly(elapsedMs: number): number {
    return aligned((SLOW_BYTES_PER_SECOND * elapsedMs) / 1000);
  }

  private receive(elapsedMs: number): void {
    const from = this.upstream;
    if (!this.running || !this.inRecovery) return;
    this.streaming =
      from !== null &&
      from.running &&
      this.reaches(from) &&
      from.timeline >= this.timeline &&
      !this.hasDivergedFrom(from);
    if (!this.held) {
      const caughtUp = (CATCH_UP_BYTES_PER_SECOND * elapsedMs) / 1000;
      this.behind.receive = aligned(this.behind.receive - caughtUp);
      this.behind.replay = aligned(this.behind.replay - caughtUp);
    }
    if (from !== null && this.streaming) {
      this.timeline = from.timeline;
      this.history = from.history;
      const wanted = from.received - this.behind.receive;
      const taken = this.isSlow ? Math.min(wanted, this.received + this.slowly(elapsedMs)) : wanted;
      this.received = Math.max(this.received, taken);
      this.replayed = Math.max(this.replayed, Math.min(this.received, from.received - this.behind.replay));
    } else if (!this.held && this.behind.replay === 0) {
      this.replayed = this.received;
    }
  }
}
