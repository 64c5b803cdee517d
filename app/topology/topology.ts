import * as Cluster from '../cluster/cluster';
import { hostPort } from '../cluster/connection-url';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { lagBytes, type MemberRow, memberRows, type RoleWord, roleWord } from '../cluster/member-row';
import { getText } from '../cluster/parsed';
import { pythonInt } from '../cluster/coerce';
import { compareText } from '../text';

/** Whom a member is to replicate from, and why: from its tags, not from what PostgreSQL really does. */
export type Upstream =
  /** None: it leads, and its cluster follows nobody. */
  | { readonly kind: 'none' }
  /** The leader, as nothing else is said. */
  | { readonly kind: 'leader' }
  /** The member that its tag `replicatefrom` names. */
  | { readonly kind: 'replicatefrom'; readonly name: string }
  /** The leader, because the member that `replicatefrom` names has no key. */
  | { readonly kind: 'fallback'; readonly missing: string }
  /** The leader, because `replicatefrom` names the member itself, which Patroni passes over. */
  | { readonly kind: 'self' }
  /** `replicatefrom` leads round in a circle; drawn as cut above this member. The names begin with it. */
  | { readonly kind: 'loop'; readonly members: readonly string[] }
  /** Nobody: the tag `nostream` makes it live from the archive. Drawn below the leader. */
  | { readonly kind: 'nostream' }
  /** The cluster that this standby cluster follows. */
  | { readonly kind: 'remote' }
  /** The leader, but there is none. */
  | { readonly kind: 'no-leader' };

/** One place in the tree. */
export type TopologyNode =
  | MemberNode
  /** The lock's holder when it has no member key. */
  | (Place & { readonly kind: 'missing'; readonly name: string; readonly role: RoleWord })
  /** What a standby cluster follows; null parts are not configured. */
  | (Place & { readonly kind: 'remote'; readonly address: string | null; readonly slot: string | null });

export interface MemberNode extends Place {
  readonly kind: 'member';
  readonly name: string;
  readonly role: RoleWord;
  /** As in the members table; null when not known. */
  readonly state: string | null;
  readonly timeline: number | null;
  readonly lagBytes: number | null;
}

interface Place {
  /** Unique in the tree and the same in every picture of it. */
  readonly id: string;
  /** 0 for a root. */
  readonly depth: number;
  readonly upstream: Upstream;
}

/** How WAL goes over an edge, as the member below says (Patroni 3.0.4 on). */
export type EdgeKind = 'streaming' | 'in archive recovery' | 'not streaming' | 'unknown';

/** Whom a member follows. */
export interface TopologyEdge {
  readonly id: string;
  /** The node that WAL comes from. */
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** How far the member below is behind the leader; null when not known. */
  readonly lagBytes: number | null;
}

/** A group's replication as a forest. */
export interface Topology {
  /** Depth first; roots and siblings by name, the leader's tree first. */
  readonly nodes: readonly TopologyNode[];
  /** In the order of the nodes that they lead to. */
  readonly edges: readonly TopologyEdge[];
}

const REMOTE_ID = 'remote';
const memberId = (name: string): string => `member/${name}`;

/** The forest of a group's members. `patroni/ha.py: _get_node_to_follow`. */
export function topology(cluster: Cluster.Cluster): Topology {
  const plans = planUpstreams(cluster);
  const byParent = new Map<string | null, string[]>();
  for (const [id, { parent }] of plans) {
    const children = byParent.get(parent);
    if (children === undefined) byParent.set(parent, [id]);
    else children.push(id);
  }
  const rows = new Map(memberRows(cluster).map((row) => [row.name, row]));
  const members = new Map(cluster.members.map((member) => [member.name, member]));
  const nodes: TopologyNode[] = [];
  const edges: TopologyEdge[] = [];

  // A stack of our own: a chain of 500 cascading members must not overflow the program's.
  const stack: { id: string; depth: number }[] = [];
  const push = (parent: string | null, depth: number): void => {
    for (const id of [...(byParent.get(parent) ?? [])].reverse()) stack.push({ id, depth });
  };
  push(null, 0);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { id, depth } = next;
    const plan = plans.get(id);
    if (plan === undefined) continue;
    const row = plan.name === null ? undefined : rows.get(plan.name);
    nodes.push(nodeOf(cluster, { id, depth, upstream: plan.upstream }, plan.name, row));
    if (plan.parent !== null) {
      const member = plan.name === null ? undefined : members.get(plan.name);
      const kind = member === undefined ? 'unknown' : edgeKind(member);
      edges.push({ id: `${plan.parent}>${id}`, from: plan.parent, to: id, kind, lagBytes: row ? lagBytes(row) : null });
    }
    push(id, depth + 1);
  }
  return { nodes, edges };
}

/** Where a node hangs. `name` is null for the remote source. */
interface Plan {
  readonly name: string | null;
  readonly parent: string | null;
  readonly upstream: Upstream;
}

