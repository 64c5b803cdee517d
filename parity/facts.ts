import { assertNever } from '../app/assert-never';
import { ClusterBuilder } from '../app/cluster/build-cluster';
import * as Cluster from '../app/cluster/cluster';
import { clusterAsJson } from '../app/cluster/cluster-as-json';
import { parseInt } from '../app/cluster/coerce';
import { parseConnectionString } from '../app/cluster/connection-url';
import * as Failover from '../app/cluster/failover';
import * as GlobalConfig from '../app/cluster/global-config';
import * as Leader from '../app/cluster/leader';
import * as Member from '../app/cluster/member';
import { historyAsJson, listAsJson } from '../app/cluster/patronictl-json';
import { applies, type Rules } from '../app/cluster/rules';
import * as SyncState from '../app/cluster/sync-state';
import type { StoreNode } from '../app/dcs/node';
import type { JsonObject } from '../app/json';
import {
  getReplicationSlots,
  getSlotNameOnPrimary,
  hasPermanentSlots,
  maybeFilterPermanentSlots,
  shouldEnforceHotStandbyFeedback,
  type Slot,
  type SlotProblem,
  slotNameFromMemberName,
} from '../app/slots';
import { permanentPhysicalSlots } from '../app/slots/permanent-slots';
import type { ClusterQuestion, FunctionQuestion, QuestionView } from './question';

// What the model says, in the shape in which the oracle answers.

/** The model's answer to a question about a cluster, and the keys that it found something wrong with. */
export interface Answer {
  readonly facts: JsonObject;
  readonly problems: readonly string[];
}

/** What the model makes of a question's keys by the rules of a version. */
export function answerOf(question: ClusterQuestion, rules: Rules): Answer {
  const { groups, problems } = new ClusterBuilder('service', rules).build(nodesOf(question));
  const plain = groups.find(({ group }) => group === null)?.cluster ?? Cluster.empty;
  const cluster = question.mpp ? Cluster.mppCluster(groups) : plain;
  const workers = cluster.workers.map(([group, worker]) => [String(group), factsOf(worker, question, rules)] as const);
  const facts = { load: null, cluster: factsOf(cluster, question, rules), workers: Object.fromEntries(workers) };
  return { facts: facts as unknown as JsonObject, problems: problems.map(({ key, problem }) => `${key} ${problem}`) };
}

/** The same for the functions that need no cluster. */
export function functionAnswer({ texts }: FunctionQuestion): Answer {
  const urls = texts.map((text) => {
    const parts = parseConnectionString(text);
    return parts && [parts.connUrl, parts.apiUrl];
  });
  const facts = {
    slotNames: texts.map(slotNameFromMemberName),
    urls,
    ints: texts.map((text) => parseInt(text)),
    seconds: texts.map((text) => parseInt(text, 's')),
  };
  return { facts, problems: [] };
}

function nodesOf({ nodes }: ClusterQuestion): Map<string, StoreNode> {
  return new Map(
    nodes.map(({ key, value, mod_revision, lease }) => [
      key,
      { key, value, bytes: value.length, createRevision: '1', modRevision: mod_revision, version: '1', session: lease },
    ]),
  );
}

