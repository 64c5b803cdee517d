import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import type { SlotCell } from './server-slots';
import { slotMap } from './slot-map';
import { takeover } from './takeover';

const cluster = (values: Record<string, unknown>) => build(nodes(values)).groups[0]?.cluster ?? Cluster.empty;

const herd = (version: string, over: Record<string, unknown> = {}) =>
  cluster({
    config: { ttl: 30, slots: { reports: { type: 'physical' }, feed: { database: 'app', plugin: 'pgoutput' } } },
    leader: 'pg1',
    status: {
      optime: 1000,
      slots: { pg1: 1000, pg2: 990, pg3: 1000, reports: 400, feed: 900, by_hand: 100, old: 50 },
      retain_slots: ['old'],
    },
    'members/pg1': { role: 'primary', version, xlog_location: 1000 },
    'members/pg2': { role: 'replica', version, xlog_location: 995 },
    'members/pg3': { role: 'replica', version, xlog_location: 700, tags: { nofailover: true, replicatefrom: 'pg2' } },
    ...over,
  });

const brief = (cell: SlotCell | undefined): string => {
  switch (cell?.kind) {
    case undefined:
    case 'none':
      return '·';
    case 'self':
      return 'self';
    case 'unexpected':
      return `unexpected ${String(cell.heldBytes)}`;
    case 'expected': {
      const { slot, heldBytes, told } = cell;
      const use = { true: 'active', false: 'kept', null: 'unsaid' }[String(slot.expectedActive)] ?? '';
      return `${slot.purpose.kind} ${use} ${String(heldBytes)}${told ? ' told' : ''}`;
    }
  }
};

const table = (of: Cluster.Cluster) => {
  const map = slotMap(of);
  return Object.fromEntries(
    map.rows.map(({ member, cells }) => [
      member,
      Object.fromEntries(map.columns.map(({ name }, at) => [name, brief(cells[at])])),
    ]),
  );
};

