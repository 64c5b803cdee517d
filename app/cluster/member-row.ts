import type { Json } from '../json';
import { compareText } from '../text';
import type * as Cluster from './cluster';
import * as GlobalConfig from './global-config';
import * as Member from './member';
import { applies, type Rules } from './rules';
import { rulesOf } from './rules-of';
import * as Status from './status';
import * as SyncState from './sync-state';

/** A member's part in its cluster, as `patronictl list` says it. */
export type RoleWord = 'Leader' | 'Standby Leader' | 'Sync Standby' | 'Quorum Standby' | 'Replica';

/** A WAL position and how far it is behind the leader's, both in bytes. */
export interface Position {
  readonly lsn: number;
  /** Behind the position in /status, which the leader writes once a round; 0 when ahead of it. */
  readonly lagBytes: number;
}

/** One line of the members table: all that `patronictl list -e` shows, as data. Null: not known, or not for this member. */
export interface MemberRow {
  readonly name: string;
  readonly role: RoleWord;
  readonly host: string | null;
  readonly port: number | null;
  /** `streaming` or `in archive recovery` for a standby that says so (from Patroni 3.0.4 on), else PostgreSQL's state. */
  readonly state: string | null;
  readonly timeline: number | null;
  /** WAL received. Null for the leader. */
  readonly receive: Position | null;
  /** WAL replayed. Null for the leader. */
  readonly replay: Position | null;
  /** The larger of both, the only one before Patroni 4.1; the leader's own position with no lag. */
  readonly position: Position | null;
  readonly pendingRestart: boolean;
  readonly pendingRestartReason: readonly Member.PendingRestartReason[];
  readonly scheduledRestart: Member.ScheduledRestart | null;
  /** In the key's order. */
  readonly tags: readonly (readonly [name: string, value: Json])[];
  /** Patroni's version. */
  readonly version: string | null;
  readonly apiUrl: string | null;
}

/**
 * The members of a group by name. The rules are those of the `patronictl list` of the leader's version:
 * `patroni/utils.py: cluster_as_json` and `patroni/ctl.py: output_members`. What a newer member tells beyond them (two
 * positions, why a restart is pending) is given all the same.
 */
export function memberRows(cluster: Cluster.Cluster): readonly MemberRow[] {
  return knownRows(cluster).sorted;
}

/** The rows of a cluster's members, in the members' order and by name. */
interface Rows {
  readonly cluster: Cluster.Cluster;
  readonly ofMembers: readonly MemberRow[];
  readonly sorted: readonly MemberRow[];
}

/** Whoever asks for the findings asks for the line in the fleet list too. A cluster never changes: another one is made. */
const known = new WeakMap<Cluster.Cluster, Rows>();

/** The rows of the last cluster that had a /status. Most changes are one member's: the others' rows are those from before. */
const lastWith = new WeakMap<Status.Status, Rows>();

function knownRows(cluster: Cluster.Cluster): Rows {
  const remembered = known.get(cluster);
  if (remembered !== undefined) return remembered;
  const ofMembers = readRows(cluster, lastWith.get(cluster.status));
  const rows = { cluster, ofMembers, sorted: [...ofMembers].sort((a, b) => compareText(a.name, b.name)) };
  known.set(cluster, rows);
  // Without a /status all clusters share one.
  if (cluster.status !== Status.empty) lastWith.set(cluster.status, rows);
  return rows;
}

function readRows(cluster: Cluster.Cluster, last: Rows | undefined): readonly MemberRow[] {
  const leaderName = cluster.leader?.member.name ?? null;
  const rules = rulesOf(cluster);
  const before = last !== undefined && hasSameAround(last.cluster, cluster) ? last : undefined;
  const roleOf = roleWords(cluster, rules);
  return cluster.members.map((member, at) => {
    const row = before?.cluster.members[at] === member ? before.ofMembers[at] : undefined;
    return (
      row ??
      memberRow(member, {
        isLeader: member.name === leaderName,
        lastLsn: cluster.status.lastLsn,
        role: roleOf(member.name),
        rules,
      })
    );
  });
}