function factsOf(cluster: Cluster.Cluster, question: ClusterQuestion, rules: Rules): Record<string, unknown> {
  const { names, auth } = question;
  const { config, leader, failover, history } = cluster;
  return {
    initialize: cluster.initialize,
    configData: config && config.data,
    configVersions: config && [config.version, config.modifyVersion],
    lastLsn: cluster.status.lastLsn,
    slots: cluster.status.slots && Object.fromEntries(cluster.status.slots),
    retainSlots: cluster.status.retainSlots,
    leader: leader && [leader.version, leader.session, Leader.name(leader), leader.member.version],
    failover: failover && {
      leader: failover.leader,
      candidate: failover.candidate,
      at: failover.scheduledAtText,
      length: Number(failover.leader !== null) + Number(failover.candidate !== null),
      isEmpty: Failover.isEmpty(failover),
    },
    historyLines: history && history.lines,
    failsafe: cluster.failsafe && Object.fromEntries(cluster.failsafe),
    timeline: Cluster.timeline(cluster),
    leaderName: Cluster.leaderName(cluster),
    isUnlocked: Cluster.isUnlocked(cluster),
    isEmpty: Cluster.isEmpty(cluster),
    minVersion: Cluster.minVersion(cluster),
    hasMember: names.map((name) => Cluster.hasMember(cluster, name)),
    getMember: names.map((name) =>
      [false, true].map((fallback) => Cluster.getMember(cluster, name, fallback)?.name ?? null),
    ),
    clone: names.map((name) => clones(cluster, name, rules)),
    sync: syncFacts(cluster.sync, names, rules),
    config: configFacts(cluster, rules),
    memberData: cluster.members.map(({ data }) => data),
    asJson: clusterAsJson(cluster, rules),
    lists: question.lists.map((option) => listAsJson(cluster, { ...option, scope: 'demo' }, rules)),
    views: question.views.map((view) => viewFacts(cluster, view, rules)),
    members: cluster.members.map((member) => memberFacts(member, auth, rules)),
    leaderFacts: leader && {
      timeline: Leader.timeline(leader),
      checkpointAfterPromote: Leader.checkpointAfterPromote(leader),
      connUrl: Leader.connUrl(leader),
      connKwargs: Leader.connKwargs(leader, auth, rules),
    },
    history: historyAsJson(history),
  };
}

/** Every member that chance may pick to copy from. */
function clones(cluster: Cluster.Cluster, exclude: string, rules: Rules): readonly (string | null)[] {
  const count = Math.max(1, Cluster.cloneCandidates(cluster, exclude, rules).length);
  return Array.from(
    { length: count },
    (_, i) => Cluster.getCloneMember(cluster, exclude, () => i / count, rules)?.name ?? null,
  );
}

function memberFacts(member: Member.Member, auth: JsonObject, rules: Rules): Record<string, unknown> {
  return {
    name: member.name,
    version: member.version,
    session: member.session,
    connUrl: Member.connUrl(member),
    connKwargs: Member.connKwargs(member),
    connKwargsAuth: Member.connKwargs(member, auth, rules),
    apiUrl: Member.apiUrl(member),
    tags: Member.tags(member),
    nofailover: Member.nofailover(member, rules),
    replicatefrom: Member.replicatefrom(member),
    clonefrom: Member.clonefrom(member),
    state: Member.state(member),
    isRunning: Member.isRunning(member),
    patroniVersion: Member.patroniVersion(member),
    failoverPriority: Member.failoverPriority(member),
    noloadbalance: Member.noloadbalance(member),
    nosync: Member.nosync(member, rules),
    syncPriority: Member.syncPriority(member),
    nostream: Member.nostream(member),
    lsn: Member.lsn(member),
    receiveLsn: Member.receiveLsn(member),
    replayLsn: Member.replayLsn(member),
    endpointUrl: Member.endpointUrl(member, 'patroni'),
  };
}

function syncFacts(sync: SyncState.SyncState, names: readonly string[], rules: Rules): Record<string, unknown> {
  return {
    leader: sync.leader,
    quorum: sync.quorum,
    isEmpty: SyncState.isEmpty(sync, rules),
    voters: SyncState.voters(sync, rules),
    members: SyncState.members(sync),
    matches: names.map((name) => SyncState.matches(sync, name, false, rules)),
    matchesLeader: names.map((name) => SyncState.matches(sync, name, true, rules)),
    leaderMatches: names.map((name) => SyncState.leaderMatches(sync, name)),
  };
}