describe('the slot map', () => {
  it('has, by the rules of 4.1, every slot on the leader and on whoever may lead', () => {
    expect(table(herd('4.1.5'))).toEqual({
      pg1: {
        pg1: 'self',
        pg2: 'member active 10 told',
        pg3: 'member kept 0 told',
        old: 'retained unsaid 950 told',
        feed: 'permanent unsaid 100 told',
        reports: 'permanent active 600 told',
        by_hand: 'unexpected 900',
      },
      pg2: {
        pg1: 'member kept 0',
        pg2: 'self',
        pg3: 'member active 0',
        old: 'retained unsaid null',
        feed: 'permanent unsaid 95',
        reports: 'permanent kept 595',
        by_hand: '·',
      },
      pg3: { pg1: '·', pg2: '·', pg3: 'self', old: '·', feed: '·', reports: '·', by_hand: '·' },
    });
  });

  it('has, by the rules of 3.0, slots only where somebody is to connect', () => {
    expect(table(herd('3.0.2'))).toEqual({
      pg1: {
        pg2: 'member unsaid 10 told',
        pg3: 'unexpected 0',
        feed: 'permanent unsaid 100 told',
        reports: 'permanent unsaid 600 told',
        by_hand: 'unexpected 900',
        old: 'unexpected 950',
      },
      pg2: {
        pg2: 'self',
        pg3: 'member unsaid null',
        feed: 'permanent unsaid null',
        reports: '·',
        by_hand: '·',
        old: '·',
      },
      pg3: { pg2: '·', pg3: 'self', feed: '·', reports: '·', by_hand: '·', old: '·' },
    });
  });

  it('puts the leader first, members before permanent slots, and what nobody asked for last', () => {
    const { rows, columns, leader, leaderLsn } = slotMap(herd('4.1.5'));
    expect(rows.map(({ member }) => member)).toEqual(['pg1', 'pg2', 'pg3']);
    expect(columns.map(({ name }) => name)).toEqual(['pg1', 'pg2', 'pg3', 'old', 'feed', 'reports', 'by_hand']);
    expect([leader, leaderLsn]).toEqual(['pg1', 1000]);
    expect(rows[2]?.without).toBe('nofailover');
  });

  it('says of logical slots, and of those that may be logical, only what they hold at least', () => {
    const map = slotMap(herd('4.1.5'));
    const least = map.columns.filter(({ isLeast }) => isLeast).map(({ name }) => name);
    expect(least).toEqual(['feed', 'by_hand']);
    expect(map.rows.map(({ isLeast }) => isLeast)).toEqual([true, true, false]);
  });

  it('measures what a slot holds on a replica from where its own WAL ends, not from the leader’s position', () => {
    const lagging = herd('4.1.5', { 'members/pg2': { role: 'replica', version: '4.1.5', xlog_location: 450 } });
    expect(table(lagging)['pg2']).toMatchObject({ reports: 'permanent kept 50', feed: 'permanent unsaid 0' });
    expect(table(lagging)['pg1']).toMatchObject({ reports: 'permanent active 600 told' });
    const silent = herd('4.1.5', { 'members/pg2': { role: 'replica', version: '4.1.5' } });
    expect(table(silent)['pg2']).toMatchObject({ reports: 'permanent kept null' });
  });

  it('names a tag as the reason for a member without slots only where it is', () => {
    const without = (of: Cluster.Cluster) => slotMap(of).rows.map(({ member, without: tag }) => [member, tag]);
    const alone = (tags: object, config: object, version = '4.1.5') =>
      without(cluster({ config, 'members/pg1': { version, tags }, leader: 'pg1' }));
    const logical = { slots: { feed: { database: 'app', plugin: 'pgoutput' } } };
    expect(alone({ nofailover: true }, {})).toEqual([['pg1', null]]);

    const pair = (tags: object, config: object, version: string) =>
      without(cluster({ config, leader: 'pg1', 'members/pg1': { version }, 'members/pg2': { version, tags } }))[1];
    expect(pair({ nofailover: true }, {}, '4.1.5')).toEqual(['pg2', 'nofailover']);
    expect(pair({ failover_priority: 0 }, {}, '4.1.5')).toEqual(['pg2', 'nofailover']);
    expect(pair({ nofailover: true }, { postgresql: { use_slots: false } }, '4.1.5')).toEqual(['pg2', null]);
    // Before 4.0 nothing is kept for members that nobody reads from, with or without the tag.
    expect(pair({ nofailover: true }, {}, '3.2.2')).toEqual(['pg2', null]);
    expect(pair({ nofailover: true }, logical, '3.2.2')).toEqual(['pg2', 'nofailover']);
    // The tag nostream is known from 3.3 on.
    expect(pair({ nostream: true }, logical, '3.3.2')).toEqual(['pg2', 'nostream']);
    expect(pair({ nostream: true }, {}, '3.2.2')).toEqual(['pg2', null]);
  });

  it('says that slots are off, and shows none', () => {
    const map = slotMap(
      herd('4.1.5', { config: { ttl: 30, postgresql: { use_slots: false } }, status: { optime: 1 } }),
    );
    expect(map.useSlots).toBe(false);
    expect(map.columns).toEqual([]);
  });

  it('has no place for anything in a cluster without members', () => {
    expect(slotMap(cluster({ initialize: '' })).rows).toEqual([]);
  });
});

describe('a takeover', () => {
  const fates = (of: Cluster.Cluster, candidate: string) =>
    Object.fromEntries(
      takeover(of, candidate).outcomes.map(({ slot, fate }) => [
        slot,
        [fate.kind, fate.kind === 'continues' ? fate.repeatedBytes : fate.missedBytes],
      ]),
    );

  it('loses nothing under 4.1 but what Patroni does not keep', () => {
    expect(fates(herd('4.1.5'), 'pg2')).toEqual({
      pg1: ['continues', 0],
      pg3: ['continues', 0],
      old: ['continues', null],
      feed: ['continues', 0],
      reports: ['continues', 0],
      by_hand: ['lost', 895],
    });
  });

  it('makes physical slots anew under 3.0, without the WAL that their readers lack', () => {
    expect(fates(herd('3.0.2'), 'pg2')).toEqual({
      pg1: ['created', 0],
      pg3: ['continues', null],
      old: ['lost', 945],
      feed: ['continues', null],
      reports: ['created', 595],
      by_hand: ['lost', 895],
    });
  });

  it('says that nofailover keeps a member from it', () => {
    expect(takeover(herd('4.1.5'), 'pg3').barred).toBe('nofailover');
    expect(takeover(herd('4.1.5'), 'pg2').barred).toBe(null);
  });
});
