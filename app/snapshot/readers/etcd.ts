import type { StoreNode } from '../../dcs/node';
import { bareNode, type KeysReading, type Reader } from './reading';
import { absolute, digitsOf, field, fromBase64, isFields, sizeOf, textOf } from './values';
import { trimmedEnd } from '../../text';

/** `etcdctl get --prefix … -w json` (API v3), and the answer of its gateway (`/v3/kv/range`): keys and values in base64. */
export const readEtcdJson: Reader = (text, json) => {
  const kvs = field(json, 'kvs');
  const header = field(json, 'header');
  if (!Array.isArray(kvs) || !isFields(header)) return null;
  // Numbers past 2^53 would be rounded by JSON.parse: those of leases are, and stand in the text as they were written.
  const leases = exactNumbers(text, 'lease');
  const nodes: StoreNode[] = [];
  let unread = 0;
  let lease = 0;
  for (const kv of kvs as readonly unknown[]) {
    const key = fromBase64(field(kv, 'key'));
    const value = fromBase64(field(kv, 'value'));
    const hasLease = field(kv, 'lease') !== undefined;
    const session = hasLease ? (leases[lease++] ?? null) : null;
    if (key === null || value === null || key.text === '') {
      unread += 1;
      continue;
    }
    nodes.push(
      bareNode(key.text, value.text, value.bytes, {
        createRevision: digitsOf(field(kv, 'create_revision')) ?? '0',
        modRevision: digitsOf(field(kv, 'mod_revision')) ?? '0',
        version: digitsOf(field(kv, 'version')) ?? '0',
        session: session === '0' ? null : session,
      }),
    );
  }
  return {
    kind: 'keys',
    what: 'output of etcdctl get -w json',
    store: 'etcd3',
    at: null,
    revision: digitsOf(field(header, 'revision')) ?? '0',
    nodes,
    untold: ['instant', 'times-to-live'],
    notes: unread === 0 ? [] : [`${unread} of its keys are no base64 and were left out.`],
  };
};

/** The values of a name that stands before a number, in the order of the text, as they are written. */
function exactNumbers(text: string, name: string): readonly string[] {
  return [...text.matchAll(new RegExp(`"${name}"\\s*:\\s*"?(\\d{1,20})"?`, 'g'))].map(([, digits]) => digits ?? '');
}

/**
 * `etcdctl get --prefix …` as it comes: a key, its value, a key … A value with line breaks goes on until the next line that is a key:
 * one that begins as the first one does.
 */
export const readEtcdPlain: Reader = (text) => {
  const root = /^(\/[^/\s]+\/)\S/.exec(text.slice(0, 10_000))?.[1];
  if (root === undefined) return null;
  const lines = trimmedEnd(text.replace(/\r\n/g, '\n'), (character) => character === '\n').split('\n');
  if (lines.length < 2) return null;
  const nodes: StoreNode[] = [];
  let key: string | null = null;
  let value: string[] = [];
  const keep = (): void => {
    if (key === null) return;
    const whole = value.join('\n');
    nodes.push(bareNode(key, whole, sizeOf(whole)));
  };
  for (const line of lines) {
    if (line.startsWith(root) && !/\s/.test(line) && (key === null || value.length > 0)) {
      keep();
      key = line;
      value = [];
    } else value.push(line);
  }
  keep();
  if (!nodes.some((node) => /\/(?:leader|initialize|config|members\/[^/]*)$/.test(node.key))) return null;
  return {
    kind: 'keys',
    what: 'output of etcdctl get --prefix',
    store: 'etcd3',
    at: null,
    revision: '0',
    nodes,
    untold: ['instant', 'revisions', 'sessions', 'times-to-live'],
    notes: [],
  };
};

/** `etcdctl get --prefix … -w fields`: a line for each field, quoted as Go does. */
export const readEtcdFields: Reader = (text) => {
  if (!/^"(?:ClusterID|Key)" :/m.test(text.slice(0, 4000))) return null;
  const nodes: StoreNode[] = [];
  const fields = new Map<string, string>();
  let revision = '0';
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^"(\w+)" : (.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    if (name === 'Revision') revision = value.trim();
    if (name === 'Key') fields.clear();
    fields.set(name, value);
    // The last field of each key.
    if (name !== 'Lease') continue;
    const key = goText(fields.get('Key') ?? '');
    const content = goText(fields.get('Value') ?? '');
    const lease = value.trim();
    nodes.push(
      bareNode(key, content, sizeOf(content), {
        createRevision: digitsOf(fields.get('CreateRevision')?.trim()) ?? '0',
        modRevision: digitsOf(fields.get('ModRevision')?.trim()) ?? '0',
        version: digitsOf(fields.get('Version')?.trim()) ?? '0',
        session: /^[1-9]\d*$/.test(lease) ? lease : null,
      }),
    );
  }
  if (nodes.length === 0) return null;
  return {
    kind: 'keys',
    what: 'output of etcdctl get -w fields',
    store: 'etcd3',
    at: null,
    revision: digitsOf(revision) ?? '0',
    nodes,
    untold: ['instant', 'times-to-live'],
    notes: [],
  };
};

/** A text as Go's %q writes it. */
function goText(quoted: string): string {
  const inner = quoted.trim().replace(/^"|"$/g, '');
  return inner.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gi, (_all, x, u, big, other: string) => {
    const code: unknown = x ?? u ?? big;
    if (typeof code === 'string') {
      const point = parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    }
    return { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }[other] ?? other;
  });
}

/** etcd's API v2: `GET /v2/keys/…?recursive=true`, also as `etcdctl -o json ls|get` gives it. */
export const readEtcd2: Reader = (_text, json): KeysReading | null => {
  const root = field(json, 'node');
  if (!isFields(root) || (field(json, 'action') !== 'get' && textOf(field(root, 'key')) === null)) return null;
  const nodes: StoreNode[] = [];
  const waiting: unknown[] = [root];
  let newest = 0n;
  while (waiting.length > 0) {
    const node = waiting.pop();
    const children = field(node, 'nodes');
    if (Array.isArray(children)) {
      for (const child of children) waiting.push(child);
      continue;
    }
    const key = textOf(field(node, 'key'));
    const value = textOf(field(node, 'value'));
    if (key === null || value === null) continue;
    const modRevision = digitsOf(field(node, 'modifiedIndex')) ?? '0';
    const ttl = field(node, 'ttl');
    if (BigInt(modRevision) > newest) newest = BigInt(modRevision);
    nodes.push(
      bareNode(absolute(key), value, sizeOf(value), {
        createRevision: digitsOf(field(node, 'createdIndex')) ?? '0',
        modRevision,
        session: typeof ttl === 'number' ? `ttl ${absolute(key)}` : null,
      }),
    );
  }
  return {
    kind: 'keys',
    what: 'answer of etcd’s API v2',
    store: 'etcd',
    at: null,
    revision: newest.toString(),
    nodes,
    untold: ['instant', 'sessions', 'times-to-live'],
    notes: [],
  };
};
