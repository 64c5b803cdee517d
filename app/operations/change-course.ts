import * as Cluster from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { isWritable, type MemberReport } from './member-report';
import type { ChangeOfLeader } from './intent';
import { answered } from './change-answer';
import { beginOutage, type Outage, seeReport } from './outage';
import type { Outcome } from './phase';

// What has been seen of a change of the leader, and what it comes to. Facts come in any order and from two sides, the store and the
// members themselves; each only adds what it tells. Nothing here asks anyone, and nothing gives up for time alone but a member that is gone.

/** Something seen, with the instant at which it was seen (milliseconds since 1970). */
export interface Seen {
  readonly at: number;
  /** What told it. */
  readonly by: string;
}

/** What came of sending the request. */
export type Sent =
  | { readonly kind: 'answered'; readonly at: number; readonly status: number; readonly body: string }
  | { readonly kind: 'unreachable'; readonly at: number; readonly sent: 'no' | 'perhaps'; readonly words: string }
  | { readonly kind: 'written'; readonly at: number }
  | { readonly kind: 'not-written'; readonly at: number; readonly sure: boolean; readonly words: string };

export interface ChangeCourse {
  readonly kind: 'change';
  readonly intent: ChangeOfLeader;
  readonly sentAt: number;
  /** Who led when it was sent. */
  readonly from: string | null;
  readonly timeline: number;
  /** Who ran beside the leader. */
  readonly replicas: readonly string[];
  readonly isStandbyCluster: boolean;
  /** It is being sent, or was. */
  readonly handedOver: boolean;
  readonly sent: Sent | null;
  readonly requestSeen: Seen | null;
  readonly requestGone: Seen | null;
  readonly accepted: Seen | null;
  readonly demoting: Seen | null;
  readonly released: Seen | null;
  readonly taken: (Seen & { readonly member: string }) | null;
  readonly writable: (Seen & { readonly member: string; readonly timeline: number | null }) | null;
  /** Members on the new timeline, by name; the former leader is among them. */
  readonly following: readonly (Seen & { readonly member: string })[];
  /** Since when a member has no key, by name. */
  readonly missing: readonly { readonly member: string; readonly since: number }[];
  /** Who leads by the last picture of the store; null for nobody. */
  readonly leader: string | null;
  readonly outage: Outage;
  readonly outcome: Outcome | null;
}

/** What can be seen. */
export type ChangeFact =
  | { readonly kind: 'cluster'; readonly cluster: Cluster.Cluster }
  | { readonly kind: 'report'; readonly report: MemberReport; readonly askedAt: number }
  | { readonly kind: 'sent'; readonly sent: Sent }
  /** Time has passed. */
  | { readonly kind: 'tick' };

/** A member without a key for so long is not waited for: its lock and its key have both run out long before. */
const GONE_MS = 60_000;
/** An answer that was lost says nothing; a request that has not shown in the store after so long never came there. */
const NEVER_CAME_MS = 20_000;

/** The course of an operation that is about to be sent. */
export function beginChange(intent: ChangeOfLeader, cluster: Cluster.Cluster, at: number): ChangeCourse {
  const from = Cluster.leaderName(cluster);
  return {
    kind: 'change',
    intent,
    sentAt: at,
    from,
    timeline: Cluster.currentTimeline(cluster),
    replicas: cluster.members.filter((m) => m.name !== from && Member.isRunning(m)).map(({ name }) => name),
    isStandbyCluster: GlobalConfig.isStandbyCluster(cluster.config),
    handedOver: false,
    sent: null,
    requestSeen: null,
    requestGone: null,
    accepted: null,
    demoting: null,
    released: null,
    taken: null,
    writable: null,
    following: [],
    missing: [],
    leader: from,
    outage: beginOutage(from),
    outcome: null,
  };
}

/** The course after something was seen. One that has ended stays as it is. */
export function advance(course: ChangeCourse, fact: ChangeFact, at: number): ChangeCourse {
  if (course.outcome !== null) return course;
  const next = take(course, fact, at);
  return next === course && fact.kind !== 'tick' ? course : { ...next, outcome: next.outcome ?? conclude(next, at) };
}

