import type { Clock } from '../clock';
import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import type * as Member from '../cluster/member';
import * as Tags from '../cluster/tags';
import type { JsonObject } from '../json';
import type { ClusterKeys } from './cluster-keys';
import type { MemberFault } from './faults';
import { isHealthiest } from './leader-race';
import { Leadership } from './leadership';
import { ManagedServer } from './managed-server';
import type { MemberIdentity } from './member-identity';
import { MemberLock } from './member-lock';
import { memberRecord } from './member-record';
import type { Network } from './network';
import { peerStatus, type PeerStatus } from './peer-status';
import type { PostgresSimulation } from './postgres-simulation';
import type { Random } from './random';
import { SyncOptOut } from './sync-opt-out';
import type { RestartRequest } from './practice-api/rest-member';
import { SERVER_VERSION } from './practice-api/status';
import { restartDue, restartMatches, type ScheduledRestart } from './scheduled-restart';
import { Timers } from './timers';

/**
 * One member: Patroni's loop (`patroni/ha.py`) around a simulated PostgreSQL. Everything that the members agree on goes
 * through the store, as it does in a real cluster; what one does to another is only what the network allows.
 */
export class MemberLoop {
  readonly managed: ManagedServer;
  private isUp = false;
  private readonly lock: MemberLock;
  private readonly leadership: Leadership;
  private readonly optOut: SyncOptOut;
  private readonly timers: Timers;
  private plannedRestart: ScheduledRestart | null = null;
  private readonly faults = new Set<MemberFault>();
  /** Since when the store has not answered, milliseconds since 1970; null while it does. */
  private storeLostAt: number | null = null;
  /** The cluster as it was when the store answered last. */
  private lastSeen: Cluster.Cluster = Cluster.empty;
  /** It leads without the store. */
  private leadsAlone = false;
  /** Until when a leader without the store is believed, milliseconds since 1970 (`patroni/ha.py: Failsafe`). */
  private failsafeUntil = 0;
  /** The members when there was a leader last (`Ha.old_cluster`). */
  private membersBefore: readonly Member.Member[] = [];
  /** When the next round is due, milliseconds since 1970. */
  private nextRound: { readonly at: number; readonly cancel: () => void } | null = null;

  constructor(
    readonly identity: MemberIdentity,
    readonly server: PostgresSimulation,
    private readonly keys: ClusterKeys,
    private readonly network: Network,
    private readonly clock: Clock,
    random: Random,
  ) {
    const { name, tags, pendingRestartReason } = identity;
    this.lock = new MemberLock(keys, name);
    this.timers = new Timers(clock);
    this.optOut = new SyncOptOut(name, tags, keys, this.timers);
    const keeper = { changed: () => this.touch(), finished: () => this.finish() };
    this.managed = new ManagedServer(name, server, pendingRestartReason, keeper, this.timers, clock, random);
    const wakeNow = (): void => this.wake(0);
    this.leadership = new Leadership(identity, this.managed, this.lock, keys, network, this.timers, clock, wakeNow);
  }

  get name(): string {
    return this.identity.name;
  }

  /** Whether it runs and nothing is being done to it. */
  get isSettled(): boolean {
    return this.isUp && !this.managed.isBusy && this.managed.state === 'running';
  }

  /** Whether its process runs. */
  get runs(): boolean {
    return this.isUp;
  }

  /** Whether something is the matter with it. */
  has(fault: MemberFault): boolean {
    return fault === 'killed' ? !this.isUp : this.faults.has(fault);
  }

  /** Does something to it, or takes it back; what a fault does to the network is for others to ask with `has`. */
  inject(fault: MemberFault, on: boolean): void {
    if (fault === 'killed') {
      if (on) this.kill();
      else this.start();
      return;
    }
    this.server.advance(this.clock.now());
    if (on) this.faults.add(fault);
    else this.faults.delete(fault);
    this.server.isFrozen = this.has('frozen');
    this.server.isCutOff = this.has('cut-from-peers');
    this.server.isSlow = this.has('slow-disk');
    if (fault === 'frozen') {
      if (on) this.timers.hold();
      else this.timers.release();
    }
    if (!on) this.wake(0);
  }

  /** It goes on as leader without the store, by the word of all others. */
  get leadsByFailsafe(): boolean {
    return this.leadsAlone;
  }

  /** A leader without the store asks whether it may go on; no answer counts as no (`Ha.update_failsafe`). */
  hearFailsafe(): boolean {
    if (!this.isUp || this.has('frozen') || this.has('cut-from-peers') || this.server.isPrimary) return false;
    this.failsafeUntil = this.clock.now() + GlobalConfig.ttlSeconds(this.lastSeen.config) * 1000;
    return true;
  }

