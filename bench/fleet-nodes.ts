import type { StoreNode } from '../app/dcs/node';
import { compareText } from '../app/text';
import { fleetKeys } from './fleet';
import type { Scope } from './model-ours';

/** The fleet's keys, each cluster's in the order in which etcd gives them. */
export function fleetOf(clusters: number, members: number): readonly Scope[] {
  const scopes = new Map<string, Scope>();
  for (const [key, value] of fleetKeys(clusters, members).sort(([a], [b]) => compareText(a, b))) {
    const name = key.split('/')[2] ?? '';
    const scope = scopes.get(name) ?? { name, nodes: new Map<string, StoreNode>() };
    scope.nodes.set(key, nodeOf(key, value, '7'));
    scopes.set(name, scope);
  }
  return [...scopes.values()];
}

/** A key as etcd gives it; a member's and the leader's live with a session. */
export function nodeOf(key: string, value: string, revision: string): StoreNode {
  const session = /\/(?:leader|members\/.*)$/.test(key) ? '7587861' : null;
  return { key, value, bytes: value.length, createRevision: '7', modRevision: revision, version: '1', session };
}
