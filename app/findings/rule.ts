import type { Cluster } from '../cluster/cluster';
import type { MemberRow } from '../cluster/member-row';
import type { KeyProblem } from '../cluster/build-cluster';
import type { StoreNode } from '../dcs/node';
import type { Finding } from './finding';

/** What this program saw of a group over time, which its keys alone do not tell. */
export interface Observed {
  /** Members that had a key while we watched, with when they last had one, ISO 8601. */
  readonly seenMembers: ReadonlyMap<string, string>;
  /** Since when there is no leader, as far as we saw, ISO 8601. */
  readonly unlockedSince: string | null;
  /** Whether the store ties keys to sessions (etcd: leases), so that a key without one is a fault. */
  readonly storeHasSessions: boolean;
}

/** What a rule looks at: one group, read once for all rules. */
export interface RuleContext {
  readonly group: number | null;
  readonly cluster: Cluster;
  /** The lock's holder; null when nobody holds it. */
  readonly leaderName: string | null;
  /** By name. */
  readonly rows: readonly MemberRow[];
  readonly problems: readonly KeyProblem[];
  /** Absolute keys of the scope that are not Patroni's. Told once, to the first group. */
  readonly foreignKeys: readonly string[];
  readonly nodes: ReadonlyMap<string, StoreNode>;
  /** ISO 8601. */
  readonly now: string;
  readonly observed: Observed;
  /** The absolute key of one of the group's keys, e.g. of `members/pg1`. */
  key(relative: string): string;
  /** A command of patronictl for this cluster and group, e.g. `patronictl restart demo --pending`. */
  patronictl(verb: string, ...rest: readonly string[]): string;
}

/** A finding as a rule writes it; `about` tells two findings of one rule on one subject apart. */
export type Draft = Omit<Finding, 'id' | 'group'> & { readonly about?: string };

export type Rule = (context: RuleContext) => readonly Draft[];

/** A finding's subject: a member. */
export const member = (name: string): Finding['subject'] => ({ kind: 'member', name });

/** A finding's subject: the whole cluster. */
export const wholeCluster: Finding['subject'] = { kind: 'cluster' };

/** So many members are named in a sentence, and have evidence of their own. */
export const MOST_NAMED = 10;

/** What a finding is about that one or many members have alike; `about` tells two of one rule apart. */
export function aboutMembers(names: readonly string[], about?: string): Pick<Draft, 'subject' | 'about'> {
  const [first = ''] = names;
  if (names.length === 1) return { subject: member(first) };
  return about === undefined ? { subject: wholeCluster } : { subject: wholeCluster, about };
}

/** The things in groups of one value, in the order of the things. */
export function alike<T>(things: readonly T[], valueOf: (thing: T) => string): readonly (readonly T[])[] {
  return [...byValue(things, valueOf).values()];
}

/** The things that share a value, for each value that more than one has, in the order of the things. */
export function shared<T>(
  things: readonly T[],
  valueOf: (thing: T) => string | null,
): readonly (readonly [string, readonly T[]])[] {
  // Mostly nothing is shared.
  const values = new Set<string>();
  const isShared = things.some((thing) => {
    const value = valueOf(thing);
    if (value === null) return false;
    const size = values.size;
    return values.add(value).size === size;
  });
  if (!isShared) return [];
  return [...byValue(things, valueOf)].filter(([, same]) => same.length > 1);
}

function byValue<T>(things: readonly T[], valueOf: (thing: T) => string | null): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const value = valueOf(thing);
    if (value === null) continue;
    const same = groups.get(value);
    if (same === undefined) groups.set(value, [thing]);
    else same.push(thing);
  }
  return groups;
}
