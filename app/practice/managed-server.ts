import type { Clock } from '../clock';
import type { JsonObject } from '../json';
import type { MemberRole, MemberState, WalPosition } from './member-record';
import type { PostgresSimulation } from './postgres-simulation';
import { instant, type Random } from './random';
import type { Timers } from './timers';

/** What Patroni is doing to PostgreSQL besides its rounds (`AsyncExecutor.scheduled_action`). */
type Action = 'promote' | 'demote' | 'restart' | 'rewind' | 'start' | 'reinitialize';

/** How long things take, in milliseconds. */
const START_MS = 1_800;
const STOP_MS = 1_200;
const REWIND_MS = 2_600;
const COPY_MS = 6_000;
const PROMOTE_MS = 90;
const PROMOTED_MS = 1_000;
/** Patroni gives replicas a second to receive the rest of a leader that shuts down. */
const DRAIN_MS = 1_100;
/** And two seconds to take the lock. */
const SUCCESSION_MS = 2_100;

/** Who hears of a server's changes. */
export interface ServerKeeper {
  /** State or role are others now: worth writing to the store. */
  changed(): void;
  /** What was being done is done. */
  finished(): void;
}

/** PostgreSQL as Patroni handles it: what is being done to it, and its state and role in Patroni's words. */
export class ManagedServer {
  state: MemberState = 'stopped';
  role: MemberRole = 'replica';
  private action: Action | null = null;
  /** Goes up when what is being done is given up for something else. */
  private turn = 0;

