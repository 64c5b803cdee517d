import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import type * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { applies } from '../cluster/rules';
import { rulesOf } from '../cluster/rules-of';
import { sameData } from '../same-data';
import { excerpt, listNames } from '../text';
import type { Seen, Sent } from './change-course';
import type { Task } from './intent';
import { isFed, type MemberReport } from './member-report';
import type { Outcome, Phase, PhaseState } from './phase';
import type { PlannedRequest } from './plan';

// An operation that is no change of the leader: its requests, sent one after the other, and what must be seen until it is done.

/** What tells of a member that did not answer itself. */
const KEY = 'its key in the store';

/** Something that must be seen before it is done. */
export interface Goal {
  readonly id: 'store' | 'member' | 'begun';
  /** Whose; null for the store's. */
  readonly member: string | null;
  readonly seen: Seen | null;
}

export interface TaskCourse {
  readonly kind: 'task';
  readonly intent: Task;
  readonly sentAt: number;
  /** To whom each request goes, in order. */
  readonly to: readonly string[];
  /** What came of those that were sent. */
  readonly sent: readonly Sent[];
  readonly goals: readonly Goal[];
  readonly outcome: Outcome | null;
}

/** The course of an operation that is about to be sent. */
export function beginTask(
  intent: Task,
  requests: readonly PlannedRequest[],
  cluster: Cluster.Cluster,
  at: number,
): TaskCourse {
  const to = requests.map((request) => (request.kind === 'rest' ? request.member : 'the store'));
  return { kind: 'task', intent, sentAt: at, to, sent: [], goals: goalsOf(intent, cluster), outcome: null };
}

function goalsOf(intent: Task, cluster: Cluster.Cluster): readonly Goal[] {
  const store: Goal = { id: 'store', member: null, seen: null };
  const each = (names: readonly string[], id: Goal['id'] = 'member'): readonly Goal[] =>
    names.map((member) => ({ id, member, seen: null }));
  switch (intent.kind) {
    case 'cancel-switchover':
    case 'edit-config':
    case 'remove-cluster':
      return [store];
    case 'pause':
    case 'resume':
      return [store, ...each(cluster.members.filter(Member.isRunning).map(({ name }) => name))];
    case 'reinitialize':
      return [...each(intent.members, 'begun'), ...each(intent.members)];
    case 'restart':
    case 'cancel-restart':
      return each(intent.members);
    case 'reload':
      return [];
  }
}

/** One request was sent, and this came of it. */
export function taskSent(course: TaskCourse, sent: Sent): TaskCourse {
  return concluded({ ...course, sent: [...course.sent, sent] });
}

/** The keys as they are now; null when the store has none of the cluster any more. */
export function taskSaw(course: TaskCourse, cluster: Cluster.Cluster | null, at: number): TaskCourse {
  if (course.outcome !== null) return course;
  const goals = course.goals.map((goal): Goal => {
    if (goal.seen !== null) return goal;
    const isSeen = goal.member === null ? storeSays(course.intent, cluster) : keySays(course, goal, cluster);
    return isSeen ? { ...goal, seen: { at, by: goal.member === null ? 'the store' : KEY } } : goal;
  });
  return goals.every((goal, i) => goal === course.goals[i]) ? course : concluded({ ...course, goals });
}

/** A member's own answer. */
export function taskHeard(course: TaskCourse, { name, said }: MemberReport, at: number): TaskCourse {
  if (course.outcome !== null || said.kind !== 'told') return course;
  const { told } = said;
  const goals = course.goals.map((goal): Goal => {
    if (goal.seen !== null || goal.member !== name) return goal;
    const isSeen =
      course.intent.kind === 'pause' || course.intent.kind === 'resume'
        ? told.paused === (course.intent.kind === 'pause')
        : course.intent.kind === 'reinitialize'
          ? goal.id === 'begun'
            ? told.state !== 'running'
            : hasBegun(course, name) && isFed(told)
          : course.intent.kind === 'restart' && course.intent.scheduledAt === null
            ? hasAnswered(course, name) && told.state === 'running'
            : false;
    return isSeen ? { ...goal, seen: { at, by: `GET /patroni of ${name}` } } : goal;
  });
  return goals.every((goal, i) => goal === course.goals[i]) ? course : concluded({ ...course, goals });
}

