import { assertNever } from '../assert-never';
import type { Clock } from '../clock';
import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as SyncState from '../cluster/sync-state';
import * as Tags from '../cluster/tags';
import type { JsonObject } from '../json';
import type { ClusterKeys } from './cluster-keys';
import { answerFailoverRequest } from './failover-request';
import { LeaderKeys } from './leader-keys';
import { isHealthiest, requestedFailover, type AskPeer, type PeerStatus } from './leader-race';
import { ManagedServer } from './managed-server';
import { MemberLock } from './member-lock';
import { memberRecord } from './member-record';
import type { PostgresSimulation } from './postgres-simulation';
import type { Random } from './random';
import { confirmSync, resetSync, updateSync, type StreamingStandby } from './sync-replication';
import { Timers } from './timers';

/** Who a member is. */
export interface MemberIdentity {
  readonly name: string;
  readonly connUrl: string;
  readonly apiUrl: string;
  readonly tags: JsonObject;
  readonly pendingRestartReason: JsonObject | null;
}

/** What a member reaches over the network besides the store. */
export interface Network {
  readonly ask: AskPeer;
  /** PostgreSQL of a member of the same cluster; null for an unknown name. */
  server(name: string): PostgresSimulation | null;
  /** What the leader of a standby cluster replicates from; null when it cannot be reached. */
  remote(): PostgresSimulation | null;
  /** The standbys that stream from a member directly. */
  standbysOf(name: string): StreamingStandby[];
  /** Where the reader of a permanent slot is, given the leader's position. */
  readPermanentSlot(slot: string, position: number): number | null;
}

/** How long the checkpoint after a promotion takes. */
const CHECKPOINT_MS = 250;
/** How long PostgreSQL takes to treat a new standby as synchronous, as Patroni sees it. */
const SYNC_MS = 2_000;

/**
 * One member: Patroni's loop (`patroni/ha.py`) around a simulated PostgreSQL. Everything that the members agree on goes
 * through the store, as it does in a real cluster; what one does to another is only what the network allows.
 */
