import { createHash } from 'node:crypto';
import { ClusterBuilder, type BuiltCluster } from '../../app/cluster/build-cluster';
import * as Cluster from '../../app/cluster/cluster';
import { summarize } from '../../app/cluster/summarize';
import type { ClusterSummary } from '../../app/cluster/summary';
import { parseKey, patroniKey } from '../../app/dcs/keys';
import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange, SessionState } from '../../app/dcs/store';
import type { Finding } from '../../app/findings/finding';
import { findings, type Observed } from '../../app/findings';
import type { ClusterDetail, KeyDetail } from '../../app/ipc/detail';
import { sameData } from '../../app/same-data';
import { compareText } from '../../app/text';
import { findingsComingAndGoing, happenings, type Happening } from '../../app/history/happenings';

/** How much of a value the detail carries; the rest comes when it is asked for. In UTF-16 units: about 64 KiB. */
export const shownValueLength = 65_536;

/** Who was seen is remembered for this many members of a group: names come from outside. */
const mostSeenMembers = 2000;

/** What was seen of one group over time. */
interface GroupMemory {
  readonly seenMembers: Map<string, string>;
  unlockedSince: string | null;
  lastLeader: string | null;
}

/** What the store itself says about a scope. */
export interface AboutStore {
  /** Whether it stands at one instant: what was shown before it, maybe of a later one, is no memory of what happened. */
  readonly isFixed?: boolean;
  /** Whether it tells which keys live with which session. */
  readonly hasSessions: () => boolean;
  /** What is odd in how the keys came about. */
  readonly findings: () => readonly Finding[];
}

/** What one look at changed keys brought. */
export interface Observation {
  /** Whether the line in the fleet list is another one. */
  readonly summaryChanged: boolean;
  readonly happenings: readonly Happening[];
}

/**
 * One scope of a connection: its keys, the cluster they make, and what was seen of it over time. Keys are taken in as
 * they change; the cluster is built again when someone looks.
 */
export class ObservedCluster {
  readonly id: string;
  readonly #nodes = new Map<string, StoreNode>();
  readonly #changedAt = new Map<string, string>();
  readonly #builder: ClusterBuilder;
  readonly #memory = new Map<number | null, GroupMemory>();
  #built: BuiltCluster = { groups: [], problems: [], foreignKeys: [] };
  #findings: readonly Finding[] = [];
  #summary: ClusterSummary | null = null;
  #patroniKeyCount = 0;
  #keys: readonly KeyDetail[] = [];
  #keyDetails = new Map<string, { readonly node: StoreNode; readonly detail: KeyDetail }>();

  constructor(
    private readonly connectionId: string,
    private readonly namespace: string,
    readonly scope: string,
    private readonly store: AboutStore = { hasSessions: () => true, findings: () => [] },
  ) {
    this.id = clusterId(connectionId, scope);
    this.#builder = new ClusterBuilder(namespace);
  }

