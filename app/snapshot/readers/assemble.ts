import { namespacePrefix, parseKey, patroniKey } from '../../dcs/keys';
import type { StoreNode } from '../../dcs/node';
import type { JsonObject } from '../../json';
import { allUntold, type Picture, type Untold } from '../picture';
import { bareNode, type KeysReading, type Reading, type ViewReading } from './reading';
import { sizeOf } from './values';

/** A reading, and the text that it is of. */
export interface NamedReading {
  readonly name: string;
  /** When the text was last written, ISO 8601; null when that is not known. */
  readonly modifiedAt: string | null;
  readonly reading: Reading;
}

export interface Assembled {
  readonly pictures: readonly Picture[];
  /** Sentences about what was left out or is not sure. */
  readonly notes: readonly string[];
}

/** What the namespace is called when nothing tells it: Patroni's own. */
const DEFAULT_NAMESPACE = '/service';

/** Keys that only Patroni has: what stands before them is a scope, or a group of one. */
const ANCHOR = /^(.*)\/(?:members\/[^/]*|leader|initialize)$/;
const GROUP = /^(?:0|[1-9]\d*)$/;

/**
 * Makes pictures out of readings that belong together: one for each namespace that their keys have. What Patroni itself says joins the
 * cluster that it is of, and tells only what no key tells. `openedAt` (ISO 8601) is the instant when nothing tells another.
 */
export function assemble(readings: readonly NamedReading[], openedAt: string): Assembled {
  const notes: string[] = [];
  const dumps: { readonly from: NamedReading; readonly keys: KeysReading }[] = [];
  const views: { readonly from: NamedReading; readonly view: ViewReading }[] = [];
  for (const from of readings) {
    const { reading } = from;
    if (reading.kind === 'keys') dumps.push({ from, keys: reading });
    else views.push({ from, view: reading });
    notes.push(...reading.notes);
  }
  const at = instantOf(readings, openedAt);
  const nodes = new Map<string, StoreNode>();
  for (const { keys } of dumps) for (const node of keys.nodes) nodes.set(node.key, node);
  const [first] = dumps;
  const pictures: Picture[] = [];
  let outside = nodes.size;
  for (const namespace of namespacesOf([...nodes.keys()])) {
    const prefix = namespacePrefix(namespace);
    const own = [...nodes.values()].filter(({ key }) => key.startsWith(prefix));
    outside -= own.length;
    pictures.push({
      connection: first?.from.name ?? '',
      store: { kind: first?.keys.store ?? 'unknown', version: null },
      namespace,
      at,
      revision: first?.keys.revision ?? '0',
      nodes: own,
      sessions: [],
      untold: allUntold.filter((one) => dumps.some(({ keys }) => keys.untold.includes(one))),
    });
  }
  if (outside > 0 && pictures.length > 0) notes.push(`${outside} keys outside of Patroni’s namespace were left out.`);
  const joined = joinViews(pictures, views, at, notes);
  return { pictures: joined, notes };
}

/** The namespaces of Patroni clusters: of what stands before their keys, the last element is the scope. */
export function namespacesOf(keys: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const key of keys) {
    const scope = ANCHOR.exec(key)?.[1]?.split('/');
    if (scope === undefined || scope.length < 2) continue;
    const last = scope.pop() ?? '';
    // The groups of an MPP cluster stand below its scope.
    if (GROUP.test(last) && scope.length > 1) scope.pop();
    found.add(scope.length <= 1 ? '/' : scope.join('/'));
  }
  // One below another is a part of it.
  const all = [...found].sort((a, b) => a.length - b.length);
  return all.filter((one, index) => !all.slice(0, index).some((other) => one.startsWith(namespacePrefix(other))));
}

/** The newest of the files: each may have been written a moment after the other. */
function instantOf(readings: readonly NamedReading[], openedAt: string): string {
  const known = readings.flatMap(({ reading, modifiedAt }) => {
    const at = reading.kind === 'keys' ? (reading.at ?? modifiedAt) : modifiedAt;
    return at === null ? [] : [at];
  });
  return known.sort().at(-1) ?? openedAt;
}

/** One cluster, or one group of it, as Patroni tells it. */
interface Told {
  readonly scope: string;
  readonly group: number | null;
  readonly members: Map<string, JsonObject>;
  leader: string | null | undefined;
  readonly values: Map<string, string>;
  implied: JsonObject;
}

