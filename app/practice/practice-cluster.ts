import { assertNever } from '../assert-never';
import type { Clock } from '../clock';
import * as Cluster from '../cluster/cluster';
import type { MemoryStore } from '../dcs/memory-store';
import * as GlobalConfig from '../cluster/global-config';
import * as Tags from '../cluster/tags';
import * as SyncState from '../cluster/sync-state';
import { KeyValueDcs } from '../dcs/key-value-dcs';
import { StoreLink } from '../dcs/store-link';
import { type ClusterFaults, HELD_BYTES, LAG_BYTES, MEMBER_FAULTS, type MemberFault } from './faults';
import { ClusterKeys, PRACTICE_NAMESPACE } from './cluster-keys';
import type { ClusterAsItIs, ClusterDefinition, MemberDefinition } from './cluster-definition';
import { PATRONI_VERSION } from './member-record';
import { MemberLoop } from './member-loop';
import type { Network } from './network';
import type { ReplicationRow, RestMember } from './practice-api/rest-member';
import { SimulatedMember } from './practice-api/simulated-member';
import { PostgresSimulation, Workload, type HistoryLine } from './postgres-simulation';
import { instant, type Random } from './random';
import { storeAway } from './store-away';
import type { StreamingStandby } from './sync-candidates';

/** Finds another cluster of the herd. */
export type FindCluster = (scope: string) => PracticeCluster | null;

/** One PostgreSQL cluster of the practice herd: its members, and the network between them. */
export class PracticeCluster {
  readonly keys: ClusterKeys;
  readonly members: readonly MemberLoop[];
  private readonly rests = new Map<string, RestMember>();
  /** A permanent slot whose reader went away, and where. */
  private heldSlot: { readonly name: string; readonly position: number } | null = null;

