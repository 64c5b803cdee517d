import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { node } from '../cluster/test-nodes';
import type { StoreNode } from '../dcs/node';
import type { NodeChange } from '../dcs/store';
import { utf8Bytes } from '../dcs/utf8';
import { SegmentReader } from './segment-reader';
import { SegmentWriter } from './segment-writer';
import { applyDelta, valueDelta } from './value-delta';

const at = '2026-11-23T01:00:00.000Z';
const header = {
  herdscope: 'recording',
  version: 1,
  connection: 'prod',
  kind: 'etcd3',
  namespace: '/service',
  at,
} as const;

const value = fc.oneof(
  fc
    .record({ xlog_location: fc.nat(), receive_lsn: fc.nat(), state: fc.constantFrom('running', 'stopped') })
    .map((v) => JSON.stringify(v)),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '007', '1.50', '__proto__', '99999999999999999999', '\ud800'),
);
const key = fc.constantFrom(
  '/service/a/leader',
  '/service/a/status',
  '/service/a/members/pg1',
  '/service/__proto__/x',
  '/service/ü/🐘',
);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('put' as const), key, value, renewed: fc.boolean(), late: fc.boolean() }),
  },
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.constantFrom({ kind: 'lost' as const }, { kind: 'live' as const }, { kind: 'still' as const }),
);

interface Written {
  readonly text: string;
  /** All keys after each line that says something. */
  readonly states: readonly ReadonlyMap<string, StoreNode>[];
}

/** Writes a segment as the recorder does, and keeps what a store would have had after each step. */
function write(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): Written {
  const store = new Map<string, StoreNode>([['/service/a/leader', node('/service/a/leader', 'pg1')]]);
  const writer = new SegmentWriter(header);
  let text = writer.begin('5', store);
  let revision = 5;
  let ms = Date.parse(at);
  const states = [new Map(store)];
  for (const one of steps) {
    ms += 700;
    if (one.kind === 'put' || one.kind === 'delete') {
      revision += 1;
      let change: NodeChange;
      if (one.kind === 'put') {
        const before = store.get(one.key);
        const put: StoreNode = {
          key: one.key,
          value: one.value,
          bytes: utf8Bytes(one.value),
          createRevision: before?.createRevision ?? String(revision),
          modRevision: one.late ? String(revision - 1) : String(revision),
          version: String(Number(before?.version ?? '0') + 1),
          session: one.renewed ? '77' : (before?.session ?? null),
        };
        store.set(one.key, put);
        change = { kind: 'put', node: put };
      } else {
        store.delete(one.key);
        change = { kind: 'delete', key: one.key, modRevision: String(revision) };
      }
      text += writer.change(ms, String(revision), [change]);
    } else text += writer.mark(ms, one.kind);
    states.push(new Map(store));
  }
  return { text, states };
}

/** Reads lines until one does not fit, and gives the keys after each that says something. */
function read(text: string): readonly ReadonlyMap<string, StoreNode>[] {
  const [first = '', ...lines] = text.split('\n');
  const reader = SegmentReader.of(first);
  const states: ReadonlyMap<string, StoreNode>[] = [];
  if (reader === null) return states;
  for (const line of lines) {
    const told = reader.take(line);
    if (told === null) break;
    if (told.kind !== 'part') states.push(new Map(reader.recorded.nodes));
  }
  return states;
}

