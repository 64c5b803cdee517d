import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import * as SyncState from '../cluster/sync-state';
import type { Leader } from '../cluster/leader';
import type { Clock } from '../clock';
import type { JsonObject } from '../json';
import { sameData } from '../same-data';
import { compareText } from '../text';
import { DcsError } from './dcs-error';
import { COORDINATOR_GROUP, type DcsOptions, type DcsTimes, DEFAULT_TIMES } from './dcs-options';
import { DcsPaths } from './dcs-paths';
import { pythonJson } from './python-json';
import { RetainedSlots } from './retained-slots';

/** Positions or URLs by name, in an order that stays. */
export type Named<T> = readonly (readonly [name: string, value: T])[];

/** What /status says: the leader's position and its slots', in bytes. What is left out or null stays as it is known, or is not told. */
export interface StatusValue {
  readonly optime: number;
  readonly slots?: Named<number> | null;
  readonly retainSlots?: readonly string[] | null;
}

/**
 * A cluster in a store as a member of it, or one who manages it, reads and writes it. What is the same in every store is here; the
 * rest is what a kind of store must give (`patroni/dcs: AbstractDCS`).
 *
 * `false` means that a condition did not hold and nothing was changed. Where the store could not be asked, or its answer was lost,
 * a `DcsError` is thrown, by each method alike: Patroni answers False to both in some of them.
 */