  constructor(
    readonly name: string,
    readonly server: PostgresSimulation,
    public pendingRestartReason: JsonObject | null,
    private readonly keeper: ServerKeeper,
    private readonly timers: Timers,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  get isBusy(): boolean {
    return this.action !== null;
  }

  /** What is being done, in Patroni's words; null for nothing. */
  get inProgress(): string | null {
    const words: Partial<Record<Action, string>> = {
      demote: 'switchover: demote',
      start: 'restarting after failure',
      rewind: 'running pg_rewind',
    };
    return this.action === null ? null : (words[this.action] ?? this.action);
  }

  /** The server's place in the WAL; null while something is done to it that keeps Patroni from asking. */
  get position(): WalPosition | null {
    if (this.action !== null && this.action !== 'promote') return null;
    if (!this.server.running || this.state !== 'running') return null;
    const { received, replayed, timeline, streaming } = this.server;
    if (this.server.isPrimary) return { kind: 'primary', lsn: received, timeline };
    return { kind: 'standby', receiveLsn: received, replayLsn: replayed, streaming, timeline };
  }

  /** Has been running for long. */
  settle(role: MemberRole): void {
    this.role = role;
    this.state = 'running';
  }

  /** Patroni has just been started and has not started PostgreSQL yet. */
  boot(): void {
    this.action = null;
    this.state = 'stopped';
    // A data directory without recovery settings is a former primary's (`Postgresql.__init__`).
    this.role = this.server.inRecovery ? 'replica' : 'demoted';
  }

  start(as: 'primary' | 'standby', follow: PostgresSimulation | null): void {
    this.action = 'start';
    this.state = 'starting';
    this.role = as === 'primary' ? 'primary' : 'replica';
    if (as === 'standby') {
      this.server.inRecovery = true;
      if (follow !== null) this.server.follow(follow);
    }
    this.later(this.taking(START_MS), () => this.run(as));
  }

  /** pg_rewind, to follow a leader whose timeline forked off before the end of our WAL. */
  /** Replicates from `upstream`; gives up what the leader does not have first (`Ha.follow`). */
  follow(upstream: PostgresSimulation | null, leader: PostgresSimulation | null): void {
    if (upstream !== null) this.server.follow(upstream);
    if (leader !== null && leader.running && this.server.hasDivergedFrom(leader)) this.rewind(leader);
  }

  private rewind(leader: PostgresSimulation): void {
    this.action = 'rewind';
    this.state = 'stopping';
    this.server.kill(this.clock.now());
    this.later(this.taking(REWIND_MS), () => {
      this.server.rewindTo(leader);
      this.run('standby');
    });
  }

  promote(): void {
    this.action = 'promote';
    this.later(this.taking(PROMOTE_MS), () => {
      const now = this.clock.now();
      this.server.advance(now);
      this.server.promote(instant(now, this.random), this.name);
      this.role = 'promoted';
      this.keeper.changed();
      this.later(this.taking(PROMOTED_MS), () => {
        this.action = null;
        this.keeper.finished();
      });
    });
  }

  /** Lost the lock: stops without waiting for anybody (`Ha.demote`, mode immediate-nolock). */
  demoteAtOnce(): void {
    this.action = 'demote';
    this.role = 'demoted';
    this.state = 'stopping';
    this.server.kill(this.clock.now());
    this.later(this.taking(STOP_MS), () => this.start('standby', null));
  }

  /** Lost the store: stops in order, and starts again without anybody to follow (`Ha.demote`, mode offline). */
  demoteOffline(): void {
    this.action = 'demote';
    this.state = 'stopping';
    this.later(this.taking(STOP_MS), () => {
      this.server.shutDown(this.clock.now());
      this.role = 'demoted';
      this.state = 'stopped';
      this.start('standby', null);
    });
  }

  /**
   * Hands over: shuts down in order, gives the replicas time to receive all, then calls `letLockGo` with where the WAL
   * ended, and comes back as a replica (`Ha.demote`, mode graceful).
   */
  stepDown(letLockGo: (end: number) => void): void {
    this.action = 'demote';
    this.later(this.taking(STOP_MS), () => {
      const end = this.server.shutDown(this.clock.now());
      this.later(DRAIN_MS, () => {
        this.role = 'demoted';
        this.state = 'stopping';
        letLockGo(end);
        this.keeper.changed();
        this.later(120, () => {
          this.state = 'stopped';
          this.keeper.changed();
        });
        this.later(SUCCESSION_MS, () => this.start('standby', null));
      });
    });
  }

  /** `patronictl restart`, once `whenFree` lets it. */
  restart(whenFree: (run: () => void) => void, done: () => void = () => undefined): void {
    this.action = 'restart';
    this.keeper.changed();
    whenFree(() => {
      this.state = 'restarting';
      this.server.shutDown(this.clock.now());
      this.keeper.changed();
      this.later(this.taking(STOP_MS + START_MS), () => {
        this.run(this.server.inRecovery ? 'standby' : 'primary');
        done();
      });
    });
  }

  /** `patronictl reinit`: throws its data away and copies the other's (`Ha._do_reinitialize`). */
  reinitialize(from: PostgresSimulation): void {
    this.turn += 1;
    this.action = 'reinitialize';
    this.state = 'stopping';
    this.server.kill(this.clock.now());
    this.keeper.changed();
    this.later(this.taking(STOP_MS), () => {
      this.state = 'creating replica';
      this.keeper.changed();
      this.later(this.taking(COPY_MS), () => {
        this.server.copyFrom(from);
        this.server.follow(from);
        this.start('standby', from);
        this.keeper.changed();
      });
    });
  }

  /** Stops for good, once `whenFree` lets it. */
  stop(whenFree: (run: () => void) => void, stopped: () => void): void {
    this.action = 'restart';
    whenFree(() => {
      this.server.shutDown(this.clock.now());
      this.state = 'stopped';
      this.keeper.changed();
      stopped();
    });
  }

  private later(ms: number, run: () => void): void {
    const { turn } = this;
    this.timers.after(ms, () => {
      if (turn === this.turn) run();
    });
  }

  /** On a slow disk everything takes its time. */
  private taking(ms: number): number {
    return this.server.isSlow ? 4 * ms : ms;
  }

  private run(as: 'primary' | 'standby'): void {
    this.server.start(this.clock.now(), as);
    this.state = 'running';
    this.role = as === 'primary' ? 'primary' : 'replica';
    this.action = null;
    this.pendingRestartReason = null;
    this.keeper.finished();
  }
}
