import type { Clock } from '../clock';
import { namespacePrefix, parseKey } from '../dcs/keys';
import type { MemoryStore } from '../dcs/memory-store';
import type { StoreWatch } from '../dcs/store';
import type { MemberApi } from '../operations/member-api';
import type * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import { PRACTICE_NAMESPACE } from './cluster-keys';
import type { ClusterDefinition } from './cluster-definition';
import { PRACTICE_CLUSTERS } from './clusters';
import type { ClusterFaults, MemberFault } from './faults';
import { HerdLife } from './herd-life';
import type { MemberLoop } from './member-loop';
import { PracticeApi } from './practice-api/practice-api';
import { PracticeCluster } from './practice-cluster';
import { rehearsalOf, rehearsalScope } from './rehearsal';
import type { Random } from './random';

export interface HerdOptions {
  readonly clusters?: readonly ClusterDefinition[];
  /** Whether things happen by themselves: loads, restarts, changes of leader. They do unless told. */
  readonly life?: boolean;
}

/**
 * The practice herd: simulated members that run Patroni's loop on a store in memory and write below `/service` what
 * Patroni 4.1.5 writes. Nothing in it is real; everything about the leader lock is as in a real cluster.
 */
export class PracticeHerd {
  /** The members' REST API. */
  readonly api: MemberApi;
  private clusters: readonly PracticeCluster[];
  private readonly life: HerdLife | null;
  private watch: StoreWatch | null = null;
  private storeIsAway = false;
  private readonly make: (definition: ClusterDefinition) => PracticeCluster;

  constructor(
    private readonly store: MemoryStore,
    clock: Clock,
    private readonly random: Random,
    options: HerdOptions = {},
  ) {
    this.api = new PracticeApi(clock, () =>
      this.clusters.flatMap((cluster) => cluster.members.map((member) => cluster.rest(member))),
    );
    const find = (scope: string): PracticeCluster | null =>
      this.clusters.find(({ definition }) => definition.scope === scope) ?? null;
    this.make = (definition) =>
      new PracticeCluster(definition, store, clock, random.fork(), find, () => this.storeIsAway);
    this.clusters = (options.clusters ?? PRACTICE_CLUSTERS).map(this.make);
    this.life = options.life === false ? null : new HerdLife(this.clusters, clock, random.fork());
  }

  /** Fills the store at once with a herd that has been up for a while, and lets it live from there. */
  start(): void {
    for (const cluster of this.clusters) cluster.populate();
    this.watchStore();
    this.stagger();
    this.life?.start();
  }

  /** Ends everything without a trace in the store: sessions run out on their own. */
  stop(): void {
    this.watch?.close();
    this.watch = null;
    this.life?.stop();
    for (const cluster of this.clusters) for (const member of cluster.members) member.halt();
  }

  /** A member's machine goes down at once. Throws for an unknown member, as all of these do. */
  kill(member: string): void {
    this.find(member).member.kill();
  }

  /** Starts a member that was killed. */
  revive(member: string): void {
    this.find(member).member.start();
  }

  /** Restarts a replica's PostgreSQL. */
  restart(member: string): void {
    this.find(member).member.restart();
  }

  /** The primary writes `bytes` at once and this replica stays so far behind; 0 lets it have all. */
  setLag(member: string, bytes: number): void {
    const found = this.find(member);
    found.cluster.fallBehind(found.member, { receive: bytes, replay: bytes }, bytes > 0);
  }

  /** Asks the leader to hand over to the candidate, as `patronictl switchover` does through the REST API. */
  switchover(leader: string, candidate: string): void {
    const { cluster, member } = this.find(leader);
    cluster.keys.writeJson('failover', { leader, member: candidate });
    member.wake(100);
  }

  /** Maintenance mode of a scope, all groups of it: on, or off again. Throws for an unknown scope. */
  pause(scope: string, on = true): void {
    const clusters = this.clusters.filter(({ definition }) => definition.scope === scope);
    if (clusters.length === 0) throw new Error(`The practice herd has no cluster ${scope}.`);
    for (const { keys } of clusters) {
      const rest = Object.entries(keys.read().config?.data ?? {}).filter(([name]) => name !== 'pause');
      keys.writeJson('config', Object.fromEntries(on ? [...rest, ['pause', true]] : rest));
    }
  }

