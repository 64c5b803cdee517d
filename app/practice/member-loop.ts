import type { Clock } from '../clock';
import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import type * as Member from '../cluster/member';
import * as Tags from '../cluster/tags';
import type { ClusterKeys } from './cluster-keys';
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

  /** What the REST API answers; null when the process is down. */
  status(): PeerStatus | null {
    if (!this.isUp) return null;
    this.server.advance(this.clock.now());
    return peerStatus(this.server, this.identity.tags);
  }

  /** Puts the member where it would be after some time of running; `round` starts it. */
  settle(role: 'primary' | 'standby_leader' | 'replica'): void {
    this.isUp = true;
    this.managed.settle(role);
    if (role !== 'replica') this.leadership.settle(role);
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

  /** Restarts PostgreSQL, as `patronictl restart` does. */
  restart(): void {
    if (!this.isSettled) return;
    this.managed.restart((run) => this.whileNotSync(run));
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
    this.server.advance(this.clock.now());
    const cluster = this.keys.read();
    this.lock.refresh(GlobalConfig.ttlSeconds(cluster.config));
    if (Cluster.getMember(cluster, this.name) === null) this.touch();
    if (!Cluster.isUnlocked(cluster)) this.membersBefore = cluster.members;

    const holdsLock = Cluster.leaderName(cluster) === this.name;
    if (this.managed.isBusy) {
      if (holdsLock) this.leadership.keep(cluster);
    } else if (!this.server.running) {
      this.roundWithoutServer(cluster, holdsLock);
    } else if (Cluster.isUnlocked(cluster)) {
      this.roundWithoutLeader(cluster);
    } else if (holdsLock) {
      this.leadership.round(cluster);
    } else {
      this.roundAsFollower(cluster);
    }
    this.touch();
    // Replicas wait half a second longer, to be woken by the leader's /status first (`Etcd3.watch`).
    const { isLeader } = this.leadership;
    this.wake(GlobalConfig.loopWaitSeconds(cluster.config) * 1000 + (isLeader ? 0 : 500));
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
    const { config } = this.keys.read();
    const { state, role, pendingRestartReason, position } = this.managed;
    const record = memberRecord({
      connUrl: this.identity.connUrl,
      apiUrl: this.identity.apiUrl,
      state,
      role,
      awaitsCheckpoint: this.leadership.awaitsCheckpoint,
      tags: this.optOut.tags,
      pendingRestartReason,
      position,
      paused: GlobalConfig.isPaused(config),
    });
    this.lock.touch(record, GlobalConfig.ttlSeconds(config));
  }
}
