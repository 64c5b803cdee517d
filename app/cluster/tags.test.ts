import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json';
import * as Tags from './tags';

describe('nofailover', () => {
  it.each<[JsonObject, boolean, number]>([
    [{}, false, 1],
    [{ nofailover: true }, true, 0],
    [{ nofailover: false, failover_priority: 0 }, false, 0],
    [{ nofailover: true, failover_priority: 5 }, true, 0],
    [{ failover_priority: 0 }, true, 0],
    [{ failover_priority: '3' }, false, 3],
    [{ failover_priority: 'x' }, false, 1],
    [{ nofailover: null, failover_priority: -1 }, true, -1],
    [{ nofailover: 'false' }, true, 0],
    [{ nofailover: '' }, false, 1],
  ])('of %j is %j, with priority %j', (tags, nofailover, priority) => {
    expect([Tags.nofailover(tags), Tags.failoverPriority(tags)]).toEqual([nofailover, priority]);
  });
});

describe('the other tags', () => {
  it('treat nosync as nofailover', () => {
    expect([
      Tags.nosync({ sync_priority: 0 }),
      Tags.syncPriority({ nosync: true }),
      Tags.syncPriority({ sync_priority: 4 }),
    ]).toEqual([true, 0, 4]);
  });

  it('read nostream as a setting, and noloadbalance by its truth', () => {
    expect([
      Tags.nostream({ nostream: 'off' }),
      Tags.nostream({ nostream: 'on' }),
      Tags.noloadbalance({ noloadbalance: 'off' }),
    ]).toEqual([false, true, true]);
  });

  it('name a member in replicatefrom or nobody', () => {
    expect([{ replicatefrom: 'pg3' }, { replicatefrom: '' }, { replicatefrom: 3 }, {}].map(Tags.replicatefrom)).toEqual(
      ['pg3', null, null, null],
    );
  });
});
