import { assertNever } from '../assert-never';
import type { Clock } from '../clock';
import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import type { ClusterKeys } from './cluster-keys';
import { answerFailoverRequest } from './failover-request';
import { LeaderKeys } from './leader-keys';
import { requestedFailover } from './leader-race';
import { LeaderSync } from './leader-sync';
import type { ManagedServer } from './managed-server';
import type { MemberIdentity } from './member-identity';
import type { MemberLock } from './member-lock';
import type { Network } from './network';
import type { Timers } from './timers';

/** How long the checkpoint after a promotion takes. */
const CHECKPOINT_MS = 250;

/** What a member does once the leader lock is its own: promotes, keeps the cluster's keys, and hands over when it is asked to. */
export class Leadership {
  private leads = false;
  /** It holds the lock and PostgreSQL has not made the checkpoint yet that follows a promotion. */
  private needsCheckpoint = true;
  private readonly leaderKeys: LeaderKeys;
  private readonly sync: LeaderSync;
  private readonly name: string;

  constructor(
    identity: MemberIdentity,
    private readonly managed: ManagedServer,
    private readonly lock: MemberLock,
    private readonly keys: ClusterKeys,
    private readonly network: Network,
    private readonly timers: Timers,
    private readonly clock: Clock,
    /** Asks for a round at once. */
    private readonly wakeNow: () => void,
  ) {
    this.name = identity.name;
    this.leaderKeys = new LeaderKeys(keys, identity.name, identity.apiUrl, managed.server);
    this.sync = new LeaderSync(identity.name, managed.server, keys, network, timers, clock);
  }

  /** Whether it takes itself for the leader. */
  get isLeader(): boolean {
    return this.leads;
  }

  /** Whether its key is to say that the checkpoint after the promotion is not made yet. */
  get awaitsCheckpoint(): boolean {
    return this.leads && this.needsCheckpoint;
  }

  /** Has led for long; with `inherits`, slots and synchronous standbys are those that the keys tell. */
  settle(role: 'primary' | 'standby_leader', inherits: boolean): void {
    this.leads = true;
    // The leader of a standby cluster never makes the checkpoint: its PostgreSQL is no primary.
    this.needsCheckpoint = role !== 'primary';
    this.lock.acquire(GlobalConfig.ttlSeconds(this.keys.read().config));
    if (!inherits) return;
    const cluster = this.keys.read();
    this.leaderKeys.inherit(cluster, this.clock.now());
    this.sync.settle(cluster);
  }

  /** Does not lead, or not any more. */
  end(): void {
    this.leads = false;
    this.sync.end();
  }

  /** The process ends, and with it all that it remembers. */
  forget(): void {
    this.leads = false;
    this.sync.forget();
  }

  /** Keeps the lock while something is being done to PostgreSQL. */
  keep(cluster: Cluster.Cluster): void {
    this.leads = this.lock.keep(cluster, GlobalConfig.ttlSeconds(cluster.config));
    if (!this.leads) this.end();
  }

  /** Takes the lock that nobody has, and PostgreSQL with it (`Ha.process_unhealthy_cluster`, after the race). */
  takeOver(cluster: Cluster.Cluster): void {
    if (!this.lock.acquire(GlobalConfig.ttlSeconds(cluster.config))) return;
    this.leads = true;
    if (requestedFailover(cluster) !== null) this.keys.write('failover', '{}');
    this.leaderKeys.inherit(cluster, this.clock.now());
    if (GlobalConfig.isStandbyCluster(cluster.config)) this.leadStandbyCluster();
    else if (this.managed.server.isPrimary) this.managed.role = 'primary';
    else this.promote(this.keys.read());
  }

  /** A round of the leader (`Ha.process_healthy_cluster`). */
  round(cluster: Cluster.Cluster): void {
    this.keep(cluster);
    if (!this.leads) return this.managed.demoteAtOnce();
    const { server } = this.managed;
    const standbys = this.network.standbysOf(this.name);
    const { position } = server;
    const readPermanent = (slot: string): number | null => this.network.readPermanentSlot(slot, position);
    this.leaderKeys.writeStatus(cluster, this.clock.now(), standbys, readPermanent);
    if (this.answerFailoverRequest(cluster)) return;
    if (GlobalConfig.isStandbyCluster(cluster.config)) return this.leadStandbyCluster();
    if (!server.isPrimary) return this.promote(cluster);
    this.managed.role = 'primary';
    this.sync.update(cluster);
    this.leaderKeys.writeHistory(cluster);
    if (this.needsCheckpoint) {
      this.timers.after(CHECKPOINT_MS, () => {
        this.needsCheckpoint = false;
        this.wakeNow();
      });
    }
  }

  /** Names the standbys in /sync that PostgreSQL treats as synchronous by now. */
  confirmSync(): void {
    if (this.leads) this.sync.confirm();
  }

  /** Leader of a standby cluster: a standby itself, of a server outside. */
  private leadStandbyCluster(): void {
    const remote = this.network.remote();
    this.managed.role = 'standby_leader';
    this.needsCheckpoint = true;
    this.managed.follow(remote, remote);
  }

  private promote(cluster: Cluster.Cluster): void {
    if (!this.sync.prepare(cluster)) return;
    this.needsCheckpoint = true;
    this.managed.promote();
  }

  /** True when it steps down now. */
  private answerFailoverRequest(cluster: Cluster.Cluster): boolean {
    const me = { name: this.name, isPrimary: this.managed.server.isPrimary };
    const answer = answerFailoverRequest(cluster, me, this.clock.now(), this.network.ask);
    switch (answer.kind) {
      case 'nothing':
        return false;
      case 'wait':
        this.timers.after(answer.ms, this.wakeNow);
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
    this.end();
    if (!this.network.reachesStore()) return;
    if (Cluster.leaderName(this.keys.read()) !== this.name) return;
    this.leaderKeys.writeLastPosition(end);
    this.lock.release();
  }
}
