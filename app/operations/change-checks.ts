import * as Cluster from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { applies } from '../cluster/rules';
import { rulesOf } from '../cluster/rules-of';
import { isSyncActive } from '../forecast/race';
import { listNames } from '../text';
import { candidateChecks } from './candidate-checks';
import { type Check, hasStop, passed, stop, warning } from './check';
import { databaseChecks } from './database/database-checks';
import type { ChangeOfLeader } from './intent';
import { toldBy } from './member-report';
import type { CandidateOption, Situation } from './plan';
import { positionOf } from './member-report';

/** All that is looked at before the lock goes to another member, in the order in which a person reads it. */
export function changeChecks(intent: ChangeOfLeader, situation: Situation): readonly Check[] {
  return [
    ...accessChecks(situation),
    ...leaderChecks(intent, situation),
    ...pauseChecks(intent, situation),
    ...requestChecks(situation),
    ...scheduleChecks(intent, situation),
    ...(intent.candidate === null
      ? anyChecks(intent, situation)
      : candidateChecks(intent, situation, intent.candidate)),
    ...followChecks(intent, situation),
    ...databaseChecks(situation, candidatesOf(intent, situation), intent.candidate !== null),
  ];
}

/** Who might lead afterwards: the one that is named, or all whom nothing stops. */
function candidatesOf(intent: ChangeOfLeader, situation: Situation): readonly string[] {
  if (intent.candidate !== null) return intent.candidate === '' ? [] : [intent.candidate];
  const leader = Cluster.leaderName(situation.cluster);
  const others = situation.cluster.members.map(({ name }) => name).filter((name) => name !== leader);
  return others.filter((name) => !hasStop(candidateChecks(intent, situation, name)));
}

/** Whether it may be written here at all, and whether what is seen is how it is. */
export function accessChecks({ isWritable, isLive }: Situation): readonly Check[] {
  const live = isLive
    ? []
    : [
        stop(
          'live',
          'The store is not heard from',
          'What is shown is how the cluster was. Patroni itself can do nothing without its store.',
          'stale',
          'Wait until the connection is live again.',
        ),
      ];
  if (isWritable) return live;
  const words = 'This connection is read-only here. Nothing is sent before you allow it.';
  return [
    ...live,
    stop('writable', 'Writing is not allowed', words, 'settings', 'Allow writing in the settings of the connection.'),
  ];
}

function leaderChecks(intent: ChangeOfLeader, situation: Situation): readonly Check[] {
  const { cluster, lockSeconds } = situation;
  const leader = Cluster.leaderName(cluster);
  const id = 'leader';
  if (leader === null) {
    if (intent.kind === 'failover')
      return [passed(id, 'Nobody leads', 'The lock is free: the candidate may take it.', 'leader key')];
    const words = 'A switchover hands over from a leader, and nobody holds the lock.';
    return [stop(id, 'Nobody leads', words, 'leader key', 'A failover to a member is what is left.')];
  }
  if (intent.kind === 'switchover' && intent.leader !== leader) {
    const words = `You chose to switch over from ${intent.leader}. Patroni refuses a leader that does not match.`;
    return [stop(id, `${leader} leads by now`, words, 'leader key', 'Begin again with the cluster as it is.')];
  }
  const told = toldBy(situation.reports, leader);
  const lock = lockSeconds === null ? 'leader key' : `lock ${String(Math.max(0, Math.round(lockSeconds)))} s`;
  const checks: Check[] = [];
  if (told === null) {
    const isFailover = intent.kind === 'failover';
    const words = isFailover
      ? 'It holds the lock and does not answer here. If it runs, it is asked to stop in an orderly way; if not, the others take the lock when it has run out.'
      : 'It holds the lock in the store. Whether it is well, it could not be asked.';
    checks.push(
      warning(id, `${leader} cannot be reached from here`, words, lock, 'Look at the machine of the leader.'),
    );
  } else if (told.scope !== null && told.scope !== situation.scope) {
    checks.push(
      stop(id, `${leader} is another cluster’s`, `At its api_url a member of ${told.scope} answers.`, told.scope),
    );
  } else if (told.name !== null && told.name !== leader) {
    checks.push(stop(id, `Another member answers for ${leader}`, `At its api_url ${told.name} answers.`, told.name));
  } else if (told.state !== 'running') {
    checks.push(warning(id, `PostgreSQL of ${leader} does not run`, 'It holds the lock all the same.', told.state));
  } else if (told.role !== 'primary' && !GlobalConfig.isStandbyCluster(cluster.config)) {
    const words = 'It holds the lock, and its PostgreSQL is still in recovery: it is being promoted, or hangs there.';
    checks.push(stop(id, `${leader} is not writable`, words, told.role, 'Wait until it is, or look at its log.'));
  } else {
    checks.push(passed(id, `${leader} holds the lock`, 'Leader key and the member’s own answer agree.', lock));
  }
  if (intent.kind === 'failover') {
    if (told !== null && told.state === 'running')
      checks.push(
        warning(
          'failover-alive',
          `${leader} is alive`,
          'A failover may go to a member that lacks commits. With a leader that works a switchover does not.',
          told.role,
          'Take a switchover unless you want just this.',
        ),
      );
  }
  return checks;
}

