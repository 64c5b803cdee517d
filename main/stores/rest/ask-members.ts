import { get, isObject } from '../../../app/cluster/parsed';
import type { Json, JsonObject } from '../../../app/json';
import type { MemberApi } from '../../../app/operations/member-api';
import { memberAddress } from '../../patroni-api/member-address';
import {
  readCluster,
  readConfig,
  readFailsafe,
  readHistory,
  readPatroni,
  scopeIn,
  type Told,
} from '../../patroni-api/member-reads';

/** What one member's REST API says, all asked at about the same time. */
export interface Testimony {
  /** `http://host:port`. */
  readonly origin: string;
  readonly patroni: Told<JsonObject>;
  readonly cluster: Told<JsonObject>;
}

/** What is told of one cluster. */
export interface ToldCluster {
  readonly scope: string;
  /** Of all who were asked, those who could not be reached included where it is known that they belong to it. */
  readonly testimonies: readonly Testimony[];
  /** Whose `/cluster` is taken; null when nobody gave one. */
  readonly witness: Testimony | null;
  /** As the witness tells them; null for what it did not tell. */
  readonly config: JsonObject | null;
  readonly history: readonly Json[] | null;
  readonly failsafe: JsonObject | null;
}

export interface Round {
  readonly clusters: readonly ToldCluster[];
  /** Addresses that were given and belong to no cluster that is known: nobody answers there, or not as Patroni does. */
  readonly silent: readonly Testimony[];
}

/** More would be no cluster of Patroni's; addresses come from outside. */
const MOST_MEMBERS = 2000;
const AT_ONCE = 16;

/**
 * Asks the members at `seeds`, then those that they tell of, each once. `scopes` remembers which address belongs to which scope,
 * so that one that falls silent is missed where it belongs.
 */
export async function askMembers(
  api: MemberApi,
  seeds: readonly string[],
  scopes: Map<string, string>,
): Promise<Round> {
  const asked = new Map<string, Testimony>();
  let next = [...new Set([...seeds, ...scopes.keys()].flatMap((url) => memberAddress(url)?.origin ?? []))];
  while (next.length > 0 && asked.size < MOST_MEMBERS) {
    const found = await inTurn(next.slice(0, MOST_MEMBERS - asked.size), (origin) => ask(api, origin));
    for (const one of found) asked.set(one.origin, one);
    for (const one of found) {
      const scope = scopeOf(one);
      if (scope !== null) scopes.set(one.origin, scope);
      if (scope === null || !one.cluster.ok) continue;
      for (const member of membersIn(one.cluster.value)) {
        const origin = originOf(member);
        if (origin !== null) scopes.set(origin, scope);
      }
    }
    next = [...scopes.keys()].filter((origin) => !asked.has(origin));
  }
  const byScope = new Map<string, Testimony[]>();
  const silent: Testimony[] = [];
  for (const one of asked.values()) {
    const scope = scopes.get(one.origin);
    if (scope === undefined) silent.push(one);
    else byScope.set(scope, [...(byScope.get(scope) ?? []), one]);
  }
  const clusters = await Promise.all([...byScope].map(([scope, of]) => complete(api, scope, of)));
  // Who was removed from its cluster is asked no more, unless it was given.
  const given = new Set(seeds.flatMap((url) => memberAddress(url)?.origin ?? []));
  for (const { witness, scope } of clusters) {
    if (witness === null || !witness.cluster.ok) continue;
    const present = new Set(membersIn(witness.cluster.value).map(originOf));
    for (const [origin, of] of scopes)
      if (of === scope && !present.has(origin) && !given.has(origin)) scopes.delete(origin);
  }
  return { clusters, silent };
}

async function ask(api: MemberApi, origin: string): Promise<Testimony> {
  const [patroni, cluster] = await Promise.all([readPatroni(api, origin), readCluster(api, origin)]);
  return { origin, patroni, cluster };
}

async function complete(api: MemberApi, scope: string, testimonies: readonly Testimony[]): Promise<ToldCluster> {
  const witness = witnessOf(testimonies);
  if (witness === null) return { scope, testimonies, witness, config: null, history: null, failsafe: null };
  const [config, history, failsafe] = await Promise.all([
    readConfig(api, witness.origin),
    readHistory(api, witness.origin),
    readFailsafe(api, witness.origin),
  ]);
  return {
    scope,
    testimonies,
    witness,
    config: config.ok ? config.value : null,
    history: history.ok ? history.value : null,
    failsafe: failsafe.ok ? failsafe.value : null,
  };
}

/** The leader where it tells the cluster itself; else who heard last from the store. */
function witnessOf(testimonies: readonly Testimony[]): Testimony | null {
  const able = testimonies.filter(({ cluster }) => cluster.ok);
  const leads = (one: Testimony): boolean =>
    one.cluster.ok && membersIn(one.cluster.value).some((m) => originOf(m) === one.origin && isLeader(m));
  const newestFirst = [...able].sort((a, b) => (lastSeen(b) ?? 0) - (lastSeen(a) ?? 0));
  return newestFirst.find(leads) ?? newestFirst[0] ?? null;
}

/** When a member last heard from its store, in seconds since 1970 by its own clock; null where it does not say (Patroni 2). */
export function lastSeen({ patroni }: Testimony): number | null {
  const seen = patroni.ok ? get(patroni.value, 'dcs_last_seen') : null;
  return typeof seen === 'number' && seen > 0 ? seen : null;
}

/** The members in an answer to `/cluster`, each with a name. */
export function membersIn(cluster: JsonObject): readonly JsonObject[] {
  const members = get(cluster, 'members');
  if (!Array.isArray(members)) return [];
  return members.filter(isObject).filter((member) => nameOf(member) !== null);
}

/** A member's name in an answer to `/cluster`. */
export function nameOf(member: JsonObject): string | null {
  const name = get(member, 'name');
  return typeof name === 'string' && name !== '' && !name.includes('/') ? name : null;
}

/** `http://host:port` of a member's `api_url`; null where that is none. */
export function originOf(member: JsonObject): string | null {
  const url = get(member, 'api_url');
  return typeof url === 'string' ? (memberAddress(url)?.origin ?? null) : null;
}

/** Whether `/cluster` says of a member that it holds the leader lock. */
export function isLeader(member: JsonObject): boolean {
  const role = get(member, 'role');
  return role === 'leader' || role === 'standby_leader';
}

function scopeOf({ patroni, cluster }: Testimony): string | null {
  return (patroni.ok ? scopeIn(patroni.value) : null) ?? (cluster.ok ? scopeIn(cluster.value) : null);
}

async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) results.push(await run(item));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  return results;
}
