import type * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as SyncState from '../cluster/sync-state';
import type { ClusterKeys } from './cluster-keys';
import type { Names } from './name-sets';
import { quorumSteps } from './quorum-steps';
import type { StandbyNames } from './standby-names';
import { syncCandidates, type StreamingStandby } from './sync-candidates';
import { enableSync, writeSync } from './sync-key';

/**
 * Brings /sync and synchronous_standby_names closer to what quorum mode wants: any `synchronous_node_count` of all standbys
 * that may lead (`Ha._process_quorum_replication`). Answers true when it is to be called again in a second: those
 * named first have to catch up. `position`: where the primary's WAL ends, in bytes.
 */
export function updateQuorum(
  keys: ClusterKeys,
  cluster: Cluster.Cluster,
  leader: string,
  standbys: readonly StreamingStandby[],
  position: number,
  names: StandbyNames,
): boolean {
  let sync = enableSync(keys, cluster.sync, leader);
  if (sync === null || sync.leader === null) return false;
  const wanted = GlobalConfig.synchronousNodeCount(cluster.config);
  const { active, confirmed } = standbyState(cluster, standbys, position, wanted, names);
  const steps = quorumSteps(
    {
      leader: sync.leader,
      quorum: sync.quorum,
      voters: new Set(SyncState.voters(sync)),
      count: names.count,
      names: names.names,
      confirmed: confirmed.size,
    },
    { leader, active, wanted },
  );
  for (const step of steps) {
    if (step.kind === 'key') {
      sync = writeSync(keys, sync.version, step.leader, step.voters, step.quorum);
      if (sync === null) return false;
    } else if (step.kind === 'names') {
      // In strict mode commits wait rather than go on without a standby.
      names.set(step.names, Math.max(step.count, GlobalConfig.minSynchronousNodes(cluster.config)), position);
    }
  }
  return steps.at(-1)?.kind === 'again';
}

/**
 * A new primary goes on with the standbys that the key vouches for, so that no commit is lost that the old leader
 * confirmed; the key is written after the promotion (`Ha.process_sync_replication_prepromote`).
 */
export function inheritQuorum(cluster: Cluster.Cluster, name: string, names: StandbyNames): void {
  const members = SyncState.members(cluster.sync);
  const others = members.filter((one) => one !== name);
  // One that has the votes without being a voter must wait for one more.
  const outside = others.length === members.length ? 1 : 0;
  names.set(new Set(others), Math.max(0, members.length - cluster.sync.quorum - 1 + outside), null);
}

/** `patroni/postgresql/sync.py: SyncHandler.current_state` in quorum mode. */
function standbyState(
  cluster: Cluster.Cluster,
  standbys: readonly StreamingStandby[],
  position: number,
  wanted: number,
  names: StandbyNames,
): { readonly active: Names; readonly confirmed: Names } {
  const candidates = syncCandidates(cluster, standbys, position, names.names);
  // One that may not lead would only make a candidate with everything rarer: taken where there are too few others.
  const active = candidates.filter(({ nofailover }, i) => !nofailover || i < wanted);
  return { active: new Set(active.map(({ name }) => name)), confirmed: names.confirmed(active, position) };
}
