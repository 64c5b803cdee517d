import type { Clock } from '../clock';
import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as SyncState from '../cluster/sync-state';
import * as Tags from '../cluster/tags';
import type { MemberLoop } from './member-loop';
import type { PracticeCluster } from './practice-cluster';
import type { Random } from './random';
import { Timers } from './timers';

const KIB = 1024;
const SECOND = 1_000;
const MINUTE = 60_000;

/** What happens to the herd by itself: loads that replicas take late, restarts, and now and then another leader. */
export class HerdLife {
  private readonly timers: Timers;

  constructor(
    private readonly clusters: readonly PracticeCluster[],
    clock: Clock,
    private readonly random: Random,
  ) {
    this.timers = new Timers(clock);
  }

  start(): void {
    this.repeat(20 * SECOND, 45 * SECOND, () => this.load());
    this.repeat(2 * MINUTE, 4 * MINUTE, () => this.restart());
    this.repeat(9 * MINUTE, 12 * MINUTE, () => this.changeLeader());
  }

  stop(): void {
    this.timers.clear();
  }

  private repeat(lowMs: number, highMs: number, run: () => void): void {
    this.timers.after(this.random.between(lowMs, highMs), () => {
      run();
      this.repeat(lowMs, highMs, run);
    });
  }

  /** A bulk load; one replica in seven times falls so far behind that it may not become leader. */
  private load(): void {
    const cluster = this.random.pick(this.clusters.filter(isWell));
    const replica = cluster && this.random.pick(replicasOf(cluster));
    if (cluster === undefined || replica === undefined) return;
    const kib = this.random.chance(1 / 7) ? this.random.between(1_100, 1_900) : this.random.between(60, 700);
    const replay = Math.round(kib * KIB);
    cluster.fallBehind(replica, { receive: Math.round(replay * this.random.between(0.6, 1)), replay }, false);
  }

  /** `patronictl restart` of a replica, or its service stopped and started. */
  private restart(): void {
    const cluster = this.random.pick(this.clusters.filter((one) => one.definition.changesLeader && isWell(one)));
    const replica = cluster && this.random.pick(replicasOf(cluster));
    if (replica === undefined) return;
    if (this.random.chance(0.5)) {
      replica.restart();
      return;
    }
    replica.stop();
    this.timers.after(this.random.between(20, 30) * SECOND, () => replica.start());
  }

  /** Mostly a switchover; sometimes the leader's machine fails and comes back. */
  private changeLeader(): void {
    const cluster = this.random.pick(this.clusters.filter((one) => one.definition.changesLeader && isWell(one)));
    const leader = cluster?.leader() ?? null;
    if (cluster === undefined || leader === null) return;
    const { sync } = cluster.keys.read();
    const heirs = replicasOf(cluster).filter(
      (member) =>
        !Tags.nofailover(member.identity.tags) && (SyncState.isEmpty(sync) || SyncState.matches(sync, member.name)),
    );
    const heir = this.random.pick(heirs);
    if (heir === undefined) return;
    if (this.random.chance(0.3)) {
      leader.kill();
      this.timers.after(this.random.between(40, 60) * SECOND, () => leader.start());
      return;
    }
    cluster.keys.writeJson('failover', { leader: leader.name, member: heir.name });
    leader.wake(100);
  }
}

/** Has a leader, everybody runs, and nobody asked for peace. */
function isWell(cluster: PracticeCluster): boolean {
  const now = cluster.keys.read();
  return (
    !GlobalConfig.isPaused(now.config) &&
    !Cluster.isUnlocked(now) &&
    cluster.members.every((member) => member.isSettled) &&
    (now.failover === null || (now.failover.leader === null && now.failover.candidate === null))
  );
}

function replicasOf(cluster: PracticeCluster): MemberLoop[] {
  const leader = cluster.leader();
  return cluster.members.filter((member) => member !== leader && member.server.inRecovery);
}
