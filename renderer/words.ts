import type { RoleWord } from '../app/cluster/member-row';
import type { Severity } from '../app/findings/finding';
import type { EdgeKind } from '../app/topology/topology';

// Patroni's terms, each in one line, for the explanations on hover. The words themselves are Patroni's own.

export { groupWords } from '../app/cluster/group-words';

export const roleWords: Record<RoleWord, string> = {
  Leader: 'Holds the leader lock. Its PostgreSQL is the primary: it takes the writes.',
  'Standby Leader': 'Holds the leader lock of a standby cluster: it follows another cluster, and the others follow it.',
  'Sync Standby': 'A commit waits until this member has it. It may take over without losing a transaction.',
  'Quorum Standby':
    'One of those of which enough must have a commit before it counts. It may take over without loss if it took part.',
  Replica: 'Follows asynchronously: a commit does not wait for it.',
};

const stateTable: Readonly<Record<string, string>> = {
  running: 'PostgreSQL runs and accepts connections.',
  streaming: 'The standby receives WAL over a replication connection.',
  'in archive recovery': 'The standby takes WAL from the archive (restore_command), not over a connection.',
  starting: 'PostgreSQL is starting and does not accept connections yet.',
  restarting: 'PostgreSQL is being restarted.',
  stopping: 'PostgreSQL is shutting down.',
  stopped: 'PostgreSQL does not run. Patroni does.',
  crashed: 'PostgreSQL ended without being told to.',
  'start failed': 'PostgreSQL was started and did not come up. Its log says why.',
  'stop failed': 'PostgreSQL was told to stop and did not.',
  'restart failed': 'PostgreSQL did not come up after a restart.',
  'initializing new cluster': 'initdb, or another bootstrap method, is making the data folder.',
  'initdb failed': 'The bootstrap failed. Patroni’s log says why.',
  'running custom bootstrap script': 'The bootstrap method of the configuration is running.',
  'starting after custom bootstrap': 'PostgreSQL starts for the first time after the bootstrap.',
  'custom bootstrap failed': 'The bootstrap method of the configuration failed.',
  'creating replica': 'The member is copying the data folder, from the leader or by another method.',
};

/** What a member's state means. */
export function stateHint(state: string | null): string {
  if (state === null) return 'The member’s key does not say.';
  return Object.hasOwn(stateTable, state) ? (stateTable[state] ?? '') : 'A state as the member wrote it into its key.';
}

export const edgeWords: Record<EdgeKind, string> = {
  streaming: 'WAL comes over a replication connection.',
  'in archive recovery': 'WAL comes from the archive.',
  'not streaming': 'The member says that it receives no WAL over a connection.',
  unknown: 'The member does not say how it gets its WAL.',
};

export { modeWords } from '../app/sync/mode-words';

export const severityWords: Record<Severity, string> = {
  critical: 'The service is affected, or will be soon.',
  warning: 'Redundancy or safety is affected.',
  info: 'Worth knowing.',
};

export const columnWords = {
  member: 'The member’s name in the store.',
  host: 'Where PostgreSQL listens, from conn_url.',
  role: 'The member’s part in the cluster.',
  state: 'What PostgreSQL does, as the member last wrote it.',
  timeline: 'The timeline that PostgreSQL is on. It goes up by one at each promotion.',
  receive: 'The last WAL position that the standby has received and flushed to disk.',
  receiveLag: 'How far the received position is behind the leader’s in /status.',
  replay: 'The last WAL position that the standby has replayed: what a query there sees.',
  replayLag: 'How far the replayed position is behind the leader’s in /status.',
  restart: 'A changed parameter takes effect only after PostgreSQL is restarted.',
  scheduledRestart: 'A restart that was asked for at a time.',
  tags: 'Tags of the member’s own configuration; they change how Patroni treats it.',
  version: 'Patroni’s version on this member.',
  reported: 'When the member last renewed its session in the store or wrote its key.',
} as const;

const tagTable: Readonly<Record<string, string>> = {
  nofailover: 'Never becomes leader.',
  failover_priority: 'The higher, the more preferred as leader; 0 for never.',
  sync_priority: 'The higher, the more preferred as a synchronous standby; 0 for never.',
  noloadbalance: 'Answers 503 to GET /replica, so that a load balancer passes it over.',
  clonefrom: 'Preferred as the source when a new replica is made.',
  nosync: 'Never becomes a synchronous standby.',
  nostream: 'Does not stream: takes WAL from the archive only.',
  replicatefrom: 'Follows the named member instead of the leader.',
};

/** What a tag means. */
export function tagHint(name: string): string {
  return Object.hasOwn(tagTable, name)
    ? (tagTable[name] ?? '')
    : 'A tag of this installation’s own; Patroni does not use it.';
}

export const headerWords = {
  leader: 'The member that holds the leader lock now.',
  lock: 'How long the leader lock still lives unless the leader renews it. Counted down from the store’s last answer.',
  lockMissed:
    'The leader renews its lock each loop_wait, and has missed a round: its machine may be dead or frozen, or the store out of its reach. If it stays so until the lock runs out, another member takes it.',
  lockUnknown: 'The store has not told how long the lock still lives.',
  timeline: 'The leader’s timeline. It goes up by one at each promotion.',
  wal: 'The leader’s WAL position, as it last wrote it into /status.',
  patroni: 'The versions of Patroni that the members report.',
  system: 'PostgreSQL’s system identifier, given once at initdb. All members of a cluster share it.',
  paused: 'Maintenance mode: Patroni watches and does not act. No automatic failover.',
  standby: 'A standby cluster: its leader follows another cluster and takes no writes.',
  practice: 'Simulated members on a store in memory. Nothing here is real.',
  switchover: 'A change of leader that was asked for, from /failover.',
} as const;
