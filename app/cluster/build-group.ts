import { assertNever } from '../assert-never';
import type { PatroniKey } from '../dcs/keys';
import type { StoreNode } from '../dcs/node';
import type { GroupDetail } from '../ipc/detail';
import * as Cluster from './cluster';
import * as ClusterConfig from './cluster-config';
import * as Failover from './failover';
import * as Failsafe from './failsafe';
import * as Leader from './leader';
import * as Member from './member';
import { inexactNumbers, type Parsed } from './parsed';
import type { Rules } from './rules';
import { rulesOf } from './rules-of';
import * as Status from './status';
import * as SyncState from './sync-state';
import * as TimelineHistory from './timeline-history';

/** One key of Patroni's with its node. */
export interface KeyNode {
  readonly path: PatroniKey;
  readonly node: StoreNode;
}

/** A node whose value is not what Patroni writes. */
export interface NodeProblem {
  readonly node: StoreNode;
  readonly problem: string;
}

/** A cluster while it is put together. */
type Parts = { -readonly [Part in keyof Cluster.Cluster]: Cluster.Cluster[Part] };

const PARTS = Object.keys(Cluster.empty) as readonly (keyof Cluster.Cluster)[];

/** Remembers what a node was read as, until the node is another one or is read by other rules. */
class Remembered<T> {
  #node: StoreNode | null = null;
  #rules: Rules | null = null;
  #parsed: Parsed<T> | null = null;

  read(node: StoreNode, rules: Rules | null, parse: (node: StoreNode) => Parsed<T>): Parsed<T> {
    const isKept = this.#node !== null && this.#rules === rules && isSameNode(this.#node, node);
    if (this.#parsed === null || !isKept) {
      const { value, problem } = parse(node);
      this.#parsed = { value, problem: problem ?? inexactNumbers(node.value) };
    }
    this.#node = node;
    this.#rules = rules;
    return this.#parsed;
  }
}

/** Builds one PostgreSQL cluster: a plain one, or one group of an MPP cluster. */
export class GroupBuilder {
  readonly #config = new Remembered<ClusterConfig.ClusterConfig>();
  readonly #status = new Remembered<Status.Status>();
  readonly #failover = new Remembered<Failover.Failover>();
  readonly #sync = new Remembered<SyncState.SyncState>();
  readonly #history = new Remembered<TimelineHistory.TimelineHistory>();
  readonly #failsafe = new Remembered<Failsafe.Failsafe | null>();
  #members = new Map<string, Remembered<Member.Member>>();
  readonly #rules: Rules | null;
  #detail: GroupDetail;

  constructor(group: number | null, rules: Rules | null = null) {
    this.#rules = rules;
    this.#detail = { group, cluster: Cluster.empty };
  }

  /** The group from its keys, in the order of the keys. */
  build(nodes: readonly KeyNode[]): { readonly detail: GroupDetail; readonly problems: readonly NodeProblem[] } {
    const { members, leader, problems: ofMembers } = this.#readMembers(nodes);
    // Patroni's versions read some keys differently, and the leader's version is the one that counts.
    const rules = this.#rules ?? rulesOf({ ...Cluster.empty, leader });
    const problems = [...ofMembers];
    const read = <T>(slot: Remembered<T>, node: StoreNode, parse: (node: StoreNode) => Parsed<T>): T => {
      const { value, problem } = slot.read(node, rules, parse);
      if (problem !== null) problems.push({ node, problem });
      return value;
    };

    const cluster: Parts = { ...Cluster.empty, members, leader };
    const hasStatus = nodes.some(({ path }) => path.kind === 'status');
    for (const { path, node } of nodes) {
      switch (path.kind) {
        case 'initialize':
          cluster.initialize = node.value;
          break;
        case 'config':
          cluster.config = read(this.#config, node, (n) =>
            ClusterConfig.parse(n.modRevision, n.value, n.modRevision, rules),
          );
          break;
        case 'leader':
        case 'member':
          break;
        case 'status':
          cluster.status = read(this.#status, node, (n) => Status.parse(n.value, rules));
          break;
        case 'leader-optime':
          if (!hasStatus) cluster.status = read(this.#status, node, (n) => Status.parseOptime(n.value, rules));
          break;
        case 'failover':
          cluster.failover = read(this.#failover, node, (n) => Failover.parse(n.modRevision, n.value));
          break;
        case 'sync':
          cluster.sync = read(this.#sync, node, (n) => SyncState.parse(n.modRevision, n.value, rules));
          break;
        case 'history':
          cluster.history = read(this.#history, node, (n) => TimelineHistory.parse(n.modRevision, n.value));
          break;
        case 'failsafe':
          cluster.failsafe = read(this.#failsafe, node, (n) => Failsafe.parse(n.value));
          break;
        default:
          assertNever(path);
      }
    }
    this.#detail = this.#keep(cluster);
    if (problems.length === 0) return { detail: this.#detail, problems };
    // In the order of the keys, as the members were read first.
    const order = new Map(nodes.map(({ node }, i) => [node, i]));
    problems.sort((a, b) => (order.get(a.node) ?? 0) - (order.get(b.node) ?? 0));
    return { detail: this.#detail, problems };
  }

  /** The members and who of them leads. */
  #readMembers(nodes: readonly KeyNode[]): {
    readonly members: readonly Member.Member[];
    readonly leader: Leader.Leader | null;
    readonly problems: readonly NodeProblem[];
  } {
    const problems: NodeProblem[] = [];
    const members: Member.Member[] = [];
    const slots = new Map<string, Remembered<Member.Member>>();
    let lock: StoreNode | null = null;
    for (const { path, node } of nodes) {
      if (path.kind === 'leader') {
        lock = node;
        if (node.value === '') problems.push({ node, problem: 'is empty' });
      }
      if (path.kind !== 'member') continue;
      const slot = this.#members.get(path.name) ?? new Remembered<Member.Member>();
      slots.set(path.name, slot);
      const parse = (n: StoreNode) => Member.parse(n.modRevision, path.name, n.session, n.value);
      const { value, problem } = slot.read(node, null, parse);
      members.push(value);
      if (problem !== null) problems.push({ node, problem });
    }
    this.#members = slots;
    return { members, leader: lock && this.#leader(lock, members), problems };
  }

  /** The leader from before when lock and member are as they were. */
  #leader(node: StoreNode, members: readonly Member.Member[]): Leader.Leader {
    const member = members.find(({ name }) => name === node.value);
    const before = this.#detail.cluster.leader;
    const same =
      before?.version === node.modRevision &&
      before.session === node.session &&
      before.member.name === node.value &&
      (member === undefined ? before.member.version === '-1' : before.member === member);
    return same ? before : Leader.fromNode(node.modRevision, node.session, node.value, member);
  }

  /** The group from before when all its parts are as they were. */
  #keep(cluster: Parts): GroupDetail {
    const before = this.#detail.cluster;
    cluster.members = keepList(before.members, cluster.members);
    return PARTS.every((part) => cluster[part] === before[part])
      ? this.#detail
      : { group: this.#detail.group, cluster };
  }
}

/** Whether two nodes hold the same. The value is compared too: a store that was wiped may count its revisions anew. */
function isSameNode(a: StoreNode, b: StoreNode): boolean {
  if (a === b) return true;
  return a.key === b.key && a.modRevision === b.modRevision && a.session === b.session && a.value === b.value;
}

/** The list from before when it holds the same things. */
export function keepList<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  return before.length === now.length && now.every((item, i) => item === before[i]) ? before : now;
}
