import type { Finding } from '../findings/finding';
import type { GroupDetail } from '../ipc/detail';
import * as Cluster from './cluster';
import * as GlobalConfig from './global-config';
import * as Member from './member';
import { lagBytes, memberRows } from './member-row';
import type { ClusterSummary, Verdict } from './summary';

/** What a summary is made of. */
export interface SummaryInput {
  readonly id: string;
  readonly connectionId: string;
  readonly scope: string;
  readonly groups: readonly GroupDetail[];
  readonly findings: readonly Finding[];
  /** Since when this program saw no leader, ISO 8601; null while there is one. */
  readonly unlockedSince: string | null;
}

/** A cluster's line in the fleet list. An MPP cluster is led by its coordinator, group 0; its members are all groups'. */
export function summarize(input: SummaryInput): ClusterSummary {
  const { id, connectionId, scope, groups, findings, unlockedSince } = input;
  const main = groups.find(({ group }) => group === null) ?? groups.find(({ group }) => group === 0);
  const cluster = main?.cluster ?? Cluster.empty;
  const findingCounts = { critical: 0, warning: 0, info: 0 };
  for (const { severity } of findings) findingCounts[severity] += 1;
  return {
    id,
    connectionId,
    scope,
    verdict: verdict(findings, findingCounts),
    findingCounts,
    leader: Cluster.leaderName(cluster),
    unlockedSince,
    timeline: Cluster.currentTimeline(cluster),
    memberNames: groups.flatMap((group) => group.cluster.members.map(({ name }) => name)),
    worstLagBytes: worstLagBytes(groups),
    paused: GlobalConfig.isPaused(cluster.config),
    syncMode: GlobalConfig.syncMode(cluster.config),
    isStandbyCluster: GlobalConfig.isStandbyCluster(cluster.config),
    workerGroups: groups.some(({ group }) => group !== null)
      ? groups.filter(({ group }) => group !== null && group !== 0).length
      : null,
  };
}

/** A lost leader is said in words, as nothing else matters then; what is only worth knowing is not counted as a fault. */
function verdict(findings: readonly Finding[], counts: ClusterSummary['findingCounts']): Verdict {
  const severity = counts.critical > 0 ? 'critical' : counts.warning > 0 ? 'warning' : counts.info > 0 ? 'info' : 'ok';
  const faults = counts.critical + counts.warning;
  if (findings.some(({ code }) => code === 'no-leader')) return { severity, words: 'no leader' };
  if (faults === 0) return { severity, words: 'healthy' };
  return { severity, words: faults === 1 ? '1 finding' : `${faults} findings` };
}

function worstLagBytes(groups: readonly GroupDetail[]): number | null {
  let worst: number | null = null;
  for (const { cluster } of groups) {
    const running = new Set(cluster.members.filter(Member.isRunning).map(({ name }) => name));
    for (const row of memberRows(cluster)) {
      const lag = running.has(row.name) ? lagBytes(row) : null;
      if (lag !== null) worst = Math.max(worst ?? 0, lag);
    }
  }
  return worst;
}