function storeSays(intent: Task, cluster: Cluster.Cluster | null): boolean {
  switch (intent.kind) {
    case 'remove-cluster':
      return cluster === null;
    case 'cancel-switchover':
      return cluster !== null && (cluster.failover === null || Failover.isEmpty(cluster.failover));
    case 'edit-config':
      return cluster !== null && sameData(cluster.config?.data ?? null, parsedOrNull(intent.text));
    case 'pause':
    case 'resume':
      return cluster !== null && GlobalConfig.isPaused(cluster.config) === (intent.kind === 'pause');
    case 'restart':
    case 'cancel-restart':
    case 'reload':
    case 'reinitialize':
      return false;
  }
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function keySays(course: TaskCourse, goal: Goal, cluster: Cluster.Cluster | null): boolean {
  const { intent } = course;
  const member = cluster?.members.find(({ name }) => name === goal.member);
  if (cluster === null || member === undefined) return false;
  switch (intent.kind) {
    case 'restart':
      return intent.scheduledAt !== null && Member.scheduledRestart(member) !== null;
    case 'cancel-restart':
      return hasAnswered(course, member.name) && Member.scheduledRestart(member) === null;
    case 'reinitialize':
      return goal.id === 'begun'
        ? !Member.isRunning(member)
        : // It is written once a round: one that has not told of the beginning may be from before it.
          hasBegun(course, member.name, KEY) &&
            Member.isRunning(member) &&
            (Member.replicationState(member) !== null || !applies(rulesOf(cluster), 'replication-state'));
    case 'pause':
    case 'resume':
    case 'cancel-switchover':
    case 'edit-config':
    case 'remove-cluster':
    case 'reload':
      return false;
  }
}

/** Whether it was seen to begin, and by what where that matters. */
const hasBegun = (course: TaskCourse, name: string, by?: string): boolean =>
  course.goals.some(
    ({ id, member, seen }) => id === 'begun' && member === name && seen !== null && (by ?? seen.by) === seen.by,
  );

const hasAnswered = (course: TaskCourse, name: string): boolean => {
  const sent = course.sent[course.to.indexOf(name)];
  return sent !== undefined && isTaken(sent);
};

/** Whether a request was taken. */
export function isTaken(sent: Sent): boolean {
  return sent.kind === 'written' || (sent.kind === 'answered' && sent.status >= 200 && sent.status < 300);
}

/** After a refusal nothing more is sent: what comes next may rest on it. */
export function mayGoOn(course: TaskCourse): boolean {
  return course.outcome === null && course.sent.every(isTaken) && course.sent.length < course.to.length;
}

function concluded(course: TaskCourse): TaskCourse {
  const { sent, to, goals } = course;
  const bad = sent.findIndex((one) => !isTaken(one));
  if (bad >= 0) {
    const one = sent[bad];
    const before = to.slice(0, bad);
    const after = to.slice(bad + 1);
    const words = [
      one === undefined ? '' : refusalWords(one, to[bad] ?? ''),
      before.length === 0 ? '' : `Done before: ${listNames(before)}.`,
      after.length === 0 ? '' : `Not asked any more: ${listNames(after)}.`,
    ].filter((part) => part !== '');
    const outcome: Outcome = {
      kind: before.length === 0 ? 'refused' : 'failed',
      title: before.length === 0 ? 'It was refused' : 'It was not done on every member',
      words: words.join(' '),
      advice: adviceOf(one),
    };
    return { ...course, outcome };
  }
  if (sent.length < to.length || goals.some(({ seen }) => seen === null)) return course;
  return {
    ...course,
    outcome: { kind: 'done', title: doneTitle(course.intent), words: doneWords(course.intent), advice: null },
  };
}

function refusalWords(sent: Sent, to: string): string {
  switch (sent.kind) {
    case 'answered':
      return `${to} answered: ${sent.body.trim() === '' ? `HTTP ${String(sent.status)}` : `“${excerpt(sent.body.trim())}” (HTTP ${String(sent.status)})`}.`;
    case 'unreachable':
      return `${sent.words}${sent.sent === 'no' ? ' Nothing was sent.' : ' It may have been done all the same: no answer came.'}`;
    case 'not-written':
      return sent.words;
    case 'written':
      return '';
  }
}

function adviceOf(sent: Sent | undefined): string {
  if (sent?.kind === 'answered' && (sent.status === 401 || sent.status === 403))
    return 'Give its user name and password, or a client certificate, in the settings of the connection.';
  return 'Look at the cluster as it is now, and begin again.';
}

function doneTitle(intent: Task): string {
  switch (intent.kind) {
    case 'cancel-switchover':
      return 'The request was taken back';
    case 'pause':
      return 'The cluster is paused';
    case 'resume':
      return 'The cluster is resumed';
    case 'restart':
      return intent.scheduledAt === null ? 'Restarted' : 'The restart is scheduled';
    case 'cancel-restart':
      return 'The scheduled restart was taken back';
    case 'reload':
      return 'Reloading';
    case 'reinitialize':
      return 'Reinitialized';
    case 'edit-config':
      return 'The configuration was written';
    case 'remove-cluster':
      return 'The cluster’s keys were removed';
  }
}

function doneWords(intent: Task): string {
  switch (intent.kind) {
    case 'pause':
      return 'Every member knows. Until it is resumed Patroni watches and does not act: nobody takes over from a leader that dies.';
    case 'resume':
      return 'Every member knows. Patroni acts again.';
    case 'reload':
      return 'Each takes its configuration anew in its next round.';
    case 'edit-config':
      return 'Each member takes it in its next round; what needs a restart shows as pending.';
    case 'reinitialize':
      return 'It has a new copy of the data and follows.';
    case 'cancel-switchover':
    case 'restart':
    case 'cancel-restart':
    case 'remove-cluster':
      return 'It was seen to be so.';
  }
}

/** The steps of it, each as far as it was seen. */
export function taskPhases(course: TaskCourse): readonly Phase[] {
  const { to, sent, goals, outcome } = course;
  const requests = to.map((name, index): Phase => {
    const one = sent[index];
    const state: PhaseState =
      one === undefined
        ? outcome !== null
          ? 'skipped'
          : index === sent.length
            ? 'running'
            : 'waiting'
        : isTaken(one)
          ? 'done'
          : 'failed';
    return {
      id: `sent ${name}`,
      title: name === 'the store' ? 'Written into the store' : `${name} takes the request`,
      state,
      at: one === undefined ? null : new Date(one.at).toISOString(),
      words:
        one === undefined
          ? state === 'running'
            ? `for ${name}`
            : ''
          : isTaken(one)
            ? takenWords(one)
            : refusalWords(one, name),
    };
  });
  const allSent = sent.length === to.length;
  return [
    ...requests,
    ...goals.map((goal): Phase => {
      const state: PhaseState =
        goal.seen !== null ? 'done' : outcome !== null ? 'skipped' : allSent ? 'running' : 'waiting';
      return {
        id: `${goal.id} ${goal.member ?? ''}`.trim(),
        title: goalTitle(course.intent, goal),
        state,
        at: goal.seen === null ? null : new Date(goal.seen.at).toISOString(),
        words: goal.seen?.by ?? (state === 'running' ? 'for it to be seen' : ''),
      };
    }),
  ];
}

function takenWords(sent: Sent): string {
  return sent.kind === 'answered' ? excerpt(sent.body.trim()) || `HTTP ${String(sent.status)}` : 'with compare-and-set';
}

function goalTitle(intent: Task, { id, member }: Goal): string {
  const name = member ?? '';
  switch (intent.kind) {
    case 'pause':
    case 'resume':
      return member === null ? `The store says ${intent.kind}d` : `${name} is ${intent.kind}d`;
    case 'restart':
      return intent.scheduledAt === null ? `PostgreSQL of ${name} runs` : `${name} knows the time`;
    case 'cancel-restart':
      return `${name} has no restart scheduled`;
    case 'reinitialize':
      return id === 'begun' ? `${name} copies the data` : `${name} follows`;
    case 'cancel-switchover':
      return 'No request in /failover';
    case 'edit-config':
      return '/config is as it was written';
    case 'remove-cluster':
      return 'No key of it is left';
    case 'reload':
      return '';
  }
}

/** Ended by the person: what was seen until then. */
export function endTask(course: TaskCourse): TaskCourse {
  if (course.outcome !== null) return course;
  const left = taskPhases(course).filter(({ state }) => state !== 'done');
  const words = `Not seen until then: ${listNames(left.map(({ title }) => title))}.`;
  const outcome: Outcome = {
    kind: 'failed',
    title: 'Following was ended before the end',
    words,
    advice: 'Look at the cluster as it is now.',
  };
  return { ...course, outcome };
}
