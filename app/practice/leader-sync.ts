import type { Clock } from '../clock';
import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as SyncState from '../cluster/sync-state';
import type { ClusterKeys } from './cluster-keys';
import type { Names } from './name-sets';
import type { Network } from './network';
import type { PostgresSimulation } from './postgres-simulation';
import { inheritQuorum, updateQuorum } from './quorum-replication';
import { StandbyNames } from './standby-names';
import { writeSync } from './sync-key';
import { confirmSync, updateSync } from './sync-replication';
import type { Timers } from './timers';

/** How long PostgreSQL takes to treat a new standby as synchronous, as Patroni sees it. */
const SYNC_MS = 2_000;
/** How long Patroni waits in quorum mode before it looks again whether the first standbys have caught up. */
const QUORUM_MS = 1_000;

const NOBODY: Names = new Set();

/** Synchronous replication as the leader runs it, by the mode that the configuration asks for. */
export class LeaderSync {
  private readonly names = new StandbyNames();
  /** When it was first seen as primary since it leads, milliseconds since 1970 (`Ha._promote_timestamp`). */
  private primarySince: number | null = null;

  constructor(
    private readonly name: string,
    private readonly server: PostgresSimulation,
    private readonly keys: ClusterKeys,
    private readonly network: Network,
    private readonly timers: Timers,
    private readonly clock: Clock,
  ) {
    server.commitsWait = () => this.commitsWait();
  }

  /** Fewer of the standbys in synchronous_standby_names stream than must confirm a commit; for long in strict mode alone. */
  private commitsWait(): boolean {
    const { names, count } = this.names;
    if (count === 0) return false;
    return this.network.standbysOf(this.name).filter(({ name }) => names.has(name)).length < count;
  }

  /** A primary's round (`Ha.process_sync_replication`). */
  update(cluster: Cluster.Cluster): void {
    if (GlobalConfig.isQuorumCommitMode(cluster.config)) {
      this.updateInQuorumMode(cluster);
    } else if (GlobalConfig.isSynchronousMode(cluster.config)) {
      const standbys = this.network.standbysOf(this.name);
      const hasNew = updateSync(this.keys, cluster, this.name, standbys, this.server.position, this.names);
      if (hasNew) this.timers.after(SYNC_MS, () => this.confirm());
    } else {
      this.disable(cluster);
    }
  }

  /** Has led for long: PostgreSQL names the standbys that /sync does. */
  settle(cluster: Cluster.Cluster): void {
    const { config, sync } = cluster;
    if (!GlobalConfig.isSynchronousMode(config) || !SyncState.leaderMatches(sync, this.name)) return;
    this.primarySince = 0;
    if (GlobalConfig.isQuorumCommitMode(config)) return inheritQuorum(cluster, this.name, this.names);
    const voters = SyncState.voters(sync);
    this.names.set(new Set(voters), Math.max(voters.length, GlobalConfig.minSynchronousNodes(config)), null);
  }

  /** Before a promotion; false when it has to wait (`Ha.process_sync_replication_prepromote`). */
  prepare(cluster: Cluster.Cluster): boolean {
    const { config, sync } = cluster;
    if (!GlobalConfig.isSynchronousMode(config)) {
      this.disable(cluster);
      return true;
    }
    this.names.set(NOBODY, 0, null);
    if (GlobalConfig.isQuorumCommitMode(config)) {
      if (!SyncState.isEmpty(sync)) inheritQuorum(cluster, this.name, this.names);
      return true;
    }
    // The new leader is the only one that is known to have everything.
    return writeSync(this.keys, sync.version, this.name) !== null;
  }

  /** Names the standbys in /sync that PostgreSQL treats as synchronous by now. */
  confirm(): void {
    const cluster = this.keys.read();
    if (!this.network.reachesStore() || !this.leads(cluster)) return;
    if (GlobalConfig.isQuorumCommitMode(cluster.config)) this.updateQuorum(cluster, this.clock.now());
    else confirmSync(this.keys, this.name, this.network.standbysOf(this.name), this.server.position);
  }

  /** Does not lead any more. */
  end(): void {
    this.primarySince = null;
  }

  /** The process ends; the parameter of PostgreSQL stays. */
  forget(): void {
    this.end();
    this.names.forget();
  }

  private updateInQuorumMode(cluster: Cluster.Cluster): void {
    const now = this.clock.now();
    const loopMs = GlobalConfig.loopWaitSeconds(cluster.config) * 1000;
    // After a promotion the replicas have a round to stream again before the key could lose them.
    if (this.primarySince === null || now - this.primarySince > loopMs) this.updateQuorum(cluster, now);
    this.primarySince ??= now;
  }

  private updateQuorum(cluster: Cluster.Cluster, startedAt: number): void {
    const standbys = this.network.standbysOf(this.name);
    const again = updateQuorum(this.keys, cluster, this.name, standbys, this.server.position, this.names);
    const lastTry = startedAt + GlobalConfig.loopWaitSeconds(cluster.config) * 1000 - QUORUM_MS;
    if (!again || this.clock.now() >= lastTry) return;
    this.timers.after(QUORUM_MS, () => {
      const later = this.keys.read();
      if (this.leads(later) && GlobalConfig.isQuorumCommitMode(later.config)) this.updateQuorum(later, startedAt);
    });
  }

  /** Not in synchronous mode, or not any more (`Ha.disable_synchronous_replication`). */
  private disable({ sync }: Cluster.Cluster): void {
    if (!SyncState.isEmpty(sync)) this.keys.store.compareAndDelete(this.keys.key('sync'), sync.version ?? '0');
    this.names.set(NOBODY, 0, null);
  }

  private leads(cluster: Cluster.Cluster): boolean {
    return this.server.isPrimary && Cluster.leaderName(cluster) === this.name;
  }
}
