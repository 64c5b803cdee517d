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
import type { Parsed } from './parsed';
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

/** Remembers what a node was read as, until the node is another one. */
class Remembered<T> {
  #node: StoreNode | null = null;
  #parsed: Parsed<T> | null = null;

  read(node: StoreNode, parse: (node: StoreNode) => Parsed<T>): Parsed<T> {
    if (this.#parsed === null || this.#node === null || !isSameNode(this.#node, node)) this.#parsed = parse(node);
    this.#node = node;
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
  #detail: GroupDetail;

  constructor(group: number | null) {
    this.#detail = { group, cluster: Cluster.empty };
  }

  /** The group from its keys, in the order of the keys. */
  build(nodes: readonly KeyNode[]): { readonly detail: GroupDetail; readonly problems: readonly NodeProblem[] } {
    const problems: NodeProblem[] = [];
    const read = <T>(slot: Remembered<T>, node: StoreNode, parse: (node: StoreNode) => Parsed<T>): T => {
      const { value, problem } = slot.read(node, parse);
      if (problem !== null) problems.push({ node, problem });
      return value;
    };

    let cluster: Cluster.Cluster = Cluster.empty;
    let leader: StoreNode | null = null;
    const members: Member.Member[] = [];
    const slots = new Map<string, Remembered<Member.Member>>();
    const hasStatus = nodes.some(({ path }) => path.kind === 'status');
    for (const { path, node } of nodes) {
      switch (path.kind) {
        case 'initialize':
          cluster = { ...cluster, initialize: node.value };
          break;
        case 'config':
          cluster = {
            ...cluster,
            config: read(this.#config, node, (n) => ClusterConfig.parse(n.modRevision, n.value)),
          };
          break;
        case 'leader':
          leader = node;
          if (node.value === '') problems.push({ node, problem: 'is empty' });
          break;
        case 'status':
          cluster = { ...cluster, status: read(this.#status, node, (n) => Status.parse(n.value)) };
          break;
        case 'leader-optime':
          if (!hasStatus) cluster = { ...cluster, status: read(this.#status, node, (n) => Status.parse(n.value)) };
          break;
        case 'failover':
          cluster = { ...cluster, failover: read(this.#failover, node, (n) => Failover.parse(n.modRevision, n.value)) };
          break;
        case 'sync':
          cluster = { ...cluster, sync: read(this.#sync, node, (n) => SyncState.parse(n.modRevision, n.value)) };
          break;
        case 'history':
          cluster = {
            ...cluster,
            history: read(this.#history, node, (n) => TimelineHistory.parse(n.modRevision, n.value)),
          };
          break;
        case 'failsafe':
          cluster = { ...cluster, failsafe: read(this.#failsafe, node, (n) => Failsafe.parse(n.value)) };
          break;
        case 'member': {
          const slot = this.#members.get(path.name) ?? new Remembered<Member.Member>();
          slots.set(path.name, slot);
          members.push(read(slot, node, (n) => Member.parse(n.modRevision, path.name, n.session, n.value)));
          break;
        }
        default:
          assertNever(path);
      }
    }
    this.#members = slots;
    this.#detail = this.#keep({ ...cluster, members, leader: leader && this.#leader(leader, members) });
    return { detail: this.#detail, problems };
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
  #keep(built: Cluster.Cluster): GroupDetail {
    const before = this.#detail.cluster;
    const cluster = { ...built, members: keepList(before.members, built.members) };
    const parts = Object.keys(cluster) as (keyof Cluster.Cluster)[];
    return parts.every((part) => cluster[part] === before[part])
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
