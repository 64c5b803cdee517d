import { assertNever } from '../assert-never';
import type { Clock } from '../clock';
import * as Cluster from '../cluster/cluster';
import type { MemoryStore } from '../dcs/memory-store';
import { ClusterKeys } from './cluster-keys';
import type { ClusterDefinition, MemberDefinition } from './cluster-definition';
import { MemberLoop } from './member-loop';
import type { Network } from './network';
import { PostgresSimulation, Workload, type HistoryLine } from './postgres-simulation';
import { instant, type Random } from './random';
import type { StreamingStandby } from './sync-candidates';

/** Finds another cluster of the herd. */
export type FindCluster = (scope: string) => PracticeCluster | null;

/** One PostgreSQL cluster of the practice herd: its members, and the network between them. */
export class PracticeCluster implements Network {
  readonly keys: ClusterKeys;
  readonly members: readonly MemberLoop[];

  constructor(
    readonly definition: ClusterDefinition,
    store: MemoryStore,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly find: FindCluster,
  ) {
    this.keys = new ClusterKeys(store, definition.scope, definition.group);
    const workload = new Workload(definition.walBytesPerSecond, random.fork());
    const history = historyOf(definition, clock.now(), random);
    this.members = definition.members.map((member) => {
      const server = new PostgresSimulation(workload, { lsn: definition.lsn, history });
      return this.makeMember(member, server);
    });
  }

  /** Fills the store with the cluster as it is after some weeks of life. */
  populate(): void {
    const { definition, keys } = this;
    const now = this.clock.now();
    keys.write('initialize', definition.systemId);
    keys.writeJson('config', definition.config);
    const [leader, ...replicas] = this.members;
    if (leader === undefined) return;
    const isStandby = definition.replicatesFrom !== undefined;
    leader.server.start(now, isStandby ? 'standby' : 'primary');
    leader.server.follow(this.remote());
    for (const [index, replica] of replicas.entries()) {
      const replicatefrom = definition.members[index + 1]?.tags?.['replicatefrom'];
      const upstream = (typeof replicatefrom === 'string' ? this.member(replicatefrom) : null) ?? leader;
      replica.server.follow(upstream.server);
      replica.server.start(now, 'standby');
      this.setBack(replica, definition.members[index + 1]);
    }
    // Some moments of streaming, so that nobody stands where nobody could stand.
    for (const member of this.members) member.server.advance(now + 1);
    leader.settle(isStandby ? 'standby_leader' : 'primary');
    for (const replica of replicas) replica.settle('replica');
    for (const member of this.members) member.round();
    // Who is synchronous was settled long ago.
    leader.confirmSync();
  }

  /** The lock's holder; null when nobody holds it or it is nobody of ours. */
  leader(): MemberLoop | null {
    return this.member(Cluster.leaderName(this.keys.read()) ?? '');
  }

  member(name: string): MemberLoop | null {
    return this.members.find((member) => member.name === name) ?? null;
  }

  /** Wakes everybody who waits for the keys that changed (`KVCache._process_event`). */
  wakeFor(relative: string): void {
    if (relative !== 'leader' && relative !== 'config' && relative !== 'status') return;
    const leader = relative === 'status' ? Cluster.leaderName(this.keys.read()) : null;
    for (const member of this.members) if (member.name !== leader) member.wake(this.random.between(20, 120));
  }

  /** A load on the primary of this many bytes that one replica takes late. */
  fallBehind(member: MemberLoop, bytes: { readonly receive: number; readonly replay: number }, held: boolean): void {
    const now = this.clock.now();
    for (const one of this.members) one.server.advance(now);
    member.server.fallBehind(bytes, held);
    const primary = this.members.find((one) => one.server.isPrimary);
    primary?.server.writeBurst(Math.max(bytes.receive, bytes.replay));
  }

  // The network

  readonly ask = (name: string): ReturnType<MemberLoop['status']> => this.member(name)?.status() ?? null;

  server(name: string): PostgresSimulation | null {
    return this.member(name)?.server ?? null;
  }

  remote(): PostgresSimulation | null {
    const { replicatesFrom } = this.definition;
    return replicatesFrom === undefined ? null : (this.find(replicatesFrom)?.leader()?.server ?? null);
  }

  standbysOf(name: string): StreamingStandby[] {
    const from = this.server(name);
    if (from === null) return [];
    const now = this.clock.now();
    return this.members.flatMap(({ name: standby, server }) => {
      server.advance(now);
      return server.isStreamingFrom(from) ? [{ name: standby, receivedLsn: server.received }] : [];
    });
  }

  readPermanentSlot(slot: string, position: number): number | null {
    const readers = this.definition.slotReaders ?? {};
    const reader = Object.hasOwn(readers, slot) ? readers[slot] : undefined;
    if (reader === undefined) return null;
    switch (reader.kind) {
      case 'standby-cluster':
        return this.find(reader.scope)?.leader()?.server.received ?? null;
      case 'away':
        return recordStart(this.definition.lsn - reader.heldBytes);
      case 'every': {
        const sinceMs = this.clock.now() % (reader.seconds * 1000);
        return recordStart(position - (sinceMs / 1000) * this.definition.walBytesPerSecond);
      }
      default:
        return assertNever(reader);
    }
  }

  private makeMember(member: MemberDefinition, server: PostgresSimulation): MemberLoop {
    const identity = {
      name: member.name,
      connUrl: `postgres://${member.host}:5432/postgres`,
      apiUrl: `http://${member.host}:8008/patroni`,
      tags: member.tags ?? {},
      pendingRestartReason: member.pendingRestartReason ?? null,
    };
    return new MemberLoop(identity, server, this.keys, this, this.clock, this.random.fork());
  }

  private setBack(replica: MemberLoop, definition: MemberDefinition | undefined): void {
    if (definition?.behindBytes === undefined) return;
    const { receive, replay } = definition.behindBytes;
    replica.server.received -= receive;
    replica.server.replayed -= replay;
    replica.server.fallBehind({ receive, replay }, false);
  }
}

function historyOf(definition: ClusterDefinition, now: number, random: Random): HistoryLine[] {
  // All of them together, so that two in a bad hour stay in their order.
  const shiftMs = random.between(0, 3_600_000);
  return definition.promotions.map(({ hoursAgo, bytesAgo, leader, recorded }, index): HistoryLine => {
    const line = [index + 1, recordStart(definition.lsn - bytesAgo), 'no recovery target specified'] as const;
    if (recorded === 'position') return line;
    const at = instant(Math.round(now - hoursAgo * 3_600_000 - shiftMs - random.between(0, 120_000)), random);
    return recorded === 'position-and-instant' ? [...line, at] : [...line, at, leader];
  });
}

/** WAL records begin at multiples of 8 bytes. */
function recordStart(lsn: number): number {
  return Math.round(lsn / 8) * 8;
}
