import * as SyncState from '../cluster/sync-state';
import { compareText } from '../text';
import type { ClusterKeys } from './cluster-keys';

/**
 * Writes /sync: leader, quorum, sync_standby (`patroni/dcs: AbstractDCS.sync_state`). Null when somebody else wrote the key
 * meanwhile, else what it says now.
 */
export function writeSync(
  keys: ClusterKeys,
  version: string | null,
  leader: string,
  standbys: Iterable<string> = [],
  quorum = 0,
): SyncState.SyncState | null {
  const names = [...standbys].sort(compareText).join(',');
  const value = JSON.stringify({ leader, quorum, sync_standby: names === '' ? null : names });
  const written = keys.store.compareAndSet(keys.key('sync'), version ?? '0', value);
  return written.kind === 'done' ? keys.read().sync : null;
}

/** Without a leader in the key nobody would ever become synchronous (`Ha._maybe_enable_synchronous_mode`). */
export function enableSync(keys: ClusterKeys, sync: SyncState.SyncState, leader: string): SyncState.SyncState | null {
  return SyncState.isEmpty(sync) ? writeSync(keys, sync.version, leader) : sync;
}
