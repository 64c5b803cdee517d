import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Lsn from '../cluster/lsn';
import * as Member from '../cluster/member';
import { applies } from '../cluster/rules';
import { rulesOf } from '../cluster/rules-of';
import * as SyncState from '../cluster/sync-state';
import { isSyncActive } from '../forecast/race';
import { takeover } from '../slots/takeover';
import { listNames } from '../text';
import { type Check, passed, stop, warning } from './check';
import type { ChangeOfLeader } from './intent';
import { type MemberReport, type MemberTold, positionOf } from './member-report';
import type { Situation } from './plan';

/** A standby that has so much left to replay takes a while to do so before it can be promoted. */
const MUCH_TO_REPLAY = 16 * 1024 * 1024;

/** What a check of one candidate looks at. */
interface About {
  readonly intent: ChangeOfLeader;
  readonly situation: Situation;
  readonly cluster: Cluster.Cluster;
  readonly leader: string | null;
  readonly name: string;
  readonly member: Member.Member;
  readonly report: MemberReport | null;
  readonly told: MemberTold | null;
  /** `GET /patroni 12 ms`, or that the key tells it. */
  readonly source: string;
}

/** All that is looked at of one candidate. One that is no member has one check, a stop. */
export function candidateChecks(intent: ChangeOfLeader, situation: Situation, name: string): readonly Check[] {
  const { cluster, reports } = situation;
  const leader = Cluster.leaderName(cluster);
  const member = cluster.members.find((one) => one.name === name);
  if (member === undefined) {
    const words = 'Patroni takes a member of the cluster only. It may have left since it was chosen.';
    return [stop(`member ${name}`, `${name} is not a member`, words, 'store', 'Choose another candidate.')];
  }
  if (name === leader) {
    const words = 'The candidate must be another member than the one that leads.';
    return [stop(`member ${name}`, `${name} leads already`, words, 'store', 'Choose another candidate.')];
  }
  const report = reports.find((one) => one.name === name) ?? null;
  const told = report?.said.kind === 'told' ? report.said.told : null;
  const source =
    report?.said.kind === 'told' ? `GET /patroni ${String(Math.round(report.said.elapsedMs))} ms` : 'its key';
  const about: About = { intent, situation, cluster, leader, name, member, report, told, source };
  return [
    mayLead,
    reachable,
    isItself,
    runs,
    synchronous,
    lag,
    replay,
    timeline,
    attached,
    pendingRestart,
    slots,
  ].flatMap((look) => look(about) ?? []);
}

/** `patroni/ctl.py: _do_failover_or_switchover`, `patroni/ha.py: _MemberStatus.failover_limitation`. */
function mayLead({ name, member, told, situation, source }: About): Check {
  const id = `may-lead ${name}`;
  const rules = rulesOf(situation.cluster);
  if (Member.nofailover(member, rules) || told?.nofailover === true) {
    const words = 'Its tags keep it from ever leading: nofailover, or a failover_priority of 0. Patroni refuses it.';
    return stop(id, `${name} may not lead`, words, 'tags', 'Choose another candidate, or take the tag away.');
  }
  if (told?.watchdogFailed === true) {
    const words = 'Its watchdog is required and cannot be used. Patroni does not promote a member without it.';
    return stop(
      id,
      `${name} has no watchdog`,
      words,
      source,
      'Repair its watchdog device, or choose another candidate.',
    );
  }
  const priority = applies(rules, 'failover-priority') ? Member.failoverPriority(member) : 1;
  const watchdog = told === null ? '' : ', watchdog fine';
  return passed(id, `${name} may lead`, `No nofailover tag, priority ${String(priority)}${watchdog}.`, source);
}

/** The leader asks the candidate itself before it stops; from here it may be another way. `patroni/api.py: is_failover_possible`. */
function reachable({ name, report, member }: About): Check {
  const id = `reachable ${name}`;
  if (Member.apiUrl(member) === null) {
    const words = 'Its key names no REST API, so Patroni cannot ask it and does not take it.';
    return stop(id, `${name} cannot be asked`, words, 'api_url', 'Look at restapi.connect_address in its patroni.yml.');
  }
  if (report === null) return warning(id, `${name} was not asked`, 'What it says of itself is not known.', 'not known');
  switch (report.said.kind) {
    case 'told':
      return passed(
        id,
        `${name} answers`,
        'Its REST API was asked just now.',
        `GET /patroni ${String(Math.round(report.said.elapsedMs))} ms`,
      );
    case 'unreadable':
      return warning(
        id,
        `${name} gives no answer of Patroni’s`,
        'Something answers at its api_url, but not as Patroni does. What it says of itself is not known; Patroni asks it once more, and refuses when it gets no answer.',
        `HTTP ${String(report.said.status)}`,
        'Look at what listens there.',
      );
    case 'unreachable':
    case 'no-address':
      return warning(
        id,
        `${name} cannot be reached from here`,
        `Its lag, its watchdog and its replay are not known. ${report.said.kind === 'unreachable' ? report.said.failure.message : ''} The leader asks it once more, and refuses when it gets no answer either.`,
        'not known',
        'Accept it only when you know that the other members reach it.',
      );
  }
}

