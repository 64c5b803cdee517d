import { parseKey, patroniKey } from '../../dcs/keys';
import { compareText } from '../../text';
import type { Picture } from '../picture';
import { mapStrings } from './map-strings';

/** The names that a picture holds, by what they name. */
export interface FoundNames {
  readonly clusters: Set<string>;
  readonly members: Set<string>;
  /** Host names and addresses. */
  readonly hosts: Set<string>;
  readonly users: Set<string>;
}

/** The user and the hosts of a URL: `postgres://user:password@host:port,host2/…`. */
const URL = /[a-z][a-z0-9+.-]{1,30}:\/\/(?:([^\s:/?#@"']{1,200})(?::[^\s/@"']{0,500})?@)?([^\s/?#"'@]{1,1000})/gi;
const HOST_SETTING = /\bhost(?:addr)?\s{0,5}=\s{0,5}'?([^\s']{1,1000})/gi;
const USER_SETTING = /\buser(?:name)?\s{0,5}=\s{0,5}'?([^\s'&]{1,200})/gi;
export const IPV4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)/g;
export const IPV6 =
  /(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)(?![\w:])/gi;

/** Names in JSON whose value names a member. */
const MEMBER_FIELDS = /^(?:leader|member|candidate|replicatefrom|sync_standby|sync_leader|clonefrom_member)$/;
const HOST_FIELDS = /^(?:host|hosts|hostaddr|address|connect_address|listen|pod_ip|node|nodename)$/i;
const USER_FIELDS = /^(?:user|username|primary_user|usename|rolname)$/i;

export const noNames = (): FoundNames => ({
  clusters: new Set(),
  members: new Set(),
  hosts: new Set(),
  users: new Set(),
});

/** Adds all names in a picture to those that were found. */
export function addNames(found: FoundNames, { namespace, nodes }: Picture): void {
  const { clusters, members, hosts, users } = found;
  const hostList = (text: string): void => {
    for (const one of text.split(',')) {
      const host = bareHost(one.trim());
      if (host !== '') hosts.add(host);
    }
  };
  const inText = (text: string): void => {
    for (const [, user, list] of text.matchAll(URL)) {
      if (user !== undefined) users.add(user);
      hostList(list ?? '');
    }
    for (const [, list] of text.matchAll(HOST_SETTING)) hostList(list ?? '');
    for (const [, user] of text.matchAll(USER_SETTING)) users.add(user ?? '');
    for (const [address] of text.matchAll(IPV4)) hosts.add(address);
    for (const [address] of text.matchAll(IPV6)) if (address.length > 3) hosts.add(address);
  };
  for (const { key, value } of nodes) {
    const path = parseKey(namespace, key);
    const known = path === null ? null : patroniKey(path.relative);
    if (path !== null) clusters.add(path.scope);
    if (known?.kind === 'member') members.add(known.name);
    if (known?.kind === 'leader') members.add(value);
    inText(key);
    const isJson = mapStrings(value, (text, { path: names, isName }) => {
      const field = names.at(-1) ?? '';
      inText(text);
      if (isName) {
        if (known?.kind === 'failsafe') members.add(text);
      } else if (MEMBER_FIELDS.test(field)) for (const name of text.split(',')) members.add(name.trim());
      else if (HOST_FIELDS.test(field)) hostList(text);
      else if (USER_FIELDS.test(field)) users.add(text);
      else if (known?.kind === 'sync' && names.length === 0) members.add(text);
      return null;
    });
    if (isJson === null) inText(value);
    if (known?.kind === 'history') for (const name of historyLeaders(value)) members.add(name);
  }
  for (const names of [clusters, members, hosts, users]) names.delete('');
}

/** Who led after each timeline: the fifth element of a history's lines. */
function historyLeaders(value: string): readonly string[] {
  try {
    const lines: unknown = JSON.parse(value);
    if (!Array.isArray(lines)) return [];
    return lines.flatMap((line: unknown) => (Array.isArray(line) && typeof line[4] === 'string' ? [line[4]] : []));
  } catch {
    return [];
  }
}

/** A host without its port and brackets; empty when there is none. */
function bareHost(text: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(text);
  if (bracketed !== null) return bracketed[1] ?? '';
  const colons = text.split(':').length - 1;
  return colons === 1 ? text.slice(0, text.indexOf(':')) : text;
}

/** New names in the order of the old ones, with as many digits as the last one needs: what is sorted stays so. */
export function numbered(names: ReadonlySet<string>, word: string): ReadonlyMap<string, string> {
  const sorted = [...names].sort(compareText);
  const digits = String(sorted.length).length;
  return new Map(sorted.map((name, index) => [name, `${word}-${String(index + 1).padStart(digits, '0')}`]));
}