/** `patroni/api.py: do_POST_failover`. */
function pauseChecks(intent: ChangeOfLeader, { cluster }: Situation): readonly Check[] {
  if (!GlobalConfig.isPaused(cluster.config)) return [];
  const id = 'paused';
  const advice = 'Resume the cluster first.';
  if (intent.kind === 'switchover' && intent.scheduledAt !== null) {
    return [stop(id, 'The cluster is paused', 'Patroni refuses to schedule anything while paused.', 'pause', advice)];
  }
  if (intent.candidate === null) {
    const words = 'While paused, Patroni switches over to a member that was named, and to no other.';
    return [stop(id, 'The cluster is paused', words, 'pause', `Name a candidate. Or: ${advice.toLowerCase()}`)];
  }
  const words =
    'It is done all the same, since a member is named. Patroni repairs nothing that goes wrong with it while paused.';
  return [warning(id, 'The cluster is paused', words, 'pause', advice)];
}

/** A new request takes the place of the one that is there, without a word (`patroni/dcs/__init__.py: manual_failover`). */
function requestChecks({ cluster }: Situation): readonly Check[] {
  const { failover } = cluster;
  if (failover === null || Failover.isEmpty(failover)) return [];
  const { leader, candidate, scheduledAt } = failover;
  const what = `${leader ?? 'any'} → ${candidate ?? 'the best'}`;
  if (scheduledAt !== null) {
    const words = `${what}, at ${scheduledAt}. This request takes its place: it will not happen then.`;
    return [
      warning('request', 'A switchover is scheduled already', words, '/failover', 'Cancel it first if you want both.'),
    ];
  }
  const words = `${what}. Patroni is at it, or will drop it in its next round.`;
  return [stop('request', 'A request is under way', words, '/failover', 'Wait until it is over.')];
}

/** `patroni/api.py: parse_schedule`, `patroni/ha.py: should_run_scheduled_action`. */
function scheduleChecks(intent: ChangeOfLeader, { now, cluster }: Situation): readonly Check[] {
  if (intent.kind !== 'switchover' || intent.scheduledAt === null) return [];
  const left = Date.parse(intent.scheduledAt) - Date.parse(now);
  const id = 'schedule';
  if (Number.isNaN(left)) return [stop(id, 'The time cannot be read', 'Patroni refuses it.', intent.scheduledAt)];
  if (left <= 0) {
    return [
      stop(
        id,
        'The time has passed',
        'Patroni refuses to schedule in the past.',
        intent.scheduledAt,
        'Choose a later time.',
      ),
    ];
  }
  const grace = GlobalConfig.scheduleGraceSeconds(cluster.config);
  const words = `The leader looks once a round. One that it sees more than ${String(grace)} s late is dropped without a word; here it is watched until then. What is checked now is checked again by Patroni at that time only: lag, timeline, synchronous state.`;
  return [passed(id, 'The time lies ahead', words, `in ${inWords(left)}`)];
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${String(Math.round(ms / 1000))} s`;
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.round(minutes / 60))} h`;
}

/** Who could be chosen, each with the worst that speaks against it. */
export function candidateOptions(intent: ChangeOfLeader, situation: Situation): readonly CandidateOption[] {
  const leader = Cluster.leaderName(situation.cluster);
  const { cluster, reports } = situation;
  return cluster.members
    .filter(({ name }) => name !== leader)
    .map((member) => {
      const { name } = member;
      const checks = candidateChecks(intent, situation, name);
      const worst =
        checks.find(({ state }) => state === 'stop') ?? checks.find(({ state }) => state === 'warning') ?? null;
      const told = toldBy(reports, name);
      const position = (told === null ? null : positionOf(told)) ?? Member.lsn(member);
      return {
        name,
        state: worst?.state ?? 'passed',
        words: worst?.title ?? `${name} may lead: nothing speaks against it`,
        lagBytes: position === null ? null : Math.max(0, cluster.status.lastLsn - position),
      };
    });
}

