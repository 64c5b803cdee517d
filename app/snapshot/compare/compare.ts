import { ClusterBuilder } from '../../cluster/build-cluster';
import * as Clusters from '../../cluster/cluster';
import type { Cluster } from '../../cluster/cluster';
import * as Lsn from '../../cluster/lsn';
import type { StoreNode } from '../../dcs/node';
import { parseKey } from '../../dcs/keys';
import type { JsonObject } from '../../json';
import { memberRows, type MemberRow } from '../../cluster/member-row';
import { sameData } from '../../same-data';
import { heldOf, serverSlots } from '../../slots/server-slots';
import { compareText, excerpt } from '../../text';
import type { Picture } from '../picture';

/** One thing that is another in the second picture than in the first. Null: it was not there, or is not known. */
export interface Difference {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs in one cluster, or one group of it. */
export interface GroupComparison {
  readonly scope: string;
  readonly group: number | null;
  /** In words, the weightiest first: `pg2 became leader after pg1`. Empty when nothing worth a sentence changed. */
  readonly words: readonly string[];
  readonly members: readonly Difference[];
  readonly slots: readonly Difference[];
  /** Options of the dynamic configuration, by their path. */
  readonly config: readonly Difference[];
}

export interface Comparison {
  readonly groups: readonly GroupComparison[];
  /** Absolute keys that were added, removed or have another value. */
  readonly keys: readonly Difference[];
}

/** What changed from one picture to another, e.g. from a snapshot to what is live. Namespaces are compared by what stands below them. */
export function compare(before: Picture, after: Picture): Comparison {
  const was = read(before);
  const is = read(after);
  const ids = [...new Set([...was.keys(), ...is.keys()])].sort(compareText);
  const groups = ids.map((id) => {
    const [one, other] = [was.get(id), is.get(id)];
    const { scope, group } = one ?? other ?? { scope: '', group: null };
    return compareGroup(scope, group, one?.cluster ?? Clusters.empty, other?.cluster ?? Clusters.empty);
  });
  return {
    groups: groups.filter(
      ({ words, members, slots, config }) => words.length + members.length + slots.length + config.length > 0,
    ),
    keys: compareKeys(before, after),
  };
}

interface ReadGroup {
  readonly scope: string;
  readonly group: number | null;
  readonly cluster: Cluster;
}

function read({ namespace, nodes }: Picture): ReadonlyMap<string, ReadGroup> {
  const scopes = new Map<string, Map<string, StoreNode>>();
  for (const node of nodes) {
    const scope = parseKey(namespace, node.key)?.scope;
    if (scope === undefined) continue;
    const own = scopes.get(scope) ?? new Map<string, StoreNode>();
    own.set(node.key, node);
    scopes.set(scope, own);
  }
  const found = new Map<string, ReadGroup>();
  for (const [scope, own] of scopes) {
    for (const { group, cluster } of new ClusterBuilder(namespace).build(own).groups)
      found.set(JSON.stringify([scope, group]), { scope, group, cluster });
  }
  return found;
}

function compareGroup(scope: string, group: number | null, was: Cluster, is: Cluster): GroupComparison {
  const words: string[] = [];
  const before = new Map(memberRows(was).map((row) => [row.name, row]));
  const after = new Map(memberRows(is).map((row) => [row.name, row]));
  leadership(was, is, words);
  for (const name of after.keys()) if (!before.has(name)) words.push(`${name} is new`);
  for (const name of before.keys()) if (!after.has(name)) words.push(`${name} is gone`);
  for (const [name, row] of after) {
    const state = before.get(name)?.state ?? null;
    if (before.has(name) && state !== row.state)
      words.push(`${name} is ${row.state ?? 'in a state that it does not tell'} (it was ${state ?? 'not known'})`);
  }
  const slots = compareSlots(was, is);
  // Another leader has other slots, for the others: that one is not there says nothing.
  const sameLeader = Clusters.leaderName(was) === Clusters.leaderName(is);
  for (const { what, before: held, after: holds } of slots) {
    if ((holds === null || held === null) && !sameLeader) continue;
    if (holds === null) words.push(`the slot ${what} is gone`);
    else if (held === null) words.push(`the slot ${what} is new and holds ${holds}`);
    else words.push(`the slot ${what} now holds ${holds} (it was ${held})`);
  }
  const config = compareConfig(was.config?.data ?? {}, is.config?.data ?? {});
  if (config.length > 0)
    words.push(
      `the configuration changed: ${config
        .slice(0, 4)
        .map(({ what }) => what)
        .join(', ')}${config.length > 4 ? ` and ${config.length - 4} more` : ''}`,
    );
  return { scope, group, words, members: compareMembers(before, after), slots, config };
}

function leadership(was: Cluster, is: Cluster, words: string[]): void {
  const [before, after] = [Clusters.leaderName(was), Clusters.leaderName(is)];
  const [from, to] = [Clusters.currentTimeline(was), Clusters.currentTimeline(is)];
  const timeline = from !== to && from > 0 && to > 0 ? `, timeline ${from} → ${to}` : '';
  if (before !== after) {
    if (after === null) words.push(`nobody leads (${before ?? ''} did)`);
    else words.push(`${after} became leader${before === null ? '' : ` after ${before}`}${timeline}`);
  } else if (timeline !== '') words.push(timeline.slice(2));
}

const facts: readonly (readonly [name: string, of: (row: MemberRow) => string | null])[] = [
  ['role', ({ role }) => role],
  ['state', ({ state }) => state],
  ['host', ({ host, port }) => (host === null ? null : `${host}:${port ?? ''}`)],
  ['timeline', ({ timeline }) => (timeline === null ? null : String(timeline))],
  ['position', ({ position }) => (position === null ? null : Lsn.format(position.lsn))],
  ['lag', ({ position, role }) => (position === null || role === 'Leader' ? null : Lsn.formatBytes(position.lagBytes))],
  ['pending restart', ({ pendingRestart }) => (pendingRestart ? 'yes' : null)],
  [
    'tags',
    ({ tags }) =>
      tags.length === 0 ? null : tags.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', '),
  ],
  ['Patroni', ({ version }) => version],
];