export class MemberLoop {
  readonly managed: ManagedServer;
  private isUp = false;
  private isLeader = false;
  /** It holds the lock and PostgreSQL has not made the checkpoint yet that follows a promotion. */
  private awaitsCheckpoint = true;
  /** It asks not to be synchronous for now (`Ha._disable_sync`). */
  private syncDisabled = false;
  private readonly lock: MemberLock;
  private readonly leaderKeys: LeaderKeys;
  private readonly timers: Timers;
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
    const { name, apiUrl, pendingRestartReason } = identity;
    this.lock = new MemberLock(keys, name);
    this.leaderKeys = new LeaderKeys(keys, name, apiUrl, server);
    this.timers = new Timers(clock);
    const keeper = { changed: () => this.touch(), finished: () => this.finish() };
    this.managed = new ManagedServer(name, server, pendingRestartReason, keeper, this.timers, clock, random);
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
    return this.peerStatus();
  }

  /** Puts the member where it would be after some time of running; `round` starts it. */
  settle(role: 'primary' | 'standby_leader' | 'replica'): void {
    this.isUp = true;
    this.managed.settle(role);
    this.isLeader = role !== 'replica';
    // The leader of a standby cluster never makes the checkpoint: its PostgreSQL is no primary.
    this.awaitsCheckpoint = role !== 'primary';
    if (this.isLeader) this.lock.acquire(GlobalConfig.ttlSeconds(this.keys.read().config));
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
    this.isLeader = false;
    this.syncDisabled = false;
    this.lock.forget();
    this.timers.clear();
    this.nextRound?.cancel();
    this.nextRound = null;
  }

  /** Stops a replica's PostgreSQL and Patroni in order, as `systemctl stop patroni` does (`Ha.shutdown`). */
  stop(): void {
    if (!this.isSettled || this.isLeader) return;
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
    if (!this.isLeader || !this.server.isPrimary) return;
    confirmSync(this.keys, this.name, this.network.standbysOf(this.name));
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

    if (this.managed.isBusy) {
      if (this.holdsLock(cluster)) this.isLeader = this.keepLock(cluster);
    } else if (!this.server.running) {
      this.roundWithoutServer(cluster);
    } else if (Cluster.isUnlocked(cluster)) {
      this.roundWithoutLeader(cluster);
    } else if (this.holdsLock(cluster)) {
      this.roundAsLeader(cluster);
    } else {
      this.roundAsFollower(cluster);
    }
    this.touch();
    // Replicas wait half a second longer, to be woken by the leader's /status first (`Etcd3.watch`).
    this.wake(GlobalConfig.loopWaitSeconds(cluster.config) * 1000 + (this.isLeader ? 0 : 500));
  }

  private roundWithoutServer(cluster: Cluster.Cluster): void {
    this.isLeader = false;
    if (GlobalConfig.isPaused(cluster.config)) {
      // In pause Patroni does not start PostgreSQL.
      if (this.holdsLock(cluster)) this.lock.release();
      return;
    }
    const isCrashedLeader = this.holdsLock(cluster) && !this.server.inRecovery;
    const leader = this.network.server(Cluster.leaderName(cluster) ?? '');
    this.managed.start(isCrashedLeader ? 'primary' : 'standby', leader);
  }

  /** `Ha.process_unhealthy_cluster`. */
  private roundWithoutLeader(cluster: Cluster.Cluster): void {
    this.isLeader = false;
    if (!isHealthiest(cluster, this.name, this.peerStatus(), this.network.ask)) return;
    if (!this.lock.acquire(GlobalConfig.ttlSeconds(cluster.config))) return;
    this.isLeader = true;
    if (requestedFailover(cluster) !== null) this.keys.write('failover', '{}');
    this.leaderKeys.inherit(cluster, this.clock.now());
    if (GlobalConfig.isStandbyCluster(cluster.config)) this.leadStandbyCluster();
    else if (this.server.isPrimary) this.managed.role = 'primary';
    else this.promote(this.keys.read());
  }

  /** `Ha.process_healthy_cluster` of the leader. */
  private roundAsLeader(cluster: Cluster.Cluster): void {
    this.isLeader = this.keepLock(cluster);
    if (!this.isLeader) return this.managed.demoteAtOnce();
    const standbys = this.network.standbysOf(this.name);
    const position = this.server.position;
    const readPermanent = (slot: string): number | null => this.network.readPermanentSlot(slot, position);
    this.leaderKeys.writeStatus(cluster, this.clock.now(), standbys, readPermanent);
    if (this.answerFailoverRequest(cluster)) return;
    if (GlobalConfig.isStandbyCluster(cluster.config)) return this.leadStandbyCluster();
    if (!this.server.isPrimary) return this.promote(cluster);
    this.managed.role = 'primary';
    const hasNewStandby = updateSync(this.keys, cluster, this.name, standbys);
    if (hasNewStandby) this.timers.after(SYNC_MS, () => this.confirmSync());
    this.leaderKeys.writeHistory(cluster);
    if (this.awaitsCheckpoint) {
      this.timers.after(CHECKPOINT_MS, () => {
        this.awaitsCheckpoint = false;
        this.wake(0);
      });
    }
  }

  private roundAsFollower(cluster: Cluster.Cluster): void {
    this.isLeader = false;
    if (this.server.isPrimary) return this.managed.demoteAtOnce();
    this.managed.role = 'replica';
    // `Ha._get_node_to_follow`
    const leader = this.network.server(Cluster.leaderName(cluster) ?? '');
    const wanted = Tags.replicatefrom(this.identity.tags);
    const via = wanted !== null && Cluster.getMember(cluster, wanted) !== null ? this.network.server(wanted) : null;
    this.follow(via ?? leader, leader);
  }

  /** Leader of a standby cluster: a standby itself, of a server outside. */
  private leadStandbyCluster(): void {
    const remote = this.network.remote();
    this.managed.role = 'standby_leader';
    this.awaitsCheckpoint = true;
    this.follow(remote, remote);
  }

  private follow(upstream: PostgresSimulation | null, leader: PostgresSimulation | null): void {
    if (upstream !== null) this.server.follow(upstream);
    if (leader !== null && leader.running && this.server.hasDivergedFrom(leader)) this.managed.rewind(leader);
  }

  private promote(cluster: Cluster.Cluster): void {
    if (!resetSync(this.keys, cluster, this.name)) return;
    this.awaitsCheckpoint = true;
    this.managed.promote();
  }

  /** True when it steps down now. */
  private answerFailoverRequest(cluster: Cluster.Cluster): boolean {
    const me = { name: this.name, isPrimary: this.server.isPrimary };
    const answer = answerFailoverRequest(cluster, me, this.clock.now(), this.network.ask);
    switch (answer.kind) {
      case 'nothing':
        return false;
      case 'wait':
        this.timers.after(answer.ms, () => this.wake(0));
        return false;
      case 'clear':
        this.keys.store.compareAndSet(this.keys.key('failover'), answer.version, '{}');
        return false;
      case 'step-down':
        this.managed.stepDown((end) => this.letLockGo(end));
        return true;
      default:
        return assertNever(answer);
    }
  }

  private letLockGo(end: number): void {
    this.isLeader = false;
    if (!this.holdsLock(this.keys.read())) return;
    this.leaderKeys.writeLastPosition(end);
    this.lock.release();
  }

  private finish(): void {
    this.syncDisabled = false;
    this.round();
  }

  private holdsLock(cluster: Cluster.Cluster): boolean {
    return Cluster.leaderName(cluster) === this.name;
  }

  private keepLock(cluster: Cluster.Cluster): boolean {
    return this.lock.keep(cluster, GlobalConfig.ttlSeconds(cluster.config));
  }

  /** Does `run` once the member is not a synchronous standby any more, or after two rounds (`Ha.while_not_sync_standby`). */
  private whileNotSync(run: () => void): void {
    const { config } = this.keys.read();
    if (this.isLeader || !GlobalConfig.isSynchronousMode(config) || Tags.nosync(this.identity.tags)) return run();
    this.syncDisabled = true;
    this.touch();
    let triesLeft = GlobalConfig.loopWaitSeconds(config);
    const attempt = (): void => {
      triesLeft -= 1;
      if (triesLeft > 0 && SyncState.matches(this.keys.read().sync, this.name)) this.timers.after(2_000, attempt);
      else run();
    };
    this.timers.after(100, attempt);
  }

  private touch(): void {
    const { config } = this.keys.read();
    const { state, role, pendingRestartReason, position } = this.managed;
    const record = memberRecord({
      connUrl: this.identity.connUrl,
      apiUrl: this.identity.apiUrl,
      state,
      role,
      awaitsCheckpoint: this.isLeader && this.awaitsCheckpoint,
      tags: { ...this.identity.tags, ...(this.syncDisabled ? { nosync: true, sync_priority: 0 } : {}) },
      pendingRestartReason,
      position,
      paused: GlobalConfig.isPaused(config),
    });
    this.lock.touch(record, GlobalConfig.ttlSeconds(config));
  }

  private peerStatus(): PeerStatus {
    const { running, inRecovery, position, timeline } = this.server;
    return {
      inRecovery: running ? inRecovery : null,
      walPosition: running ? position : 0,
      timeline,
      nofailover: Tags.nofailover(this.identity.tags),
      failoverPriority: Tags.failoverPriority(this.identity.tags),
    };
  }
}
