import fc from 'fast-check';
import type { JsonObject } from '../app/json';
import { configValue } from './config-cases';
import { jsonText, memberName, names, oddJson, oddText, position, rarely } from './values';
import type { ClusterQuestion, FunctionQuestion, Question, QuestionNode, QuestionView } from './question';
import { memberValue } from './member-cases';

// Clusters as a store may hold them: as Patroni writes them, as old versions did, broken, and made to hurt.

const historyLine = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.nat(40), position, fc.constant('no recovery target specified')) },
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.nat(40),
      position,
      fc.constant('no recovery target specified'),
      fc.constant('2026-11-23T01:14:09.123456+00:00'),
      memberName,
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('3', ' 4 ', '5x', '٦'), fc.constant('2'), fc.constant('1')) },
  { weight: 1, arbitrary: fc.array(oddJson, { maxLength: 7 }) },
  { weight: 1, arbitrary: oddJson },
);

const historyValue = jsonText(fc.array(historyLine, { maxLength: 6 }), ['[]', '[ ]', '[[]]', '2', '"x"']);

const instant = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      '2026-11-23T02:15:32.123456+00:00',
      '2016-01-14T10:09:57.1394Z',
      '2026-11-23 04:15+0200',
      '2026-02-28T23:59:59-05:30',
      '2026-11-23T02:15:32+00',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '2026-11-23T02:15:32',
      '',
      'tomorrow',
      '2026-13-23T02:15:32Z',
      '2026-11-23T24:00:00Z',
      '10:00 Nov 5 2026 UTC',
    ),
  },
  { weight: 1, arbitrary: oddJson },
);

const failoverValue = fc.oneof(
  {
    weight: 5,
    arbitrary: jsonText(
      fc.record(
        { leader: rarely(memberName, oddJson), member: rarely(memberName, oddJson), scheduled_at: instant },
        { requiredKeys: [] },
      ),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(memberName, memberName).map(([a, b]) => `${a}:${b}`) },
  { weight: 1, arbitrary: fc.constantFrom('', ':', 'pg1', ' : pg2 ', 'a:b:c', 'null', '[]', '{', '7') },
);

const syncStandby = fc.oneof(
  { weight: 8, arbitrary: fc.array(memberName, { maxLength: 4 }).map((all) => all.join(',')) },
  { weight: 1, arbitrary: fc.constantFrom(' pg1 ,, PG2,', ',', 'pg1;pg2', '*') },
  { weight: 1, arbitrary: oddJson },
);

const syncValue = jsonText(
  fc.record(
    {
      leader: rarely(fc.oneof(memberName, fc.constantFrom(null, 'PG1', 'pg1,pg2')), oddJson),
      sync_standby: syncStandby,
      quorum: fc.oneof(
        { weight: 8, arbitrary: fc.nat(3) },
        { weight: 1, arbitrary: oddJson },
        { weight: 1, arbitrary: fc.constantFrom('2', 'x', ' 1 ', 1.5) },
      ),
    },
    { requiredKeys: [] },
  ),
  ['', '{}', '[]', 'null', '{'],
);

const slotPositions = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.dictionary(fc.constantFrom(...names.slotNames), rarely(position, oddJson), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom('{"pg1":5}', '{', '[]', null) },
  { weight: 1, arbitrary: oddJson },
);

const retainSlots = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.constantFrom(...names.slotNames), { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom('["pg9"]', '[', null, 'x') },
  { weight: 1, arbitrary: fc.array(fc.oneof(oddJson, fc.constantFrom('pg1', 'pg9')), { maxLength: 3 }) },
);

const statusValue = jsonText(
  fc.record(
    { optime: rarely(position, oddJson), slots: slotPositions, retain_slots: retainSlots },
    { requiredKeys: ['optime'] },
  ),
  ['', '123', ' 123', '12_3', 'true', 'false', '"5"', 'null', '[]', 'x'],
);