function joinViews(
  pictures: readonly Picture[],
  views: readonly { readonly from: NamedReading; readonly view: ViewReading }[],
  at: string,
  notes: string[],
): readonly Picture[] {
  if (views.length === 0) return pictures;
  const told = toldBy(pictures, views, notes);
  const [first] = pictures;
  if (first !== undefined) {
    const known = new Map(first.nodes.map((node) => [node.key, node]));
    for (const one of told)
      for (const node of nodesOf(one, first.namespace)) if (!known.has(node.key)) known.set(node.key, node);
    return [{ ...first, nodes: [...known.values()] }, ...pictures.slice(1)];
  }
  const nodes = told.flatMap((one) => nodesOf(one, DEFAULT_NAMESPACE));
  const kinds = new Set(nodes.map(({ key }) => patroniKey(parseKey(DEFAULT_NAMESPACE, key)?.relative ?? '')?.kind));
  const isThere: Partial<Record<Untold, boolean>> = {
    configuration: told.every(({ values }) => values.has('config')),
    history: kinds.has('history'),
    synchronisation: kinds.has('sync'),
    status: false,
    leader: told.every(({ leader }) => leader !== undefined),
    'failover-request': told.every(({ values }) => values.has('failover')),
    'system-identifier': kinds.has('initialize'),
    members: kinds.has('member'),
  };
  const untold = allUntold.filter(
    (one) => isThere[one] !== true && !(one === 'member-details' && !kinds.has('member')),
  );
  const connection = views[0]?.from.name ?? '';
  const picture: Picture = {
    connection,
    store: { kind: 'unknown', version: null },
    namespace: DEFAULT_NAMESPACE,
    at,
    revision: '0',
    nodes,
    sessions: [],
    untold,
  };
  return [picture];
}

/** What Patroni says, by cluster and group. What does not say of which cluster it is joins the only one there is. */
function toldBy(
  pictures: readonly Picture[],
  views: readonly { readonly from: NamedReading; readonly view: ViewReading }[],
  notes: string[],
): readonly Told[] {
  const scopes = new Set<string>();
  for (const { namespace, nodes } of pictures) {
    for (const { key } of nodes) {
      const path = parseKey(namespace, key);
      if (path !== null && patroniKey(path.relative) !== null) scopes.add(path.scope);
    }
  }
  for (const { view } of views) if (view.scope !== null && view.scope !== '') scopes.add(view.scope);
  const [only] = scopes;
  const told = new Map<string, Told>();
  for (const { from, view } of views) {
    const named = view.scope !== null && view.scope !== '' ? view.scope : null;
    if (named === null && scopes.size > 1) {
      notes.push(`${from.name} does not say of which cluster it is, and there are several: it was left out.`);
      continue;
    }
    const scope = named ?? only ?? scopeFromName(from.name);
    const id = JSON.stringify([scope, view.group]);
    const known: Told = told.get(id) ?? {
      scope,
      group: view.group,
      members: new Map(),
      leader: undefined,
      values: new Map(),
      implied: {},
    };
    told.set(id, known);
    for (const [name, data] of view.members) known.members.set(name, { ...known.members.get(name), ...data });
    if (view.leader !== undefined) known.leader ??= view.leader;
    for (const [relative, value] of view.values) if (!known.values.has(relative)) known.values.set(relative, value);
    known.implied = { ...known.implied, ...view.implied };
  }
  return [...told.values()];
}

/** What a file without a scope is called after. */
const scopeFromName = (name: string): string =>
  name
    .split('/')
    .at(-1)
    ?.replace(/\.[a-z0-9]{1,8}$/i, '')
    .replace(/\s+/g, '-') || 'cluster';

/** The keys that would tell what is told. */
function nodesOf({ scope, group, members, leader, values, implied }: Told, namespace: string): readonly StoreNode[] {
  const prefix = `${namespacePrefix(namespace)}${scope}/${group === null ? '' : `${group}/`}`;
  const nodes: StoreNode[] = [];
  const put = (relative: string, value: string): void => {
    nodes.push(bareNode(`${prefix}${relative}`, value, sizeOf(value)));
  };
  for (const [name, data] of members) put(`members/${name}`, JSON.stringify(data));
  if (leader != null) put('leader', leader);
  for (const [relative, value] of values) if (value !== '') put(relative, value);
  if (Object.keys(implied).length > 0 && !values.has('config')) put('config', JSON.stringify(implied));
  return nodes;
}