function take(course: ChangeCourse, fact: ChangeFact, at: number): ChangeCourse {
  switch (fact.kind) {
    case 'cluster':
      return seeCluster(course, fact.cluster, at);
    case 'report':
      return seeMember(course, fact.report, fact.askedAt, at);
    case 'sent':
      return hear(course, fact.sent);
    case 'tick':
      return course;
  }
}

function hear(course: ChangeCourse, sent: Sent): ChangeCourse {
  const isTaken = sent.kind === 'answered' && (sent.status === 200 || sent.status === 202);
  if (!isTaken) return { ...course, sent };
  return { ...course, sent, accepted: course.accepted ?? { at: sent.at, by: `HTTP ${String(sent.status)}` } };
}

function isOurs(intent: ChangeOfLeader, request: Failover.Failover): boolean {
  const leader = intent.kind === 'switchover' ? intent.leader : null;
  return request.leader === leader && request.candidate === intent.candidate;
}

function seeCluster(course: ChangeCourse, cluster: Cluster.Cluster, at: number): ChangeCourse {
  const { from, intent } = course;
  const leader = Cluster.leaderName(cluster);
  const request = cluster.failover === null || Failover.isEmpty(cluster.failover) ? null : cluster.failover;
  const isThere = request !== null && isOurs(intent, request);
  let next: ChangeCourse = { ...course, leader };
  // Scheduled, the time comes back as Patroni wrote it.
  if (isThere) next = { ...next, requestSeen: next.requestSeen ?? { at, by: '/failover' }, requestGone: null };
  else if (next.requestSeen !== null) next = { ...next, requestGone: next.requestGone ?? { at, by: '/failover' } };
  next = { ...next, accepted: next.accepted ?? next.requestSeen };
  const former = from === null ? null : (cluster.members.find(({ name }) => name === from) ?? null);
  if (former !== null && next.requestSeen !== null && ['stopping', 'stopped'].includes(Member.state(former)))
    next = { ...next, demoting: next.demoting ?? { at, by: `its key: ${Member.state(former)}` } };
  if (from !== null && leader !== from)
    next = { ...next, released: next.released ?? { at, by: leader === null ? 'leader key gone' : 'leader key' } };
  if (leader !== null && leader !== from && next.taken?.member !== leader)
    next = {
      ...next,
      taken: { at, by: 'leader key', member: leader },
      writable: next.writable?.member === leader ? next.writable : null,
    };
  next = { ...next, missing: missingNow(next, cluster, at) };
  // The new leader first: whom the others follow.
  const isNew = ({ name }: Member.Member): boolean => name === next.taken?.member;
  const ordered = [...cluster.members.filter(isNew), ...cluster.members.filter((member) => !isNew(member))];
  for (const member of ordered) next = seeKey(next, member, at);
  return next;
}

function missingNow(course: ChangeCourse, cluster: Cluster.Cluster, at: number): ChangeCourse['missing'] {
  const awaited = [...(course.from === null ? [] : [course.from]), ...course.replicas];
  return awaited
    .filter((name) => !cluster.members.some((member) => member.name === name))
    .map((member) => course.missing.find((one) => one.member === member) ?? { member, since: at });
}

/** What a member's own key tells; it writes it once a round, so a moment late. */
function seeKey(course: ChangeCourse, member: Member.Member, at: number): ChangeCourse {
  const { name } = member;
  if (!Member.isRunning(member)) return course;
  const role = Member.role(member);
  const timeline = Member.timeline(member);
  if (name === course.taken?.member) {
    return leads(role, course) ? seeWritable(course, name, timeline, { at, by: 'its key in the store' }) : course;
  }
  return role === 'replica'
    ? seeFollowing(course, name, timeline, Member.replicationState(member), { at, by: 'its key in the store' })
    : course;
}

const leads = (role: string | null, { isStandbyCluster }: ChangeCourse): boolean =>
  role === (isStandbyCluster ? 'standby_leader' : 'primary');

