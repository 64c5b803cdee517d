import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { effectiveMode } from '../sync/sync-report';
import { synchronousCommit, waitsForStandby } from '../sync/synchronous-commit';
import { type Hazard, parameterPath, problem, section } from './hazard';
import { type ConfigProblem, EDIT } from './problem';

// Synchronous mode and standby clusters: keys that do not go together.

/** The gravest first. */
export const SYNC_HAZARDS: readonly Hazard[] = [
  quorumNotKnown,
  strictAlone,
  synchronousStandbyCluster,
  standbyClusterWithoutSource,
  commitDoesNotWait,
  moreSyncThanThereAre,
];

function quorumNotKnown(cluster: Cluster.Cluster): ConfigProblem | null {
  if (effectiveMode(cluster).notInEffect !== 'quorum-not-known') return null;
  const version = cluster.leader === null ? null : Member.version(cluster.leader.member);
  return problem(
    'config-quorum-not-known',
    'warning',
    [['synchronous_mode']],
    [
      `Patroni ${version ?? ''} does not know the mode quorum`,
      'Before 4.0 Patroni takes it for off: commits wait for nobody, and a failover may lose data.',
      'Upgrade Patroni on all members, or set synchronous_mode to on until then.',
    ],
  );
}

function strictAlone(cluster: Cluster.Cluster): ConfigProblem | null {
  const { config } = cluster;
  const asked = GlobalConfig.checkMode(config, 'synchronous_mode') || GlobalConfig.isQuorumCommitMode(config);
  if (!GlobalConfig.isSynchronousModeStrict(config) || asked) return null;
  return problem(
    'config-strict-alone',
    'warning',
    [['synchronous_mode_strict'], ['synchronous_mode']],
    [
      'synchronous_mode_strict is on, synchronous_mode is not',
      'Alone it does nothing: the cluster replicates asynchronously, and a failover may lose data.',
      `Set synchronous_mode to on or quorum, or take synchronous_mode_strict out, ${EDIT}.`,
    ],
  );
}

function synchronousStandbyCluster(cluster: Cluster.Cluster): ConfigProblem | null {
  if (effectiveMode(cluster).notInEffect !== 'standby-cluster') return null;
  return problem(
    'config-sync-in-standby',
    'info',
    [['synchronous_mode'], ['standby_cluster']],
    [
      'synchronous_mode has no effect in a standby cluster',
      'A standby cluster takes no writes. The mode counts from its promotion on.',
      'Nothing, if it is meant for later.',
    ],
  );
}

function standbyClusterWithoutSource(cluster: Cluster.Cluster): ConfigProblem | null {
  const names = Object.keys(section(cluster, 'standby_cluster'));
  if (names.length === 0 || GlobalConfig.isStandbyCluster(cluster.config)) return null;
  return problem(
    'config-standby-without-source',
    'warning',
    [['standby_cluster']],
    [
      'standby_cluster names no host, no port and no restore_command',
      'So Patroni does not take it for a standby cluster: its leader takes writes.',
      `Name where it is to follow, or take the section out, ${EDIT}.`,
    ],
  );
}

function commitDoesNotWait(cluster: Cluster.Cluster): ConfigProblem | null {
  const commit = synchronousCommit(cluster.config);
  if (!GlobalConfig.isSynchronousMode(cluster.config) || commit === null || waitsForStandby(commit)) return null;
  return problem(
    'config-commit-does-not-wait',
    'warning',
    [parameterPath('synchronous_commit'), ['synchronous_mode']],
    [
      `synchronous_commit is ${commit} in synchronous mode`,
      'Commits do not wait for the synchronous standbys, so a failover may lose what was confirmed.',
      `Set synchronous_commit to on ${EDIT}; sessions that may lose a commit can set it off for themselves.`,
    ],
  );
}

function moreSyncThanThereAre(cluster: Cluster.Cluster): ConfigProblem | null {
  const { config, members } = cluster;
  const standbys = members.filter((one) => one.name !== Cluster.leaderName(cluster) && !Member.nosync(one)).length;
  const wanted = GlobalConfig.synchronousNodeCount(config);
  if (!GlobalConfig.isSynchronousMode(config) || wanted <= Math.max(1, standbys) || members.length === 0) return null;
  return problem(
    'config-sync-count',
    'info',
    [['synchronous_node_count']],
    [
      `synchronous_node_count is ${wanted}, and ${standbys === 1 ? 'one standby is' : `${standbys} standbys are`} there for it`,
      'Patroni makes do with those that are there; so fewer than wanted confirm a commit.',
      'Add members, or lower it.',
    ],
  );
}