function configFacts(cluster: Cluster.Cluster, rules: Rules): Record<string, unknown> {
  const { config } = cluster;
  return {
    isPaused: GlobalConfig.isPaused(config),
    isSynchronousMode: GlobalConfig.isSynchronousMode(config, rules),
    permanentSlots: GlobalConfig.permanentSlots(config),
    ignoreSlotsMatchers: GlobalConfig.ignoreSlotsMatchers(config),
    useSlots: GlobalConfig.useSlots(config, rules),
    isQuorumCommitMode: GlobalConfig.isQuorumCommitMode(config),
    isSynchronousModeStrict: GlobalConfig.isSynchronousModeStrict(config),
    isStandbyCluster: GlobalConfig.isStandbyCluster(config),
    minSynchronousNodes: GlobalConfig.minSynchronousNodes(config),
    synchronousNodeCount: GlobalConfig.synchronousNodeCount(config),
    maximumLagOnFailover: GlobalConfig.maximumLagOnFailover(config),
    maximumLagOnSyncnode: GlobalConfig.maximumLagOnSyncnode(config),
    primaryStartTimeout: GlobalConfig.primaryStartTimeoutSeconds(config),
    primaryStopTimeout: GlobalConfig.primaryStopTimeoutSeconds(config),
    maxTimelinesHistory: GlobalConfig.maxTimelinesHistory(config),
    memberSlotsTtl: GlobalConfig.memberSlotsTtlSeconds(config),
    permanentPhysicalSlots: Object.fromEntries(
      permanentPhysicalSlots(cluster, rules).map(({ name, value, lsn }) => [
        name,
        typeof value === 'object' && lsn !== null ? { ...(value as JsonObject), lsn } : value,
      ]),
    ),
  };
}

function viewFacts(cluster: Cluster.Cluster, view: QuestionView, rules: Rules): Record<string, unknown> {
  const { name, role, postgres: postgresVersion } = view;
  const member = Cluster.getMember(cluster, name) ?? Member.withoutKey(name);
  const pointOfView = { member, role, postgresVersion, rules };
  const { slots, problems } = getReplicationSlots(cluster, pointOfView);
  return {
    slots: {
      slots: Object.fromEntries(slots.map((slot) => [slot.name, patroniSlot(slot)])),
      log: logOf(problems),
    },
    hasPermanentSlots: hasPermanentSlots(cluster, pointOfView),
    feedback: shouldEnforceHotStandbyFeedback(cluster, pointOfView),
    onPrimary: getSlotNameOnPrimary(cluster, name, member, rules),
    filtered: applies(rules, 'member-slots-ttl')
      ? Object.fromEntries(maybeFilterPermanentSlots(cluster, pointOfView, view.slots))
      : null,
  };
}

/** A slot as Patroni's dictionary has it. */
function patroniSlot({ type, lsn, expectedActive, configured }: Slot): Record<string, unknown> {
  return {
    ...configured,
    type,
    ...(lsn === null ? {} : { lsn }),
    ...(expectedActive === null ? {} : { expected_active: expectedActive }),
  };
}

/** The problems as the lines of Patroni's log, reduced to what they name. */
function logOf(problems: readonly SlotProblem[]): readonly string[] {
  const disabled = problems.flatMap((problem) => (problem.kind === 'logical-disabled' ? [problem.slot] : []));
  const shared = problems.flatMap((problem) =>
    problem.kind === 'shared-name' ? [`${problem.members.join(', ')} map to ${problem.slot}`] : [],
  );
  const lines = problems.flatMap((problem): readonly string[] => {
    switch (problem.kind) {
      case 'invalid-name':
      case 'bad-value':
      case 'logical-conflict':
        return [`${problem.kind} ${problem.slot}`];
      case 'shared-name':
      case 'logical-disabled':
      case 'permanent-slots-unreadable':
        return [];
      default:
        return assertNever(problem);
    }
  });
  return [
    ...(shared.length === 0 ? [] : [`shared-name ${shared.join('; ')}`]),
    ...lines,
    ...(disabled.length === 0 ? [] : [`logical-disabled ${[...disabled].sort().join(' ')}`]),
  ].sort();
}