  constructor(
    readonly definition: ClusterDefinition,
    store: MemoryStore,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly find: FindCluster,
    private readonly storeIsAway: () => boolean,
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
    if (definition.asItIs !== undefined) return this.populateAsItIs(definition.asItIs);
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

  /** Fills the store with a cluster as it stood. */
  private populateAsItIs(was: ClusterAsItIs): void {
    const { definition, keys, members } = this;
    const now = this.clock.now();
    if (definition.systemId !== '') keys.write('initialize', definition.systemId);
    keys.writeJson('config', definition.config);
    if (was.history.length > 0) keys.writeJson('history', was.history);
    if (was.sync !== null) keys.writeJson('sync', was.sync);
    keys.writeJson('status', was.status);
    if (was.failsafe !== null) keys.writeJson('failsafe', was.failsafe);
    const leader = was.hasLeader ? (members[0] ?? null) : null;
    for (const [index, { server }] of members.entries()) {
      const at = definition.members[index]?.asItIs;
      if (at === undefined) continue;
      const history = was.history.filter(([timeline]) => timeline < at.timeline);
      server.place(at.received, at.replayed, at.timeline, history);
      if (at.isRunning)
        server.start(now, index === 0 && leader !== null && !was.isStandbyCluster ? 'primary' : 'standby');
    }
    for (const [index, { identity, server }] of members.entries()) {
      const at = definition.members[index]?.asItIs;
      const via = this.member(Tags.replicatefrom(identity.tags) ?? '')?.server ?? leader?.server ?? null;
      if (at === undefined || (index === 0 && leader !== null)) continue;
      server.follow(via);
      // It stays as far behind as it was.
      const behind = (position: number): number => Math.max(0, definition.lsn - position);
      server.fallBehind({ receive: behind(at.received), replay: behind(at.replayed) }, true);
    }
    // A moment of streaming: who streams is what counts as synchronous.
    for (const { server } of members) server.advance(now + 1);
    for (const [index, member] of members.entries()) {
      if (definition.members[index]?.asItIs?.isRunning !== true) continue;
      const leads = member === leader;
      member.settle(leads ? (was.isStandbyCluster ? 'standby_leader' : 'primary') : 'replica', leads);
    }
    for (const member of members) member.round();
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

  /** What is the matter now. */
  faults(): ClusterFaults {
    const slot = this.slotToHold();
    return {
      group: this.definition.group,
      members: this.members.map((member) => ({
        name: member.name,
        isPrimary: member.server.isPrimary,
        faults: MEMBER_FAULTS.filter((fault) => member.has(fault)),
      })),
      slot: slot === null ? null : { name: slot, isHeld: this.heldSlot?.name === slot },
    };
  }

  /** Does something to a member, or takes it back. */
  inject(member: MemberLoop, fault: MemberFault, on: boolean): void {
    if (member.has(fault) === on) return;
    if (fault === 'lag') {
      const bytes = on ? LAG_BYTES : 0;
      this.fallBehind(member, { receive: bytes, replay: bytes }, on);
    }
    member.inject(fault, on);
  }

  /** Sends the reader of a permanent slot away while much is written, or calls it back. */
  holdSlot(on: boolean): void {
    const name = this.slotToHold();
    if (name === null) return;
    const primary = this.members.find((one) => one.server.isPrimary);
    const position = primary?.server.position ?? this.keys.read().status.lastLsn;
    this.heldSlot = on ? { name, position } : null;
    if (on) primary?.server.writeBurst(HELD_BYTES);
  }

  private slotToHold(): string | null {
    return Object.keys(GlobalConfig.permanentSlots(this.keys.read().config))[0] ?? null;
  }

  /** The member as its REST API shows it. */
  rest(member: MemberLoop): RestMember {
    const known = this.rests.get(member.name);
    if (known !== undefined) return known;
    const { group, scope, systemId } = this.definition;
    const mpp = group === null ? null : ({ type: 'Citus', group } as const);
    const dcs = new KeyValueDcs(
      new StoreLink(this.keys.store, () => this.reachesStore(member.name), storeAway),
      { namespace: PRACTICE_NAMESPACE, scope, name: member.name, mpp },
      this.clock,
    );
    const network = this.networkOf(member.name);
    const made = new SimulatedMember(scope, systemId, member, dcs, network, this.clock, () =>
      this.replicationOf(member),
    );
    this.rests.set(member.name, made);
    return made;
  }

  private replicationOf({ name }: MemberLoop): readonly ReplicationRow[] {
    const { config, sync } = this.keys.read();
    const named = GlobalConfig.isQuorumCommitMode(config) ? 'quorum' : 'sync';
    return this.standbysOf(name).map((standby) => ({
      name: standby.name,
      host: this.definition.members.find((one) => one.name === standby.name)?.host ?? '',
      sync: SyncState.leaderMatches(sync, name) && SyncState.matches(sync, standby.name) ? named : 'async',
    }));
  }

  // The network

  /** What a member reaches. */
  private networkOf(name: string): Network {
    return {
      ask: (other) => (this.isCutOff(name) ? null : (this.member(other)?.status() ?? null)),
      reachesStore: () => this.reachesStore(name),
      tellFailsafe: (other) => !this.isCutOff(name) && (this.member(other)?.hearFailsafe() ?? false),
      server: (other) => this.server(other),
      remote: () => this.remote(),
      standbysOf: (other) => this.standbysOf(other),
      readPermanentSlot: (slot, position) => this.readPermanentSlot(slot, position),
    };
  }

  private isCutOff(name: string): boolean {
    return this.member(name)?.has('cut-from-peers') ?? false;
  }

  private reachesStore(name: string): boolean {
    return !this.storeIsAway() && !(this.member(name)?.has('cut-from-store') ?? false);
  }

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
    if (this.heldSlot?.name === slot) return this.heldSlot.position;
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
      version: member.version ?? PATRONI_VERSION,
      tags: member.tags ?? {},
      pendingRestartReason: member.pendingRestartReason ?? null,
    };
    return new MemberLoop(identity, server, this.keys, this.networkOf(member.name), this.clock, this.random.fork());
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
