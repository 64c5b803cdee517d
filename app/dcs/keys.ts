/** Where a key stands below a namespace. */
export interface KeyPath {
  readonly scope: string;
  /** The MPP group; null in a plain cluster. */
  readonly group: number | null;
  /** What follows the scope (and the group), e.g. `members/pg1`. */
  readonly relative: string;
}

/** What one of Patroni's keys is for. */
export type PatroniKey =
  | { readonly kind: Exclude<PatroniKeyKind, 'member'> }
  /** A key below `members/` with exactly one slash; the name may be empty, as in Patroni. */
  | { readonly kind: 'member'; readonly name: string };

export type PatroniKeyKind =
  | 'initialize'
  | 'config'
  | 'leader'
  | 'status'
  /** `/optime/leader`: read only where there is no `/status`. */
  | 'leader-optime'
  | 'failover'
  | 'sync'
  | 'history'
  | 'failsafe'
  | 'member';

const MEMBERS = 'members/';

const KEYS: ReadonlyMap<string, PatroniKey> = new Map<string, PatroniKey>([
  ['initialize', { kind: 'initialize' }],
  ['config', { kind: 'config' }],
  ['leader', { kind: 'leader' }],
  ['status', { kind: 'status' }],
  ['optime/leader', { kind: 'leader-optime' }],
  ['failover', { kind: 'failover' }],
  ['sync', { kind: 'sync' }],
  ['history', { kind: 'history' }],
  ['failsafe', { kind: 'failsafe' }],
]);

/** `patroni/postgresql/mpp/citus.py: group_re`. */
const GROUP = /^(?:0|[1-9][0-9]*)$/;

/** An absolute key from its parts: one slash before each, repeated ones collapsed (`patroni/dcs: AbstractDCS.__init__`). */
export function joinKey(...parts: readonly string[]): string {
  const key = `/${parts.join('/')}`;
  return key.includes('//') ? key.replace(/\/+/g, '/') : key;
}

/** What all keys below a namespace begin with, e.g. `/service/`; `/` for an empty namespace. */
export function namespacePrefix(namespace: string): string {
  // Key after key is asked for of the same namespace.
  if (namespace !== lastPrefix.namespace) lastPrefix = { namespace, prefix: joinKey(namespace, '/') };
  return lastPrefix.prefix;
}

let lastPrefix = { namespace: '', prefix: '/' };

/** What all keys of a scope begin with, e.g. `/service/demo/`. */
export function scopePrefix(namespace: string, scope: string): string {
  return joinKey(namespace, scope, '/');
}

/** The absolute key of one of a group's keys, e.g. `/service/demo/0/leader` (`patroni/dcs: client_path`). */
export function clusterKey(namespace: string, scope: string, group: number | null, relative: string): string {
  return `${scopePrefix(namespace, scope)}${group === null ? '' : `${group}/`}${relative}`;
}

/**
 * Takes an absolute key apart. Null when it is not below the namespace or names no scope.
 * A first element that is a number is an MPP group when something follows it (`patroni/dcs/etcd3.py: _mpp_cluster_loader`).
 * A scope may hold slashes: Patroni puts it into the path as it is (`patroni/dcs: AbstractDCS.client_path`), so one of its
 * keys belongs to all that stands before it. A key that is not Patroni's belongs to its first element.
 */
export function parseKey(namespace: string, key: string): KeyPath | null {
  const prefix = namespacePrefix(namespace);
  if (!key.startsWith(prefix)) return null;
  const path = key.slice(prefix.length);
  const [scope, rest] = cutAtSlash(path);
  if (scope === '') return null;
  const plain = below(scope, rest ?? '');
  return patroniKey(plain.relative) === null ? (inLongScope(path) ?? plain) : plain;
}

/** A key of Patroni's whose scope holds slashes; null when it is none. The shortest scope wins: `members/leader` is a member. */
function inLongScope(path: string): KeyPath | null {
  const elements = path.split('/');
  for (const length of [3, 2, 1]) {
    const scope = elements.slice(0, -length);
    // Patroni makes one slash of several. Whatever lies below a cluster's members is that cluster's.
    if (scope.length < 2 || scope.includes('') || scope.includes('members')) continue;
    const found = below(scope.join('/'), elements.slice(-length).join('/'));
    if (patroniKey(found.relative) !== null) return found;
  }
  return null;
}

/** The group and the rest of what follows the scope. */
export function groupOf(rest: string): Omit<KeyPath, 'scope'> {
  const { group, relative } = below('', rest);
  return { group, relative };
}

function below(scope: string, rest: string): KeyPath {
  const [first, after] = cutAtSlash(rest);
  // A number that JavaScript cannot hold exactly is no group that Patroni ever made.
  if (after !== null && GROUP.test(first) && Number.isSafeInteger(Number(first))) {
    return { scope, group: Number(first), relative: after };
  }
  return { scope, group: null, relative: rest };
}

function cutAtSlash(text: string): [before: string, after: string | null] {
  const slash = text.indexOf('/');
  return slash < 0 ? [text, null] : [text.slice(0, slash), text.slice(slash + 1)];
}

/** Which of Patroni's keys a relative key is; null for a foreign one (`patroni/dcs/etcd3.py: _cluster_from_nodes`). */
export function patroniKey(relative: string): PatroniKey | null {
  const known = KEYS.get(relative);
  if (known !== undefined) return known;
  if (!relative.startsWith(MEMBERS)) return null;
  const name = relative.slice(MEMBERS.length);
  return name.includes('/') ? null : { kind: 'member', name };
}

/** Whether a scope or group that holds these relative keys is a Patroni cluster: one of Patroni's keys is enough. */
export function isCluster(relatives: Iterable<string>): boolean {
  for (const relative of relatives) if (patroniKey(relative) !== null) return true;
  return false;
}
