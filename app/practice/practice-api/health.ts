import type * as Cluster from '../../cluster/cluster';
import { parseInt } from '../../cluster/coerce';
import * as GlobalConfig from '../../cluster/global-config';
import * as SyncState from '../../cluster/sync-state';
import { get, isObject } from '../../cluster/parsed';
import { str } from '../../cluster/python-text';
import * as Tags from '../../cluster/tags';
import type { JsonObject } from '../../json';
import type { RequestTarget } from './request-target';
import type { RestFacts, RestMember } from './rest-member';

/** The status code of a health check such as `/primary` or `/replica?lag=10MB` (`patroni/api.py: do_GET`). */
export function healthCode(
  member: RestMember,
  cluster: Cluster.Cluster | null,
  path: string,
  query: RequestTarget['query'],
): number {
  const facts = member.facts();
  const codes = roleCodes(facts, cluster, query);
  const named = cluster !== null && GlobalConfig.isSynchronousMode(cluster.config) && isNamed(member, cluster);
  const isQuorum = named && GlobalConfig.isQuorumCommitMode(cluster.config);
  const { code, ignoresTags } = codeOf(path === '/' ? '/primary' : path, codes, {
    isSync: named && !isQuorum,
    isQuorum,
    isRunning: facts.state === 'running',
    storeIsThere: cluster !== null,
  });
  return code === 200 && !ignoresTags && !hasTags(facts.tags, query) ? 503 : code;
}

function isNamed({ name }: RestMember, { sync }: Cluster.Cluster): boolean {
  return SyncState.matches(sync, name);
}

interface Codes {
  readonly leader: number;
  readonly primary: number;
  readonly standbyLeader: number;
  readonly replica: number;
}

function roleCodes(facts: RestFacts, cluster: Cluster.Cluster | null, query: RequestTarget['query']): Codes {
  const { server } = facts;
  const maximumLag = parseInt(query.get('lag') ?? null, 'B') ?? Number.MAX_SAFE_INTEGER;
  const leaderLsn = cluster?.status.lastLsn ?? 0;
  const isLagging = leaderLsn > 0 && leaderLsn > (server?.replayed ?? 0) + maximumLag;
  const isReplica = server?.inRecovery === true && facts.role === 'replica' && facts.state === 'running';
  const replica = code(!Tags.noloadbalance(facts.tags) && !isLagging && isReplica);
  if (!facts.isLeader) return { leader: 503, primary: 503, standbyLeader: 503, replica };
  if (cluster === null || !GlobalConfig.isStandbyCluster(cluster.config))
    return { leader: 200, primary: 200, standbyLeader: 503, replica };
  return { leader: 200, primary: 503, standbyLeader: 200, replica: 503 };
}

interface Standing {
  readonly isSync: boolean;
  readonly isQuorum: boolean;
  readonly isRunning: boolean;
  readonly storeIsThere: boolean;
}

/** Patroni looks for words in the path, in this order. */
function codeOf(
  path: string,
  codes: Codes,
  standing: Standing,
): { readonly code: number; readonly ignoresTags: boolean } {
  const { leader, primary, replica, standbyLeader } = codes;
  const has = (...words: readonly string[]): boolean => words.some((word) => path.includes(word));
  if (has('standby_leader', 'standby-leader')) return { code: standbyLeader, ignoresTags: true };
  if (has('leader')) return { code: leader, ignoresTags: true };
  if (has('master', 'primary', 'read-write')) return { code: primary, ignoresTags: true };
  const asReader = primary === 200 || standbyLeader === 200 ? 200 : replica;
  const found = ((): number => {
    if (has('replica')) return replica;
    if (has('read-only') && !has('sync', 'quorum')) return asReader;
    if (has('health')) return code(standing.isRunning);
    if (!standing.storeIsThere) return 503;
    if (['/sync', '/synchronous'].includes(path)) return standing.isSync ? replica : 503;
    if (path === '/quorum') return standing.isQuorum ? replica : 503;
    if (['/async', '/asynchronous'].includes(path)) return standing.isSync || standing.isQuorum ? 503 : replica;
    const isFor = path === '/read-only-quorum' ? standing.isQuorum : standing.isSync;
    if (!['/read-only-quorum', '/read-only-sync', '/read-only-synchronous'].includes(path)) return 503;
    return primary === 200 || standbyLeader === 200 ? 200 : isFor ? replica : 503;
  })();
  return { code: found, ignoresTags: false };
}

/** `?tag_NAME=VALUE` asks for members with this tag. */
function hasTags(tags: JsonObject, query: RequestTarget['query']): boolean {
  return [...query].every(([name, wanted]) => {
    if (!name.startsWith('tag_')) return true;
    const value = get(tags, name.slice(4));
    if (value === undefined || value === null || isObject(value)) return false;
    return (typeof value === 'string' ? value : str(value).toLowerCase()) === wanted;
  });
}

function code(holds: boolean): number {
  return holds ? 200 : 503;
}