describe('a segment of a recording', () => {
  it('is read as it was written, key for key, after each line', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { text, states } = write(steps);
        expect(read(text)).toEqual(states);
      }),
      { numRuns: 500 },
    );
  });

  it('comes to the same when its lines are passed over', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { text, states } = write(steps);
        const [first = '', ...lines] = text.split('\n');
        const reader = SegmentReader.of(first);
        for (const line of lines.slice(0, -1)) expect(reader?.pass(line)).toBe(true);
        expect(reader?.settle()).toBe(true);
        expect(reader?.recorded.nodes).toEqual(states.at(-1));
      }),
      { numRuns: 300 },
    );
  });

  it('that was cut anywhere is read up to the cut, and never wrongly', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), fc.double({ min: 0, max: 1, noNaN: true }), (steps, share) => {
        const { text, states } = write(steps);
        const some = read(text.slice(0, Math.floor(text.length * share)));
        expect(states.slice(0, some.length)).toEqual(some);
      }),
      { numRuns: 300 },
    );
  });

  it('of which a line is gone ends there: what comes after says only what is new', () => {
    const { text, states } = write([
      { kind: 'put', key: '/service/a/leader', value: 'pg2', renewed: false, late: false },
      { kind: 'put', key: '/service/a/leader', value: 'pg3', renewed: false, late: false },
      { kind: 'put', key: '/service/a/leader', value: 'pg4', renewed: false, late: false },
    ]);
    const lines = text.split('\n');
    expect(read([...lines.slice(0, 4), ...lines.slice(5)].join('\n'))).toEqual(states.slice(0, 2));
  });

  it('keeps the order of what came at once: a lock that ran out and was taken again is there, revision by revision', () => {
    const leader = '/service/a/leader';
    const taken = node(leader, 'pg2', { createRevision: '8', modRevision: '8', version: '1', session: '9' });
    const again = { ...taken, value: 'pg3', createRevision: '10', modRevision: '10' };
    const writer = new SegmentWriter(header);
    const text =
      writer.begin('5', new Map([[leader, node(leader, 'pg1')]])) +
      writer.change(Date.parse(at) + 700, '12', [
        { kind: 'delete', key: leader, modRevision: '7' },
        { kind: 'put', node: taken },
        { kind: 'delete', key: leader, modRevision: '9' },
        { kind: 'put', node: again },
      ]);
    expect(read(text).map((keys) => keys.get(leader)?.value ?? null)).toEqual(['pg1', null, 'pg2', null, 'pg3']);
    expect(read(text).at(-1)?.get(leader)).toEqual(again);
    expect(text.split('\n').flatMap((line) => /"change",\d+,\d+,"(\d+)"/.exec(line)?.[1] ?? [])).toEqual([
      '7',
      '8',
      '9',
      '12',
    ]);
  });

  it('takes what is only a difference as one step', () => {
    const [a, b] = [
      node('/service/a/leader', 'pg2', { modRevision: '9' }),
      node('/service/b/leader', 'x', { modRevision: '7' }),
    ];
    const writer = new SegmentWriter(header);
    const begin = writer.begin('5', new Map());
    const text =
      begin +
      writer.change(Date.parse(at), '12', [
        { kind: 'put', node: a },
        { kind: 'put', node: b },
      ]);
    expect(read(text).map((keys) => keys.size)).toEqual([0, 2]);
  });

  it('says when each line was written and whether the store was heard', () => {
    const { text } = write([{ kind: 'lost' }, { kind: 'live' }]);
    const [first = '', all = '', one = '', lost = '', live = ''] = text.split('\n');
    const reader = SegmentReader.of(first);
    for (const line of [all, one, lost]) reader?.take(line);
    expect(reader?.recorded).toMatchObject({ atMs: Date.parse(at) + 700, isLive: false, revision: '5' });
    expect(reader?.peek(live)).toBe(Date.parse(at) + 1400);
    expect(reader?.recorded.isLive).toBe(false);
    reader?.take(live);
    expect(reader?.recorded.isLive).toBe(true);
  });

  it.each(['', '{}', '[]', 'null', '{"herdscope":"recording","version":2}', '<html>'])(
    'is none that begins with %j',
    (line) => {
      expect(SegmentReader.of(line)).toBeNull();
    },
  );

  it('is never wrong about lines that somebody else wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { maxLength: 10 }), (lines) => {
        const { text } = write([]);
        const before = read(text);
        expect(read(`${text}${lines.join('\n')}`).slice(0, before.length)).toEqual(before);
      }),
    );
  });
});

describe('what changed in a value', () => {
  it('is how far its numbers moved', () => {
    const before = '{"xlog_location":1000,"receive_lsn":1000,"state":"running"}';
    const after = '{"xlog_location":9192,"receive_lsn":9192,"state":"running"}';
    expect(valueDelta(before, after)).toEqual([0, 8192, 1, 8192]);
  });

  it('gives the value again, or there is none', () => {
    fc.assert(
      fc.property(value, value, (before, after) => {
        const delta = valueDelta(before, after);
        if (delta !== null) expect(applyDelta(before, delta)).toBe(after);
      }),
    );
    expect(valueDelta('a 1', 'a 007')).toBeNull();
    expect(valueDelta('1', '12345678901234567890')).toBeNull();
  });
});
