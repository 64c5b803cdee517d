import fc from 'fast-check';
import { connectionUrl, jsonText, memberName, oddJson, position, rarely } from './values';

const tag = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: oddJson });
const flag = tag(fc.boolean());
const priority = tag(fc.integer({ min: -1, max: 3 }));

/** All tags that Patroni knows, and one that it does not. */
const tags = fc.record(
  {
    nofailover: flag,
    failover_priority: priority,
    nosync: flag,
    sync_priority: priority,
    noloadbalance: flag,
    clonefrom: flag,
    nostream: flag,
    replicatefrom: fc.oneof({ weight: 30, arbitrary: memberName }, { weight: 1, arbitrary: oddJson }),
    mine: oddJson,
  },
  { requiredKeys: [] },
);

const connKwargs = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        host: rarely(fc.constantFrom('10.0.0.1', '::1', '[::1]', ''), fc.constantFrom(null, 5)),
        port: rarely(fc.constantFrom(5432, 5433, '5434'), fc.constantFrom(null, 0, 'x', true)),
        dbname: fc.constant('postgres'),
        user: fc.constant('u'),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, {}, '', 5) },
);

const version = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('4.1.5', '4.1.0', '4.0.0', '3.3.11', '3.0.2', '2.1.4') },
  { weight: 1, arbitrary: fc.constantFrom('1.5.6', '1.5.7', 'z', '', '4', '4.', '4.1.5rc1', ' 4.0 ', '4_0.1', '3.9') },
  { weight: 1, arbitrary: oddJson },
);

const restart = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      { schedule: fc.constant('2026-11-24T10:00:00+00:00'), postgres_version: fc.constantFrom('15.4', '160000') },
      { requiredKeys: ['schedule'] },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, {}, 'x', { schedule: 5 }) },
);

const reason = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.dictionary(
      fc.constantFrom('max_connections', 'shared_buffers'),
      fc.record({ old_value: fc.constant('100'), new_value: fc.constant('200') }),
      { noNullPrototype: true },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, [], { a: 1 }, { a: { old_value: 1 } }) },
);

const data = fc.record(
  {
    conn_url: rarely(connectionUrl(), oddJson),
    conn_kwargs: connKwargs,
    api_url: rarely(fc.constantFrom('http://10.0.0.1:8008/patroni', 'https://[::1]:8008/patroni?x#y', ''), oddJson),
    state: rarely(fc.constantFrom('running', 'running', 'streaming', 'stopped', 'starting', ''), oddJson),
    role: rarely(fc.constantFrom('primary', 'master', 'replica', 'standby_leader'), oddJson),
    replication_state: rarely(fc.constantFrom('streaming', 'in archive recovery', ''), oddJson),
    version,
    xlog_location: rarely(position, oddJson),
    receive_lsn: rarely(position, oddJson),
    replay_lsn: rarely(position, oddJson),
    timeline: rarely(fc.integer({ min: 1, max: 9 }), oddJson),
    tags: fc.oneof({ weight: 30, arbitrary: tags }, { weight: 1, arbitrary: oddJson }),
    pending_restart: rarely(fc.constant(true), oddJson),
    pending_restart_reason: reason,
    scheduled_restart: restart,
    checkpoint_after_promote: fc.boolean(),
    pause: fc.constant(true),
    mine: oddJson,
  },
  { requiredKeys: [] },
);

/** A member key's value: as Patroni writes it, as Governor did, or broken. */
export const memberValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: jsonText(data, ['', 'postgres', 'x']) },
  { weight: 1, arbitrary: connectionUrl() },
);
