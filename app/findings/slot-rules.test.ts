import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../cluster/build-cluster';
import { nodes } from '../cluster/test-nodes';
import { findings } from './index';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const END = 100 * GIB;

/** What is found of a slot that is so far behind the leader's position. */
function found(slot: string, behind: number, configured: object | null, parameters: object = {}) {
  const keys = nodes({
    initialize: '7711168519450301906',
    config: {
      postgresql: { parameters: { max_replication_slots: 50, ...parameters } },
      ...(configured === null ? {} : { slots: { [slot]: configured } }),
    },
    leader: 'pg1',
    status: { optime: END, slots: { [slot]: END - behind } },
    'members/pg1': {
      conn_url: 'postgres://h/x',
      api_url: 'http://h/patroni',
      state: 'running',
      role: 'primary',
      version: '4.1.5',
      xlog_location: END,
    },
  });
  const built = new ClusterBuilder('service').build(keys);
  const seen = { seenMembers: new Map<string, string>(), unlockedSince: null, storeHasSessions: false };
  const all = findings({
    namespace: 'service',
    scope: 'demo',
    ...built,
    keys,
    now: '2026-11-23T02:00:00.000Z',
    observed: () => seen,
  });
  return all.find(({ code }) => code === 'slot-holds-wal' || code === 'slot-not-asked-for') ?? null;
}

const physical = { type: 'physical' };
const logical = { type: 'logical', database: 'app', plugin: 'pgoutput' };

describe('WAL that a slot holds', () => {
  it('of a logical slot is at least what its reader has not confirmed', () => {
    expect(found('feed', 2 * GIB, logical)).toMatchObject({ title: 'The slot feed holds at least 2 GB of WAL on pg1' });
    expect(found('copy', 2 * GIB, physical)).toMatchObject({ title: 'The slot copy holds 2 GB of WAL on pg1' });
    expect(found('other', 2 * GIB, null)?.title).toContain('at least 2 GB');
  });

  it('of a logical slot is not said to be all that the leader keeps for it', () => {
    const limit = { max_slot_wal_keep_size: '10GB' };
    expect(found('feed', 2 * GIB, logical, limit)?.meaning).toContain('restart_lsn that the store does not tell');
    expect(found('feed', 11 * GIB, logical, limit)?.meaning).toContain('alone is more than max_slot_wal_keep_size');
  });

  it('is more than the limit only above it', () => {
    const limit = { max_slot_wal_keep_size: '10GB' };
    expect(found('copy', 10 * GIB, physical, limit)?.meaning).not.toContain('more than');
    expect(found('copy', 10 * GIB + 1, physical, limit)?.meaning).toContain('more than max_slot_wal_keep_size');
  });

  it('is no fault of a healthy slot where nothing is to be kept for slots: wal_keep_size is kept all the same', () => {
    const none = { max_slot_wal_keep_size: 0 };
    expect(found('copy', 0, physical, none)).toBeNull();
    expect(found('copy', 16 * MIB, physical, none)).toBeNull();
    expect(found('copy', 129 * MIB, physical, none)?.meaning).toContain('more than wal_keep_size');
    expect(found('copy', 129 * MIB, physical, { ...none, wal_keep_size: '1GB' })).toBeNull();
    expect(found('copy', 129 * MIB, physical, { max_slot_wal_keep_size: -1 })).toBeNull();
  });
});

describe('SQL that is advised', () => {
  it('names a slot only by a name that PostgreSQL takes', () => {
    expect(found('copy', 2 * GIB, null)?.advice).toContain("pg_drop_replication_slot('copy')");
    expect(found('copy', 2 * GIB, physical)?.advice).toContain("slot_name = 'copy'");
    expect(found("x'); drop table t; --", 2 * GIB, null)?.advice).not.toMatch(/drop table|select/);
  });
});
