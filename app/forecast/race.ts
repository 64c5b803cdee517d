import * as Cluster from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { applies, type Rules } from '../cluster/rules';
import * as SyncState from '../cluster/sync-state';
import type { Bar, Candidacy } from './candidacy';

// The race for the lock as Patroni runs it on each member, on what the store tells. A member that has a key and whose PostgreSQL
// runs counts as one that can be reached; its watchdog counts as usable. Neither is in the store.

/** What all members of a cluster share in the race. */
interface Race {
  readonly cluster: Cluster.Cluster;
  readonly rules: Rules;
  /** Everyone but the leader, who is taken for dead. */
  readonly runners: readonly Runner[];
  readonly isPaused: boolean;
  readonly isSync: boolean;
  readonly isQuorum: boolean;
  readonly request: Failover.Failover | null;
  /** Lower-case names that may vote in quorum mode. */
  readonly voters: ReadonlySet<string>;
}

interface Runner {
  readonly member: Member.Member;
  readonly name: string;
  readonly position: number | null;
  readonly priority: number;
  readonly isRunning: boolean;
  readonly isPrimary: boolean;
  readonly nofailover: boolean;
  readonly isNamed: boolean;
}

/** What would come of each member but the leader if the lock were free now: `patroni/ha.py: is_healthiest_node`. In the order of the members. */
export function race(cluster: Cluster.Cluster, rules: Rules): readonly Candidacy[] {
  const shared = raceOf(cluster, rules);
  return shared.runners.map((runner) => {
    const bars = barsOf(shared, runner);
    const isOut = bars.length > 0;
    return {
      name: runner.name,
      verdict: isOut ? 'out' : runner.position === null && !isChosen(shared, runner) ? 'unknown' : 'could-win',
      bars,
      position: runner.position,
      timeline: Member.timeline(runner.member),
      failoverPriority: runner.priority,
    };
  });
}

/** Where a member is: the further of received and replayed, in bytes; null when it tells neither. `Postgresql.last_operation`. */
function positionOf(member: Member.Member): number | null {
  const told = [Member.receiveLsn(member), Member.replayLsn(member), Member.lsn(member)].filter((lsn) => lsn !== null);
  const furthest = Math.max(0, ...told);
  return furthest === 0 ? null : furthest;
}

/** Whether synchronous mode is asked for and in force, so that /sync decides who may lead: `patroni/ha.py: sync_mode_is_active`. */
export function isSyncActive({ config, sync }: Cluster.Cluster, rules: Rules): boolean {
  return GlobalConfig.isSynchronousMode(config, rules) && !SyncState.isEmpty(sync, rules);
}

function raceOf(cluster: Cluster.Cluster, rules: Rules): Race {
  const leader = Cluster.leaderName(cluster);
  const { config, failover, sync } = cluster;
  const isSync = isSyncActive(cluster, rules);
  const isQuorum = isSync && applies(rules, 'quorum') && GlobalConfig.isQuorumCommitMode(config);
  const hasPriority = applies(rules, 'failover-priority');
  return {
    cluster,
    rules,
    runners: cluster.members
      .filter(({ name }) => name !== leader)
      .map((member) => ({
        member,
        name: member.name,
        position: positionOf(member),
        priority: hasPriority ? Member.failoverPriority(member) : 1,
        isRunning: Member.isRunning(member),
        isPrimary: Member.role(member) === 'primary' && Member.isRunning(member),
        nofailover: Member.nofailover(member, rules),
        isNamed: SyncState.matches(sync, member.name, true, rules),
      })),
    isPaused: GlobalConfig.isPaused(config),
    isSync,
    isQuorum,
    request: failover === null || Failover.isEmpty(failover) ? null : failover,
    voters: new Set(isQuorum ? SyncState.members(sync).map((name) => name.toLowerCase()) : []),
  };
}

/** Whether a request names it: then Patroni asks for no position. */
function isChosen({ request }: Race, { name }: Runner): boolean {
  return request?.candidate === name;
}

function barsOf(shared: Race, runner: Runner): readonly Bar[] {
  const { cluster, isPaused, isQuorum, isSync, request } = shared;
  const stopped: Bar = { kind: 'not-running', state: Member.state(runner.member) };
  if (!runner.isRunning) return [stopped];
  if (isPaused && request !== null && request.scheduledAt === null && !runner.nofailover)
    return requested(shared, runner, request);
  if (runner.isPrimary) return primaryBars(shared, runner);
  if (isPaused) return [{ kind: 'paused' }];
  if (runner.nofailover) return [{ kind: 'nofailover' }];
  if (request !== null) return requested(shared, runner, request);
  const { failsafe } = cluster;
  if (GlobalConfig.isFailsafeMode(cluster.config) && failsafe !== null && failsafe.length > 0) {
    if (!failsafe.some(([name]) => name === runner.name)) return [{ kind: 'not-in-failsafe' }];
  }
  if (isSync && !isQuorum && !runner.isNamed) return [{ kind: 'not-synchronous' }];
  const others = isSync ? shared.runners.filter(({ isNamed }) => isNamed) : shared.runners;
  return [...lagBars(shared, runner), ...againstOthers(shared, runner, others)];
}

