import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json';
import * as ClusterConfig from './cluster-config';
import * as GlobalConfig from './global-config';

const config = (data: JsonObject) => ClusterConfig.fromNode('1', JSON.stringify(data));

describe('GlobalConfig', () => {
  it('has Patroni’s defaults without a configuration, or with one that cannot be read', () => {
    for (const nothing of [null, ClusterConfig.fromNode('1', '{')]) {
      expect([
        GlobalConfig.ttlSeconds(nothing),
        GlobalConfig.loopWaitSeconds(nothing),
        GlobalConfig.retryTimeoutSeconds(nothing),
      ]).toEqual([30, 10, 10]);
      expect([
        GlobalConfig.maximumLagOnFailover(nothing),
        GlobalConfig.maximumLagOnSyncnode(nothing),
        GlobalConfig.synchronousNodeCount(nothing),
      ]).toEqual([1_048_576, -1, 1]);
      expect([
        GlobalConfig.useSlots(nothing),
        GlobalConfig.isPaused(nothing),
        GlobalConfig.isStandbyCluster(nothing),
        GlobalConfig.permanentSlots(nothing),
      ]).toEqual([true, false, false, {}]);
    }
  });

  it.each<[JsonObject, string]>([
    [{}, 'async'],
    [{ synchronous_mode: 'on' }, 'sync'],
    [{ synchronous_mode: true, synchronous_mode_strict: 1 }, 'sync-strict'],
    [{ synchronous_mode: 'Quorum' }, 'quorum'],
    [{ synchronous_mode: 'quorum', synchronous_mode_strict: 'yes' }, 'quorum-strict'],
    [{ synchronous_mode: true, standby_cluster: { host: 'h' } }, 'async'],
    [{ synchronous_mode: 'maybe' }, 'async'],
    [{ synchronous_mode_strict: true }, 'async'],
  ])('%j replicates %s', (data, mode) => {
    expect(GlobalConfig.syncMode(config(data))).toBe(mode);
  });

  it('is a standby cluster with a host, a port or a restore_command', () => {
    const standby = [
      { host: 'h' },
      { port: 5432 },
      { restore_command: 'cp' },
      { primary_slot_name: 'x' },
      {},
      'h',
      null,
      { host: '' },
    ];
    expect(standby.map((section) => GlobalConfig.isStandbyCluster(config({ standby_cluster: section })))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('reads numbers with their units', () => {
    expect(GlobalConfig.memberSlotsTtlSeconds(config({ member_slots_ttl: '1h' }))).toBe(3600);
    expect(GlobalConfig.maximumLagOnFailover(config({ maximum_lag_on_failover: '0x100000' }))).toBe(1_048_576);
    expect(GlobalConfig.maximumLagOnFailover(config({ maximum_lag_on_failover: 'x' }))).toBe(1_048_576);
  });

  it('takes the first of the names of permanent slots that is set', () => {
    expect(
      GlobalConfig.permanentSlots(
        config({ permanent_replication_slots: {}, permanent_slots: { a: null }, slots: { b: null } }),
      ),
    ).toEqual({ a: null });
  });

  it('needs a synchronous node when strict', () => {
    expect(
      GlobalConfig.synchronousNodeCount(config({ synchronous_node_count: 0, synchronous_mode_strict: true })),
    ).toBe(1);
  });
});
