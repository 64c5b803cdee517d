import { get, isObject, parseJson } from '../../../app/cluster/parsed';
import { clusterKey } from '../../../app/dcs/keys';
import type { StoreNode } from '../../../app/dcs/node';
import type { Json, JsonObject } from '../../../app/json';

/** What of an object of Kubernetes Patroni uses. */
export interface KubernetesObject {
  readonly name: string;
  /** Opaque: the API says only whether two are equal. */
  readonly resourceVersion: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

/** How Patroni is told to keep its state in Kubernetes. */
export interface PatroniLayout {
  /** The namespace of Kubernetes. */
  readonly namespace: string;
  /** The label that names the scope. */
  readonly scopeLabel: string;
  /** Whether the state is in Endpoints; in ConfigMaps otherwise. */
  readonly useEndpoints: boolean;
}

/** `patroni/postgresql/mpp/citus.py: k8s_group_label`. */
export const GROUP_LABEL = 'citus-group';
const GROUP = /^(?:0|[1-9][0-9]*)$/;

/**
 * An object that the API tells (a Pod, Endpoints or ConfigMap); null where it is none. Values come from outside: what is no text is
 * left out.
 */
export function objectFrom(value: Json | undefined): KubernetesObject | null {
  const metadata = isObject(value) ? get(value, 'metadata') : undefined;
  if (!isObject(metadata)) return null;
  const [name, resourceVersion] = [get(metadata, 'name'), get(metadata, 'resourceVersion')];
  if (typeof name !== 'string' || name === '' || typeof resourceVersion !== 'string') return null;
  return {
    name,
    resourceVersion,
    labels: textsOf(get(metadata, 'labels')),
    annotations: textsOf(get(metadata, 'annotations')),
  };
}

function textsOf(value: Json | undefined): ReadonlyMap<string, string> {
  const entries = isObject(value) ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/**
 * A member's pod as the key that Patroni would have in another store: its `status` annotation, with its labels as `pod_labels`
 * (`patroni/dcs/kubernetes.py: Kubernetes.member`). Null for a pod of no scope.
 */
export function podNode(pod: KubernetesObject, layout: PatroniLayout): StoreNode | null {
  const place = placeOf(pod, layout);
  if (place === null) return null;
  const status = pod.annotations.get('status') ?? '{}';
  const { value, problem } = parseJson(status);
  const labels = Object.fromEntries(pod.labels);
  // What cannot be read is handed on as it is, so that it becomes a finding.
  const told = problem === null && isObject(value) ? JSON.stringify({ ...value, pod_labels: labels }) : status;
  return node(clusterKey(`/${layout.namespace}`, place.scope, place.group, `members/${pod.name}`), told, pod);
}

/**
 * The keys that Patroni would have in another store for what it keeps in the annotations of one object
 * (`patroni/dcs/kubernetes.py: Kubernetes._cluster_from_nodes`). None for an object of no scope, or not one of Patroni's.
 */
export function objectNodes(object: KubernetesObject, layout: PatroniLayout): readonly StoreNode[] {
  const place = placeOf(object, layout);
  if (place === null) return [];
  const base = place.group === null ? place.scope : `${place.scope}-${String(place.group)}`;
  const rest =
    object.name === base ? '' : object.name.startsWith(`${base}-`) ? object.name.slice(base.length + 1) : null;
  return valuesOf(rest, object.annotations, layout.useEndpoints).map(([relative, value]) =>
    node(clusterKey(`/${layout.namespace}`, place.scope, place.group, relative), value, object),
  );
}

function placeOf(
  { labels }: KubernetesObject,
  { scopeLabel }: PatroniLayout,
): { readonly scope: string; readonly group: number | null } | null {
  const scope = labels.get(scopeLabel);
  if (scope === undefined || scope === '') return null;
  const group = labels.get(GROUP_LABEL);
  return { scope, group: group !== undefined && GROUP.test(group) ? Number(group) : null };
}

type Value = readonly [relative: string, value: string];

function valuesOf(
  rest: string | null,
  annotations: ReadonlyMap<string, string>,
  useEndpoints: boolean,
): readonly Value[] {
  switch (rest) {
    case useEndpoints ? '' : 'leader':
      return leaderValues(annotations);
    case 'config':
      return ['initialize', 'config', 'history'].flatMap((name): readonly Value[] => {
        const value = annotations.get(name);
        return value === undefined ? [] : [[name, value]];
      });
    case 'failover':
      return jsonValue('failover', annotations, ['leader', 'member', 'scheduled_at']);
    case 'sync':
      return jsonValue('sync', annotations, ['leader', 'sync_standby', 'quorum']);
    default:
      return [];
  }
}

/** The leader is empty, not away, after it gave the lock up: that is nobody. */
function leaderValues(annotations: ReadonlyMap<string, string>): readonly Value[] {
  const leader = annotations.get('leader') ?? '';
  const failsafe = annotations.get('failsafe');
  const status: JsonObject = Object.fromEntries(
    ['optime', 'slots', 'retain_slots'].flatMap((name) => {
      const text = annotations.get(name);
      return text === undefined ? [] : [[name, jsonOrText(text)] as const];
    }),
  );
  return [
    ...(leader === '' ? [] : [['leader', leader] as const]),
    ...(Object.keys(status).length === 0 ? [] : [['status', JSON.stringify(status)] as const]),
    ...(failsafe === undefined ? [] : [['failsafe', failsafe] as const]),
  ];
}

/** An object without any of these is empty: a switchover that was carried out, synchronous mode that was turned off. */
function jsonValue(key: string, annotations: ReadonlyMap<string, string>, names: readonly string[]): readonly Value[] {
  const told = names.flatMap((name) => {
    const text = annotations.get(name);
    return text === undefined ? [] : [[name, name === 'quorum' ? jsonOrText(text) : text] as const];
  });
  return told.length === 0 ? [] : [[key, JSON.stringify(Object.fromEntries(told))]];
}

function jsonOrText(text: string): Json {
  const { value, problem } = parseJson(text);
  return problem === null ? value : text;
}

function node(key: string, value: string, { resourceVersion }: KubernetesObject): StoreNode {
  return {
    key,
    value,
    bytes: Buffer.byteLength(value),
    // Kubernetes tells neither when an annotation was made nor how often it changed, only the version of its object.
    createRevision: '0',
    modRevision: resourceVersion,
    version: '0',
    session: null,
  };
}