function seeMember(before: ChangeCourse, report: MemberReport, askedAt: number, at: number): ChangeCourse {
  let course: ChangeCourse = { ...before, outage: seeReport(before.outage, report, askedAt, at) };
  if (report.said.kind !== 'told') return course;
  const { told } = report.said;
  const by = `GET /health of ${report.name}`;
  const { name } = report;
  if (name === course.from && course.taken === null) {
    // A leader that answers "starting" or "unknown" may only be slow; one that stops says so.
    const stops = ['stopping', 'stopped'].includes(told.state) || told.role === 'demoted';
    return stops && course.accepted !== null ? { ...course, demoting: course.demoting ?? { at, by } } : course;
  }
  if (name !== course.from && told.state === 'running' && leads(told.role, course)) {
    // The members see it before we do while the store is away from here.
    if (course.taken === null && isWritable(told))
      course = {
        ...course,
        taken: { at, by, member: name },
        released: course.from === null ? null : (course.released ?? { at, by }),
      };
    if (course.taken?.member === name) return seeWritable(course, name, told.timeline, { at, by });
  }
  if (told.state === 'running' && told.role === 'replica')
    return seeFollowing(course, name, told.timeline, told.replicationState, { at, by });
  return course;
}

function seeWritable(course: ChangeCourse, member: string, timeline: number | null, seen: Seen): ChangeCourse {
  if (course.writable !== null) {
    return course.writable.timeline === null && timeline !== null
      ? { ...course, writable: { ...course.writable, timeline } }
      : course;
  }
  return { ...course, writable: { ...seen, member, timeline } };
}

/** On the timeline that the new leader began, and streaming where it says so (a standby cluster stays on its timeline). */
function seeFollowing(
  course: ChangeCourse,
  member: string,
  timeline: number | null,
  replicationState: string | null,
  seen: Seen,
): ChangeCourse {
  const { writable } = course;
  if (writable === null || member === writable.member) return course;
  if (course.following.some((one) => one.member === member)) return course;
  // Which one it began is not known yet where the one before is not known either.
  const wanted = writable.timeline ?? (course.timeline === 0 ? Infinity : course.timeline + 1);
  const isThere = course.isStandbyCluster || (timeline !== null && timeline >= wanted);
  if (!isThere || (replicationState !== null && replicationState !== 'streaming')) return course;
  return { ...course, following: [...course.following, { ...seen, member }] };
}

/** Members that are waited for: neither following, nor gone for good. */
export function awaited(course: ChangeCourse, at: number): readonly string[] {
  return everyone(course).filter((name) => !isFollowing(course, name) && !isGone(course, name, at));
}

/** Those that are to follow in the end. */
export function everyone(course: ChangeCourse): readonly string[] {
  const leader = course.writable?.member ?? course.taken?.member ?? null;
  return [...(course.from === null ? [] : [course.from]), ...course.replicas].filter((name) => name !== leader);
}

export const isFollowing = (course: ChangeCourse, name: string): boolean =>
  course.following.some(({ member }) => member === name);

/** A member without a key for a minute is not waited for. */
export function isGone(course: ChangeCourse, name: string, at: number): boolean {
  const missing = course.missing.find(({ member }) => member === name);
  return missing !== undefined && at - missing.since > GONE_MS;
}

/** The end, when it is seen. */
function conclude(course: ChangeCourse, at: number): Outcome | null {
  const { sent, taken, demoting, released, from, leader, intent, requestGone, requestSeen, writable } = course;
  if (writable !== null && awaited(course, at).length === 0) return done(course, at);
  if (taken !== null) return null;
  const untouched = demoting === null && released === null;
  if (untouched && requestSeen === null && sent !== null) {
    const refusal = answered(intent, sent);
    if (refusal !== null) return refusal;
    if (sent.kind === 'unreachable' && at - sent.at > NEVER_CAME_MS) return neverCame(sent.words);
    if (sent.kind === 'not-written' && !sent.sure && at - sent.at > NEVER_CAME_MS) return neverCame(sent.words);
  }
  if (requestGone === null) return null;
  if (untouched && leader === from) {
    const isEarly =
      intent.kind === 'switchover' &&
      intent.scheduledAt !== null &&
      requestGone.at < Date.parse(intent.scheduledAt) - 1000;
    return isEarly ? cancelled(from) : dropped(from);
  }
  // It gave the lock up, or began to, and has it again.
  if (from !== null && leader === from && isBack(course)) return cameBack(from);
  return null;
}