/** Every node's place, in the order in which siblings are drawn: the leader first, then by name. */
function planUpstreams(cluster: Cluster.Cluster): ReadonlyMap<string, Plan> {
  const leaderName = Cluster.leaderName(cluster);
  const plans = new Map<string, Plan>();
  const isStandby = GlobalConfig.isStandbyCluster(cluster.config);
  if (isStandby) plans.set(REMOTE_ID, { name: null, parent: null, upstream: { kind: 'none' } });
  if (leaderName !== null) {
    const parent = isStandby ? REMOTE_ID : null;
    plans.set(memberId(leaderName), { name: leaderName, parent, upstream: { kind: isStandby ? 'remote' : 'none' } });
  }
  const followers = cluster.members
    .filter(({ name }) => name !== leaderName)
    .sort((a, b) => compareText(a.name, b.name));
  const names = new Set(cluster.members.map(({ name }) => name));
  const upstreams = new Map(followers.map((member) => [member.name, upstreamOf(cluster, member, names)]));
  const loops = findLoops(upstreams);
  for (const { name } of followers) {
    const loop = loops.get(name);
    const upstream: Upstream =
      loop === undefined ? (upstreams.get(name) ?? { kind: 'leader' }) : { kind: 'loop', members: loop };
    plans.set(memberId(name), { name, parent: parentOf(upstream, leaderName), upstream });
  }
  return plans;
}

function upstreamOf(cluster: Cluster.Cluster, member: Member.Member, names: ReadonlySet<string>): Upstream {
  if (Member.nostream(member)) return { kind: 'nostream' };
  const named = Member.replicatefrom(member);
  const leader = Cluster.leaderName(cluster);
  // Without a standby leader all members of a standby cluster turn to the remote source, except while paused.
  if (leader === null && GlobalConfig.isStandbyCluster(cluster.config) && !GlobalConfig.isPaused(cluster.config)) {
    return { kind: 'remote' };
  }
  if (named !== null && named !== member.name && (named === leader || names.has(named))) {
    return { kind: 'replicatefrom', name: named };
  }
  if (leader === null) return { kind: 'no-leader' };
  if (named === null) return { kind: 'leader' };
  return named === member.name ? { kind: 'self' } : { kind: 'fallback', missing: named };
}

function parentOf(upstream: Upstream, leaderName: string | null): string | null {
  switch (upstream.kind) {
    case 'none':
    case 'loop':
    case 'no-leader':
      return null;
    case 'remote':
      return REMOTE_ID;
    case 'replicatefrom':
      return memberId(upstream.name);
    case 'leader':
    case 'fallback':
    case 'self':
    case 'nostream':
      return leaderName === null ? null : memberId(leaderName);
  }
}

/** For each loop of `replicatefrom` the member that comes first by name, with the loop's names from it on. */
function findLoops(upstreams: ReadonlyMap<string, Upstream>): ReadonlyMap<string, readonly string[]> {
  const done = new Set<string>();
  const loops = new Map<string, readonly string[]>();
  // The names come in order, but a loop may be entered from outside, so its own first name is looked for.
  for (const start of upstreams.keys()) {
    const path = new Map<string, number>();
    let name: string | null = start;
    while (name !== null && !done.has(name) && !path.has(name)) {
      path.set(name, path.size);
      const upstream = upstreams.get(name);
      name = upstream?.kind === 'replicatefrom' ? upstream.name : null;
    }
    const entry = name === null ? undefined : path.get(name);
    if (entry !== undefined) {
      const loop = [...path.keys()].slice(entry);
      const first = loop.indexOf([...loop].sort(compareText)[0] ?? '');
      loops.set(loop[first] ?? '', [...loop.slice(first), ...loop.slice(0, first)]);
    }
    for (const seen of path.keys()) done.add(seen);
  }
  return loops;
}

function nodeOf(cluster: Cluster.Cluster, place: Place, name: string | null, row: MemberRow | undefined): TopologyNode {
  if (name === null) {
    const { address, slot } = remoteSource(cluster);
    return { ...place, kind: 'remote', address, slot };
  }
  if (row === undefined) return { ...place, kind: 'missing', name, role: roleWord(cluster, name) };
  const { role, state, timeline } = row;
  return { ...place, kind: 'member', name, role, state, timeline, lagBytes: lagBytes(row) };
}

/** What `standby_cluster` names: null for what it does not, e.g. the address when only a restore_command is given. */
export function remoteSource(cluster: Cluster.Cluster): {
  readonly address: string | null;
  readonly slot: string | null;
} {
  const section = GlobalConfig.standbyCluster(cluster.config) ?? {};
  const host = getText(section, 'host');
  const port = Object.hasOwn(section, 'port') ? pythonInt(section['port']) : null;
  return { address: host === null ? null : hostPort(host, port), slot: getText(section, 'primary_slot_name') };
}

function edgeKind(member: Member.Member): EdgeKind {
  const state = Member.replicationState(member);
  if (state === 'streaming' || state === 'in archive recovery') return state;
  if (!Member.isRunning(member)) return Member.state(member) === 'unknown' ? 'unknown' : 'not streaming';
  // Before 3.0.4 Patroni does not say.
  return Member.isAtLeast(member, [3, 0, 4]) === true ? 'not streaming' : 'unknown';
}