  /** Whether it takes itself for the leader. */
  get isLeader(): boolean {
    return this.leadership.isLeader;
  }

  /** Its tags as they count now. */
  get tags(): JsonObject {
    return this.optOut.tags;
  }

  /** What is scheduled; null for nothing. */
  get restartPlan(): ScheduledRestart | null {
    return this.plannedRestart;
  }

  /** What the REST API answers; null when the process is down. */
  status(): PeerStatus | null {
    if (!this.isUp || this.has('frozen') || this.has('cut-from-peers')) return null;
    this.server.advance(this.clock.now());
    return peerStatus(this.server, this.identity.tags);
  }

  /** Puts the member where it would be after some time of running; `round` starts it. */
  settle(role: 'primary' | 'standby_leader' | 'replica', inherits = false): void {
    this.isUp = true;
    this.managed.settle(role);
    if (role !== 'replica') this.leadership.settle(role, inherits);
    this.touch();
  }

  /** Starts Patroni on a machine where it does not run; does nothing where it does. */
  start(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.managed.boot();
    this.touch();
    this.wake(700);
  }

  /** The machine goes down at once: nothing is written, and the session runs out on its own. */
  kill(): void {
    if (!this.isUp) return;
    this.server.kill(this.clock.now());
    this.halt();
  }

  /** Ends the process without a word to the store. */
  halt(): void {
    this.isUp = false;
    this.leadership.forget();
    this.optOut.end();
    this.membersBefore = [];
    this.plannedRestart = null;
    this.storeLostAt = null;
    this.leadsAlone = false;
    this.failsafeUntil = 0;
    this.lock.forget();
    this.timers.clear();
    this.nextRound?.cancel();
    this.nextRound = null;
  }

  /** Stops a replica's PostgreSQL and Patroni in order, as `systemctl stop patroni` does (`Ha.shutdown`). */
  stop(): void {
    if (!this.isSettled || this.leadership.isLeader) return;
    this.managed.stop(
      (run) => this.whileNotSync(run),
      () => this.halt(),
    );
  }

  /** Restarts PostgreSQL, as `patronictl restart` does; calls `done` when it runs again. */
  restart(done?: () => void): void {
    if (!this.isSettled) return;
    this.managed.restart((run) => this.whileNotSync(run), done);
  }

  /** Whether a restart with these conditions is for this member. */
  matches(request: RestartRequest): boolean {
    const { pendingRestartReason, role } = this.managed;
    return restartMatches(request, { role, serverVersion: SERVER_VERSION, pendingRestartReason });
  }

  /** Plans a restart, or (null) drops the one that is planned. */
  planRestart(plan: ScheduledRestart | null): void {
    this.plannedRestart = plan;
    this.touch();
  }

  /** Makes a new copy of the leader's data. */
  reinitialize(from: PostgresSimulation): void {
    this.managed.reinitialize(from);
  }

  /** Names the standbys in /sync that PostgreSQL treats as synchronous by now. */
  confirmSync(): void {
    this.leadership.confirmSync();
  }

  /** Does its next round `ms` from now, or earlier if that is due. */
  wake(ms: number): void {
    if (!this.isUp) return;
    const at = this.clock.now() + ms;
    if (this.nextRound !== null && this.nextRound.at <= at) return;
    this.nextRound?.cancel();
    this.nextRound = { at, cancel: this.clock.after(ms, () => this.round()) };
  }

  /** One round of the loop (`Ha._run_cycle`). */
  round(): void {
    if (!this.isUp) return;
    this.nextRound?.cancel();
    this.nextRound = null;
    // Its next round comes when it goes on.
    if (this.has('frozen')) return;
    this.server.advance(this.clock.now());
    if (!this.network.reachesStore()) return this.roundWithoutStore();
    this.storeLostAt = null;
    this.leadsAlone = false;
    const cluster = this.keys.read();
    this.lastSeen = cluster;
    this.lock.refresh(GlobalConfig.ttlSeconds(cluster.config));
    if (Cluster.getMember(cluster, this.name) === null) this.touch();
    if (!Cluster.isUnlocked(cluster)) this.membersBefore = cluster.members;

    const holdsLock = Cluster.leaderName(cluster) === this.name;
    if (this.managed.isBusy) {
      if (holdsLock) this.leadership.keep(cluster);
    } else if (!this.server.running) {
      this.roundWithoutServer(cluster, holdsLock);
    } else if (Cluster.isUnlocked(cluster)) {
      // A leader without the store is still there.
      if (!GlobalConfig.isFailsafeMode(cluster.config) || this.clock.now() >= this.failsafeUntil)
        this.roundWithoutLeader(cluster);
    } else if (holdsLock) {
      this.leadership.round(cluster);
    } else {
      this.roundAsFollower(cluster);
    }
    if (!this.managed.isBusy && !Cluster.isUnlocked(cluster)) this.followRestartPlan(cluster);
    this.touch();
    // Replicas wait half a second longer, to be woken by the leader's /status first (`Etcd3.watch`).
    const { isLeader } = this.leadership;
    this.wake(GlobalConfig.loopWaitSeconds(cluster.config) * 1000 + (isLeader ? 0 : 500));
  }

