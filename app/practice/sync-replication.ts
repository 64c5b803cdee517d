import type * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import * as SyncState from '../cluster/sync-state';
import { syncPriority } from '../cluster/tags';
import { compareText } from '../text';
import type { ClusterKeys } from './cluster-keys';
import type { StreamingStandby } from './sync-candidates';

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
): boolean {
  if (!GlobalConfig.isSynchronousMode(cluster.config)) {
    // Not in synchronous mode any more (`Ha.disable_synchronous_replication`).
    if (!SyncState.isEmpty(cluster.sync)) keys.store.delete(keys.key('sync'));
    return false;
  }
  if (!SyncState.leaderMatches(cluster.sync, leader)) {
    if (!writeSync(keys, cluster.sync.version, leader, [])) return false;
  }
  const sync = keys.read().sync;
  const picked = pickStandbys(cluster, sync, standbys);
  const voters = SyncState.voters(sync);
  const common = voters.filter((name) => picked.includes(name));
  if (common.length < voters.length && !writeSync(keys, sync.version, leader, common)) return false;
  return picked.length > common.length;
}

/** Names the standbys in /sync that are still good for it, if the leader still manages the key. */
export function confirmSync(keys: ClusterKeys, leader: string, standbys: readonly StreamingStandby[]): void {
  const cluster = keys.read();
  if (!GlobalConfig.isSynchronousMode(cluster.config) || !SyncState.leaderMatches(cluster.sync, leader)) return;
  const picked = pickStandbys(cluster, cluster.sync, standbys);
  const voters = SyncState.voters(cluster.sync);
  if (picked.length > 0 && picked.some((name) => !voters.includes(name))) {
    writeSync(keys, cluster.sync.version, leader, picked);
  }
}

/** The new leader is the only one that is known to have everything (`Ha.process_sync_replication_prepromote`). */
export function resetSync(keys: ClusterKeys, cluster: Cluster.Cluster, leader: string): boolean {
  return !GlobalConfig.isSynchronousMode(cluster.config) || writeSync(keys, cluster.sync.version, leader, []);
}

/** As many as are wanted: who is synchronous stays so while it streams, then by priority and position. */
function pickStandbys(
  cluster: Cluster.Cluster,
  sync: SyncState.SyncState,
  standbys: readonly StreamingStandby[],
): string[] {
  const eligible = cluster.members.flatMap((member) => {
    const standby = standbys.find(({ name }) => name === member.name);
    if (standby === undefined || Member.nosync(member)) return [];
    const isIn = SyncState.matches(sync, member.name);
    return [{ ...standby, priority: syncPriority(Member.tags(member)), isIn }];
  });
  eligible.sort((a, b) => Number(b.isIn) - Number(a.isIn) || b.priority - a.priority || b.receivedLsn - a.receivedLsn);
  return eligible.slice(0, GlobalConfig.synchronousNodeCount(cluster.config)).map(({ name }) => name);
}

/** `AbstractDCS.sync_state`: leader, quorum, sync_standby. False when somebody else wrote the key meanwhile. */
function writeSync(keys: ClusterKeys, version: string | null, leader: string, standbys: readonly string[]): boolean {
  const names = standbys.length === 0 ? null : [...standbys].sort(compareText).join(',');
  const value = JSON.stringify({ leader, quorum: 0, sync_standby: names });
  return keys.store.compareAndSet(keys.key('sync'), version ?? '0', value).kind === 'done';
}
