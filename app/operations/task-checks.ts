import * as Cluster from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { listNames } from '../text';
import { accessChecks } from './change-checks';
import { type Check, notAsked, passed, stop, warning } from './check';
import { configChecks } from './config-edit';
import { leaderDatabase } from './database/database-checks';
import type { Task } from './intent';
import { toldBy } from './member-report';
import type { Situation } from './plan';

/** All that is looked at before an operation that is no change of the leader. */
export function taskChecks(intent: Task, situation: Situation): readonly Check[] {
  return [...accessChecks(situation), ...ownChecks(intent, situation)];
}

function ownChecks(intent: Task, situation: Situation): readonly Check[] {
  switch (intent.kind) {
    case 'cancel-switchover':
      return cancelChecks(situation);
    case 'pause':
      return pauseChecks(situation);
    case 'resume':
      return resumeChecks(situation);
    case 'restart':
      return restartChecks(intent, situation);
    case 'cancel-restart':
      return [...memberChecks(intent.members, situation), ...scheduledChecks(intent.members, situation)];
    case 'reload':
      return memberChecks(intent.members, situation);
    case 'reinitialize':
      return reinitializeChecks(intent, situation);
    case 'edit-config':
      return configChecks(intent, situation);
    case 'remove-cluster':
      return removeChecks(situation);
  }
}

function cancelChecks({ cluster, now }: Situation): readonly Check[] {
  const { failover } = cluster;
  if (failover === null || Failover.isEmpty(failover)) {
    return [stop('request', 'Nothing is scheduled', 'There is no request in /failover.', '/failover')];
  }
  const what = `${failover.leader ?? 'any'} → ${failover.candidate ?? 'the best'}`;
  if (failover.scheduledAt === null) {
    const words = `${what}. It is no scheduled one: the leader is at it, and Patroni does not take it back.`;
    return [stop('request', 'The request is under way', words, '/failover')];
  }
  const left = Date.parse(failover.scheduledAt) - Date.parse(now);
  const words = `${what}, at ${failover.scheduledAt}.`;
  return left < 5000
    ? [
        warning(
          'request',
          'Its time has almost come',
          `${words} It may be carried out before this arrives.`,
          '/failover',
        ),
      ]
    : [passed('request', 'A switchover is scheduled', words, '/failover')];
}

function pauseChecks({ cluster }: Situation): readonly Check[] {
  if (GlobalConfig.isPaused(cluster.config))
    return [stop('paused', 'The cluster is paused already', 'There is nothing to do.', 'pause')];
  const leader = Cluster.leaderName(cluster);
  const { failover } = cluster;
  return [
    passed('paused', 'The cluster is not paused', 'Patroni acts on its own now.', '/config'),
    leader === null
      ? warning(
          'leader',
          'Nobody leads',
          'While paused nobody takes the lock by itself: the cluster stays without a leader.',
          'leader key',
        )
      : passed('leader', `${leader} leads`, 'It stays so while paused, unless it gives up itself.', 'leader key'),
    ...(failover?.scheduledAt == null
      ? []
      : [
          warning(
            'request',
            'A switchover is scheduled',
            `At ${failover.scheduledAt}. It is not carried out while paused.`,
            '/failover',
          ),
        ]),
  ];
}

function resumeChecks({ cluster, reports }: Situation): readonly Check[] {
  if (!GlobalConfig.isPaused(cluster.config))
    return [stop('paused', 'The cluster is not paused', 'There is nothing to do.', '/config')];
  const leader = Cluster.leaderName(cluster);
  const stopped = cluster.members.filter((member) => !Member.isRunning(member)).map(({ name }) => name);
  const primaries = reports
    .filter(({ said }) => said.kind === 'told' && said.told.role === 'primary')
    .map(({ name }) => name);
  const others = primaries.filter((name) => name !== leader);
  return [
    passed('paused', 'The cluster is paused', 'Patroni only watches now.', '/config'),
    leader === null
      ? warning(
          'leader',
          'Nobody leads',
          'Once resumed, the members race for the lock, and one is promoted.',
          'leader key',
        )
      : passed('leader', `${leader} leads`, 'It goes on leading.', 'leader key'),
    ...(others.length === 0 || leader === null
      ? []
      : [
          warning(
            'primaries',
            `${listNames(others)} ${others.length === 1 ? 'runs' : 'run'} as primary without the lock`,
            'Once resumed, Patroni stops and rewinds it: what was written there is lost.',
            'GET /patroni',
            'Find out which of them the applications write to.',
          ),
        ]),
    ...(stopped.length === 0
      ? []
      : [
          warning(
            'stopped',
            `${listNames(stopped)} ${stopped.length === 1 ? 'does' : 'do'} not run`,
            'Once resumed, Patroni starts PostgreSQL there.',
            'state',
          ),
        ]),
  ];
}

/** That each is there and can be asked: these requests go to the members themselves. */
function memberChecks(names: readonly string[], { cluster, reports }: Situation): readonly Check[] {
  if (names.length === 0) return [stop('members', 'No member is chosen', 'Choose at least one.', '')];
  return names.map((name) => {
    const member = cluster.members.find((one) => one.name === name);
    const id = `member ${name}`;
    if (member === undefined) return stop(id, `${name} is not a member`, 'It has no key any more.', 'store');
    const said = reports.find((report) => report.name === name)?.said;
    if (said?.kind === 'told')
      return passed(
        id,
        `${name} answers`,
        `PostgreSQL there: ${said.told.state}.`,
        `GET /patroni ${String(Math.round(said.elapsedMs))} ms`,
      );
    const words = said?.kind === 'unreachable' ? said.failure.message : 'It does not answer as Patroni does.';
    return stop(id, `${name} cannot be reached`, `${words} The request goes to the member itself.`, 'not known');
  });
}

