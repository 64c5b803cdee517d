import type { StoreNode } from '../../dcs/node';
import { bareNode, type Reader } from './reading';
import { digitsOf, field, isFields, sizeOf, textOf } from './values';

/** What stands behind the scope in the name of an Endpoints or ConfigMap (`patroni/dcs/kubernetes.py`). */
const SUFFIX = /-(config|leader|failover|sync|failsafe)$/;

/** `kubectl get endpoints,configmaps,pods -o json|yaml`: Patroni's annotations as the keys that they stand for. */
export const readKubernetes: Reader = (_text, json) => {
  const items = field(json, 'items');
  const list = Array.isArray(items) ? (items as readonly unknown[]) : isFields(field(json, 'metadata')) ? [json] : null;
  if (list === null || (textOf(field(json, 'apiVersion')) === null && textOf(field(list[0], 'apiVersion')) === null))
    return null;
  const nodes = new Map<string, StoreNode>();
  let newest = 0n;
  for (const item of list) {
    const metadata = field(item, 'metadata');
    const name = textOf(field(metadata, 'name'));
    const annotations = field(metadata, 'annotations');
    if (name === null || !isFields(annotations)) continue;
    const labels = field(metadata, 'labels');
    const namespace = textOf(field(metadata, 'namespace')) ?? 'default';
    const label = textOf(field(labels, 'cluster-name')) ?? textOf(field(labels, 'application-cluster'));
    const group = textOf(field(labels, 'citus-group'));
    const version = digitsOf(field(metadata, 'resourceVersion')) ?? '0';
    const put = (scope: string, relative: string, value: string): void => {
      const key = `/${namespace}/${scope}/${group !== null && /^\d+$/.test(group) ? `${group}/` : ''}${relative}`;
      nodes.set(key, bareNode(key, value, sizeOf(value), { modRevision: version, createRevision: version }));
      if (BigInt(version) > newest) newest = BigInt(version);
    };
    const of = (annotation: string): string | null => textOf(field(annotations, annotation));
    if (textOf(field(item, 'kind')) === 'Pod') {
      const status = of('status');
      if (status !== null && label !== null) put(label, `members/${name}`, status);
      continue;
    }
    const plain = group === null ? name : name.replace(new RegExp(`-${group}(?=-|$)`), '');
    const kind = SUFFIX.exec(plain)?.[1] ?? 'leader';
    const scope = label ?? plain.replace(SUFFIX, '');
    if (kind === 'config') {
      for (const key of ['config', 'history', 'initialize']) {
        const value = of(key);
        if (value !== null) put(scope, key, value);
      }
    } else if (kind === 'leader') {
      const leader = of('leader');
      if (leader !== null) put(scope, 'leader', leader);
      const optime = of('optime');
      if (optime !== null && /^\d+$/.test(optime))
        put(scope, 'status', statusOf(optime, of('slots'), of('retain_slots')));
    } else if (['failover', 'sync', 'failsafe'].includes(kind)) {
      const own = Object.entries(annotations).filter(([, value]) => typeof value === 'string');
      const known = own.filter(([key]) => !key.includes('/'));
      if (known.length > 0)
        put(
          scope,
          kind,
          kind === 'failsafe'
            ? (of('failsafe') ?? JSON.stringify(Object.fromEntries(known)))
            : JSON.stringify(Object.fromEntries(known)),
        );
    }
  }
  if (nodes.size === 0) return null;
  return {
    kind: 'keys',
    what: 'output of kubectl get',
    store: 'kubernetes',
    at: null,
    revision: newest.toString(),
    nodes: [...nodes.values()],
    untold: ['instant', 'sessions', 'times-to-live'],
    notes: [],
  };
};

/** `/status` as other stores have it: the annotations hold its parts. */
function statusOf(optime: string, slots: string | null, retained: string | null): string {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const parts = [
    `"optime":${optime.replace(/^0+(?=\d)/, '')}`,
    ...(slots !== null && isJson(slots) ? [`"slots":${slots}`] : []),
    ...(retained !== null && isJson(retained) ? [`"retain_slots":${retained}`] : []),
  ];
  return `{${parts.join(',')}}`;
}