/** Whether a member has the same row in two clusters of one /status. */
function hasSameAround(a: Cluster.Cluster, b: Cluster.Cluster): boolean {
  return (
    a.config === b.config &&
    a.sync === b.sync &&
    a.leader?.member.name === b.leader?.member.name &&
    rulesOf(a) === rulesOf(b)
  );
}

/** What a member's row depends on beside its own key. */
interface Around {
  readonly isLeader: boolean;
  /** The leader's position in /status. */
  readonly lastLsn: number;
  readonly role: RoleWord;
  readonly rules: Rules;
}

function memberRow(member: Member.Member, { isLeader, lastLsn, role, rules }: Around): MemberRow {
  const address = Member.address(member);
  const rawState = Member.state(member);
  const isReplicating = applies(rules, 'replication-state') && role !== 'Leader';
  const state = (isReplicating ? Member.replicationState(member) : null) ?? (rawState === 'unknown' ? null : rawState);
  const host = address?.host ?? null;
  const { receive, replay, position } = isLeader
    ? leaderPosition(member)
    : standbyPositions(lastLsn, member, state, rules);
  return {
    name: member.name,
    role,
    host,
    port: host === null ? null : (address?.port ?? null),
    state,
    timeline: Member.timeline(member),
    receive,
    replay,
    position,
    pendingRestart: Member.pendingRestart(member),
    pendingRestartReason: Member.pendingRestartReason(member),
    scheduledRestart: Member.scheduledRestart(member),
    tags: Object.entries(Member.tags(member)),
    version: Member.version(member),
    apiUrl: Member.apiUrl(member),
  };
}

/** What a member is in its cluster: the lock's holder leads, whatever PostgreSQL itself does. */
export function roleWord(cluster: Cluster.Cluster, name: string): RoleWord {
  return roleWords(cluster)(name);
}

/** `roleWord` for many members of a cluster: its configuration is read once. */
export function roleWords(cluster: Cluster.Cluster, rules: Rules = rulesOf(cluster)): (name: string) => RoleWord {
  const { config, leader, sync } = cluster;
  const leading: RoleWord = GlobalConfig.isStandbyCluster(config) ? 'Standby Leader' : 'Leader';
  const isShown = !applies(rules, 'sync-only-in-sync-mode') || GlobalConfig.isSynchronousMode(config, rules);
  const isQuorum = applies(rules, 'quorum') && GlobalConfig.isQuorumCommitMode(config);
  const synchronous: RoleWord = isQuorum ? 'Quorum Standby' : 'Sync Standby';
  // Before 3.0.3 `patronictl list` looks for the name as it is.
  const isNamed = (name: string) =>
    applies(rules, 'any-case-sync')
      ? SyncState.matches(sync, name, false, rules)
      : SyncState.voters(sync, rules).includes(name);
  return (name) => {
    if (leader?.member.name === name) return leading;
    return isShown && isNamed(name) ? synchronous : 'Replica';
  };
}

type Positions = Pick<MemberRow, 'receive' | 'replay' | 'position'>;

function leaderPosition(member: Member.Member): Positions {
  const lsn = Member.lsn(member);
  return { receive: null, replay: null, position: lsn ? { lsn, lagBytes: 0 } : null };
}

function standbyPositions(leaderLsn: number, member: Member.Member, state: string | null, rules: Rules): Positions {
  const behind = (lsn: number | null) => positionOf(leaderLsn, lsn, rules);
  const position = behind(Member.lsn(member));
  const receive = behind(Member.receiveLsn(member));
  const replay = behind(Member.replayLsn(member));
  if (receive !== null || replay !== null) return { receive, replay, position };
  // Before 4.1 there is one position: what was received while streaming, what was replayed otherwise.
  return state === 'streaming' ? { receive: position, replay, position } : { receive, replay: position, position };
}

function positionOf(leaderLsn: number, lsn: number | null, rules: Rules): Position | null {
  if (lsn === null || (lsn === 0 && applies(rules, 'zero-is-unknown'))) return null;
  return { lsn, lagBytes: Math.max(0, leaderLsn - lsn) };
}

/** How far a row's replay is behind; what it received where replay is not known; null where neither is. */
export function lagBytes(row: MemberRow): number | null {
  return row.replay?.lagBytes ?? row.receive?.lagBytes ?? null;
}
