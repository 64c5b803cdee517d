import * as Cluster from '../../app/cluster/cluster';
import * as Member from '../../app/cluster/member';
import type { GroupDetail } from '../../app/ipc/detail';
import { type Intent, isChange } from '../../app/operations/intent';
import type { MemberApi } from '../../app/operations/member-api';
import { type MemberReport, readReport } from '../../app/operations/member-report';
import type { PastRun, Situation } from '../../app/operations/plan';
import type { Clock } from '../../app/clock';
import type { ClusterDoor } from './cluster-door';

/** How long a member may take to say how it is: as long as Patroni gives it (`patroni/ha.py: fetch_node_status`). */
const ASK_MS = 2000;

/**
 * Asks a member how it is now. `/health` tells the same as `/patroni`, but at once: there Patroni asks a PostgreSQL that is just
 * stopping a second time after a second (`patroni/api.py: query`), in which nobody knows how it is.
 */
export async function askMember(
  api: MemberApi,
  member: Member.Member,
  clock: Clock,
  {
    timeoutMs = ASK_MS,
    path = '/patroni',
  }: { readonly timeoutMs?: number; readonly path?: '/patroni' | '/health' } = {},
): Promise<MemberReport> {
  const askedAt = new Date(clock.now()).toISOString();
  const apiUrl = Member.apiUrl(member);
  if (apiUrl === null) return { name: member.name, askedAt, said: { kind: 'no-address' } };
  const answer = await api.ask(apiUrl, { method: 'GET', path, body: null, timeoutMs });
  return readReport(member.name, askedAt, answer);
}

/** The group of a cluster that an intent is about; null when there is none. */
export function groupOf(door: ClusterDoor, group: number | null): GroupDetail | null {
  return door.detail?.groups.find((one) => one.group === group) ?? null;
}

/** Of more members than these the settings are not compared: each is a connection more. */
const MOST_DATABASES = 20;

/** Whose PostgreSQL is to be asked: before a change of the leader everybody’s, before its restart the leader’s. */
function wantedDatabases(intent: Intent, { cluster }: GroupDetail): readonly Member.Member[] {
  const leader = Cluster.leaderName(cluster);
  if (isChange(intent)) {
    const first = ({ name }: Member.Member): boolean => name === leader || name === intent.candidate;
    const others = cluster.members.filter((member) => !first(member));
    return [...cluster.members.filter(first), ...others].slice(0, MOST_DATABASES);
  }
  const isLeader = intent.kind === 'restart' && leader !== null && intent.members.includes(leader);
  return isLeader ? cluster.members.filter(({ name }) => name === leader) : [];
}

/** What a plan rests on, with every member asked right now. Null when there is no such cluster. */
export async function situationOf(
  door: ClusterDoor,
  intent: Intent,
  clock: Clock,
  more: { readonly past: readonly PastRun[]; readonly throughStore: boolean },
): Promise<Situation | null> {
  const before = groupOf(door, intent.group);
  if (before === null) return null;
  const session = before.cluster.leader?.session ?? null;
  const [reports, lockSeconds, databases] = await Promise.all([
    Promise.all(before.cluster.members.map((member) => askMember(door.members, member, clock))),
    session === null ? null : door.remainingSeconds(session),
    door.databases(wantedDatabases(intent, before)),
  ]);
  // The keys as they are after the members have answered, not before.
  const now = groupOf(door, intent.group);
  if (now === null) return null;
  return {
    namespace: door.namespace,
    scope: door.detail?.scope ?? '',
    cluster: now.cluster,
    reports,
    databases,
    now: new Date(clock.now()).toISOString(),
    isLive: door.isLive,
    lockSeconds,
    isWritable: door.isWritable,
    past: more.past,
    throughStore: more.throughStore,
  };
}
