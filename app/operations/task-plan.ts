import * as Cluster from '../cluster/cluster';
import { parseJsonObject } from '../cluster/parsed';
import { clusterKey, scopePrefix } from '../dcs/keys';
import { pythonJson } from '../dcs/python-json';
import type { JsonObject } from '../json';
import { patronictl } from '../patronictl';
import { listNames } from '../text';
import { curl, restRequest } from './commands';
import { configChanges, reloadWords } from './config-edit';
import { intentWord, type Task } from './intent';
import { toldBy } from './member-report';
import type { Plan, PlannedRequest, Situation } from './plan';
import { type Check, stop } from './check';
import { taskChecks } from './task-checks';

/** An operation that is no change of the leader, written out. */
export function taskPlan(intent: Task, situation: Situation): Plan {
  const { now } = situation;
  const requests = requestsOf(intent, situation);
  const checks = taskChecks(intent, situation);
  return {
    intent,
    madeAt: now,
    title: titleOf(intent, situation),
    checks: requests.length === 0 ? [...checks, ...unreachable(checks)] : checks,
    requests,
    routeWords: null,
    storeIsLeft: false,
    patronictl: commandOf(intent, situation),
    curl: requests.flatMap(curl),
    steps: stepsOf(intent, situation),
    outageWords: null,
    past: [],
    undo: undoOf(intent, situation),
    candidates: [],
  };
}

/** Nothing can be sent, and no check has said why. */
function unreachable(checks: readonly Check[]): readonly Check[] {
  if (checks.some(({ state }) => state === 'stop')) return [];
  const words = 'The request goes through the REST API of a member, and none answers here.';
  return [stop('route', 'No member can be reached', words, 'not known', 'Reach one of them first.')];
}

function titleOf(intent: Task, { scope }: Situation): string {
  switch (intent.kind) {
    case 'pause':
    case 'resume':
      return `${intent.kind} ${scope}`;
    case 'restart':
    case 'cancel-restart':
    case 'reload':
    case 'reinitialize':
      return `${intentWord(intent)}: ${intent.members.length === 0 ? 'nobody yet' : listNames(intent.members)}`;
    case 'cancel-switchover':
    case 'edit-config':
    case 'remove-cluster':
      return `${intentWord(intent)}, ${scope}`;
  }
}

function requestsOf(intent: Task, situation: Situation): readonly PlannedRequest[] {
  const { cluster, namespace, scope } = situation;
  switch (intent.kind) {
    case 'cancel-switchover':
      return toAnyone(situation, 'DELETE', '/switchover', null);
    case 'pause':
      return toAnyone(situation, 'PATCH', '/config', { pause: true });
    case 'resume':
      // As patronictl does: the setting is taken away, not set to false (`patroni/ctl.py: toggle_pause`).
      return toAnyone(situation, 'PATCH', '/config', { pause: null });
    case 'restart': {
      const body = {
        ...(intent.scheduledAt === null ? {} : { schedule: intent.scheduledAt }),
        ...(intent.onlyPending ? { restart_pending: true } : {}),
      };
      return toEach(replicasFirst(intent.members, cluster), situation, 'POST', '/restart', body);
    }
    case 'cancel-restart':
      return toEach(intent.members, situation, 'DELETE', '/restart', null);
    case 'reload':
      return toEach(intent.members, situation, 'POST', '/reload', {});
    case 'reinitialize':
      return toEach(intent.members, situation, 'POST', '/reinitialize', intent.fromLeader ? { from_leader: true } : {});
    case 'edit-config': {
      const { value, problem } = parseJsonObject(intent.text);
      const key = clusterKey(namespace, scope, intent.group, 'config');
      return problem === null ? [{ kind: 'store', key, value: pythonJson(value), revision: intent.revision }] : [];
    }
    case 'remove-cluster':
      return [{ kind: 'remove', prefix: prefixOf(intent.group, situation) }];
  }
}

function prefixOf(group: number | null, { namespace, scope }: Situation): string {
  return group === null ? scopePrefix(namespace, scope) : clusterKey(namespace, scope, group, '');
}

/** One after the other, the leader last: what goes wrong shows on a replica first. */
function replicasFirst(names: readonly string[], cluster: Cluster.Cluster): readonly string[] {
  const leader = Cluster.leaderName(cluster);
  return [...names.filter((name) => name !== leader), ...names.filter((name) => name === leader)];
}

type Method = 'POST' | 'PATCH' | 'DELETE';

function toEach(
  names: readonly string[],
  { cluster }: Situation,
  method: Method,
  path: string,
  body: unknown,
): readonly PlannedRequest[] {
  return names.flatMap((name) => {
    const member = cluster.members.find((one) => one.name === name);
    return (member === undefined ? null : restRequest(member, method, path, body)) ?? [];
  });
}

