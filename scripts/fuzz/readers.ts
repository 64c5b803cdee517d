import fc from 'fast-check';
import { parseLog } from '../../app/incident/parse-log';
import { assemble } from '../../app/snapshot/readers/assemble';
import { readPiece } from '../../app/snapshot/readers';

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
}

const openedAt = '2026-11-23T12:00:00.000Z';

/** One true export of each kind, to be damaged. */
const exportsOfAllKinds: readonly string[] = [
  '{"header":{"revision":9},"kvs":[{"key":"L3NlcnZpY2UvZGVtby9sZWFkZXI=","value":"cGcx","create_revision":1,"mod_revision":2,"version":1,"lease":7}]}',
  '/service/demo/leader\npg1\n/service/demo/members/pg1\n{"role":"primary","state":"running"}\n',
  '"ClusterID" : 1\n"Revision" : 9\n"Key" : "/service/demo/leader"\n"CreateRevision" : 1\n"ModRevision" : 2\n"Version" : 1\n"Value" : "pg1"\n"Lease" : 7\n',
  '{"action":"get","node":{"key":"/service","dir":true,"nodes":[{"key":"/service/demo/leader","value":"pg1","modifiedIndex":9,"createdIndex":1,"ttl":20}]}}',
  '[{"key":"service/demo/leader","flags":0,"value":"cGcx"}]',
  '[{"LockIndex":1,"Key":"service/demo/leader","Flags":0,"Value":"cGcx","CreateIndex":1,"ModifyIndex":9,"Session":"a"}]',
  'service/demo/leader:pg1\nservice/demo/config:{"ttl":30}\n',
  '{"apiVersion":"v1","items":[{"kind":"Endpoints","metadata":{"name":"demo","namespace":"db","labels":{"cluster-name":"demo"},"annotations":{"leader":"pg1","optime":"7"}}}]}',
  '[zk: localhost:2181(CONNECTED) 0] get -s /service/demo/leader\npg1\ncZxid = 0x10\nmZxid = 0x12\nephemeralOwner = 0x1\n',
  '{"/service/demo/leader":"pg1"}',
  '[{"Cluster":"demo","Member":"pg1","Host":"10.0.0.1","Role":"Leader","State":"running","TL":2}]',
  '- Cluster: demo\n  Member: pg1\n  Host: 10.0.0.1\n  Role: Leader\n  State: running\n  TL: 2\n',
  'Cluster\tMember\tHost\tRole\tState\tTL\tLag in MB\ndemo\tpg1\t10.0.0.1\tLeader\trunning\t2\t\n',
  '+ Cluster: demo (7012345678901234567) --+----+\n| Member | Host | Role | State | TL | Lag in MB |\n+--------+------+\n| pg1 | 10.0.0.1 | Leader | running | 2 | |\n+--------+\n',
  '{"members":[{"name":"pg1","role":"leader","state":"running","host":"10.0.0.1","port":5432,"timeline":2}],"scope":"demo"}',
  '{"state":"running","role":"primary","timeline":2,"xlog":{"location":7},"patroni":{"scope":"demo","name":"pg1","version":"4.1.5"}}',
  '[[1,25623960,"no recovery target specified","2026-01-01T00:00:00+00:00","pg1"]]',
  '2026-11-23 19:38:59,277 INFO: promoted self to leader by acquiring session lock\n2026-11-23 19:38:59.338 UTC [1] LOG:  selected new timeline ID: 3\n',
  '2026-11-23 19:38:59.338 UTC,,,1,,6b04963a.396e,48,,2026-11-23 19:38:34 UTC,1/0,0,LOG,00000,"selected new timeline ID: 3",,,,,,,,,"","startup",,0\n',
  'loop_wait: 10\nttl: 30\npostgresql:\n  parameters:\n    max_connections: 100\n',
];

/** What is put into an export: what other parsers stumble over. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '\u0000',
    '\ufeff',
    '\u202e',
    '<script>',
    '"__proto__":',
    '../../',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    '\\u0000',
    '\n',
    '\t',
    '|',
    '+',
    ':',
    '&a *a',
    '!!js/function',
    '1e999',
    '-0',
    '99999999999999999999',
  ),
  fc.json({ maxDepth: 3 }),
);

const damaged = fc
  .record({
    text: fc.constantFrom(...exportsOfAllKinds),
    cuts: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(40), put: hostile }), {
      maxLength: 4,
    }),
    repeat: fc.integer({ min: 1, max: 4 }),
    end: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
  })
  .map(({ text, cuts, repeat, end }) => {
    let made = text.repeat(repeat);
    for (const { at, length, put } of cuts) {
      const start = Math.floor(at * made.length);
      made = made.slice(0, start) + put + made.slice(start + length);
    }
    return end === null ? made : made.slice(0, Math.floor(end * made.length));
  });

const anything = fc.oneof(
  { weight: 6, arbitrary: damaged },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 400 }) },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...exportsOfAllKinds), { maxLength: 3 }).map((texts) => texts.join('\n')),
  },
);

/**
 * Reads many texts that are no good and sees that each gives a reading or a sentence, and that what is read can be put together. Throws
 * with the text that broke it. Gives the longest that one took, in milliseconds.
 */
export function fuzzReaders({ runs, seed }: FuzzOptions): { readonly runs: number; readonly slowestMs: number } {
  let count = 0;
  let slowestMs = 0;
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 2 }), (texts) => {
      count += 1;
      const begin = Date.now();
      const readings = texts.flatMap((text, index) => {
        const name = `file-${index}`;
        for (const { atMs } of parseLog(text).lines) if (!Number.isFinite(atMs)) throw new Error('no time');
        const read = readPiece({ name, text });
        if (!read.ok) {
          if (!/^[a-z].*[.]$/s.test(read.error)) throw new Error(`no sentence: ${read.error}`);
          return [];
        }
        return read.value.map((reading) => ({ name, modifiedAt: null, reading }));
      });
      for (const { nodes, namespace, at } of assemble(readings, openedAt).pictures) {
        if (at !== openedAt) throw new Error(`another instant: ${at}`);
        for (const { key } of nodes)
          if (!key.startsWith(namespace)) throw new Error(`${key} is not below ${namespace}`);
      }
      slowestMs = Math.max(slowestMs, Date.now() - begin);
    }),
    { numRuns: runs, seed },
  );
  return { runs: count, slowestMs };
}
