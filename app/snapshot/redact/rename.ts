import { joinKey, namespacePrefix, parseKey, patroniKey } from '../../dcs/keys';
import type { StoreNode } from '../../dcs/node';
import { utf8Bytes } from '../../dcs/utf8';
import { slotNameFromMemberName } from '../../slots/slot-name';
import { compareText } from '../../text';
import type { Picture } from '../picture';
import { mapStrings } from './map-strings';
import { type FoundNames, IPV4, IPV6, numbered } from './names';
import { escapeRegExp } from './sweep';

/** Which name became which. */
export interface Renaming {
  readonly clusters: ReadonlyMap<string, string>;
  readonly members: ReadonlyMap<string, string>;
  readonly hosts: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, string>;
}

/**
 * Words that mean something to Patroni or PostgreSQL wherever they stand. A name that is one of them is replaced only where nothing but
 * a name can stand: in a key, as the leader, in a URL.
 */
const RESERVED = new Set(
  (
    'postgres postgresql patroni replication replicator all true false null on off none leader replica primary master member members ' +
    'standby standby_leader sync_standby quorum_standby sync quorum running streaming stopped starting stopping crashed config ' +
    'history failover status initialize failsafe optime service local host hostssl trust md5 scram-sha-256 peer reject cert ident ' +
    'localhost physical logical pgoutput test_decoding http https etcd etcd3 consul zookeeper kubernetes slots tags'
  ).split(' '),
);

/** Addresses that tell nothing of anybody's network. */
const OPEN_ADDRESS = /^(?:0\.0\.0\.0|127\.\d+\.\d+\.\d+|255\.[\d.]+|::1?|localhost)$/;

/** What Patroni and PostgreSQL write of themselves: words of theirs, never names. */
const FIXED_FIELDS = /^(?:role|state|replication_state|type|plugin|version|server_version|sync_state)$/;

/** New names for all that pictures name: the same one for the same name in all of them. */
export function renamingOf(found: FoundNames): Renaming {
  const members = numbered(found.members, 'member');
  const clusters = numbered(found.clusters, 'cluster');
  const users = numbered(new Set([...found.users].filter((name) => name !== 'postgres')), 'user');
  const hosts = new Map<string, string>();
  const ordered = [...found.hosts].filter((host) => !OPEN_ADDRESS.test(host)).sort(compareText);
  const isAddress = (host: string): 4 | 6 | null =>
    new RegExp(`^${IPV4.source}$`).test(host) ? 4 : new RegExp(`^${IPV6.source}$`, 'i').test(host) ? 6 : null;
  let four = 0;
  let six = 0;
  for (const host of ordered) {
    // A host that is called as a member is that member's.
    const member = members.get(host);
    const kind = isAddress(host);
    if (member !== undefined) hosts.set(host, member);
    else if (kind === 4) {
      four += 1;
      hosts.set(host, `10.${four >> 16}.${(four >> 8) & 255}.${four & 255}`);
    } else if (kind === 6) {
      six += 1;
      hosts.set(host, `fd00::${six.toString(16)}`);
    }
  }
  const named = new Set(ordered.filter((host) => !hosts.has(host)));
  for (const [host, name] of numbered(named, 'host')) hosts.set(host, `${name}.example`);
  return { members, clusters, hosts, users };
}

/** Replaces names in pictures by a renaming, everywhere alike, so that they show the same. */
export function renamer(renaming: Renaming): (picture: Picture, index: number) => Picture {
  const { clusters, members, users, hosts } = renaming;
  const slots = new Map<string, string>();
  for (const [name, now] of members) slots.set(slotNameFromMemberName(name), slotNameFromMemberName(now));
  // Of a text that is several things at once the first of these counts.
  const inText = new Map<string, string>();
  for (const names of [members, slots, hosts, clusters, users]) {
    for (const [name, now] of names) if (!inText.has(name) && !RESERVED.has(name.toLowerCase())) inText.set(name, now);
  }
  const replace = replacer(inText);
  const inLists = new Map([...slots, ...members]);

  const inValue = (value: string, kind: string | null): string => {
    if (kind === 'leader') return members.get(value) ?? replace(value);
    const mapped = mapStrings(value, (text, { path, isName }) => {
      const field = path.at(-1) ?? '';
      const now =
        isName && !(kind === 'failsafe' && path.length === 0) && !/slots$/.test(field)
          ? text
          : !isName && FIXED_FIELDS.test(field)
            ? text
            : (inLists.get(text) ?? (isName ? text : inUrls(replace(text), users)));
      return now === text ? null : now;
    });
    return mapped ?? inUrls(replace(value), users);
  };

  return (picture, index) => {
    const { namespace } = picture;
    const newNamespace = joinKey(
      ...namespace.split('/').map((part) => (/^(?:|service|db)$/.test(part) ? part : 'namespace')),
    );
    const inKey = (key: string): string => {
      const path = parseKey(namespace, key);
      const below = key.slice(namespacePrefix(namespace).length);
      if (path === null) return `${namespacePrefix(newNamespace)}${replace(below)}`;
      const known = patroniKey(path.relative);
      const relative =
        known?.kind === 'member'
          ? `members/${members.get(known.name) ?? replace(known.name)}`
          : known === null
            ? replace(path.relative)
            : path.relative;
      const group = path.group === null ? '' : `${path.group}/`;
      return `${namespacePrefix(newNamespace)}${clusters.get(path.scope) ?? path.scope}/${group}${relative}`;
    };
    const nodes = picture.nodes.map((node): StoreNode => {
      const path = parseKey(namespace, node.key);
      const known = path === null ? null : patroniKey(path.relative);
      const value = inValue(node.value, known?.kind ?? null);
      return {
        ...node,
        key: inKey(node.key),
        session: node.session === null ? null : replace(node.session),
        value,
        bytes: value === node.value ? node.bytes : utf8Bytes(value),
      };
    });
    const sessions = picture.sessions.map((session) => ({ ...session, id: replace(session.id) }));
    return { ...picture, connection: `connection-${index + 1}`, namespace: newNamespace, nodes, sessions };
  };
}

/** The user of a URL or a conninfo string, whatever it is called. */
function inUrls(text: string, users: ReadonlyMap<string, string>): string {
  return text
    .replace(/(:\/\/)([^\s:/?#@"']{1,200})(?=(?::[^\s/@"']{0,500})?@)/g, (_all, before: string, user: string) => {
      return `${before}${users.get(user) ?? user}`;
    })
    .replace(/(\buser(?:name)?\s{0,5}=\s{0,5}'?)([^\s'&]{1,200})/gi, (_all, before: string, user: string) => {
      return `${before}${users.get(user) ?? user}`;
    });
}

/** Replaces whole names: one within a longer word is another word. */
function replacer(names: ReadonlyMap<string, string>): (text: string) => string {
  const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => text;
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_])(?:${longestFirst.map(escapeRegExp).join('|')})(?![\\p{L}\\p{N}_])`,
    'gu',
  );
  return (text) => text.replace(pattern, (name) => names.get(name) ?? name);
}
