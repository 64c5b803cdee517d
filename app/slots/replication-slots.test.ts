import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { newest, ofVersion, type Rules } from '../cluster/rules';
import { build, nodes } from '../cluster/test-nodes';
import {
  filterPermanentSlots,
  getReplicationSlots,
  getSlotNameOnPrimary,
  hasPermanentSlots,
  isLogicalSlot,
  isPhysicalSlot,
  maybeFilterPermanentSlots,
  type Role,
  shouldEnforceHotStandbyFeedback,
} from '.';

const old = ofVersion([3, 0, 2]);

function cluster(values: Readonly<Record<string, unknown>>): Cluster.Cluster {
  return build(nodes({ leader: 'pg1', config: {}, ...values })).groups[0]?.cluster ?? Cluster.empty;
}

const three = { 'members/pg1': {}, 'members/pg2': {}, 'members/pg3': {} };
const logical = { type: 'logical', database: 'app', plugin: 'pgoutput' };

function view(of: Cluster.Cluster, name: string, role: Role, rules: Rules = newest, postgresVersion = 15) {
  return { member: Cluster.getMember(of, name) ?? Member.withoutKey(name), role, postgresVersion, rules };
}

function slots(of: Cluster.Cluster, name: string, role: Role, rules: Rules = newest, postgresVersion = 15) {
  return getReplicationSlots(of, view(of, name, role, rules, postgresVersion));
}

const names = ({ slots: all }: ReturnType<typeof getReplicationSlots>): string[] => all.map(({ name }) => name);

describe('slots for members', () => {
  it('are on the leader, and since 4.0 on every server that may lead one day', () => {
    const of = cluster(three);
    expect(names(slots(of, 'pg1', 'primary'))).toEqual(['pg2', 'pg3']);
    expect(slots(of, 'pg2', 'replica').slots).toMatchObject([
      { name: 'pg1', expectedActive: false },
      { name: 'pg3', expectedActive: false },
    ]);
    expect(names(slots(of, 'pg2', 'replica', old))).toEqual([]);
    expect(names(slots(of, 'pg2', 'replica', newest, 10))).toEqual([]);
    expect(names(slots(cluster({ ...three, config: { member_slots_ttl: '0s' } }), 'pg2', 'replica'))).toEqual([]);
  });

  it('are active where the member follows', () => {
    const of = cluster({ ...three, 'members/pg3': { tags: { replicatefrom: 'pg2' }, xlog_location: 9 } });
    const active = (name: string, role: Role) =>
      slots(of, name, role).slots.map((slot) => [slot.name, slot.expectedActive, slot.lsn]);
    expect(active('pg1', 'primary')).toEqual([
      ['pg2', true, 0],
      ['pg3', false, 9],
    ]);
    expect(active('pg2', 'replica')).toEqual([
      ['pg1', false, 0],
      ['pg3', true, 9],
    ]);
    expect(names(slots(of, 'pg1', 'primary', old))).toEqual(['pg2']);
  });

  it('are not kept for a member with nostream, nor on one with nofailover except for its followers', () => {
    const of = cluster({
      'members/pg1': {},
      'members/pg2': { tags: { nofailover: true } },
      'members/pg3': { tags: { nostream: true } },
      'members/pg4': { tags: { replicatefrom: 'pg2' } },
    });
    expect(names(slots(of, 'pg1', 'primary'))).toEqual(['pg2', 'pg4']);
    expect(names(slots(of, 'pg2', 'replica'))).toEqual(['pg4']);
  });

  it('are kept for members that went away, as /status says', () => {
    const of = cluster({ ...three, status: { optime: 5, slots: { pg2: 4 }, retain_slots: ['gone', 'pg1', 'pg2'] } });
    expect(slots(of, 'pg1', 'primary').slots).toMatchObject([
      { name: 'pg2', lsn: 4, purpose: { kind: 'member', members: ['pg2'] } },
      { name: 'pg3', lsn: 0 },
      { name: 'gone', lsn: null, purpose: { kind: 'retained' } },
    ]);
  });

  it('are none with use_slots off, and a problem when two members share one', () => {
    expect(names(slots(cluster({ ...three, config: { postgresql: { use_slots: false } } }), 'pg1', 'primary'))).toEqual(
      [],
    );
    expect(slots(cluster({ 'members/a-b': {}, 'members/a.b': {} }), 'pg1', 'primary').problems).toEqual([
      { kind: 'shared-name', slot: 'a_b', members: ['a-b', 'a.b'] },
    ]);
  });
});

