import * as Cluster from '../cluster/cluster';
import { parseBool, parseInt } from '../cluster/coerce';
import * as GlobalConfig from '../cluster/global-config';
import { formatBytes } from '../cluster/lsn';
import * as Member from '../cluster/member';
import { get, isObject } from '../cluster/parsed';
import { excerpt } from '../text';
import type { Json } from '../json';
import { type Hazard, parameter, parameterPath, problem, section } from './hazard';
import { type ConfigProblem, EDIT } from './problem';
import { SYNC_HAZARDS } from './sync-hazards';

// Keys that do not go together, and values that may hurt. Each rule is its own function and finds nothing where it does not apply.

/** Those that depend on the members too. */
const OF_CLUSTER: readonly Hazard[] = [...SYNC_HAZARDS, tooFewSenders, tooFewSlots];

/** Those that are in the configuration alone. */
const OF_CONFIG: readonly Hazard[] = [
  absurdLag,
  slowFailover,
  startTimeout,
  walLevel,
  reservedConnections,
  archiveNowhere,
  rewindWithoutHints,
  unsafe('fsync', 'After a crash of the machine the cluster may be broken beyond repair.'),
  unsafe('full_page_writes', 'A page that was half written when the machine crashed cannot be repaired.'),
  unsafe(
    'autovacuum',
    'Dead rows pile up, and in the end PostgreSQL stops to prevent transaction ids from wrapping around.',
  ),
  openHba,
  twoNames,
];

/** What does not go together in a configuration that can be read and with the members that there are, the gravest first. */
export function checkAgainstMembers(cluster: Cluster.Cluster): readonly ConfigProblem[] {
  return found(OF_CLUSTER, cluster);
}

/** What does not go together in a configuration that can be read, whoever the members are; the gravest first. */
export function checkTogether(cluster: Cluster.Cluster): readonly ConfigProblem[] {
  return found(OF_CONFIG, cluster);
}

