import { ClusterBuilder } from '../cluster/build-cluster';
import type { Cluster } from '../cluster/cluster';
import * as Clusters from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import * as SyncState from '../cluster/sync-state';
import type { StoreNode } from '../dcs/node';
import type { NodeChange } from '../dcs/store';
import { happenings } from '../history/happenings';
import type { ObservedEvent } from '../ipc/contract';
import type { GroupDetail } from '../ipc/detail';
import { atOnce, type Steps } from '../steps';
import { type LeaderGap, GapWatch } from './leader-gap';

/** What changed at once, and when that was seen. */
export interface SpanChange {
  /** ISO 8601. */
  readonly at: string;
  readonly changes: readonly NodeChange[];
}

/** A scope over a span of time: its keys at the beginning, and all that changed in them, by time. */
export interface SpanOfScope {
  readonly namespace: string;
  readonly scope: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly nodes: readonly StoreNode[];
  readonly changes: readonly SpanChange[];
  /** Times within it of which nothing was recorded, ISO 8601. */
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
  /** Times within it that nobody watched: what the store itself still knew was read later, and its times are guessed. */
  readonly guessed?: SpanOfScope['gaps'];
}

/** Something that happened in the span. */
export interface Moment {
  /** ISO 8601. */
  readonly at: string;
  readonly group: number | null;
  readonly kind: ObservedEvent['kind'] | 'asked-for' | 'member-state' | 'synchronous';
  readonly words: string;
}

/** A span of time, told. Plain data. */
export interface Story {
  readonly scope: string;
  readonly from: string;
  readonly to: string;
  readonly moments: readonly Moment[];
  /** The times without a leader, and the changes of the leader without such a time. */
  readonly leaderGaps: readonly LeaderGap[];
  readonly gaps: SpanOfScope['gaps'];
  readonly guessed: SpanOfScope['gaps'];
  /** Who led at the beginning and at the end; null for nobody. By group. */
  readonly leaders: readonly {
    readonly group: number | null;
    readonly first: string | null;
    readonly last: string | null;
  }[];
}

/** More than these are no story; the first are kept. */
const MOST_MOMENTS = 2000;

/** So many changes are told in a step. */
const CHANGES_AT_ONCE = 100;

/** Tells a span from what changed in it. */
export const storyOf = (span: SpanOfScope): Story => atOnce(tellStory(span));

/** The same in steps: a span may hold very many changes. */
export function* tellStory(span: SpanOfScope): Steps<Story> {
  const nodes = new Map(span.nodes.map((node) => [node.key, node]));
  const builder = new ClusterBuilder(span.namespace);
  const moments: Moment[] = [];
  const watches = new Map<number | null, GapWatch>();
  const firstLeaders = new Map<number | null, string | null>();
  let built = builder.build(nodes);
  const watchOf = (group: number | null): GapWatch => {
    const known = watches.get(group) ?? new GapWatch(group);
    watches.set(group, known);
    return known;
  };
  for (const { group, cluster } of built.groups) {
    firstLeaders.set(group, Clusters.leaderName(cluster));
    watchOf(group).begin(cluster, span.from);
  }
  for (const [place, { at, changes }] of span.changes.entries()) {
    if (place % CHANGES_AT_ONCE === CHANGES_AT_ONCE - 1) yield;
    for (const change of changes) {
      if (change.kind === 'put') nodes.set(change.node.key, change.node);
      else nodes.delete(change.key);
    }
    const before = built;
    built = builder.build(nodes);
    const groups = new Set([...before.groups, ...built.groups].map(({ group }) => group));
    for (const group of groups) {
      const was = before.groups.find((one) => one.group === group)?.cluster ?? Clusters.empty;
      const is = built.groups.find((one) => one.group === group) ?? { group, cluster: Clusters.empty };
      if (was === is.cluster) continue;
      const watch = watchOf(group);
      if (moments.length < MOST_MOMENTS) moments.push(...momentsOf(was, is, watch.lastLeader, at));
      watch.take(was, is.cluster, at);
      if (!firstLeaders.has(group)) firstLeaders.set(group, null);
    }
  }
  return {
    scope: span.scope,
    from: span.from,
    to: span.to,
    moments,
    leaderGaps: [...watches.values()].flatMap((watch) => watch.gaps).sort((a, b) => (a.lostAt < b.lostAt ? -1 : 1)),
    gaps: span.gaps,
    guessed: span.guessed ?? [],
    leaders: [...firstLeaders].map(([group, first]) => {
      const last = built.groups.find((one) => one.group === group);
      return { group, first, last: last === undefined ? null : Clusters.leaderName(last.cluster) };
    }),
  };
}

function momentsOf(was: Cluster, is: GroupDetail, lastLeader: string | null, at: string): readonly Moment[] {
  const { group, cluster } = is;
  const more = (kind: Moment['kind'], words: string): Moment => ({ at, group, kind, words });
  return [
    ...happenings(was, is, lastLeader).map(({ kind, words }) => more(kind, words)),
    ...requests(was, cluster).map((words) => more('asked-for', words)),
    ...states(was, cluster).map((words) => more('member-state', words)),
    ...synchronous(was, cluster).map((words) => more('synchronous', words)),
  ];
}

function requests(was: Cluster, is: Cluster): readonly string[] {
  if (was.failover === is.failover) return [];
  const before = requestWords(was);
  const after = requestWords(is);
  if (before === after) return [];
  return after === null ? [`the request was taken away (${before ?? ''})`] : [`${after} was asked for`];
}

/** A request in /failover in words: `a switchover from pg1 to pg2`; null for none. */
export function requestWords({ failover }: Pick<Cluster, 'failover'>): string | null {
  if (failover === null || Failover.isEmpty(failover)) return null;
  const { leader, candidate, scheduledAt } = failover;
  const from = leader === null ? 'a failover' : `a switchover from ${leader}`;
  const to = candidate === null ? '' : ` to ${candidate}`;
  return `${from}${to}${scheduledAt === null ? '' : ` at ${scheduledAt}`}`;
}

/** Members whose PostgreSQL does something else, or leads where it did not. */
function states(was: Cluster, is: Cluster): readonly string[] {
  const before = new Map(was.members.map((member) => [member.name, member]));
  return is.members.flatMap((member) => {
    const old = before.get(member.name);
    if (old === undefined || old === member) return [];
    const [role, state] = [Member.role(member), Member.state(member)];
    const words: string[] = [];
    if (state !== Member.state(old))
      words.push(`${member.name}: ${Member.state(old) || 'no state'} → ${state || 'no state'}`);
    if (role !== Member.role(old)) words.push(`${member.name} runs as ${role ?? 'nothing that it tells'}`);
    return words;
  });
}

function synchronous(was: Cluster, is: Cluster): readonly string[] {
  const [before, after] = [SyncState.members(was.sync).join(', '), SyncState.members(is.sync).join(', ')];
  if (before === after || (!GlobalConfig.isSynchronousMode(is.config) && after === '')) return [];
  return [after === '' ? 'no standby is named as synchronous any more' : `synchronous: ${after}`];
}
