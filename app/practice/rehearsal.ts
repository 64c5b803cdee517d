import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import * as Tags from '../cluster/tags';
import type { Json, JsonObject } from '../json';
import type { ClusterDefinition, MemberDefinition, SlotReaderDefinition } from './cluster-definition';
import type { HistoryLine } from './postgres-simulation';

// A cluster as it is, made anew in the practice herd. What its keys do not tell is made up: how much is written, and who reads its slots.

/** What a rehearsal's scope is called. */
export function rehearsalScope(scope: string): string {
  return `${scope} (rehearsal)`;
}

/** A little, so that positions move. */
const WAL_BYTES_PER_SECOND = 2_000;
/** A permanent slot that holds less is taken for one that is read. */
const READ_BYTES = 16 * 1024 ** 2;

/**
 * The practice cluster that is one group of `scope` as it is now. Its members have hosts of their own below `.rehearsal`, so that no
 * request could ever go to the real ones; a request in /failover is left out.
 */
export function rehearsalOf(scope: string, group: number | null, cluster: Cluster.Cluster): ClusterDefinition {
  const leader = Cluster.leaderName(cluster);
  const lsn = Cluster.leaderLsn(cluster) ?? Math.max(0, ...cluster.members.map((one) => Member.lsn(one) ?? 0));
  const timeline = Cluster.currentTimeline(cluster) || 1;
  const members = [...cluster.members]
    // The first one leads.
    .sort((a, b) => Number(b.name === leader) - Number(a.name === leader))
    .map((member, index) =>
      memberOf(member, { leader, lsn, timeline, host: `m${index + 1}.${group ?? 'g'}.rehearsal` }),
    );
  const hasLeader = members[0]?.name === leader;
  return {
    scope: rehearsalScope(scope),
    group,
    systemId: cluster.initialize ?? '',
    config: cluster.config?.data ?? {},
    members,
    promotions: [],
    lsn,
    walBytesPerSecond: WAL_BYTES_PER_SECOND,
    slotReaders: readersOf(cluster, lsn),
    changesLeader: false,
    asItIs: {
      hasLeader,
      isStandbyCluster: GlobalConfig.isStandbyCluster(cluster.config),
      timeline,
      history: linesOf(cluster),
      sync: cluster.sync.version === null ? null : syncValue(cluster),
      status: statusValue(cluster, lsn),
      failsafe: cluster.failsafe === null ? null : Object.fromEntries(cluster.failsafe),
    },
  };
}

interface Around {
  readonly leader: string | null;
  readonly lsn: number;
  readonly timeline: number;
  readonly host: string;
}

function memberOf(member: Member.Member, { host, leader, lsn, timeline }: Around): MemberDefinition {
  const reported = Member.lsn(member) ?? 0;
  const received = member.name === leader ? lsn : Math.max(Member.receiveLsn(member) ?? 0, reported);
  return {
    name: member.name,
    host,
    tags: withoutOptOut(Member.tags(member)),
    version: Member.version(member) ?? undefined,
    asItIs: {
      isRunning: Member.isRunning(member),
      received,
      replayed: member.name === leader ? lsn : (Member.replayLsn(member) ?? reported),
      timeline: Member.timeline(member) ?? timeline,
    },
  };
}

/** A member that is being restarted asks not to be synchronous for a while: that is no tag of its own. */
function withoutOptOut(tags: JsonObject): JsonObject {
  const isOptOut = tags['nosync'] === true && tags['sync_priority'] === 0 && Tags.nosync(tags);
  if (!isOptOut) return tags;
  return Object.fromEntries(Object.entries(tags).filter(([name]) => name !== 'nosync' && name !== 'sync_priority'));
}

function readersOf({ config, status }: Cluster.Cluster, lsn: number): Readonly<Record<string, SlotReaderDefinition>> {
  const positions = new Map(status.slots ?? []);
  return Object.fromEntries(
    Object.keys(GlobalConfig.permanentSlots(config)).map((name): readonly [string, SlotReaderDefinition] => {
      const heldBytes = lsn - (positions.get(name) ?? lsn);
      return [name, heldBytes < READ_BYTES ? { kind: 'every', seconds: 10 } : { kind: 'away', heldBytes }];
    }),
  );
}

/** The lines of history that can be read; those before them are not needed to go on. */
function linesOf({ history }: Cluster.Cluster): readonly HistoryLine[] {
  return (history?.lines ?? []).flatMap((line): readonly HistoryLine[] => {
    const [timeline, lsn, reason, at, name] = line;
    if (typeof timeline !== 'number' || typeof lsn !== 'number') return [];
    const head = [timeline, lsn, typeof reason === 'string' ? reason : ''] as const;
    if (typeof at !== 'string') return [head];
    return [typeof name === 'string' ? [...head, at, name] : [...head, at]];
  });
}

function syncValue({ sync }: Cluster.Cluster): JsonObject {
  return { leader: sync.leader, quorum: sync.quorum, sync_standby: sync.syncStandby };
}

function statusValue({ status }: Cluster.Cluster, lsn: number): JsonObject {
  const slots: Json = Object.fromEntries(status.slots ?? []);
  return {
    optime: lsn,
    ...(status.slots === null ? {} : { slots }),
    ...(status.retainSlots.length === 0 ? {} : { retain_slots: status.retainSlots }),
  };
}