  /**
   * Clones a cluster into the herd as it is, all groups of it, in place of an earlier clone; the answer is the clone's scope. It lives from
   * there by itself, as all of the herd does, but nothing happens to it that nobody asked for.
   */
  rehearse(
    scope: string,
    groups: readonly { readonly group: number | null; readonly cluster: Cluster.Cluster }[],
  ): string {
    const name = rehearsalScope(scope);
    const isClone = ({ definition }: PracticeCluster): boolean => definition.scope === name;
    for (const earlier of this.clusters.filter(isClone)) {
      for (const member of earlier.members) member.halt();
      for (const { key } of this.store.list(earlier.keys.prefix)) this.store.delete(key);
    }
    const made = groups.map(({ cluster, group }) => this.make(rehearsalOf(scope, group, cluster)));
    this.clusters = [...this.clusters.filter((one) => !isClone(one)), ...made];
    for (const cluster of made) {
      cluster.populate();
      for (const member of cluster.members) member.wake(this.jitter());
    }
    return name;
  }

  /** What is the matter with a scope, group by group; empty for one that is not of the herd. */
  faults(scope: string): readonly ClusterFaults[] {
    return this.clusters.filter(({ definition }) => definition.scope === scope).map((cluster) => cluster.faults());
  }

  /** Does something to a member of a scope, or takes it back; false for a member that there is not. */
  inject(scope: string, member: string, fault: MemberFault, on: boolean): boolean {
    for (const cluster of this.clusters) {
      const found = cluster.definition.scope === scope ? cluster.member(member) : null;
      if (found === null) continue;
      cluster.inject(found, fault, on);
      return true;
    }
    return false;
  }

  /** Sends the reader of a permanent slot away, or calls it back. */
  holdSlot(scope: string, group: number | null, on: boolean): void {
    const is = ({ definition }: PracticeCluster): boolean => definition.scope === scope && definition.group === group;
    this.clusters.find(is)?.holdSlot(on);
  }

  /** Whether the store answers nobody. */
  get isStoreAway(): boolean {
    return this.storeIsAway;
  }

  /** Takes the store away from all members, or brings it back; sessions stand still meanwhile, as while etcd is down. */
  setStoreAway(on: boolean): void {
    if (this.storeIsAway === on) return;
    this.storeIsAway = on;
    this.store.holdSessions(on);
    if (!on) for (const { members } of this.clusters) for (const member of members) member.wake(this.jitter());
  }

  private find(name: string): { readonly cluster: PracticeCluster; readonly member: MemberLoop } {
    for (const cluster of this.clusters) {
      const member = cluster.member(name);
      if (member !== null) return { cluster, member };
    }
    throw new Error(`The practice herd has no member ${name}.`);
  }

  private jitter(): number {
    return this.random.between(50, 1_500);
  }

  /** The clusters do their rounds one after the other, not all at once. */
  private stagger(): void {
    for (const [index, { keys, members }] of this.clusters.entries()) {
      const loopMs = GlobalConfig.loopWaitSeconds(keys.read().config) * 1000;
      for (const member of members) member.wake(((index + 1) * loopMs) / (this.clusters.length + 1));
    }
  }

  private watchStore(): void {
    const from = (BigInt(this.store.revision) + 1n).toString();
    this.watch = this.store.watch(namespacePrefix(PRACTICE_NAMESPACE), from, {
      onReady: () => undefined,
      onBatch: ({ changes }) => {
        for (const change of changes) this.wakeFor(change.kind === 'put' ? change.node.key : change.key);
      },
      // Only a store that forgets faster than it tells can end it: begin again from now.
      onEnd: () => this.watchStore(),
    });
  }

  private wakeFor(key: string): void {
    const path = parseKey(PRACTICE_NAMESPACE, key);
    if (path === null) return;
    for (const cluster of this.clusters) {
      const { scope, group } = cluster.definition;
      if (scope === path.scope && group === path.group) cluster.wakeFor(path.relative);
    }
  }
}