function scheduledChecks(names: readonly string[], { cluster }: Situation): readonly Check[] {
  return names.flatMap((name) => {
    const member = cluster.members.find((one) => one.name === name);
    if (member === undefined) return [];
    const restart = Member.scheduledRestart(member);
    return restart === null
      ? [stop(`scheduled ${name}`, `No restart is scheduled on ${name}`, 'There is nothing to take back.', 'its key')]
      : [passed(`scheduled ${name}`, `A restart is scheduled on ${name}`, `At ${restart.at}.`, 'its key')];
  });
}

function restartChecks(intent: Extract<Task, { kind: 'restart' }>, situation: Situation): readonly Check[] {
  const { cluster, now } = situation;
  const { members, scheduledAt, onlyPending } = intent;
  const leader = Cluster.leaderName(cluster);
  const checks: Check[] = [...memberChecks(members, situation)];
  if (scheduledAt !== null) {
    if (GlobalConfig.isPaused(cluster.config))
      checks.push(
        stop('paused', 'The cluster is paused', 'Patroni schedules nothing while paused.', 'pause', 'Resume it first.'),
      );
    const left = Date.parse(scheduledAt) - Date.parse(now);
    checks.push(
      left > 0
        ? passed(
            'schedule',
            'The time lies ahead',
            'Each member keeps it in its own memory: a member that ends forgets it.',
            scheduledAt,
          )
        : stop('schedule', 'The time has passed', 'Patroni refuses to schedule in the past.', scheduledAt),
    );
  }
  for (const name of members) {
    const member = cluster.members.find((one) => one.name === name);
    if (member === undefined) continue;
    const pending = toldBy(situation.reports, name)?.pendingRestart ?? Member.pendingRestart(member);
    if (onlyPending && !pending)
      checks.push(
        stop(
          `pending ${name}`,
          `No restart is pending on ${name}`,
          'Only members that wait for one are to be restarted.',
          'pending_restart',
        ),
      );
    const own = Member.scheduledRestart(member);
    if (scheduledAt !== null && own !== null)
      checks.push(
        stop(
          `scheduled ${name}`,
          `A restart is scheduled on ${name} already`,
          `At ${own.at}. Patroni keeps one at a time.`,
          'its key',
          'Cancel that one first.',
        ),
      );
  }
  if (leader !== null && members.includes(leader)) {
    const words =
      'Its connections are cut, and nobody takes writes until it is up again. When that takes longer than primary_start_timeout, another member takes over.';
    checks.push(
      warning('leader', `${leader} leads`, words, 'leader key', 'A switchover first keeps the pause shorter.'),
      ...leaderDatabase(situation),
    );
  }
  return checks;
}

function reinitializeChecks(intent: Extract<Task, { kind: 'reinitialize' }>, situation: Situation): readonly Check[] {
  const { cluster } = situation;
  const leader = Cluster.leaderName(cluster);
  const [name = ''] = intent.members;
  const checks: Check[] = [...memberChecks(intent.members, situation)];
  if (leader === null)
    checks.push(stop('leader', 'Nobody leads', 'Without a leader Patroni copies nothing.', 'leader key'));
  else if (intent.members.includes(leader))
    checks.push(
      stop('leader', `${leader} leads`, 'The data of the leader is never removed.', 'leader key', 'Choose a replica.'),
    );
  else if (name !== '')
    checks.push(
      warning(
        'data',
        `All data of ${name} is removed`,
        'Its data directory is emptied, then copied anew from another member. Until then it cannot take over.',
        'data directory',
      ),
    );
  const followers = cluster.members.filter((member) => Member.replicatefrom(member) === name).map((one) => one.name);
  if (followers.length > 0)
    checks.push(
      warning(
        'followers',
        `${listNames(followers)} ${followers.length === 1 ? 'streams' : 'stream'} from it`,
        'They get no WAL from it meanwhile.',
        'replicatefrom',
      ),
    );
  return checks;
}

function removeChecks({ cluster, reports }: Situation): readonly Check[] {
  const alive = reports.filter(({ said }) => said.kind === 'told').map(({ name }) => name);
  const leader = Cluster.leaderName(cluster);
  return [
    leader === null
      ? passed('leader', 'Nobody leads', 'The lock is free.', 'leader key')
      : warning(
          'leader',
          `${leader} leads`,
          'It loses its lock, and stops taking writes until it has taken it again.',
          'leader key',
        ),
    alive.length === 0
      ? notAsked(
          'alive',
          'No member answers',
          'Whether Patroni runs anywhere is not known from here. One that runs writes its keys again.',
        )
      : warning(
          'alive',
          `${listNames(alive)} ${alive.length === 1 ? 'runs' : 'run'}`,
          'Members that run write their keys again, and what only the store held is gone: the configuration, the history, the failover request.',
          'GET /patroni',
          'Stop Patroni on all members first if the cluster is to be gone.',
        ),
    warning(
      'gone',
      'The configuration and the history are gone with it',
      'The data of PostgreSQL stays where it is.',
      '/config',
    ),
  ];
}