function compareMembers(
  before: ReadonlyMap<string, MemberRow>,
  after: ReadonlyMap<string, MemberRow>,
): readonly Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return names.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return facts.flatMap(([fact, of]): Difference[] => {
      const [old, now] = [was === undefined ? null : of(was), is === undefined ? null : of(is)];
      return old === now ? [] : [{ what: `${name}: ${fact}`, before: old, after: now }];
    });
  });
}

/** The leader's slots and what they hold back; the same text when the difference is too small to be read. */
function compareSlots(was: Cluster, is: Cluster): readonly Difference[] {
  const held = (cluster: Cluster): ReadonlyMap<string, string> => {
    const leader = Clusters.leaderName(cluster);
    if (leader === null) return new Map();
    return new Map(
      serverSlots(cluster, leader).cells.flatMap(([name, cell]) => {
        const bytes = heldOf(cell);
        return bytes === null ? [] : [[name, Lsn.formatBytes(bytes)] as const];
      }),
    );
  };
  const [before, after] = [held(was), held(is)];
  return differences(before, after);
}

function compareConfig(was: JsonObject, is: JsonObject): readonly Difference[] {
  return differences(leaves(was), leaves(is));
}

/** The values of a JSON object by their path, e.g. `postgresql.parameters.max_connections`. */
function leaves(object: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
      for (const [name, child] of Object.entries(value)) walk(child, path === '' ? name : `${path}.${name}`);
    } else if (path !== '') found.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  };
  walk(object, '');
  return found;
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return names.flatMap((what) => {
    const [old, now] = [before.get(what) ?? null, after.get(what) ?? null];
    return old === now ? [] : [{ what, before: old, after: now }];
  });
}

function compareKeys(before: Picture, after: Picture): readonly Difference[] {
  const of = ({ namespace, nodes }: Picture): ReadonlyMap<string, string> => {
    const own = new Map<string, string>();
    for (const { key, value } of nodes) own.set(key.slice(namespace === '/' ? 1 : namespace.length + 1), value);
    return own;
  };
  const [was, is] = [of(before), of(after)];
  return differences(was, is).filter(({ before: old, after: now }) => !sameJson(old, now));
}

/** Whether two texts are the same value, however they are written. */
function sameJson(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  try {
    return sameData(JSON.parse(one), JSON.parse(other));
  } catch {
    return one === other;
  }
}

/** All words of a comparison, each with its cluster where there are several. */
export function sentencesOf({ groups }: Comparison): readonly string[] {
  return groups.flatMap(({ scope, group, words }) => {
    const place = `${excerpt(scope, 60)}${group === null ? '' : ` (group ${group})`}`;
    return words.map((sentence) => (groups.length > 1 ? `${place}: ${sentence}` : sentence));
  });
}
