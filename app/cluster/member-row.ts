import type { Json } from '../json';
import { compareText } from '../text';
import type * as Cluster from './cluster';
import * as GlobalConfig from './global-config';
import * as Member from './member';
import { applies, type Rules } from './rules';
import { rulesOf } from './rules-of';
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
  const leaderName = cluster.leader?.member.name ?? null;
  const rules = rulesOf(cluster);
  const roleOf = roleWords(cluster, rules);
  return cluster.members
    .map((member) => memberRow(cluster, member, leaderName, roleOf(member.name), rules))
    .sort((a, b) => compareText(a.name, b.name));
}

function memberRow(
  cluster: Cluster.Cluster,
  member: Member.Member,
  leaderName: string | null,
  role: RoleWord,
  rules: Rules,
): MemberRow {
  const address = Member.address(member);
  const rawState = Member.state(member);
  const isReplicating = applies(rules, 'replication-state') && role !== 'Leader';
  const state = (isReplicating ? Member.replicationState(member) : null) ?? (rawState === 'unknown' ? null : rawState);
  const host = address?.host ?? null;
  const { receive, replay, position } =
    member.name === leaderName
      ? leaderPosition(member)
      : standbyPositions(cluster.status.lastLsn, member, state, rules);
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