  /** Takes a change in. `seenAt` is null for keys that were so already when we connected. */
  apply(change: NodeChange, seenAt: string | null): void {
    if (change.kind === 'delete') {
      if (this.#nodes.delete(change.key) && this.#isPatronis(change.key)) this.#patroniKeyCount -= 1;
      this.#changedAt.delete(change.key);
      return;
    }
    if (!this.#nodes.has(change.node.key) && this.#isPatronis(change.node.key)) this.#patroniKeyCount += 1;
    this.#nodes.set(change.node.key, change.node);
    if (seenAt === null) this.#changedAt.delete(change.node.key);
    else this.#changedAt.set(change.node.key, seenAt);
  }

  /** Builds the cluster from the keys as they are now; only what changed is parsed. `now` is ISO 8601. */
  look(now: string): Observation {
    const first = this.#summary === null;
    const before = this.#built;
    this.#built = this.#builder.build(this.#nodes);
    const nothingHappened = before === this.#built || this.store.isFixed === true;
    const happened = nothingHappened ? [] : [...this.#remember(before, now)];
    const ruled = findings({
      namespace: this.namespace,
      scope: this.scope,
      groups: this.#built.groups,
      problems: this.#built.problems,
      keys: this.#nodes,
      foreignKeys: this.#built.foreignKeys,
      now,
      observed: (group) => this.#observed(group),
    });
    const said = this.store.findings();
    const found = said.length === 0 ? ruled : bySeverity([...said, ...ruled]);
    if (!sameData(this.#findings, found)) {
      if (!first && this.store.isFixed !== true) happened.push(...findingsComingAndGoing(this.#findings, found));
      this.#findings = found;
    }
    const summary = summarize({
      id: this.id,
      connectionId: this.connectionId,
      scope: this.scope,
      groups: this.#built.groups,
      findings: this.#findings,
      unlockedSince: this.#leadingGroup()?.unlockedSince ?? null,
    });
    const summaryChanged = !sameData(this.#summary, summary);
    if (summaryChanged) this.#summary = summary;
    return { summaryChanged, happenings: first ? [] : happened };
  }

  /** The line in the fleet list; null before the first look, and when no key is Patroni's. */
  get summary(): ClusterSummary | null {
    return this.isCluster ? this.#summary : null;
  }

  get keyCount(): number {
    return this.#nodes.size;
  }

  /** Whether one of its keys is Patroni's. */
  get isCluster(): boolean {
    return this.#patroniKeyCount > 0;
  }

  /** Whether time alone can change what is found: a failover or switchover was asked for, perhaps for a time. */
  get dependsOnTime(): boolean {
    return this.#built.groups.some(({ cluster }) => cluster.failover !== null);
  }

  /** A key's whole value; null when there is no such key. */
  value(key: string): string | null {
    return this.#nodes.get(key)?.value ?? null;
  }

  /** Everything as of the last look. Parts that did not change since the detail before are the same objects. */
  detail(sessions: readonly SessionState[]): ClusterDetail {
    return {
      id: this.id,
      connectionId: this.connectionId,
      scope: this.scope,
      groups: this.#built.groups,
      findings: this.#findings,
      keys: this.#listKeys(),
      sessions,
    };
  }

  /** The sessions of the leader locks, then those of the members, each once. */
  sessionIds(): readonly string[] {
    const ids = new Set<string>();
    for (const { cluster } of this.#built.groups) if (cluster.leader?.session != null) ids.add(cluster.leader.session);
    for (const { cluster } of this.#built.groups) {
      for (const { session } of cluster.members) if (session !== null) ids.add(session);
    }
    return [...ids];
  }

  #isPatronis(key: string): boolean {
    const path = parseKey(this.namespace, key);
    return path !== null && patroniKey(path.relative) !== null;
  }

  #remember(before: BuiltCluster, now: string): readonly Happening[] {
    const happened: Happening[] = [];
    for (const detail of this.#built.groups) {
      const memory = this.#memoryOf(detail.group);
      const was = before.groups.find(({ group }) => group === detail.group);
      if (was !== detail) {
        happened.push(...happenings(was?.cluster ?? Cluster.empty, detail, memory.lastLeader));
        rememberGroup(memory, was?.cluster ?? Cluster.empty, detail.cluster, now);
      }
    }
    // A group whose last key went away has no leader and no members, but was seen.
    for (const { group, cluster } of before.groups) {
      if (this.#built.groups.some((detail) => detail.group === group)) continue;
      happened.push(...happenings(cluster, { group, cluster: Cluster.empty }, null));
      rememberGroup(this.#memoryOf(group), cluster, Cluster.empty, now);
    }
    return happened;
  }

  #memoryOf(group: number | null): GroupMemory {
    const known = this.#memory.get(group);
    if (known !== undefined) return known;
    const memory: GroupMemory = { seenMembers: new Map(), unlockedSince: null, lastLeader: null };
    this.#memory.set(group, memory);
    return memory;
  }

  #observed(group: number | null): Observed {
    const { seenMembers, unlockedSince } = this.#memoryOf(group);
    return { seenMembers, unlockedSince, storeHasSessions: this.store.hasSessions() };
  }

  /** The plain cluster's memory, or the coordinator's. */
  #leadingGroup(): GroupMemory | undefined {
    return this.#memory.get(this.#built.groups.some(({ group }) => group === null) ? null : 0);
  }

  #listKeys(): readonly KeyDetail[] {
    const before = this.#keyDetails;
    const now: typeof before = new Map();
    let changed = before.size !== this.#nodes.size;
    let sameKeys = !changed;
    for (const [key, node] of this.#nodes) {
      const known = before.get(key);
      const changedAt = this.#changedAt.get(key) ?? null;
      const same = known !== undefined && known.node === node && known.detail.changedAt === changedAt;
      now.set(key, same ? known : { node, detail: keyDetail(node, changedAt) });
      changed ||= !same;
      sameKeys &&= known !== undefined;
    }
    if (!changed) return this.#keys;
    this.#keyDetails = now;
    const order = sameKeys ? this.#keys.map(({ key }) => key) : [...now.keys()].sort(compareText);
    this.#keys = order.flatMap((key) => now.get(key)?.detail ?? []);
    return this.#keys;
  }
}

/** A cluster's id: of its connection and its scope. A scope too long for a request is in it by its hash. */
export function clusterId(connectionId: string, scope: string): string {
  const name = scope.length <= 400 ? scope : `${createHash('sha256').update(scope).digest('hex')}…`;
  return `${connectionId}/${name}`;
}

/** The worst first; otherwise as they were. */
function bySeverity(found: readonly Finding[]): readonly Finding[] {
  const order = ['critical', 'warning', 'info'];
  return [...found].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

function rememberGroup(memory: GroupMemory, before: Cluster.Cluster, after: Cluster.Cluster, now: string): void {
  const leader = Cluster.leaderName(after);
  if (leader !== null) memory.lastLeader = leader;
  memory.unlockedSince = leader === null ? (memory.unlockedSince ?? now) : null;
  if (before.members === after.members) return;
  // Who is here now was seen now; of who went away the last look is as near as we know.
  const present = new Set(after.members.map(({ name }) => name));
  const names = [...before.members.map(({ name }) => name).filter((name) => !present.has(name)), ...present];
  for (const name of names) {
    const isKnown = memory.seenMembers.has(name);
    if (isKnown ? !present.has(name) : memory.seenMembers.size < mostSeenMembers) memory.seenMembers.set(name, now);
  }
}

function keyDetail(node: StoreNode, changedAt: string | null): KeyDetail {
  if (node.value.length <= shownValueLength) return { ...node, truncated: false, changedAt };
  const last = node.value.charCodeAt(shownValueLength - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? shownValueLength - 1 : shownValueLength;
  return { ...node, value: node.value.slice(0, end), truncated: true, changedAt };
}