/** A primary that finds no lock takes it, unless others have gone on without it. */
function primaryBars({ cluster, isPaused }: Race, { member }: Runner): readonly Bar[] {
  const own = Member.timeline(member);
  const timeline = Cluster.timeline(cluster);
  return !isPaused && own !== null && own < timeline ? [{ kind: 'timeline', own, cluster: timeline }] : [];
}

/** With a request in /failover: `patroni/ha.py: manual_failover_process_no_leader`. */
function requested(shared: Race, runner: Runner, request: Failover.Failover): readonly Bar[] {
  const { isPaused, isQuorum, isSync, runners } = shared;
  const { candidate, leader } = request;
  if (leader !== null && isSync && !isPaused && !runner.isNamed) return [{ kind: 'not-synchronous' }];
  if (candidate === runner.name) return [];
  if (candidate !== null) {
    if (isPaused) return [{ kind: 'requested', candidate }];
    if (isSync && !isQuorum && !runner.isNamed) return [{ kind: 'not-synchronous' }];
    const chosen = runners.find(({ name }) => name === candidate);
    if (chosen?.isRunning && !chosen.nofailover) return [{ kind: 'gives-way', candidate }];
  } else if (isPaused) return [{ kind: 'paused' }];
  if (leader === runner.name) return [{ kind: 'requested', candidate }];
  const { sync } = shared.cluster;
  const others = runners.filter(
    ({ name }) => name !== leader && (!isSync || SyncState.matches(sync, name, false, shared.rules)),
  );
  return [...timelineBars(shared, runner), ...againstOthers(shared, runner, others)];
}

function lagBars(shared: Race, runner: Runner): readonly Bar[] {
  const { config, status } = shared.cluster;
  const limitBytes = GlobalConfig.maximumLagOnFailover(config);
  const lagBytes = runner.position === null ? 0 : status.lastLsn - runner.position;
  const lag: readonly Bar[] = lagBytes > limitBytes ? [{ kind: 'lag', lagBytes, limitBytes }] : [];
  return [...lag, ...timelineBars(shared, runner)];
}

function timelineBars({ cluster }: Race, { member }: Runner): readonly Bar[] {
  if (GlobalConfig.isStandbyCluster(cluster.config) || !GlobalConfig.checkMode(cluster.config, 'check_timeline'))
    return [];
  const own = Member.timeline(member);
  const timeline = Cluster.timeline(cluster);
  return own === null || own < timeline ? [{ kind: 'timeline', own, cluster: timeline }] : [];
}

/** `patroni/ha.py: _is_healthiest_node`, what it makes of the others' answers. */
function againstOthers(shared: Race, runner: Runner, others: readonly Runner[]): readonly Bar[] {
  const { cluster, isQuorum, isSync, voters } = shared;
  const formerLeader = isSync ? cluster.sync.leader : Cluster.leaderName(cluster);
  // Who is asked in quorum mode is named in /sync, so each of them may vote.
  let votes = voters.has(runner.name.toLowerCase()) ? 0 : -1;
  let ahead = 0;
  for (const other of others) {
    // One that may not lead says so, and is left out, whatever its position.
    const answers = other.name !== runner.name && other.isRunning && !other.nofailover;
    if (!answers || Member.apiUrl(other.member) === null) continue;
    if (other.isPrimary) return [{ kind: 'primary-alive', member: other.name }];
    const [own, theirs] = [runner.position ?? 0, other.position ?? 0];
    if (own < theirs) {
      ahead += 1;
      // In synchronous mode the former leader may be there again, and ahead of everyone.
      if (isSync && SyncState.leaderMatches(cluster.sync, other.name)) continue;
      return runner.position === null ? [] : [{ kind: 'behind', member: other.name, bytes: theirs - own }];
    }
    // Votes count from those only whose PostgreSQL is up.
    if (theirs === 0) continue;
    const isPreferred = own === theirs && runner.priority < other.priority && formerLeader !== other.name;
    if (isPreferred) return [{ kind: 'priority', member: other.name, own: runner.priority, theirs: other.priority }];
    votes += 1;
  }
  const needed = cluster.sync.quorum;
  if (!isQuorum || votes >= needed || (ahead === 0 && cluster.sync.leader === runner.name)) return [];
  return [{ kind: 'votes', votes: Math.max(0, votes), needed }];
}
