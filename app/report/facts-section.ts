import type { Cluster } from '../cluster/cluster';
import * as Clusters from '../cluster/cluster';
import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import { format as formatLsn } from '../cluster/lsn';
import * as Member from '../cluster/member';
import * as SyncState from '../cluster/sync-state';
import { localInstants } from '../local-instants';
import { modeWords } from '../sync/mode-words';
import { syncReport } from '../sync/sync-report';
import { html, type Markup, name } from './markup';
import type { Report } from './report';

/** What holds for the whole cluster: the plain one, or the coordinator of an MPP cluster. */
export function factsSection({ groups, sessions }: Report): Markup {
  const cluster = (groups.find(({ group }) => group === null || group === 0) ?? groups[0])?.cluster;
  if (cluster === undefined) return html`<p>There is no key of it.</p>`;
  const leader = Clusters.leaderName(cluster);
  const session = cluster.leader?.session ?? null;
  const left = sessions.find(({ id }) => id === session)?.remainingTtlSeconds ?? null;
  const timeline = Clusters.currentTimeline(cluster);
  const versions = [...new Set(cluster.members.map(Member.version).filter((version) => version !== null))].sort();
  return html`<dl class="facts">
    ${fact('leader', leader === null ? html`<b class="critical">none</b>` : html`<b>${name(leader)}</b>`)}
    ${leader === null || left === null ? null : fact('lock', `lives ${Math.round(left)} s unless renewed`)}
    ${fact('timeline', timeline === 0 ? 'not known' : String(timeline))} ${fact('mode', modeOf(cluster))}
    ${fact('WAL', cluster.status.lastLsn === 0 ? 'not known' : html`<span class="mono">${formatLsn(cluster.status.lastLsn)}</span>`)}
    ${fact('members', String(groups.reduce((count, each) => count + each.cluster.members.length, 0)))}
    ${GlobalConfig.isPaused(cluster.config) ? fact('maintenance mode', html`<b class="warning">paused</b>`) : null}
    ${GlobalConfig.isStandbyCluster(cluster.config) ? fact('kind', 'standby cluster') : null} ${requestOf(cluster)}
    ${versions.length === 0 ? null : fact('Patroni', versions.join(', '))}
    ${cluster.initialize === null ? null : fact('system identifier', cluster.initialize === '' ? 'bootstrapping' : html`<span class="mono">${name(cluster.initialize)}</span>`)}
  </dl>`;
}

const fact = (label: string, value: string | Markup): Markup =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;

function modeOf(cluster: Cluster): string {
  const { mode, numbers } = syncReport(cluster);
  const { words } = modeWords[mode];
  const voters = SyncState.voters(cluster.sync).length;
  if (mode === 'async' || voters === 0) return words;
  return mode === 'quorum' || mode === 'quorum-strict'
    ? `${words}, any ${numbers.mustConfirm} of ${voters}`
    : `${words}, ${voters === 1 ? '1 standby' : `${voters} standbys`}`;
}

function requestOf({ failover }: Cluster): Markup | null {
  if (failover === null || Failover.isEmpty(failover)) return null;
  const { leader, candidate, scheduledAt } = failover;
  const at = scheduledAt === null ? 'now' : `at ${localInstants(scheduledAt)}`;
  return fact(
    leader === null ? 'failover asked for' : 'switchover asked for',
    html`${name(leader ?? 'any')} → ${name(candidate ?? 'the best')}, ${at}`,
  );
}