/** Two members with one address, or another cluster behind it, have confused Patroni before (P#832, P#1784). */
function isItself({ name, told, situation, cluster }: About): Check | null {
  if (told === null) return null;
  const id = `itself ${name}`;
  const advice = 'Look at restapi.connect_address of the members: each needs its own.';
  if (told.scope !== null && told.scope !== situation.scope) {
    const words = `At the api_url of ${name} a member of the cluster ${told.scope} answers.`;
    return stop(id, `${name} is another cluster’s`, words, `scope ${told.scope}`, advice);
  }
  if (told.name !== null && told.name !== name) {
    return stop(id, `Another member answers for ${name}`, `At its api_url ${told.name} answers.`, told.name, advice);
  }
  const expected = cluster.initialize;
  if (expected !== null && expected !== '' && told.systemIdentifier !== null && told.systemIdentifier !== expected) {
    const words = 'Its data is that of another PostgreSQL cluster: the system identifiers differ.';
    return stop(id, `${name} has other data`, words, told.systemIdentifier, 'Reinitialize it.');
  }
  return null;
}

function runs({ name, member, told, source }: About): Check {
  const id = `runs ${name}`;
  const state = told?.state ?? Member.state(member);
  if (state !== 'running') {
    const words = 'A member whose PostgreSQL does not run does not become leader.';
    return stop(id, `PostgreSQL of ${name} does not run`, words, state, 'Bring it up, or choose another candidate.');
  }
  if (told !== null && told.role === 'primary') {
    const words =
      'It takes writes without holding the lock: two primaries. Find out which one the applications write to first.';
    return stop(id, `${name} is a primary already`, words, source);
  }
  return passed(id, `PostgreSQL of ${name} runs`, 'It is in recovery and can be promoted.', state);
}

/**
 * `patroni/api.py: is_failover_possible` (not for quorum), `patroni/ha.py: get_failover_candidates` (for both, but only for a
 * switchover), `patroni/ctl.py` (a question, for a failover).
 */
function synchronous({ name, intent, cluster }: About): Check | null {
  const rules = rulesOf(cluster);
  if (!isSyncActive(cluster, rules)) return null;
  const id = `sync ${name}`;
  const isQuorum = applies(rules, 'quorum') && GlobalConfig.isQuorumCommitMode(cluster.config);
  const named = SyncState.voters(cluster.sync, rules);
  const whose = isQuorum ? 'the quorum' : 'the synchronous standbys';
  if (SyncState.matches(cluster.sync, name, false, rules)) {
    const words = isQuorum
      ? `Named in /sync, with ${listNames(named)}.`
      : 'Named in /sync: it has every commit that waited for it.';
    return passed(id, `${name} is in ${whose}`, words, '/sync');
  }
  const who = named.length === 0 ? 'nobody' : listNames(named);
  if (intent.kind === 'failover') {
    const words = `/sync names ${who}. Commits that were confirmed by them and have not reached ${name} are lost.`;
    return warning(id, `${name} is asynchronous`, words, '/sync', `Take one of ${who} if you can.`);
  }
  const words = isQuorum
    ? `/sync names ${who}. Patroni accepts the request and drops it in its next round, without a word to whom asked.`
    : `/sync names ${who}. Patroni refuses a switchover to anyone else.`;
  return stop(id, `${name} is not in ${whose}`, words, '/sync', 'Choose one that is named, or wait until it is.');
}

/** Checked by Patroni only after it has accepted. `patroni/ha.py: is_lagging`. */
function lag({ name, told, member, cluster, intent, leader }: About): Check {
  const id = `lag ${name}`;
  const position = told === null ? (Member.lsn(member) ?? Member.receiveLsn(member)) : positionOf(told);
  const limit = GlobalConfig.maximumLagOnFailover(cluster.config);
  const limitWords = `maximum_lag_on_failover is ${Lsn.formatBytes(limit)}`;
  if (position === null || position === 0) {
    const words = `It does not tell its position; ${limitWords}. Patroni counts one that tells none as far behind.`;
    return warning(id, `How far ${name} is behind is not known`, words, 'not known', 'Look at its log.');
  }
  const behind = Math.max(0, cluster.status.lastLsn - position);
  const evidence = Lsn.formatBytes(behind);
  if (leader === null || (intent.kind === 'failover' && behind > limit)) {
    if (behind === 0)
      return passed(id, `${name} has all WAL that was reported`, 'Nothing that is known would be lost.', evidence);
    const words = `So much of the former leader’s WAL never reached it and is lost. Patroni does not check it for a failover.`;
    return warning(id, `${name} lacks ${evidence}`, words, evidence, 'Take the member that is furthest.');
  }
  if (behind > limit) {
    const words = `More than maximum_lag_on_failover (${Lsn.formatBytes(limit)}). Patroni accepts the request, and drops it in its next round.`;
    return stop(
      id,
      `${name} is too far behind`,
      words,
      evidence,
      'Wait until it has caught up, or choose another candidate.',
    );
  }
  const title = behind === 0 ? `${name} has all WAL` : `${name} is close enough`;
  const words = `${limitWords}; Patroni would check it only after accepting. The leader waits for the rest when it stops.`;
  return passed(id, title, words, evidence);
}

