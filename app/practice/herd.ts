import type { Clock } from '../clock';
import { namespacePrefix, parseKey } from '../dcs/keys';
import type { MemoryStore } from '../dcs/memory-store';
import type { StoreWatch } from '../dcs/store';
import * as GlobalConfig from '../cluster/global-config';
import { PRACTICE_NAMESPACE } from './cluster-keys';
import type { ClusterDefinition } from './cluster-definition';
import { PRACTICE_CLUSTERS } from './clusters';
import { HerdLife } from './herd-life';
import type { MemberLoop } from './member-loop';
import { PracticeCluster } from './practice-cluster';
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
  private readonly clusters: readonly PracticeCluster[];
  private readonly life: HerdLife | null;
  private watch: StoreWatch | null = null;

  constructor(
    private readonly store: MemoryStore,
    clock: Clock,
    random: Random,
    options: HerdOptions = {},
  ) {
    const find = (scope: string): PracticeCluster | null =>
      this.clusters.find(({ definition }) => definition.scope === scope) ?? null;
    this.clusters = (options.clusters ?? PRACTICE_CLUSTERS).map(
      (definition) => new PracticeCluster(definition, store, clock, random.fork(), find),
    );
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

  private find(name: string): { readonly cluster: PracticeCluster; readonly member: MemberLoop } {
    for (const cluster of this.clusters) {
      const member = cluster.member(name);
      if (member !== null) return { cluster, member };
    }
    throw new Error(`The practice herd has no member ${name}.`);
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
