import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { ofVersion } from '../cluster/rules';
import { build, nodes } from '../cluster/test-nodes';
import { membersSlots } from './members-slots';
import { configuredSlots, mergePermanentSlots, permanentPhysicalSlots, permanentSlots } from './permanent-slots';
import { type Role, sceneOf } from './point-of-view';
import { isLogicalSlot, isPhysicalSlot } from './slot';

const newest = ofVersion([4, 1, 5]);
const oldest = ofVersion([3, 0, 2]);

describe('a permanent slot', () => {
  it.each([
    [{ type: 'logical', database: 'a', plugin: 'b' }, true],
    [{ database: 'a', plugin: 'b' }, true],
    [{ database: 'a' }, false],
    [{ type: 'physical', database: 'a', plugin: 'b' }, false],
    ['logical', false],
    [null, false],
  ])('%j is logical: %s (isLogicalSlot)', (value, logical) => {
    expect(isLogicalSlot(value)).toBe(logical);
  });

  it.each([
    [null, true],
    [{}, true],
    [{ type: 'physical' }, true],
    [{ type: 'logical' }, false],
    ['physical', false],
  ])('%j is physical: %s (isPhysicalSlot)', (value, physical) => {
    expect(isPhysicalSlot(value, newest)).toBe(physical);
  });

  it('with database and plugin and no type is physical too before 3.3.1', () => {
    const both = { database: 'a', plugin: 'b' };
    expect([isPhysicalSlot(both, oldest), isPhysicalSlot(both, newest)]).toEqual([true, false]);
  });
});

describe('the parts of a server’s slots', () => {
  const cluster =
    build(
      nodes({
        config: { slots: { a: {}, pg2: {}, feed: { database: 'x', plugin: 'y' }, only: { cluster_type: 'standby' } } },
        leader: 'pg1',
        status: { optime: 100, slots: { a: 40, feed: 50 } },
        'members/pg1': { version: '4.1.5' },
        'members/pg2': {},
        'members/pg3': { tags: { replicatefrom: 'pg2' }, xlog_location: 30 },
      }),
    ).groups[0]?.cluster ?? Cluster.empty;
  const scene = (name: string, role: Role) =>
    sceneOf(cluster, {
      member: Cluster.getMember(cluster, name) ?? Member.withoutKey(name),
      role,
      postgresVersion: 15,
      rules: newest,
    });

  it('membersSlots: one for each other member', () => {
    expect([...membersSlots(scene('pg1', 'primary')).slots.keys()]).toEqual(['pg2', 'pg3']);
    expect([...membersSlots(scene('pg2', 'replica')).slots.keys()]).toEqual(['pg1', 'pg3']);
  });

  it('configuredSlots: all that are configured, with the position that the store tells', () => {
    expect(configuredSlots(cluster, newest).map(({ name, lsn }) => [name, lsn])).toEqual([
      ['a', 40],
      ['pg2', null],
      ['feed', 50],
      ['only', null],
    ]);
  });

  it('permanentPhysicalSlots: the physical ones that suit the kind of cluster', () => {
    expect(permanentPhysicalSlots(cluster, newest).map(({ name }) => name)).toEqual(['a', 'pg2']);
  });

  it('mergePermanentSlots: adds them, and leaves a member its own', () => {
    const of = scene('pg1', 'primary');
    const table = membersSlots(of);
    mergePermanentSlots(table, of, permanentSlots(of));
    expect([...table.slots.values()].map(({ name, purpose }) => [name, purpose.kind])).toEqual([
      ['pg2', 'member'],
      ['pg3', 'member'],
      ['a', 'permanent'],
      ['feed', 'permanent'],
      ['only', 'permanent'],
    ]);
  });
});
