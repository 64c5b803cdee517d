import type { StoreNode } from '../../dcs/node';
import { bareNode, type Reader } from './reading';
import { field, fromBase64, isFields, sizeOf, textOf } from './values';
import { trimmed } from '../../text';

const PATH = /^\/[^\s]+$/;

/** JSON of paths and what they hold: `{"/service/demo/leader": "pg1"}`, or with an object of `data`, `value` or `content`; zk-shell's `json_cat`s joined, zkdump. */
export const readZooKeeperJson: Reader = (_text, json) => {
  const pairs = Array.isArray(json)
    ? (json as readonly unknown[]).map((one) => [textOf(field(one, 'path')), one] as const)
    : isFields(json)
      ? Object.entries(json).map(([path, value]) => [path, value] as const)
      : [];
  if (pairs.length === 0 || !pairs.every(([path]) => path !== null && PATH.test(path))) return null;
  const nodes: StoreNode[] = [];
  for (const [path, value] of pairs) {
    if (path === null) continue;
    const text = valueOf(value);
    if (text !== null) nodes.push(bareNode(path, text, sizeOf(text)));
  }
  return keys(nodes, 'dump of ZooKeeper');
};

function valueOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  for (const name of ['data', 'value', 'content']) {
    const own = field(value, name);
    if (typeof own === 'string') return field(value, 'encoding') === 'base64' ? (fromBase64(own)?.text ?? null) : own;
  }
  return null;
}

/** What zkCli says of itself among what it was asked for; upstream's writes its log there too. */
const CHATTER =
  /^(?:WATCHER::|WatchedEvent |Connecting to |Welcome to ZooKeeper|JLine support is |Node does not exist|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ .*\[myid:)/;

/**
 * What zkCli or zk-shell printed: `… get /service/demo/leader`, the value, and what `get -s` says of it. zkCli itself does not say which
 * key it was asked for unless a person typed it: whoever asks for one after another has the shell print it before each.
 */
export const readZooKeeperSession: Reader = (text) => {
  if (!/^(?:\[zk[:(]|.*\)\s*>|WATCHER::|Connecting to ).*/m.test(text) && !/^cZxid = /m.test(text)) return null;
  const nodes: StoreNode[] = [];
  let path: string | null = null;
  let value: string[] = [];
  let facts = new Map<string, string>();
  const keep = (): void => {
    if (path === null) return;
    const whole = trimmed(value.join('\n'), (character) => character === '\n');
    // A folder, not a key: it holds nothing, or what zkCli prints for nothing.
    if (Number(facts.get('numChildren') ?? 0) > 0 && (whole === '' || whole === 'null')) {
      path = null;
      value = [];
      facts = new Map();
      return;
    }
    const number = (name: string): string => {
      const found = facts.get(name) ?? '';
      return /^0x[0-9a-f]{1,16}$/i.test(found) ? BigInt(found).toString() : '0';
    };
    const owner = facts.get('ephemeralOwner') ?? '0x0';
    nodes.push(
      bareNode(path, whole, sizeOf(whole), {
        createRevision: number('cZxid'),
        modRevision: number('mZxid'),
        session: owner === '0x0' ? null : owner,
      }),
    );
    path = null;
    value = [];
    facts = new Map();
  };
  for (const line of text.split(/\r?\n/)) {
    const asked = /(?:^|[\])>]\s*)get\s+(?:-[sw]\s+)*(\/\S+)(?:\s+(?:true|false))?$/.exec(line.trimEnd());
    const fact =
      /^(cZxid|ctime|mZxid|mtime|pZxid|cversion|dataVersion|aclVersion|ephemeralOwner|dataLength|numChildren) = (.*)$/.exec(
        line,
      );
    if (asked !== null) {
      keep();
      path = asked[1] ?? null;
    } else if (/^\[zk[:(]/.test(line)) keep();
    else if (fact !== null) facts.set(fact[1] ?? '', (fact[2] ?? '').trim());
    else if (path !== null && facts.size === 0 && !CHATTER.test(line)) value.push(line);
  }
  keep();
  return keys(nodes, 'session of zkCli');
};

function keys(nodes: readonly StoreNode[], what: string): ReturnType<Reader> {
  if (!nodes.some(({ key }) => /\/(?:leader|initialize|config|members\/[^/]*)$/.test(key))) return null;
  const knowsSessions = nodes.some(({ session }) => session !== null);
  return {
    kind: 'keys',
    what,
    store: 'zookeeper',
    at: null,
    revision: '0',
    nodes,
    untold: ['instant', ...(knowsSessions ? [] : (['revisions', 'sessions'] as const)), 'times-to-live'],
    notes: [],
  };
}
