import type { KeyProblem } from '../cluster/build-cluster';
import * as Cluster from '../cluster/cluster';
import { memberRows } from '../cluster/member-row';
import { clusterKey } from '../dcs/keys';
import type { StoreNode } from '../dcs/node';
import type { GroupDetail } from '../ipc/detail';
import { patronictl } from '../patronictl';
import { excerpt } from '../text';
import { configuration } from './config-rules';
import type { Finding, Severity, Subject } from './finding';
import * as KeyRules from './key-rules';
import * as LeaderRules from './leader-rules';
import * as MemberRules from './member-rules';
import * as OperationRules from './operation-rules';
import * as ReplicationRules from './replication-rules';
import type { Draft, Observed, Rule, RuleContext } from './rule';
import * as SlotRules from './slot-rules';

export type { Observed } from './rule';

/** What the rules look at: one scope. */
export interface FindingsInput {
  readonly namespace: string;
  readonly scope: string;
  readonly groups: readonly GroupDetail[];
  readonly problems: readonly KeyProblem[];
  /** All nodes of the scope by absolute key. */
  readonly keys: ReadonlyMap<string, StoreNode>;
  /** Those of them that are not Patroni's, in order. */
  readonly foreignKeys: readonly string[];
  /** ISO 8601. */
  readonly now: string;
  /** What was seen of each group. */
  readonly observed: (group: number | null) => Observed;
}

/** Within a severity, findings come in the order of their rules: what explains most comes first. */
const RULES: readonly Rule[] = [
  LeaderRules.noLeader,
  LeaderRules.noMembers,
  LeaderRules.leaderWithoutMember,
  LeaderRules.leaderNotWritable,
  LeaderRules.secondPrimary,
  LeaderRules.noRunningMember,
  LeaderRules.leaderSessionDiffers,
  LeaderRules.emptyInitialize,
  ReplicationRules.noSyncStandby,
  OperationRules.paused,
  MemberRules.memberGone,
  MemberRules.memberState,
  ReplicationRules.timelineMismatch,
  ReplicationRules.lagOverMaximum,
  ReplicationRules.notStreaming,
  ReplicationRules.replicatefromUnusable,
  ReplicationRules.historyMismatch,
  KeyRules.badValue,
  KeyRules.sameAddress,
  KeyRules.slotNames,
  SlotRules.slotProblems,
  SlotRules.slotsHoldingWal,
  SlotRules.slotsWithoutMember,
  MemberRules.memberWithoutSession,
  MemberRules.memberWithoutAddress,
  OperationRules.timings,
  configuration,
  OperationRules.failoverRequest,
  OperationRules.pendingRestart,
  OperationRules.scheduledRestart,
  MemberRules.mixedVersions,
  KeyRules.foreignKeys,
];

const RANKS: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** Titles hold names from the store, which may be of any length. */
const MAX_TITLE = 300;

/** All that the rules find in a scope: the worst first, then by group, by rule, and by subject. */
export function findings(input: FindingsInput): readonly Finding[] {
  const found: Finding[] = [];
  for (const [i, detail] of input.groups.entries()) {
    const context = contextOf(input, detail, i === 0 ? input.foreignKeys : []);
    for (const rule of RULES) for (const draft of rule(context)) found.push(finish(draft, detail.group));
  }
  // Array.prototype.sort is stable: groups, rules and subjects stay in their order.
  return found.sort((a, b) => RANKS[a.severity] - RANKS[b.severity]);
}

function contextOf(input: FindingsInput, { group, cluster }: GroupDetail, foreignKeys: readonly string[]): RuleContext {
  return {
    group,
    cluster,
    foreignKeys,
    leaderName: Cluster.leaderName(cluster),
    rows: memberRows(cluster),
    problems: input.problems.filter((problem) => problem.group === group),
    nodes: input.keys,
    now: input.now,
    observed: input.observed(group),
    key: (relative) => clusterKey(input.namespace, input.scope, group, relative),
    patronictl: (verb, ...rest) => patronictl(verb, input.scope, group, ...rest),
  };
}

/** The finding as it is shown: with an id of its own, and no text longer than a person reads. */
function finish({ about, ...draft }: Draft, group: number | null): Finding {
  return {
    ...draft,
    id: [draft.code, group ?? '', subjectText(draft.subject), ...(about === undefined ? [] : [about])].join(':'),
    group,
    title: excerpt(draft.title, MAX_TITLE),
    meaning: excerpt(draft.meaning, 2 * MAX_TITLE),
    advice: excerpt(draft.advice, 2 * MAX_TITLE),
    evidence: draft.evidence.map((evidence) => ({
      ...evidence,
      label: excerpt(evidence.label),
      value: excerpt(evidence.value),
    })),
  };
}

function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case 'cluster':
      return 'cluster';
    case 'member':
      return `member ${subject.name}`;
    case 'key':
      return `key ${subject.key}`;
  }
}
