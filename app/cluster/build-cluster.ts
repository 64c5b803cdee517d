import { parseKey, type PatroniKey, patroniKey } from '../dcs/keys';
import type { StoreNode } from '../dcs/node';
import type { GroupDetail } from '../ipc/detail';
import { compareText, excerpt } from '../text';
import type { Rules } from './rules';
import { GroupBuilder, keepList, type KeyNode } from './build-group';

/** A key of Patroni's whose value is not what Patroni writes. The rest of its cluster is read all the same. */
export interface KeyProblem {
  readonly group: number | null;
  /** The absolute key. */
  readonly key: string;
  /** A phrase that goes on from "the key's value", e.g. `is not JSON`. */
  readonly problem: string;
  /** The beginning of the value, at most 200 characters. */
  readonly excerpt: string;
}

/** A scope as its keys describe it. Parts that did not change since the build before are the same objects. */
export interface BuiltCluster {
  /** The plain cluster first, if there is one, then the MPP groups by number. Empty when no key is Patroni's. */
  readonly groups: readonly GroupDetail[];
  /** In the order of the keys. */
  readonly problems: readonly KeyProblem[];
  /** Absolute keys within the scope that are not Patroni's, in order. */
  readonly foreignKeys: readonly string[];
}

interface Place {
  readonly group: number | null;
  /** Null for a foreign key. */
  readonly path: PatroniKey | null;
}

/**
 * Builds one scope's cluster again and again as its keys change. It remembers what it read: only nodes that changed are
 * parsed again, and whatever did not change keeps its identity, so that a reader can tell by `===` what did.
 */
export class ClusterBuilder {
  readonly #namespace: string;
  readonly #rules: Rules | null;
  #places = new Map<string, Place>();
  #sortedKeys: readonly string[] = [];
  #builders = new Map<number | null, GroupBuilder>();
  #last: BuiltCluster = { groups: [], problems: [], foreignKeys: [] };

  /** `rules` are for reading as another Patroni would, whatever the leader says; null for the rules of the leader's. */
  constructor(namespace: string, rules: Rules | null = null) {
    this.#namespace = namespace;
    this.#rules = rules;
  }

  /** The cluster of a scope from all its nodes by absolute key. */
  build(nodes: ReadonlyMap<string, StoreNode>): BuiltCluster {
    this.#learnKeys(nodes);
    const members = new Map<number | null, KeyNode[]>();
    const foreignKeys: string[] = [];
    for (const key of this.#sortedKeys) {
      const place = this.#places.get(key);
      const node = nodes.get(key);
      if (place === undefined || node === undefined) continue;
      if (place.path === null) {
        foreignKeys.push(key);
        continue;
      }
      const list = members.get(place.group);
      if (list === undefined) members.set(place.group, [{ path: place.path, node }]);
      else list.push({ path: place.path, node });
    }
    this.#last = this.#assemble(members, foreignKeys);
    return this.#last;
  }

  #assemble(members: ReadonlyMap<number | null, readonly KeyNode[]>, foreignKeys: readonly string[]): BuiltCluster {
    const builders = new Map<number | null, GroupBuilder>();
    const groups: GroupDetail[] = [];
    const problems: KeyProblem[] = [];
    for (const group of [...members.keys()].sort((a, b) => (a ?? -1) - (b ?? -1))) {
      const builder = this.#builders.get(group) ?? new GroupBuilder(group, this.#rules);
      builders.set(group, builder);
      const built = builder.build(members.get(group) ?? []);
      groups.push(built.detail);
      for (const { node, problem } of built.problems) {
        problems.push(this.#problem({ group, key: node.key, problem, excerpt: excerpt(node.value) }));
      }
    }
    this.#builders = builders;
    const next: BuiltCluster = {
      groups: keepList(this.#last.groups, groups),
      problems: keepList(this.#last.problems, problems),
      foreignKeys: keepList(this.#last.foreignKeys, foreignKeys),
    };
    const same =
      next.groups === this.#last.groups &&
      next.problems === this.#last.problems &&
      next.foreignKeys === this.#last.foreignKeys;
    return same ? this.#last : next;
  }

  #problem(problem: KeyProblem): KeyProblem {
    const before = this.#last.problems.find((other) => other.key === problem.key);
    return before?.problem === problem.problem && before.excerpt === problem.excerpt ? before : problem;
  }

  /** Parses and sorts the keys only when keys came or went: mostly only values change. */
  #learnKeys(nodes: ReadonlyMap<string, StoreNode>): void {
    let known = nodes.size === this.#places.size;
    for (const key of nodes.keys()) {
      if (!known) break;
      known = this.#places.has(key);
    }
    if (known) return;
    const places = new Map<string, Place>();
    for (const key of nodes.keys()) places.set(key, this.#places.get(key) ?? this.#placeOf(key));
    this.#places = places;
    this.#sortedKeys = [...places.keys()].sort(compareText);
  }

  #placeOf(key: string): Place {
    const parsed = parseKey(this.#namespace, key);
    return { group: parsed?.group ?? null, path: parsed === null ? null : patroniKey(parsed.relative) };
  }
}