/** Where Patroni chooses: that it can, and whom it might take. `patroni/ha.py: is_failover_possible`. */
function anyChecks(intent: ChangeOfLeader, situation: Situation): readonly Check[] {
  const { cluster } = situation;
  const leader = Cluster.leaderName(cluster);
  const all = cluster.members
    .filter(({ name }) => name !== leader)
    .map(({ name }) => ({ name, checks: candidateChecks(intent, situation, name) }));
  const able = all.filter(({ checks }) => !hasStop(checks));
  const why = all
    .filter(({ checks }) => hasStop(checks))
    .map(({ name, checks }) => checks.find(({ state }) => state === 'stop')?.title ?? name);
  const count = `${String(able.length)} of ${String(all.length)}`;
  const id = 'candidates';
  if (able.length === 0) {
    const words = all.length === 0 ? 'There is no member beside the leader.' : `${why.join('; ')}.`;
    return [stop(id, 'Nobody may take over', words, count, 'Make one of them fit first.')];
  }
  const names = able.map(({ name }) => name);
  const checks: Check[] = [
    passed(
      id,
      `${listNames(names)} may take over`,
      `${names.length === 1 ? 'It will be the one.' : 'It is the one that is furthest; of several that are as far, the one with the higher failover_priority, else whoever is first.'}${why.length === 0 ? '' : ` Not: ${why.join('; ')}.`}`,
      count,
    ),
  ];
  const rules = rulesOf(cluster);
  if (isSyncActive(cluster, rules) && applies(rules, 'quorum') && GlobalConfig.isQuorumCommitMode(cluster.config)) {
    const votes = able.length - 1;
    const needed = cluster.sync.quorum;
    const evidence = `${String(votes)} of ${String(needed)} votes`;
    checks.push(
      votes < needed
        ? stop(
            'quorum',
            'The quorum cannot be reached',
            'Too few of those named in /sync are fit to vote. Patroni accepts the request, and drops it in its next round.',
            evidence,
            'Name a candidate: then Patroni does not ask for the quorum.',
          )
        : passed('quorum', 'The quorum can be reached', 'Enough of those named in /sync are fit to vote.', evidence),
    );
  }
  // A warning about one of several concerns whoever it will be.
  for (const { checks: own } of able) checks.push(...own.filter(({ state }) => state === 'warning'));
  return checks;
}

/** What will be of the others afterwards. */
function followChecks(intent: ChangeOfLeader, situation: Situation): readonly Check[] {
  const { cluster } = situation;
  const leader = Cluster.leaderName(cluster);
  const checks: Check[] = [];
  const urls = new Map<string, string[]>();
  for (const member of cluster.members) {
    const url = Member.apiUrl(member);
    if (url !== null) urls.set(url, [...(urls.get(url) ?? []), member.name]);
  }
  for (const [url, names] of urls) {
    if (names.length < 2) continue;
    const words = `${listNames(names)} tell one and the same api_url, so Patroni asks one for the other.`;
    checks.push(
      warning(`address ${url}`, 'Two members have one address', words, url, 'Look at restapi.connect_address of both.'),
    );
  }
  const down = cluster.members.filter(
    (member) => member.name !== leader && member.name !== intent.candidate && !Member.isRunning(member),
  );
  if (down.length > 0) {
    const names = down.map(({ name }) => name);
    checks.push(
      warning(
        'others',
        `${listNames(names)} ${names.length === 1 ? 'does' : 'do'} not run`,
        'Fewer replicas are left to follow the new leader. This does not keep it from leading.',
        down.map(Member.state).join(', '),
      ),
    );
  }
  if (leader !== null) {
    const rewind = usesRewind(situation);
    checks.push(
      rewind
        ? passed(
            'rewind',
            `${leader} can follow afterwards`,
            'use_pg_rewind is on, should it have written what the new leader lacks.',
            'use_pg_rewind',
          )
        : warning(
            'rewind',
            `${leader} could not be rewound`,
            'use_pg_rewind is off. After an orderly switchover it is not needed; if something is left on it that the new leader lacks, it must be copied anew.',
            'use_pg_rewind',
            'Set postgresql.use_pg_rewind, with data checksums or wal_log_hints.',
          ),
    );
  }
  return checks;
}

function usesRewind({ cluster }: Situation): boolean {
  const postgresql = GlobalConfig.setting(cluster.config, 'postgresql');
  if (typeof postgresql !== 'object' || postgresql === null || Array.isArray(postgresql)) return false;
  return Object.entries(postgresql).some(([name, value]) => name === 'use_pg_rewind' && value === true);
}
