import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../cluster/build-cluster';
import { node, nodes } from '../cluster/test-nodes';
import { slotMap } from './slot-map';

// What is remembered from one cluster to the next must not be seen: the map is that of a cluster nobody ever looked at.

const member = fc.record(
  {
    role: fc.constantFrom('primary', 'replica'),
    version: fc.constantFrom('3.0.2', '3.3.0', '4.1.5'),
    xlog_location: fc.integer({ min: 0, max: 2000 }),
    tags: fc.record(
      {
        replicatefrom: fc.constantFrom('pg1', 'pg2', 'pg3', 'gone'),
        nofailover: fc.boolean(),
        nostream: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['role', 'xlog_location'] },
);

const change = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom('members/pg1', 'members/pg2', 'members/pg3', 'members/pg4'), member),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom('members/pg1', 'members/pg2'),
      fc.record({ xlog_location: fc.integer({ min: 0, max: 2000 }) }),
    ),
  },
  fc.tuple(fc.constant('leader'), fc.constantFrom('pg1', 'pg2', 'pg4')),
  fc.tuple(
    fc.constant('config'),
    fc.constantFrom(
      {},
      { slots: { feed: { type: 'physical' }, pg2: { type: 'physical' } } },
      { postgresql: { use_slots: false } },
    ),
  ),
  fc.tuple(
    fc.constant('status'),
    fc.record({
      optime: fc.integer({ min: 0, max: 2000 }),
      slots: fc.constantFrom({}, { pg1: 10, pg2: 500, by_hand: 3 }),
      retain_slots: fc.constantFrom([], ['old']),
    }),
  ),
);

describe('the slot map of a cluster that changes', () => {
  it('is what it would be without what came before', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 25 }), (changes) => {
        const keys = nodes({
          leader: 'pg1',
          status: { optime: 1000, slots: { pg2: 900 } },
          'members/pg1': { role: 'primary', version: '4.1.5', xlog_location: 1000 },
          'members/pg2': { role: 'replica', version: '4.1.5', xlog_location: 900 },
          'members/pg3': { role: 'replica', version: '4.1.5', xlog_location: 800 },
        });
        const living = new ClusterBuilder('service');
        for (const [relative, value] of changes) {
          const key = `/service/demo/${relative}`;
          keys.set(key, node(key, value));
          const seen = living.build(keys).groups.map(({ cluster }) => slotMap(cluster));
          const fresh = new ClusterBuilder('service').build(keys).groups.map(({ cluster }) => slotMap(cluster));
          expect(seen).toEqual(fresh);
        }
      }),
      { numRuns: 300 },
    );
  });
});
