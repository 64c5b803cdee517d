import type { StoreNode } from '../../../app/dcs/node';
import { compareRevisions, nextRevision } from '../../../app/dcs/revision';
import type { NodeChange } from '../../../app/dcs/store';
import { compareText } from '../../../app/text';
import type { ObjectList } from './api';
import { type KubernetesObject, objectNodes, type PatroniLayout, podNode } from './patroni-objects';

/** What is followed apart: each has a list and a watch of its own. */
export type Part = 'pods' | 'objects';

const USUAL_TTL = 30;
const LEADER = /\/leader$/;

/** When the records of the leaders were last seen to change, by this machine's clock; nothing else tells whether a leader lives. */
export class ObservedLeaders {
  readonly #seen = new Map<string, { readonly record: string; readonly at: number }>();

  /** Whether the record has stood unchanged for longer than its TTL (`patroni/dcs/kubernetes.py: _cluster_from_nodes`). */
  isOver({ name, annotations }: KubernetesObject, now: number): boolean {
    const record = ['leader', 'acquireTime', 'ttl', 'renewTime', 'transitions']
      .map((one) => annotations.get(one))
      .join('\n');
    const before = this.#seen.get(name);
    if (before?.record !== record) {
      this.#seen.set(name, { record, at: now });
      return false;
    }
    const ttl = Number(annotations.get('ttl'));
    return now > before.at + (ttl > 0 ? ttl : USUAL_TTL) * 1000;
  }
}

/** The objects as they were told last, and the keys that they come to. */
export class Picture {
  readonly #nodes = new Map<string, StoreNode>();

  private constructor(
    private readonly layout: PatroniLayout,
    private readonly leaders: ObservedLeaders,
    private readonly objects: Map<string, KubernetesObject>,
    private readonly at: Record<Part, string>,
  ) {}

  static of(layout: PatroniLayout, leaders: ObservedLeaders, pods: ObjectList, objects: ObjectList): Picture {
    const at = { pods: pods.resourceVersion, objects: objects.resourceVersion };
    const picture = new Picture(layout, leaders, new Map(), at);
    for (const pod of pods.objects) picture.#put('pods', pod);
    for (const object of objects.objects) picture.#put('objects', object);
    return picture;
  }

  clone(): Picture {
    const copy = new Picture(this.layout, this.leaders, new Map(this.objects), { ...this.at });
    for (const [key, node] of this.#nodes) copy.#nodes.set(key, node);
    return copy;
  }

  /** Up to here nothing is missing. Each part is followed by itself, so one of them may be further. */
  get revision(): string {
    const { pods, objects } = this.at;
    return compareRevisions(pods, objects) < 0 ? pods : objects;
  }

  reached(part: Part): string {
    return this.at[part];
  }

  /** In the order of their keys. */
  get nodes(): readonly StoreNode[] {
    return [...this.#nodes.values()].sort((a, b) => compareText(a.key, b.key));
  }

  /** Takes in that a part has been told whole up to a version. */
  advance(part: Part, resourceVersion: string): void {
    if (compareRevisions(resourceVersion, this.at[part]) > 0) this.at[part] = resourceVersion;
  }

  /** Takes in an object as it is now, or that it was deleted; gives what changes among the keys. */
  take(part: Part, object: KubernetesObject, isDeleted: boolean): readonly NodeChange[] {
    const before = this.#nodesOf(part, this.objects.get(`${part}/${object.name}`));
    for (const { key } of before) this.#nodes.delete(key);
    if (isDeleted) this.objects.delete(`${part}/${object.name}`);
    const after = isDeleted ? [] : this.#put(part, object);
    const keys = new Set(after.map(({ key }) => key));
    this.advance(part, object.resourceVersion);
    return [
      ...before
        .filter(({ key }) => !keys.has(key))
        .map(({ key }) => ({ kind: 'delete', key, modRevision: object.resourceVersion }) as const),
      ...after.map((node) => ({ kind: 'put', node }) as const),
    ];
  }

  /** The locks that have run out since; no version tells of it. */
  expire(now: number): readonly NodeChange[] {
    const over: NodeChange[] = [];
    for (const [name, object] of this.objects) {
      if (!name.startsWith('objects/') || !this.leaders.isOver(object, now)) continue;
      for (const { key } of objectNodes(object, this.layout)) {
        if (!LEADER.test(key) || !this.#nodes.delete(key)) continue;
        over.push({ kind: 'delete', key, modRevision: nextRevision(this.revision) });
      }
    }
    return over;
  }

  #put(part: Part, object: KubernetesObject): readonly StoreNode[] {
    this.objects.set(`${part}/${object.name}`, object);
    const isOver = part === 'objects' && this.leaders.isOver(object, Date.now());
    const nodes = this.#nodesOf(part, object, true).filter(({ key }) => !isOver || !LEADER.test(key));
    for (const node of nodes) this.#nodes.set(node.key, node);
    return nodes;
  }

  #nodesOf(part: Part, object: KubernetesObject | undefined, all = false): readonly StoreNode[] {
    if (object === undefined) return [];
    const pod = part === 'pods' ? podNode(object, this.layout) : null;
    const nodes = part === 'pods' ? (pod === null ? [] : [pod]) : objectNodes(object, this.layout);
    return all ? nodes : nodes.filter(({ key }) => this.#nodes.has(key));
  }
}