/** The former leader takes writes again after it began to stop. */
function isBack({ outage }: ChangeCourse): boolean {
  return outage.formerIsBack;
}

function done(course: ChangeCourse, at: number): Outcome {
  const { intent, writable, from } = course;
  const leader = writable?.member ?? '';
  const gone = everyone(course).filter((name) => !isFollowing(course, name) && isGone(course, name, at));
  const isOther = intent.candidate !== null && intent.candidate !== leader;
  const role = course.isStandbyCluster ? 'standby leader' : 'leader';
  const title = `${leader} is the ${role}`;
  const left = gone.length === 0 ? '' : ` Not there any more: ${gone.join(', ')}.`;
  if (isOther) {
    const words = `${leader} took over instead of ${intent.candidate ?? ''}.${left}`;
    return {
      kind: 'done-otherwise',
      title,
      words,
      advice: 'Look at the log of the candidate for why it did not take the lock.',
    };
  }
  if (gone.length > 0) {
    const words = `${leader} took over${from === null ? '' : ` from ${from}`}.${left}`;
    return { kind: 'done-otherwise', title, words, advice: `Look at the machine of ${gone.join(', ')}.` };
  }
  return { kind: 'done', title, words: 'Every member that ran before follows it.', advice: null };
}

/** The leader looked at the request and took it away. Why, it writes only into its log; who watches finds it in the checks. */
function dropped(from: string | null): Outcome {
  return {
    kind: 'failed',
    title: from === null ? 'The request was dropped' : `${from} goes on leading`,
    words: 'Patroni accepted the request, looked at it in its next round and dropped it.',
    advice: 'The log of the leader says why, at that time.',
    dropped: true,
  };
}

function cancelled(from: string | null): Outcome {
  return {
    kind: 'cancelled',
    title: 'The scheduled switchover was taken back',
    words: `Its request was removed from /failover before its time.${from === null ? '' : ` ${from} goes on leading.`}`,
    advice: null,
  };
}

function cameBack(from: string): Outcome {
  return {
    kind: 'failed',
    title: `${from} leads again`,
    words: 'It stopped, nobody took the lock, and it took it again.',
    advice: 'The logs of the candidates say why they did not take it, at that time.',
  };
}

function neverCame(words: string): Outcome {
  return {
    kind: 'refused',
    title: 'The request did not arrive',
    words: `${words} It has not shown in the store, and nothing was changed.`,
    advice: 'Try it once more.',
  };
}

/** The course ended by the person, who does not want to watch any longer: what was seen until then. */
export function endFollowing(course: ChangeCourse, at: number): ChangeCourse {
  if (course.outcome !== null) return course;
  const { writable, taken, leader, from, requestSeen, requestGone } = course;
  const left = awaited(course, at);
  if (writable !== null) {
    const words = `${writable.member} took over. Not seen to follow it until then: ${left.join(', ')}.`;
    const outcome: Outcome = {
      kind: 'done-otherwise',
      title: `${writable.member} is the leader`,
      words,
      advice: 'Look at the members that were not seen to follow.',
    };
    return { ...course, outcome };
  }
  const pending =
    requestSeen !== null && requestGone === null
      ? ' The request is still in /failover: Patroni may carry it out yet.'
      : '';
  const who = leader === null ? 'Nobody held the lock' : `${leader} held the lock`;
  const step = taken === null ? '' : ', and was not seen to take writes';
  const words = `${who}${leader === from ? ', as before' : step} when following was ended.${pending}`;
  const outcome: Outcome = {
    kind: 'failed',
    title: 'Following was ended before the end',
    words,
    advice: 'Look at the cluster as it is now.',
  };
  return { ...course, outcome };
}