export abstract class AbstractDCS extends DcsPaths {
  /** In seconds. */
  #times: DcsTimes;
  #cluster: Cluster.Cluster | null = null;
  /** In milliseconds since 1970. */
  #clusterValidTill = 0;
  #lastSeen = 0;
  #lastStatus: {
    readonly optime: number | null;
    readonly slots: Named<number>;
    readonly retainSlots: readonly string[];
  } = { optime: null, slots: [], retainSlots: [] };
  #lastOptime: number | null = null;
  #lastFailsafe: Named<string> | null = [];
  readonly #retained = new RetainedSlots();

  constructor(
    options: DcsOptions,
    protected readonly clock: Clock,
  ) {
    super(options);
    this.#times = {
      ttl: options.ttl ?? DEFAULT_TIMES.ttl,
      loopWait: options.loopWait ?? DEFAULT_TIMES.loopWait,
      retryTimeout: options.retryTimeout ?? DEFAULT_TIMES.retryTimeout,
    };
  }

  // What a kind of store must give

  /** Reads the plain cluster or a group. `patroni/dcs: AbstractDCS._postgresql_cluster_loader`. */
  protected abstract loadCluster(group: number | null): Promise<Cluster.Cluster>;
  /** Reads the coordinator with all its workers. `patroni/dcs: AbstractDCS._mpp_cluster_loader`. */
  protected abstract loadMppCluster(): Promise<Cluster.Cluster>;
  /** Keeps the lock if it is ours. `patroni/dcs: AbstractDCS._update_leader`. */
  protected abstract keepLeader(leader: Leader): Promise<boolean>;
  /** Gives the lock up if it is ours. `patroni/dcs: AbstractDCS._delete_leader`. */
  protected abstract dropLeader(leader: Leader): Promise<boolean>;
  /** `patroni/dcs: AbstractDCS._write_status`. */
  protected abstract putStatus(value: string): Promise<boolean>;
  /** `patroni/dcs: AbstractDCS._write_leader_optime`. */
  protected abstract putLeaderOptime(value: string): Promise<boolean>;
  /** `patroni/dcs: AbstractDCS._write_failsafe`. */
  protected abstract putFailsafe(value: string): Promise<boolean>;
  /** Called when the TTL has changed: sessions with the old one are of no use. */
  protected abstract ttlChanged(): void;

  /** Takes the lock if nobody has it; who had it keeps it. `patroni/dcs: AbstractDCS.attempt_to_acquire_leader`. */
  abstract attemptToAcquireLeader(): Promise<boolean>;
  /** Takes the lock whoever has it: for the first start of a cluster. `patroni/dcs: AbstractDCS.take_leader`. */
  abstract takeLeader(): Promise<boolean>;
  /**
   * The race for who makes a new cluster: one wins. With `createNew` false, the winner writes the system identifier.
   * `patroni/dcs: AbstractDCS.initialize`.
   */
  abstract initialize(createNew?: boolean, sysid?: string): Promise<boolean>;
  /** `patroni/dcs: AbstractDCS.cancel_initialization`. */
  abstract cancelInitialization(): Promise<boolean>;
  /** Writes our own key, unless it says the same already. `patroni/dcs: AbstractDCS.touch_member`. */
  abstract touchMember(data: JsonObject): Promise<boolean>;
  /** Sets /failover, where `version` is given only if it is still that one. `patroni/dcs: AbstractDCS.set_failover_value`. */
  abstract setFailoverValue(value: string, version?: string | null): Promise<boolean>;
  /** Sets /config in the same way. `patroni/dcs: AbstractDCS.set_config_value`. */
  abstract setConfigValue(value: string, version?: string | null): Promise<boolean>;
  /** `patroni/dcs: AbstractDCS.set_history_value`. */
  abstract setHistoryValue(value: string): Promise<boolean>;
  /** Sets /sync in the same way; the answer is its new version, or false. `patroni/dcs: AbstractDCS.set_sync_state_value`. */
  abstract setSyncStateValue(value: string, version?: string | null): Promise<string | false>;
  /** `patroni/dcs: AbstractDCS.delete_sync_state`. */
  abstract deleteSyncState(version?: string | null): Promise<boolean>;
  /** Removes every key of the cluster, or of its group, and none of another. `patroni/dcs: AbstractDCS.delete_cluster`. */
  abstract deleteCluster(): Promise<boolean>;
  /**
   * Waits at most so many seconds for something that makes the next round due; true when there was something. `leaderVersion` is
   * null for one who knows no leader. `patroni/dcs: AbstractDCS.watch`.
   */
  abstract watch(leaderVersion: string | null, timeoutSeconds: number): Promise<boolean>;

  // Times

  /** How long a lock outlives its holder, in seconds. `patroni/dcs: AbstractDCS.ttl`. */
  get ttl(): number {
    return this.#times.ttl;
  }

  /** The pause between two rounds, in seconds. `patroni/dcs: AbstractDCS.loop_wait`, `patroni/dcs: AbstractDCS._set_loop_wait`. */
  get loopWait(): number {
    return this.#times.loopWait;
  }

  /** How long something is tried again while the store is away, in seconds (`patroni/dcs/__init__.py: set_retry_timeout`). */
  get retryTimeout(): number {
    return this.#times.retryTimeout;
  }

  /** Takes other times. `patroni/dcs: AbstractDCS.reload_config`. */
  reloadConfig(times: DcsTimes): void {
    const isOther = times.ttl !== this.#times.ttl;
    this.#times = { ttl: times.ttl, loopWait: times.loopWait, retryTimeout: times.retryTimeout };
    if (isOther) this.ttlChanged();
  }

  /** When the store was last read, in seconds since 1970; 0 for never. `patroni/dcs: AbstractDCS.last_seen`. */
  get lastSeen(): number {
    return this.#lastSeen;
  }

  // Reading

  /**
   * A fresh picture; of an MPP cluster's coordinator one with all workers.
   * `patroni/dcs: AbstractDCS.get_cluster`, `patroni/dcs: AbstractDCS._load_cluster`, `patroni/dcs: AbstractDCS.__get_postgresql_cluster`.
   */
  async getCluster(): Promise<Cluster.Cluster> {
    let cluster: Cluster.Cluster;
    try {
      cluster = await (this.isMppCoordinator() ? this.loadMppCluster() : this.loadCluster(this.mpp?.group ?? null));
    } catch (error) {
      this.resetCluster();
      throw error;
    }
    this.#cluster = cluster;
    this.#clusterValidTill = this.clock.now() + this.ttl * 1000;
    this.#lastSeen = Math.floor(this.clock.now() / 1000);
    const { lastLsn, slots, retainSlots } = cluster.status;
    this.#lastStatus = { optime: lastLsn, slots: slots ?? [], retainSlots };
    this.#lastFailsafe = cluster.failsafe;
    return cluster;
  }

  /** The coordinator's group as a worker sees it; null when it cannot be read. `patroni/dcs: AbstractDCS.get_mpp_coordinator`. */
  async getMppCoordinator(): Promise<Cluster.Cluster | null> {
    try {
      return await this.loadCluster(COORDINATOR_GROUP);
    } catch (error) {
      if (error instanceof DcsError) return null;
      throw error;
    }
  }

  /** `patroni/dcs: AbstractDCS.is_mpp_coordinator`. */
  isMppCoordinator(): boolean {
    return this.mpp?.group === COORDINATOR_GROUP;
  }

  /** The last picture, null when it is older than the TTL or there is none. `patroni/dcs: AbstractDCS.cluster`. */
  get cluster(): Cluster.Cluster | null {
    return this.#clusterValidTill > this.clock.now() ? this.#cluster : null;
  }

  /** Forgets the last picture. */
  resetCluster(): void {
    this.#cluster = null;
    this.#clusterValidTill = 0;
  }

  /** The members of /failsafe as they were last read or written. `patroni/dcs: AbstractDCS.failsafe`. */
  get failsafe(): Named<string> | null {
    return this.#lastFailsafe;
  }

  // The leader

  /** As `attemptToAcquireLeader`; a new leader keeps the slots of members that went away for their whole time again. */
  async acquireLeaderLock(): Promise<boolean> {
    const acquired = await this.attemptToAcquireLeader();
    if (acquired) this.#retained.reset(this.#lastStatus.retainSlots, this.clock.now());
    return acquired;
  }

  /**
   * Keeps the lock of the leader in this picture, if we are it, and then writes /status and /failsafe. Whether the lock is ours
   * is the answer: a store that fails at the other two is asked again in the next round.
   * `patroni/dcs: AbstractDCS.update_leader`.
   */
  async updateLeader(
    cluster: Cluster.Cluster,
    lastLsn: number | null,
    slots: Named<number> | null = null,
    failsafe: Named<string> | null = null,
  ): Promise<boolean> {
    if (cluster.leader === null || !(await this.keepLeader(cluster.leader))) return false;
    if (lastLsn !== null && lastLsn !== 0) {
      const names = (slots ?? []).map(([name]) => name);
      const retainSlots = this.#retained.update(cluster, this.name, names, this.clock.now());
      await orLater(this.writeStatus({ optime: lastLsn, slots: slots ?? [], retainSlots }));
    }
    if (failsafe !== null) await orLater(this.writeFailsafe(failsafe));
    return true;
  }

  /** Writes the last position and gives the lock up, if it is ours. `patroni/dcs: AbstractDCS.delete_leader`. */
  async deleteLeader(leader: Leader | null, lastLsn: number | null = null): Promise<boolean> {
    if (lastLsn !== null && lastLsn !== 0) await orLater(this.writeStatus({ optime: lastLsn }));
    return leader !== null && (await this.dropLeader(leader));
  }

  // Writing

  /** Writes the position alone. `patroni/dcs: AbstractDCS.write_leader_optime`. */
  writeLeaderOptime(lastLsn: number): Promise<void> {
    return this.writeStatus({ optime: lastLsn });
  }

  /**
   * Writes /status if it says something else, and /optime/leader for members before Patroni 2.1.
   * `patroni/dcs: AbstractDCS.write_status`.
   */
  async writeStatus(value: StatusValue): Promise<void> {
    const last = this.#lastStatus;
    const status = {
      optime: value.optime,
      slots: value.slots === undefined ? last.slots : (value.slots ?? []),
      retainSlots: value.retainSlots === undefined ? last.retainSlots : (value.retainSlots ?? []),
    };
    const same =
      last.optime === status.optime &&
      sameData(last.retainSlots, status.retainSlots) &&
      sameData(Object.fromEntries(last.slots), Object.fromEntries(status.slots));
    if (!same && (await this.putStatus(statusJson(status)))) this.#lastStatus = status;
    const oldest = this.cluster === null ? null : Cluster.minVersion(this.cluster);
    const isOld = oldest !== null && Member.compareVersions(oldest, [2, 1, 0]) < 0;
    if (isOld && this.#lastOptime !== value.optime) {
      this.#lastOptime = value.optime;
      await this.putLeaderOptime(String(value.optime));
    }
  }

  /** Writes /failsafe if it says something else. `patroni/dcs: AbstractDCS.write_failsafe`. */
  async writeFailsafe(value: Named<string>): Promise<void> {
    const last = this.#lastFailsafe;
    if (last !== null && sameData(Object.fromEntries(last), Object.fromEntries(value))) return;
    if (await this.putFailsafe(pythonJson(new Map(value)))) this.#lastFailsafe = value;
  }

  /**
   * Asks for a failover or, with `leader`, a switchover; `scheduledAt` is ISO 8601 with a zone. Without anything it takes a request back.
   * `patroni/dcs: AbstractDCS.manual_failover`.
   */
  manualFailover(
    leader: string | null,
    candidate: string | null,
    scheduledAt: string | null = null,
    version: string | null = null,
  ): Promise<boolean> {
    const value = {
      ...(leader ? { leader } : {}),
      ...(candidate ? { member: candidate } : {}),
      ...(scheduledAt ? { scheduled_at: pythonInstant(scheduledAt) } : {}),
    };
    return this.setFailoverValue(pythonJson(value), version);
  }

  /** What /sync is to say. `patroni/dcs: AbstractDCS.sync_state`. */
  static syncState(leader: string | null, syncStandby: Iterable<string> | null, quorum: number | null): JsonObject {
    const names = [...(syncStandby ?? [])].sort(compareText);
    return { leader, quorum, sync_standby: names.length === 0 ? null : names.join(',') };
  }

  /** Writes /sync; the answer is what it says now, null when it was another version. `patroni/dcs: AbstractDCS.write_sync_state`. */
  async writeSyncState(
    leader: string | null,
    syncStandby: Iterable<string> | null,
    quorum: number | null,
    version: string | null = null,
  ): Promise<SyncState.SyncState | null> {
    const value = pythonJson(AbstractDCS.syncState(leader, syncStandby, quorum));
    const written = await this.setSyncStateValue(value, version);
    return written === false ? null : SyncState.fromNode(written, value);
  }
}

/** A write that may fail now and is made again in the next round. */
async function orLater(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof DcsError)) throw error;
  }
}

function statusJson({ optime, slots, retainSlots }: Required<StatusValue>): string {
  return pythonJson(
    new Map<string, number | readonly string[] | ReadonlyMap<string, number>>([
      ['optime', optime],
      ...(slots === null || slots.length === 0 ? [] : [['slots', new Map(slots)] as const]),
      ...(retainSlots === null || retainSlots.length === 0 ? [] : [['retain_slots', retainSlots] as const]),
    ]),
  );
}

/** An instant as Python's `isoformat` writes it: +00:00 for UTC, and a fraction of six digits if any. */
function pythonInstant(iso: string): string {
  return iso
    .replace(/Z$/i, '+00:00')
    .replace(/\.(\d+)/, (_, digits: string) => (/^0*$/.test(digits) ? '' : `.${digits.padEnd(6, '0').slice(0, 6)}`));
}