  /** The store does not answer (`Ha._handle_dcs_error`). */
  private roundWithoutStore(): void {
    const now = this.clock.now();
    const { config, failsafe } = this.lastSeen;
    this.storeLostAt ??= now;
    const triesUntil = this.storeLostAt + GlobalConfig.retryTimeoutSeconds(config) * 1000;
    const loopMs = GlobalConfig.loopWaitSeconds(config) * 1000;
    const leads = this.server.isPrimary && !GlobalConfig.isPaused(config) && !this.managed.isBusy;
    if (!leads) return this.wake(loopMs);
    if (now < triesUntil) return this.wake(triesUntil - now);
    const others = (failsafe ?? []).map(([name]) => name).filter((name) => name !== this.name);
    const knowsItself = failsafe?.some(([name]) => name === this.name) ?? false;
    // All are told, whatever one of them says.
    const agreed = others.map((name) => this.network.tellFailsafe(name));
    this.leadsAlone = GlobalConfig.isFailsafeMode(config) && knowsItself && agreed.every(Boolean);
    if (!this.leadsAlone) {
      this.leadership.end();
      this.managed.demoteOffline();
    }
    this.wake(loopMs);
  }

  private roundWithoutServer(cluster: Cluster.Cluster, holdsLock: boolean): void {
    this.leadership.end();
    if (GlobalConfig.isPaused(cluster.config)) {
      // In pause Patroni does not start PostgreSQL.
      if (holdsLock) this.lock.release();
      return;
    }
    const isCrashedLeader = holdsLock && !this.server.inRecovery;
    const leader = this.network.server(Cluster.leaderName(cluster) ?? '');
    this.managed.start(isCrashedLeader ? 'primary' : 'standby', leader);
  }

  /** `Ha.process_unhealthy_cluster`. */
  private roundWithoutLeader(cluster: Cluster.Cluster): void {
    this.leadership.end();
    const me = peerStatus(this.server, this.identity.tags);
    const isFirst = isHealthiest(cluster, this.membersBefore, this.name, me, this.network.ask);
    if (isFirst) this.leadership.takeOver(cluster);
  }

  /** `Ha.process_healthy_cluster` of everybody but the leader. */
  private roundAsFollower(cluster: Cluster.Cluster): void {
    this.leadership.end();
    if (this.server.isPrimary) return this.managed.demoteAtOnce();
    this.managed.role = 'replica';
    // `Ha._get_node_to_follow`
    const leader = this.network.server(Cluster.leaderName(cluster) ?? '');
    const wanted = Tags.replicatefrom(this.identity.tags);
    const via = wanted !== null && Cluster.getMember(cluster, wanted) !== null ? this.network.server(wanted) : null;
    this.managed.follow(via ?? leader, leader);
  }

  /** `Ha.evaluate_scheduled_restart`. */
  private followRestartPlan({ config }: Cluster.Cluster): void {
    const plan = this.plannedRestart;
    if (plan === null) return;
    const due = restartDue(plan, {
      ms: this.clock.now(),
      loopMs: GlobalConfig.loopWaitSeconds(config) * 1000,
      paused: GlobalConfig.isPaused(config),
      startedAt: this.server.startedAt,
    });
    if (due === 'not-yet') return;
    if (typeof due === 'object') return this.wake(due.inMs);
    this.plannedRestart = null;
    if (due === 'now' && this.matches(plan.request)) this.restart();
  }

  private finish(): void {
    this.optOut.end();
    this.round();
  }

  private whileNotSync(run: () => void): void {
    if (this.leadership.isLeader) run();
    else this.optOut.before(run, () => this.touch());
  }

  /** Writes the member's key as it is now (`Ha.touch_member`). */
  private touch(): void {
    if (!this.network.reachesStore()) return;
    const { config } = this.keys.read();
    const { state, role, pendingRestartReason, position } = this.managed;
    const record = memberRecord({
      connUrl: this.identity.connUrl,
      apiUrl: this.identity.apiUrl,
      version: this.identity.version,
      state,
      role,
      awaitsCheckpoint: this.leadership.awaitsCheckpoint,
      tags: this.optOut.tags,
      pendingRestartReason,
      scheduledRestart: this.plannedRestart?.data ?? null,
      position,
      paused: GlobalConfig.isPaused(config),
    });
    this.lock.touch(record, GlobalConfig.ttlSeconds(config));
  }
}
