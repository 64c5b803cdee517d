import * as Cluster from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { clusterKey } from '../dcs/keys';
import { pythonJson } from '../dcs/python-json';
import { forecast } from '../forecast/forecast';
import { listNames } from '../text';
import { candidateOptions, changeChecks } from './change-checks';
import { type Check, stop, warning } from './check';
import { changeCommand, curl, restRequest } from './commands';
import type { ChangeOfLeader } from './intent';
import { toldBy } from './member-report';
import type { PastRun, Plan, PlannedRequest, Situation } from './plan';

/** A switchover or failover written out: what was checked, what would be sent to whom, and what would happen. */
export function changePlan(intent: ChangeOfLeader, situation: Situation): Plan {
  const { scope, now, past } = situation;
  const route = routeOf(intent, situation);
  return {
    intent,
    madeAt: now,
    title: titleOf(intent, situation),
    checks: [...changeChecks(intent, situation), ...route.checks],
    requests: route.requests,
    routeWords: route.words,
    storeIsLeft: route.storeIsLeft,
    patronictl: changeCommand(intent, scope),
    curl: route.requests.flatMap(curl),
    steps: stepsOf(intent, situation),
    outageWords: outageOf(intent, situation, past),
    past,
    undo: undoOf(intent, situation),
    candidates: candidateOptions(intent, situation),
  };
}

/** `pg1 → pg2, now`. */
function titleOf(intent: ChangeOfLeader, { cluster }: Situation): string {
  const from = intent.kind === 'switchover' ? intent.leader : (Cluster.leaderName(cluster) ?? 'nobody');
  const to = intent.candidate ?? 'whom Patroni takes';
  const when = intent.kind === 'switchover' && intent.scheduledAt !== null ? 'scheduled' : 'now';
  return `${from} → ${to}, ${when}`;
}

interface Route {
  readonly requests: readonly PlannedRequest[];
  readonly checks: readonly Check[];
  readonly words: string | null;
  readonly storeIsLeft: boolean;
}

/**
 * To the leader, as patronictl does; to another member when the leader cannot be reached from here, because each of them takes the
 * request; and to the store only when nobody can be reached and the person says so.
 */
function routeOf(intent: ChangeOfLeader, situation: Situation): Route {
  const { cluster, reports } = situation;
  const leader = Cluster.leaderName(cluster);
  const answering = (name: string | null): boolean => name !== null && toldBy(reports, name) !== null;
  const others = cluster.members.map(({ name }) => name).filter((name) => name !== leader && name !== intent.candidate);
  const target = [leader, intent.candidate, ...others].find(answering) ?? null;
  const path = intent.kind === 'switchover' ? '/switchover' : '/failover';
  const member = target === null ? undefined : cluster.members.find(({ name }) => name === target);
  const request = member === undefined ? null : restRequest(member, 'POST', path, bodyOf(intent));
  if (request !== null) {
    const words =
      leader === null || target === leader
        ? null
        : `To ${request.member}, because ${leader} cannot be reached from here: every member takes the request.`;
    return { requests: [request], checks: [], words, storeIsLeft: false };
  }
  if (situation.throughStore) {
    const check = warning(
      'route',
      'The request goes straight into the store',
      'No member can be reached from here. Patroni’s REST API checks nothing then; the leader finds the key in its next round, or drops it.',
      '/failover',
    );
    return { requests: [storeRequest(intent, situation)], checks: [check], words: null, storeIsLeft: true };
  }
  const check = stop(
    'route',
    'No member can be reached',
    'The request goes through the REST API of a member, and none answers here.',
    'not known',
    'Reach one of them, or say below that it is to go straight into the store.',
  );
  return { requests: [], checks: [check], words: null, storeIsLeft: true };
}

/** What `patronictl` sends (`patroni/ctl.py: _do_failover_or_switchover`). */
function bodyOf(intent: ChangeOfLeader): Readonly<Record<string, string>> {
  const candidate = intent.candidate === null ? {} : { candidate: intent.candidate };
  if (intent.kind === 'failover') return candidate;
  const scheduled = intent.scheduledAt === null ? {} : { scheduled_at: intent.scheduledAt };
  return { leader: intent.leader, ...candidate, ...scheduled };
}

/** `patroni/dcs/__init__.py: manual_failover`. */
function storeRequest(intent: ChangeOfLeader, { namespace, scope, cluster }: Situation): PlannedRequest {
  const value = {
    ...(intent.kind === 'switchover' ? { leader: intent.leader } : {}),
    ...(intent.candidate === null ? {} : { member: intent.candidate }),
    ...(intent.kind === 'switchover' && intent.scheduledAt !== null ? { scheduled_at: intent.scheduledAt } : {}),
  };
  return {
    kind: 'store',
    key: clusterKey(namespace, scope, intent.group, 'failover'),
    value: pythonJson(value),
    revision: cluster.failover?.version ?? '0',
  };
}

