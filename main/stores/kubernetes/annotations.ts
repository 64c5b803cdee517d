import { get, isObject, parseJson } from '../../../app/cluster/parsed';
import { parseKey, patroniKey } from '../../../app/dcs/keys';
import { pythonJson } from '../../../app/dcs/python-json';
import type { Json, JsonObject } from '../../../app/json';
import { err, ok, type Result } from '../../../app/result';
import type { Resource } from './api';
import { GROUP_LABEL, type PatroniLayout } from './patroni-objects';

/** Null removes an annotation. */
export type Annotations = Readonly<Record<string, string | null>>;

/** The object that holds one of Patroni's keys, and which of its annotations. */
export interface Place {
  readonly key: string;
  readonly resource: Resource;
  readonly name: string;
  /** What the object is found by, without the labels that all of Patroni's have. */
  readonly labels: Readonly<Record<string, string>>;
  /** The annotations that stand for a value, or (null) for none; where there cannot be such a value a sentence why. */
  readonly annotationsOf: (value: string | null) => Result<Annotations, string>;
}

/** Which cluster or group a prefix stands for. */
export interface ScopePlace {
  readonly scope: string;
  readonly group: number | null;
}

const NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;
const LONGEST_NAME = 253;

/** The labels of a cluster's objects, or of a group's. */
export function scopeLabels({ scope, group }: ScopePlace, layout: PatroniLayout): Readonly<Record<string, string>> {
  return { [layout.scopeLabel]: scope, ...(group === null ? {} : { [GROUP_LABEL]: String(group) }) };
}

/** The cluster or group of which a prefix holds all keys; null where it is none's. */
export function scopeOf(prefix: string, layout: PatroniLayout): ScopePlace | null {
  const found = parseKey(`/${layout.namespace}`, prefix.endsWith('/') ? prefix : `${prefix}/`);
  return found?.relative === '' ? { scope: found.scope, group: found.group } : null;
}

/** Where Patroni keeps a key (`patroni/dcs/kubernetes.py: Kubernetes.client_path`, `leader_path`); otherwise a sentence why nowhere. */
export function placeOf(key: string, layout: PatroniLayout): Result<Place, string> {
  const path = parseKey(`/${layout.namespace}`, key);
  const patronis = path === null ? null : patroniKey(path.relative);
  if (path === null || patronis === null) {
    return err(
      `Kubernetes has no place for the key ${key}: only Patroni’s own keys below /${layout.namespace} have one.`,
    );
  }
  const base = path.group === null ? path.scope : `${path.scope}-${String(path.group)}`;
  const objects: Resource = layout.useEndpoints ? 'endpoints' : 'configmaps';
  const labels = scopeLabels(path, layout);
  const leaderName = layout.useEndpoints ? base : `${base}-leader`;
  const at = (resource: Resource, name: string, annotationsOf: Place['annotationsOf']): Result<Place, string> =>
    NAME.test(name) && name.length <= LONGEST_NAME
      ? ok({ key, resource, name, labels, annotationsOf })
      : err(`Kubernetes has no place for the key ${key}: no object can be called ${name}.`);
  const text =
    (name: string): Place['annotationsOf'] =>
    (value) =>
      ok({ [name]: value });
  const fields =
    (names: readonly string[], write: (value: Json) => string): Place['annotationsOf'] =>
    (value) =>
      fieldsOf(key, value, names, write);
  switch (patronis.kind) {
    case 'member':
      return at('pods', patronis.name, text('status'));
    case 'initialize':
    case 'config':
    case 'history':
      return at(objects, `${base}-config`, text(patronis.kind));
    case 'leader':
    case 'failsafe':
      return at(objects, leaderName, text(patronis.kind));
    case 'leader-optime':
      return at(objects, leaderName, text('optime'));
    case 'status':
      return at(objects, leaderName, fields(['optime', 'slots', 'retain_slots'], written));
    case 'failover':
      return at(objects, `${base}-failover`, fields(['leader', 'member', 'scheduled_at'], written));
    case 'sync':
      return at(objects, `${base}-sync`, fields(['leader', 'sync_standby', 'quorum'], written));
  }
}

/** Each field of a JSON object as an annotation of its own; what is null or empty is none. */
function fieldsOf(
  key: string,
  value: string | null,
  names: readonly string[],
  write: (value: Json) => string,
): Result<Annotations, string> {
  const read: { readonly value: Json; readonly problem: unknown } =
    value === null || value === '' ? { value: {}, problem: null } : parseJson(value);
  if (read.problem !== null || !isObject(read.value)) {
    return err(`In Kubernetes ${key} holds ${names.join(', ')}; another value has no place there.`);
  }
  const object: JsonObject = read.value;
  const other = Object.keys(object).find((name) => !names.includes(name));
  if (other !== undefined) {
    return err(`In Kubernetes ${key} holds ${names.join(', ')}; there is no place for ${other}.`);
  }
  return ok(
    Object.fromEntries(
      names.map((name) => {
        const field = get(object, name);
        return [name, field === undefined || field === null || field === '' ? null : write(field)];
      }),
    ),
  );
}

const written = (value: Json): string => (typeof value === 'string' ? value : pythonJson(value));