const failsafeValue = jsonText(
  fc.dictionary(memberName, rarely(fc.constantFrom('http://10.0.0.1:8008/patroni', ''), oddJson), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  ['', 'null', '[]', '{', '"x"'],
);

const leaderValue = fc.oneof(
  { weight: 9, arbitrary: memberName },
  { weight: 1, arbitrary: fc.constantFrom('', 'nobody', 'PG1') },
);

/** One PostgreSQL cluster's keys below its own path. */
const keys: fc.Arbitrary<readonly (readonly [path: string, value: string])[]> = fc
  .record(
    {
      initialize: fc.constantFrom('7432918274619283746', ''),
      config: configValue,
      leader: leaderValue,
      status: statusValue,
      'optime/leader': fc.constantFrom('12345678', '', 'x', '-5', ' 7 ', '1_0', '5.0'),
      failover: failoverValue,
      sync: syncValue,
      history: historyValue,
      failsafe: failsafeValue,
      members: fc.uniqueArray(fc.tuple(memberName, memberValue), { maxLength: 5, selector: ([name]) => name }),
    },
    { requiredKeys: ['members'] },
  )
  .map(({ members, ...rest }) => [
    ...Object.entries(rest),
    ...members.map(([name, value]) => [`members/${name}`, value] as const),
  ]);

const auth: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject[]>(
  {},
  { username: 'replicator', password: 'secret' },
  { user: 'u', sslmode: 'verify-full', password: null },
  { username: 'u', host: 'elsewhere', options: '-c x=y', connect_timeout: 3 },
);

const role = fc.constantFrom('primary', 'master', 'standby_leader', 'replica', 'demoted', 'promoted', 'uninitialized');

function viewsOf(members: readonly string[]): fc.Arbitrary<readonly QuestionView[]> {
  const view = (name: string) =>
    fc.record({
      name: fc.constant(name),
      role,
      postgres: fc.integer({ min: 10, max: 17 }),
      slots: fc.uniqueArray(fc.tuple(fc.constantFrom(...names.slotNames), fc.nat(99)), {
        maxLength: 4,
        selector: ([slot]) => slot,
      }),
    });
  // Every member, one of them in two roles, and a stranger without a key.
  return fc.tuple(...[...members, ...members.slice(0, 1), 'stranger'].map(view));
}

/** A whole question: a plain cluster, or the groups of an MPP cluster. */
const clusterQuestion: fc.Arbitrary<ClusterQuestion> = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: keys.map((all) => [['', all] as const]) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(fc.tuple(fc.constantFrom('0/', '1/', '2/', '10/'), keys), {
          maxLength: 3,
          selector: ([group]) => group,
        }),
      },
    ),
    auth,
    fc.boolean(),
    fc.constantFrom(null, null, 1),
  )
  .chain(([groups, authentication, extended, group]) => {
    const mpp = groups.length !== 1 || groups[0]?.[0] !== '';
    const nodes = groups.flatMap(([prefix, all]) =>
      all.map(([path, value], i) => nodeOf(`${prefix}${path}`, value, i)),
    );
    const members = [
      ...new Set(
        groups.flatMap(([, all]) => all.flatMap(([path]) => (path.startsWith('members/') ? [path.slice(8)] : []))),
      ),
    ];
    return viewsOf(members).map((views) => ({
      kind: 'cluster' as const,
      mpp,
      // etcd answers in the order of the keys.
      nodes: [...nodes].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
      names: ['pg1', 'PG2', 'nobody', ''],
      auth: authentication,
      lists: [{ citus: mpp, extended, group: mpp ? group : null }],
      views,
    }));
  });

function nodeOf(path: string, value: string, i: number): QuestionNode {
  const leased = /(?:^|\/)(?:leader|members\/[^/]*)$/.test(path) && !path.endsWith('optime/leader');
  return { key: `/service/demo/${path}`, value, mod_revision: String(100 + i), lease: leased ? '7587869' : null };
}

const functionQuestion: fc.Arbitrary<FunctionQuestion> = fc
  .array(oddText, { minLength: 1, maxLength: 10 })
  .map((texts) => ({ kind: 'functions', texts }));

export const question: fc.Arbitrary<Question> = fc.oneof(
  { weight: 15, arbitrary: clusterQuestion },
  { weight: 1, arbitrary: functionQuestion },
);