function replay({ name, told }: About): Check | null {
  if (told === null) return null;
  const id = `replay ${name}`;
  if (told.replayPaused) {
    const words =
      'pg_wal_replay_pause() was called on it. Promotion ends the pause, after what it received was replayed.';
    return warning(id, `Replay is paused on ${name}`, words, 'paused', 'Call pg_wal_replay_resume() there first.');
  }
  if (told.received === null || told.replayed === null) return null;
  const left = told.received - told.replayed;
  if (left > MUCH_TO_REPLAY) {
    const words = 'It must replay what it has received before it can be promoted: writes stop for as long.';
    return warning(id, `${name} has much to replay`, words, Lsn.formatBytes(left), 'Wait until it has replayed it.');
  }
  return passed(
    id,
    `${name} replays`,
    'Replay is not paused, and little is left of it.',
    Lsn.formatBytes(Math.max(0, left)),
  );
}

/** `patroni/ha.py: is_failover_possible`: only with check_timeline, and only after accepting. */
function timeline({ name, told, member, cluster }: About): Check {
  const id = `timeline ${name}`;
  const own = told?.timeline ?? Member.timeline(member);
  const current = Cluster.currentTimeline(cluster);
  if (own !== null && own === current)
    return passed(id, 'Same timeline', `Both on ${String(own)}.`, `TL ${String(own)}`);
  const evidence = own === null ? 'not known' : `TL ${String(own)}`;
  const checked = GlobalConfig.checkMode(cluster.config, 'check_timeline');
  if (checked && (own === null || own < Cluster.timeline(cluster))) {
    const words = `The cluster is on ${String(current)}, and check_timeline is on: Patroni accepts the request, and drops it in its next round.`;
    return stop(id, `${name} is on another timeline`, words, evidence, 'Let it follow first, or reinitialize it.');
  }
  const words =
    own === null
      ? `It does not tell its timeline; the cluster is on ${String(current)}.`
      : `The cluster is on ${String(current)}: it may not have followed the last change of the leader.`;
  return warning(id, `The timeline of ${name} ${own === null ? 'is not known' : 'differs'}`, words, evidence);
}

/** repmgr's check: that the candidate really streams from this primary, which the tag alone does not tell. */
function attached({ name, situation, cluster, leader }: About): Check | null {
  if (leader === null || GlobalConfig.isStandbyCluster(cluster.config)) return null;
  const said = situation.reports.find((one) => one.name === leader)?.said;
  if (said?.kind !== 'told' || said.told.role !== 'primary') return null;
  const id = `attached ${name}`;
  const sender = said.told.senders.find(({ applicationName }) => applicationName === name);
  if (sender?.state === 'streaming') {
    const words = `${leader} streams to it, and waits for it when it stops.`;
    return passed(id, `${name} is attached to ${leader}`, words, 'pg_stat_replication');
  }
  const words =
    sender === undefined
      ? `No WAL sender of ${leader} carries its name: the last WAL before ${leader} stops reaches it over another member, or not at all.`
      : `Its WAL sender is in state ${sender.state ?? 'unknown'}: it still catches up.`;
  return warning(
    id,
    `${name} does not stream from ${leader}`,
    words,
    'pg_stat_replication',
    'Look at its replicatefrom tag.',
  );
}

function pendingRestart({ name, member, told }: About): Check | null {
  if (!(told?.pendingRestart ?? Member.pendingRestart(member))) return null;
  const reasons = Member.pendingRestartReason(member).map(({ parameter }) => parameter);
  const words = `It would lead with its old settings${reasons.length === 0 ? '' : ` (${listNames(reasons)})`} until it is restarted.`;
  return warning(`pending ${name}`, `A restart is pending on ${name}`, words, 'pending_restart', 'Restart it first.');
}

function slots({ name, cluster, leader }: About): Check | null {
  if (leader === null) return null;
  const { outcomes } = takeover(cluster, name);
  const broken = outcomes.filter(({ fate, members }) => fate.kind !== 'continues' && members.length === 0);
  const id = `slots ${name}`;
  if (broken.length > 0) {
    const names = listNames(broken.map(({ slot }) => slot));
    const words = `${names}: not kept on ${name}, or made anew there. Who reads such a slot may miss what it has not read yet.`;
    return warning(
      id,
      `Slots would not go along`,
      words,
      `${String(broken.length)} of ${String(outcomes.length)}`,
      'Look at Slots, what if.',
    );
  }
  const kept = outcomes.filter(({ members }) => members.length === 0).length;
  if (kept === 0) return null;
  return passed(id, 'Slots go along', `Permanent slots are kept on ${name}.`, String(kept));
}
