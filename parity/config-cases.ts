import fc from 'fast-check';
import { jsonText, names, oddJson, rarely } from './values';

const odd = oddJson as fc.Arbitrary<unknown>;
const flag = rarely(fc.constantFrom<unknown>(true, false, 'on', 'off'), odd);
const number = (usual: fc.Arbitrary<unknown>) => rarely(usual, odd);

const permanentSlot = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { type: fc.constant('physical'), cluster_type: fc.constantFrom('primary', 'standby', 'x') },
      { requiredKeys: ['type'] },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        type: fc.constant('logical'),
        database: fc.constantFrom('app', ''),
        plugin: fc.constantFrom('pgoutput', ''),
        lsn: fc.nat(9),
        expected_active: fc.boolean(),
      },
      { requiredKeys: ['database', 'plugin'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      null,
      {},
      '',
      0,
      { lsn: 5 },
      { database: 'app' },
      { type: 'other' },
      { type: 7, database: 'a', plugin: 'b' },
      { type: 'physical', database: 'a', plugin: 'b' },
      { type: null },
    ),
  },
  { weight: 1, arbitrary: odd },
);

const permanentSlots = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.dictionary(fc.constantFrom(...names.slotNames), permanentSlot, {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  },
  { weight: 1, arbitrary: odd },
);

const data = fc.record(
  {
    ttl: number(fc.constant(30)),
    loop_wait: number(fc.constant(10)),
    pause: flag,
    synchronous_mode: rarely(fc.constantFrom<unknown>(true, false, 'on', 'quorum', 'Quorum'), odd),
    synchronous_mode_strict: flag,
    synchronous_node_count: number(fc.nat(3)),
    maximum_lag_on_failover: number(fc.constantFrom(1_048_576, '1MB', '2048')),
    maximum_lag_on_syncnode: number(fc.integer({ min: -1, max: 9 })),
    primary_start_timeout: number(fc.nat(400)),
    master_start_timeout: number(fc.nat(400)),
    primary_stop_timeout: number(fc.nat(400)),
    master_stop_timeout: number(fc.nat(400)),
    max_timelines_history: number(fc.nat(9)),
    member_slots_ttl: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<unknown>('30min', 0, '1h', 1800, -1, '0s') },
      { weight: 1, arbitrary: odd },
    ),
    failsafe_mode: flag,
    ignore_slots: rarely(fc.constant<unknown>([{ name: 'a', type: 'logical' }]), odd),
    standby_cluster: rarely(
      fc.record(
        { host: fc.constantFrom('10.1.0.1', ''), port: fc.constantFrom(5432, 0), restore_command: fc.constant('cp') },
        { requiredKeys: [] },
      ) as fc.Arbitrary<unknown>,
      odd,
    ),
    postgresql: rarely(
      fc.record(
        {
          use_slots: rarely(fc.constantFrom<unknown>(true, true, true, false, 'off'), odd),
          parameters: fc.constant({}),
        },
        { requiredKeys: [] },
      ) as fc.Arbitrary<unknown>,
      odd,
    ),
    slots: permanentSlots,
    permanent_slots: permanentSlots,
    permanent_replication_slots: permanentSlots,
  },
  { requiredKeys: [] },
);

/** A standby cluster is rare among the keys above; each setting is set half of the time. */
export const configValue: fc.Arbitrary<string> = jsonText(
  data.map((all) => {
    const { standby_cluster: standby, ...rest } = all;
    return standby !== undefined && JSON.stringify(rest).length % 3 > 0 ? rest : all;
  }),
);