/** Whom the lock would go to; null where it cannot be told. */
function heir(intent: ChangeOfLeader, { cluster }: Situation): string | null {
  if (intent.candidate !== null) return intent.candidate;
  const { outcome } = forecast({ ...cluster, failover: null });
  return outcome.kind === 'winner' ? outcome.member : null;
}

function stepsOf(intent: ChangeOfLeader, situation: Situation): readonly string[] {
  const { cluster } = situation;
  const leader = Cluster.leaderName(cluster);
  const winner = heir(intent, situation);
  const to = winner ?? 'whoever is furthest';
  const who = winner ?? 'Whoever is furthest';
  const timeline = Cluster.currentTimeline(cluster);
  const promoted =
    timeline === 0 ? `${who} promotes to a new timeline` : `${who} promotes to timeline ${String(timeline + 1)}`;
  const isStandby = GlobalConfig.isStandbyCluster(cluster.config);
  const [stays, follow] = followers(leader, winner, cluster);
  const scheduled = intent.kind === 'switchover' && intent.scheduledAt !== null;
  return [
    ...(scheduled
      ? ['The request waits in /failover; it can be cancelled until its time', 'Herdscope checks until then']
      : []),
    ...(leader === null
      ? [`${who} takes the lock`]
      : [
          isStandby ? `${leader} stops` : `${leader} checkpoints and stops accepting writes`,
          `The lock is handed to ${to}`,
        ]),
    isStandby ? `${who} becomes standby leader` : promoted,
    ...(follow.length === 0 || (winner === null && follow.length === 1)
      ? []
      : winner === null
        ? [`The others follow the new leader${stays}`]
        : [`${listNames(follow)} ${follow.length === 1 ? 'follows' : 'follow'} ${to}${stays}`]),
    ...(leader === null ? [] : [`${leader} starts again and follows, rewound if it must be`]),
  ];
}

/** Who follows the new leader, and words for those who stay where they are. */
function followers(
  leader: string | null,
  to: string | null,
  cluster: Cluster.Cluster,
): readonly [stays: string, follow: readonly string[]] {
  const rest = cluster.members.filter(({ name }) => name !== leader && name !== to);
  const cascading = rest.filter((member) => {
    const from = Member.replicatefrom(member);
    return from !== null && from !== leader && from !== to && cluster.members.some(({ name }) => name === from);
  });
  const stays = cascading
    .map((member) => `; ${member.name} stays on ${Member.replicatefrom(member) ?? ''}`)
    .slice(0, 3);
  return [stays.join(''), rest.filter((member) => !cascading.includes(member)).map(({ name }) => name)];
}

function outageOf(intent: ChangeOfLeader, { cluster }: Situation, past: readonly PastRun[]): string | null {
  if (GlobalConfig.isStandbyCluster(cluster.config)) return null;
  const measured = past.flatMap(({ outageMs }) => outageMs ?? []);
  if (Cluster.leaderName(cluster) === null) return 'Writes are stopped now, until the candidate is promoted.';
  if (measured.length === 0) {
    return intent.kind === 'failover'
      ? 'Writes stop until the candidate is promoted. It was not measured here before.'
      : 'Writes stop for some seconds: the shutdown of the leader and the promotion. It was not measured here before.';
  }
  const [least, most] = [Math.min(...measured), Math.max(...measured)].map((ms) => (ms / 1000).toFixed(1));
  return least === most
    ? `Writes stop for about ${String(least)} s.`
    : `Writes stop for about ${String(least)}–${String(most)} s.`;
}

function undoOf(intent: ChangeOfLeader, { cluster, scope }: Situation): string {
  const leader = intent.kind === 'switchover' ? intent.leader : Cluster.leaderName(cluster);
  const { failover } = cluster;
  const replaced =
    failover !== null && !Failover.isEmpty(failover) ? ' The request that it replaces does not come back.' : '';
  if (intent.kind === 'switchover' && intent.scheduledAt !== null) {
    return `Until its time: cancel it here, or patronictl flush ${scope} switchover. Afterwards: a switchover back.${replaced}`;
  }
  if (leader === null) return `A switchover to another member, once that one follows.${replaced}`;
  return `A switchover back to ${leader}, once it follows again. The timeline does not go back, and nothing that was written is lost by it.${replaced}`;
}