/** To the leader, or to any member that answers: each writes it into the store. */
function toAnyone(situation: Situation, method: Method, path: string, body: unknown): readonly PlannedRequest[] {
  const { cluster, reports } = situation;
  const leader = Cluster.leaderName(cluster);
  const names = [...(leader === null ? [] : [leader]), ...cluster.members.map(({ name }) => name)];
  const target = names.find((name) => toldBy(reports, name) !== null);
  return target === undefined ? [] : toEach([target], situation, method, path, body);
}

/** `patroni/ctl.py`, one command each; null where one of several would be needed. */
function commandOf(intent: Task, { scope }: Situation): string | null {
  const { group } = intent;
  switch (intent.kind) {
    case 'cancel-switchover':
      return patronictl('flush', scope, group, 'switchover');
    case 'pause':
    case 'resume':
      return patronictl(intent.kind, scope, group, '--wait');
    case 'restart': {
      const when = intent.scheduledAt === null ? [] : ['--scheduled', intent.scheduledAt];
      return patronictl(
        'restart',
        scope,
        group,
        ...intent.members,
        ...(intent.onlyPending ? ['--pending'] : []),
        ...when,
      );
    }
    case 'cancel-restart':
      return patronictl('flush', scope, group, ...intent.members, 'restart');
    case 'reload':
      return patronictl('reload', scope, group, ...intent.members);
    case 'reinitialize':
      return patronictl('reinit', scope, group, ...intent.members, ...(intent.fromLeader ? ['--from-leader'] : []));
    case 'edit-config':
      return patronictl('edit-config', scope, group, '--replace', 'FILE');
    case 'remove-cluster':
      return patronictl('remove', scope, group);
  }
}

function stepsOf(intent: Task, situation: Situation): readonly string[] {
  const { cluster } = situation;
  switch (intent.kind) {
    case 'cancel-switchover':
      return ['The member clears /failover, if it still says the same', 'The leader goes on leading'];
    case 'pause':
      return [
        'pause is set in /config',
        'Each member takes it in its next round',
        'Until it is resumed nobody takes over from a leader that dies, and nothing is restarted or repaired',
      ];
    case 'resume':
      return [
        'pause is taken out of /config',
        'Each member takes it in its next round',
        'Patroni acts again: it starts what is stopped, and promotes where nobody leads',
      ];
    case 'restart':
      return intent.scheduledAt === null
        ? replicasFirst(intent.members, cluster).map(
            (name) => `PostgreSQL of ${name} is restarted, and it is waited for`,
          )
        : [`Each keeps the time, and restarts then${intent.onlyPending ? ' if a restart is still pending' : ''}`];
    case 'cancel-restart':
      return ['Each forgets the time'];
    case 'reload':
      return [
        'Each reads its patroni.yml and /config anew',
        'PostgreSQL reloads what changed; what needs a restart shows as pending',
      ];
    case 'reinitialize':
      return [
        `${listNames(intent.members)} stops`,
        'Its data directory is emptied',
        intent.fromLeader
          ? 'The data is copied from the leader'
          : 'The data is copied, by preference from a member with clonefrom',
        'It starts and follows',
      ];
    case 'edit-config':
      return editSteps(intent.text, cluster);
    case 'remove-cluster':
      return ['All keys of it are removed at once', 'A Patroni that runs writes its own again'];
  }
}

function editSteps(text: string, { config }: Cluster.Cluster): readonly string[] {
  const after: JsonObject = parseJsonObject(text).value;
  const changes = configChanges(config?.data ?? {}, after);
  return [
    ...changes
      .slice(0, 12)
      .map(
        (change) =>
          `${change.path.join('.')}: ${shown(change.before)} → ${shown(change.after)}${reloadWords(change.path)}`,
      ),
    ...(changes.length > 12 ? [`and ${String(changes.length - 12)} more`] : []),
    'Each member takes it in its next round',
  ];
}

const shown = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));

function undoOf(intent: Task, { cluster }: Situation): string {
  switch (intent.kind) {
    case 'pause':
      return 'Resume it.';
    case 'resume':
      return 'Pause it again. What Patroni did meanwhile stays.';
    case 'restart':
      return intent.scheduledAt === null ? 'A restart cannot be taken back.' : 'Cancel the restart, until its time.';
    case 'reinitialize':
      return 'It cannot be taken back: the data of the member is removed first.';
    case 'edit-config':
      return `Edit it back; the configuration before stays in the report (revision ${cluster.config?.version ?? '0'}).`;
    case 'remove-cluster':
      return 'It cannot be taken back. The report keeps the configuration and the members as they were.';
    case 'cancel-switchover':
      return 'Schedule it again.';
    case 'cancel-restart':
      return 'Schedule it again.';
    case 'reload':
      return 'It changes nothing by itself.';
  }
}
