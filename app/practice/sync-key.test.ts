import { expect, it } from 'vitest';
import { MemoryStore } from '../dcs/memory-store';
import { ManualClock } from '../manual-clock';
import { ClusterKeys } from './cluster-keys';
import { writeSync } from './sync-key';

it('writes /sync as Patroni 4.1 does, and not over what somebody else wrote meanwhile', () => {
  const store = new MemoryStore(new ManualClock());
  const keys = new ClusterKeys(store, 'demo', null);
  const written = writeSync(keys, null, 'pg1', ['pg3', 'pg2'], 1);
  expect(store.list(keys.key('sync'))[0]?.value).toBe('{"leader":"pg1","quorum":1,"sync_standby":"pg2,pg3"}');
  expect(writeSync(keys, '0', 'pg2')).toBeNull();
  expect(writeSync(keys, written?.version ?? null, 'pg1')).toMatchObject({ leader: 'pg1', syncStandby: null });
});