function found(hazards: readonly Hazard[], cluster: Cluster.Cluster): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const hazard of hazards) {
    const problem = hazard(cluster);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

function absurdLag(cluster: Cluster.Cluster): ConfigProblem | null {
  if (GlobalConfig.setting(cluster.config, 'maximum_lag_on_failover') === undefined) return null;
  const bytes = GlobalConfig.maximumLagOnFailover(cluster.config);
  const path: ConfigProblem['paths'] = [['maximum_lag_on_failover']];
  if (bytes >= 1024 ** 3) {
    return problem('config-lag-limit', 'warning', path, [
      `maximum_lag_on_failover is ${formatBytes(bytes)}`,
      'A replica that lacks so much may become leader by itself, and what it lacks is lost. The default is 1 MB.',
      `Lower it to what may be lost ${EDIT}.`,
    ]);
  }
  // One WAL page: what a busy leader writes between two looks at it.
  if (bytes < 8192 && bytes >= 0) {
    return problem('config-lag-limit', 'warning', path, [
      `maximum_lag_on_failover is ${formatBytes(bytes)}`,
      'The leader’s position in the store is up to loop_wait old, and replicas are seldom that near: an asynchronous cluster may find nobody to take over.',
      `Set it to at least some WAL, e.g. 1048576 (1 MB), ${EDIT}; for no loss use synchronous_mode.`,
    ]);
  }
  return null;
}

function slowFailover(cluster: Cluster.Cluster): ConfigProblem | null {
  const seconds = GlobalConfig.ttlSeconds(cluster.config);
  if (seconds <= 120) return null;
  return problem(
    'config-slow-failover',
    'info',
    [['ttl']],
    [
      `ttl is ${seconds} s: a dead leader is missed only after that`,
      'So long nobody takes writes when the leader’s machine dies.',
      `Lower it ${EDIT}, if the store and the network answer faster. The default is 30 s.`,
    ],
  );
}

function startTimeout(cluster: Cluster.Cluster): ConfigProblem | null {
  const seconds = GlobalConfig.primaryStartTimeoutSeconds(cluster.config);
  if (seconds <= 3600) return null;
  return problem(
    'config-slow-failover',
    'info',
    [['primary_start_timeout']],
    [
      `primary_start_timeout is ${seconds} s`,
      'A leader whose PostgreSQL crashed has so long to come up again before another takes over.',
      `Lower it ${EDIT}. The default is 300 s.`,
    ],
  );
}

function walLevel(cluster: Cluster.Cluster): ConfigProblem | null {
  const level = parameter(cluster, 'wal_level');
  const slots = Object.entries(GlobalConfig.permanentSlots(cluster.config));
  const logical = slots.find(
    ([, slot]) => isObject(slot) && get(slot, 'database') !== undefined && get(slot, 'plugin') !== undefined,
  );
  if (logical === undefined || level === 'logical') return null;
  return problem(
    'config-wal-level',
    'warning',
    [parameterPath('wal_level'), ['slots', logical[0]]],
    [
      `The slot ${logical[0]} is logical, wal_level is ${typeof level === 'string' ? level : 'not'}${typeof level === 'string' ? '' : ' set to logical'}`,
      'PostgreSQL makes no logical slot below wal_level logical.',
      `Set wal_level to logical ${EDIT}, and restart the members.`,
    ],
  );
}

const numberOf = (cluster: Cluster.Cluster, name: string, fallback: number): number =>
  parseInt(parameter(cluster, name)) ?? fallback;

/** Members that stream from the leader itself, by their tags. */
function directReplicas(cluster: Cluster.Cluster): number {
  const leader = Cluster.leaderName(cluster);
  return cluster.members.filter((one) => {
    const from = Member.replicatefrom(one);
    const other = from !== null && from !== leader && from !== one.name && Cluster.getMember(cluster, from) !== null;
    return one.name !== leader && !other && !Member.nostream(one);
  }).length;
}

function tooFewSenders(cluster: Cluster.Cluster): ConfigProblem | null {
  const senders = numberOf(cluster, 'max_wal_senders', 10);
  const replicas = directReplicas(cluster);
  if (senders < 3 || senders > replicas) return null;
  return problem(
    'config-too-few',
    'warning',
    [parameterPath('max_wal_senders')],
    [
      `max_wal_senders is ${senders} for ${replicas} replicas`,
      'A replica, a base backup or pg_rewind finds no free sender, and cannot connect.',
      `Set it to more than the number of replicas and consumers together ${EDIT}, and restart the members.`,
    ],
  );
}

function tooFewSlots(cluster: Cluster.Cluster): ConfigProblem | null {
  if (!GlobalConfig.useSlots(cluster.config)) return null;
  const most = numberOf(cluster, 'max_replication_slots', 10);
  const permanent = Object.keys(GlobalConfig.permanentSlots(cluster.config)).length;
  const needed = directReplicas(cluster) + permanent;
  if (most < 4 || most >= needed) return null;
  return problem(
    'config-too-few',
    'warning',
    [parameterPath('max_replication_slots')],
    [
      `max_replication_slots is ${most}, and ${needed} slots are needed`,
      `Each replica has a slot, and ${permanent} ${permanent === 1 ? 'is' : 'are'} permanent. Patroni cannot make all of them: some replicas cannot stream.`,
      `Raise it ${EDIT}, and restart the members.`,
    ],
  );
}

function reservedConnections(cluster: Cluster.Cluster): ConfigProblem | null {
  const most = numberOf(cluster, 'max_connections', 100);
  const reserved =
    numberOf(cluster, 'superuser_reserved_connections', 3) + numberOf(cluster, 'reserved_connections', 0);
  if (most < 25 || reserved < most) return null;
  return problem(
    'config-connections',
    'critical',
    [parameterPath('max_connections'), parameterPath('superuser_reserved_connections')],
    [
      `max_connections is ${most}, and ${reserved} are reserved`,
      'PostgreSQL does not start when it leaves no connection for others.',
      `Raise max_connections, or lower superuser_reserved_connections, ${EDIT}.`,
    ],
  );
}

function archiveNowhere(cluster: Cluster.Cluster): ConfigProblem | null {
  const mode = parameter(cluster, 'archive_mode');
  const on = mode === 'always' || parseBool(mode) === true;
  const has = ['archive_command', 'archive_library'].some((name) => {
    const value = parameter(cluster, name);
    return value !== undefined && value !== null && value !== '';
  });
  if (!on || has) return null;
  return problem(
    'config-archive-nowhere',
    'warning',
    [parameterPath('archive_mode'), parameterPath('archive_command')],
    [
      'archive_mode is on, and no archive_command is set here',
      'Unless each member’s own patroni.yml has one, WAL files are kept until they are archived: the disk fills up.',
      `Set archive_command or archive_library, or turn archive_mode off, ${EDIT}.`,
    ],
  );
}

function rewindWithoutHints(cluster: Cluster.Cluster): ConfigProblem | null {
  const rewind = parseBool(get(section(cluster, 'postgresql'), 'use_pg_rewind')) === true;
  if (!rewind || parseBool(parameter(cluster, 'wal_log_hints')) !== false) return null;
  return problem(
    'config-rewind',
    'info',
    [['postgresql', 'use_pg_rewind'], parameterPath('wal_log_hints')],
    [
      'use_pg_rewind is on, wal_log_hints is off',
      'pg_rewind then works only when the cluster was made with data checksums; the store does not tell whether it was.',
      `Check with SHOW data_checksums; else set wal_log_hints to on ${EDIT}.`,
    ],
  );
}

function unsafe(name: string, meaning: string): Hazard {
  return (cluster) =>
    parseBool(parameter(cluster, name)) !== false
      ? null
      : problem('config-unsafe', 'warning', [parameterPath(name)], [`${name} is off`, meaning, `Turn it on ${EDIT}.`]);
}

function openHba(cluster: Cluster.Cluster): ConfigProblem | null {
  const lines = get(section(cluster, 'postgresql'), 'pg_hba');
  if (!Array.isArray(lines)) return null;
  const texts = (lines as readonly Json[]).filter((line) => typeof line === 'string');
  const open = texts.find((line) =>
    /^\s*host(?:nossl|ssl)?\s+.{1,200}?\s(?:0\.0\.0\.0\/0|::\/0|all)\s+trust\b/.test(line.slice(0, 500)),
  );
  if (open === undefined) return null;
  return problem(
    'config-open',
    'warning',
    [['postgresql', 'pg_hba']],
    [
      'A line of pg_hba lets anybody in from anywhere, without a password',
      `Patroni writes it into pg_hba.conf on each member: ${excerpt(open.trim())}`,
      `Name the networks that may connect, and scram-sha-256 in place of trust, ${EDIT}.`,
    ],
  );
}

/** Settings with an old and a new name: only the new one counts when both are there. */
function twoNames(cluster: Cluster.Cluster): ConfigProblem | null {
  const has = (name: string): boolean => GlobalConfig.setting(cluster.config, name) !== undefined;
  const pairs = [
    ['primary_start_timeout', 'master_start_timeout'],
    ['primary_stop_timeout', 'master_stop_timeout'],
    ['permanent_slots', 'slots'],
    ['permanent_replication_slots', 'slots'],
    ['permanent_replication_slots', 'permanent_slots'],
  ] as const;
  const both = pairs.find(([wins, loses]) => has(wins) && has(loses));
  if (both === undefined) return null;
  return problem(
    'config-two-names',
    'warning',
    [[both[1]], [both[0]]],
    [
      `${both[0]} and ${both[1]} are both set`,
      `They are two names of one setting, and ${both[0]} goes before: what ${both[1]} says does nothing.`,
      `Put it all under one name ${EDIT}.`,
    ],
  );
}
