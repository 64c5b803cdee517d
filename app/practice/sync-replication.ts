import type * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as SyncState from '../cluster/sync-state';
import type { ClusterKeys } from './cluster-keys';
import type { StandbyNames } from './standby-names';
import { syncCandidates, type StreamingStandby } from './sync-candidates';
import { enableSync, writeSync } from './sync-key';

/**
 * Keeps /sync in step with the standbys that stream from the leader: first taken out of the key, then out of
 * synchronous_standby_names, and the other way round for a new one (`Ha._process_multisync_replication`).
 * Answers true when new standbys were named to PostgreSQL only: confirm them with `confirmSync` once they are synchronous.
 */
export function updateSync(
  keys: ClusterKeys,
  cluster: Cluster.Cluster,
  leader: string,
  standbys: readonly StreamingStandby[],
  position: number,
  names: StandbyNames,
): boolean {
  let sync = enableSync(keys, cluster.sync, leader);
  if (sync !== null && !SyncState.leaderMatches(sync, leader)) sync = writeSync(keys, sync.version, leader);
  if (sync === null) return false;
  const picked = pickStandbys(cluster, sync, standbys, position);
  const voters = SyncState.voters(sync);
  const common = voters.filter((name) => picked.includes(name));
  if (common.length < voters.length && writeSync(keys, sync.version, leader, common) === null) return false;
  names.set(new Set(picked), Math.max(picked.length, GlobalConfig.minSynchronousNodes(cluster.config)), position);
  return picked.length > common.length;
}

/** Names the standbys in /sync that are still good for it, if the leader still manages the key. */
export function confirmSync(
  keys: ClusterKeys,
  leader: string,
  standbys: readonly StreamingStandby[],
  position: number,
): void {
  const cluster = keys.read();
  if (!GlobalConfig.isSynchronousMode(cluster.config) || !SyncState.leaderMatches(cluster.sync, leader)) return;
  const picked = pickStandbys(cluster, cluster.sync, standbys, position);
  const voters = SyncState.voters(cluster.sync);
  if (picked.length > 0 && picked.some((name) => !voters.includes(name))) {
    writeSync(keys, cluster.sync.version, leader, picked);
  }
}

/** As many as are wanted, the best first. */
function pickStandbys(
  cluster: Cluster.Cluster,
  sync: SyncState.SyncState,
  standbys: readonly StreamingStandby[],
  position: number,
): string[] {
  const isIn = new Set(SyncState.voters(sync));
  const candidates = syncCandidates(cluster, standbys, position, isIn);
  return candidates.slice(0, GlobalConfig.synchronousNodeCount(cluster.config)).map(({ name }) => name);
}