describe('permanent slots', () => {
  const of = cluster({ ...three, config: { slots: { perm: null, cdc: logical, pg2: { type: 'physical' } } } });

  it('are on the leader, and since 3.2 on the others too', () => {
    expect(names(slots(of, 'pg1', 'primary'))).toEqual(['pg2', 'pg3', 'perm', 'cdc']);
    expect(names(slots(of, 'pg3', 'replica'))).toEqual(['pg1', 'pg2', 'perm', 'cdc']);
    expect(names(slots(of, 'pg3', 'replica', old))).toEqual(['cdc']);
  });

  it("do not replace a member's slot since 4.0.2, and are never a server's own", () => {
    const pg2 = (rules: Rules) => slots(of, 'pg1', 'primary', rules).slots.find(({ name }) => name === 'pg2');
    expect([pg2(newest)?.purpose.kind, pg2(ofVersion([4, 0, 1]))?.purpose.kind]).toEqual(['member', 'permanent']);
    expect(names(slots(of, 'pg2', 'replica'))).not.toContain('pg2');
  });

  it('become problems where they cannot be', () => {
    const bad = cluster({
      'members/pg2': {},
      config: { slots: { 'Bad-Name': null, odd: 'x', cdc: logical, pg2: logical } },
    });
    expect(slots(bad, 'pg1', 'primary').problems).toEqual([
      { kind: 'invalid-name', slot: 'Bad-Name' },
      { kind: 'bad-value', slot: 'odd', value: 'x' },
      { kind: 'logical-conflict', slot: 'pg2', members: ['pg2'] },
    ]);
    expect(slots(bad, 'pg1', 'primary', newest, 10).problems).toContainEqual({ kind: 'logical-disabled', slot: 'cdc' });
    const unreadable = cluster({ config: { slots: [1] } });
    expect(slots(unreadable, 'pg1', 'primary').problems).toEqual([{ kind: 'permanent-slots-unreadable' }]);
  });

  it('are physical only in a standby cluster, by their cluster_type since 4.1', () => {
    const standby = cluster({
      'members/pg1': {},
      config: {
        standby_cluster: { host: 'h' },
        slots: { a: { type: 'physical', cluster_type: 'primary' }, b: { type: 'physical' }, cdc: logical },
      },
    });
    expect(names(slots(standby, 'pg1', 'standby_leader'))).toEqual(['b']);
    expect(names(slots(standby, 'pg1', 'standby_leader', ofVersion([4, 0, 7])))).toEqual(['a', 'b']);
  });

  it('are known to a replica that has any, and published when no member slot is kept', () => {
    expect(hasPermanentSlots(of, view(of, 'pg3', 'replica'))).toBe(true);
    expect(hasPermanentSlots(cluster(three), view(of, 'pg3', 'replica'))).toBe(false);
    const positions = [
      ['perm', 5],
      ['pg3', 6],
      ['cdc', 7],
    ] as const;
    const publishing = cluster({ ...three, config: { member_slots_ttl: 0, slots: { perm: null, cdc: logical } } });
    expect(maybeFilterPermanentSlots(of, view(of, 'pg1', 'primary'), positions)).toEqual(positions);
    expect(maybeFilterPermanentSlots(publishing, view(of, 'pg1', 'primary'), positions)).toEqual([
      ['perm', 5],
      ['cdc', 7],
    ]);
    expect(filterPermanentSlots(of, view(of, 'pg1', 'primary', ofVersion([3, 3, 0]), 10), positions)).toEqual([]);
  });

  it('are physical or logical by their configuration', () => {
    expect(
      [null, {}, { type: 'physical' }, logical, { database: 'a', plugin: 'b' }, 'x'].map((it) => isPhysicalSlot(it)),
    ).toEqual([true, true, true, false, false, false]);
    expect([null, logical, { database: 'a', plugin: 'b' }, { database: 'a' }].map(isLogicalSlot)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isPhysicalSlot({ database: 'a', plugin: 'b' }, old)).toBe(true);
  });
});

describe('the slot on the primary', () => {
  const of = cluster({
    'members/pg1': {},
    'members/pg2': {},
    'members/pg3': { tags: { replicatefrom: 'pg2' } },
    'members/self': { tags: { replicatefrom: 'self' } },
    'members/x': { tags: { replicatefrom: 'y' } },
    'members/y': { tags: { replicatefrom: 'x' } },
    'members/dry': { tags: { nostream: true } },
  });
  const onPrimary = (name: string) =>
    getSlotNameOnPrimary(of, name, Cluster.getMember(of, name) ?? Member.withoutKey(name), newest);

  it('is that of the member through which a cascade follows', () => {
    expect(['pg2', 'pg3', 'self', 'stranger'].map(onPrimary)).toEqual(['pg2', 'pg2', 'self', 'stranger']);
  });

  it('is none without streaming and in a circle', () => {
    expect(['dry', 'x', 'y'].map(onPrimary)).toEqual([null, null, null]);
  });
});

describe('hot_standby_feedback', () => {
  const of = cluster({
    'members/pg1': {},
    'members/pg2': { tags: { nofailover: true } },
    'members/pg3': { tags: { replicatefrom: 'pg2' } },
    'members/loop': { tags: { replicatefrom: 'loop', nofailover: true } },
    config: { slots: { cdc: logical } },
  });
  const enforced = (name: string) => shouldEnforceHotStandbyFeedback(of, view(of, name, 'replica'));

  it('is needed by a server with logical slots, and by one that such a server follows', () => {
    expect(['pg3', 'pg2'].map(enforced)).toEqual([true, true]);
  });

  it('is asked once of a member that follows itself', () => {
    expect(enforced('loop')).toBe(false);
  });
});
