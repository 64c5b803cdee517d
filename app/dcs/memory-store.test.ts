import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../manual-clock';
import { compareText } from '../text';
import { MemoryStore, type Condition, type Write } from './memory-store';
import type { StoreNode } from './node';
import type { ChangeBatch, WatchEnd, WatchListener } from './store';

class Heard implements WatchListener {
  ready = 0;
  readonly batches: ChangeBatch[] = [];
  readonly ends: WatchEnd[] = [];
  onReady(): void {
    this.ready += 1;
  }
  onBatch(batch: ChangeBatch): void {
    this.batches.push(batch);
  }
  onEnd(end: WatchEnd): void {
    this.ends.push(end);
  }
}

describe('a store in memory', () => {
  it('gives each transaction one revision and each key its creation, last change and count of writes', () => {
    const store = new MemoryStore(new ManualClock());
    store.put('/a', '1');
    store.transaction({
      when: [],
      then: [
        { kind: 'put', key: '/a', value: 'é' },
        { kind: 'put', key: '/b', value: '' },
      ],
    });
    expect(store.list('/')).toEqual([
      { key: '/a', value: 'é', bytes: 2, createRevision: '2', modRevision: '3', version: '2', session: null },
      { key: '/b', value: '', bytes: 0, createRevision: '3', modRevision: '3', version: '1', session: null },
    ]);
    store.delete('/a');
    store.put('/a', 'again');
    expect(store.get('/a')).toMatchObject({ createRevision: '5', version: '1' });
  });

  it('makes no revision when nothing changes: an unmet condition, a delete of nothing, a session without keys', () => {
    const store = new MemoryStore(new ManualClock());
    store.put('/a', '1');
    expect(store.compareAndSet('/a', '0', '2').kind).toBe('conflict');
    expect(store.compareAndSet('/a', '1', '2').kind).toBe('conflict');
    expect(store.compareAndDelete('/a', '7').kind).toBe('conflict');
    expect(store.delete('/nothing').kind).toBe('done');
    store.revokeSession(store.grantSession(5));
    expect(store.revision).toBe('2');
  });

  it('refuses to write one key twice in a transaction, and changes nothing then', () => {
    const store = new MemoryStore(new ManualClock());
    const twice: Write[] = [
      { kind: 'put', key: '/a', value: '1' },
      { kind: 'delete', key: '/a' },
    ];
    expect(() => store.transaction({ when: [], then: twice })).toThrow('/a twice');
    expect(store.revision).toBe('1');
  });

  it('ends a session when its TTL runs out, with exactly its own keys, at one revision', async () => {
    const clock = new ManualClock();
    const store = new MemoryStore(clock);
    const session = store.grantSession(20);
    const other = store.grantSession(60);
    for (const key of ['/s/z', '/s/a', '/s/left', '/s/taken']) store.put(key, 'x', session);
    store.put('/s/left', 'stays', null);
    store.put('/s/taken', 'stays', other);
    const before = BigInt(store.revision);
    const heard = new Heard();
    store.watch('/s/', (before + 1n).toString(), heard);
    await clock.advance(19_999);
    expect(store.keepAlive(session)).toBe(true);
    await clock.advance(19_999);
    expect(store.list('/s/')).toHaveLength(4);
    await clock.advance(1);
    const revision = (before + 1n).toString();
    expect(heard.batches).toEqual([
      {
        revision,
        changes: [
          { kind: 'delete', key: '/s/a', modRevision: revision },
          { kind: 'delete', key: '/s/z', modRevision: revision },
        ],
      },
    ]);
    expect(store.keepAlive(session)).toBe(false);
    expect(store.put('/s/a', 'x', session)).toEqual({ kind: 'no-session', session });
  });

  it('tells what is left of a session, and -1 for one that it does not have', async () => {
    const clock = new ManualClock();
    const store = new MemoryStore(clock);
    const session = store.grantSession(30);
    await clock.advance(4_500);
    const answer = await store.sessions([session, '17']);
    const askedAt = new Date(clock.now()).toISOString();
    expect(answer).toEqual({
      ok: true,
      value: [
        { id: session, grantedTtlSeconds: 30, remainingTtlSeconds: 25.5, askedAt },
        { id: '17', grantedTtlSeconds: 0, remainingTtlSeconds: -1, askedAt },
      ],
    });
  });

  it('orders keys by code point, as etcd does', () => {
    const store = new MemoryStore(new ManualClock());
    for (const key of ['/\u{1f418}', '/\uffee', '/b', '/B']) store.put(key, 'x');
    expect(store.list('/').map((node) => node.key)).toEqual(['/B', '/b', '/\uffee', '/\u{1f418}']);
  });

  it('watches from an older revision, and never calls the listener from inside a write', async () => {
    const store = new MemoryStore(new ManualClock());
    store.put('/p/a', '1');
    store.put('/q', '1');
    store.put('/p/b', '1');
    const heard = new Heard();
    store.watch('/p/', '3', heard);
    store.put('/p/a', '2');
    expect(heard).toMatchObject({ ready: 0, batches: [] });
    await Promise.resolve();
    expect(heard.ready).toBe(1);
    expect(heard.batches.map((batch) => batch.revision)).toEqual(['4', '5']);
  });

  it('ends a watch from before the log with compacted, and one from the future with replaced', async () => {
    const store = new MemoryStore(new ManualClock(), { keptRevisions: 3 });
    for (let i = 0; i < 10; i += 1) store.put('/a', String(i));
    const [old, oldest, future] = [new Heard(), new Heard(), new Heard()];
    store.watch('/', '8', old);
    store.watch('/', '9', oldest);
    store.watch('/', '13', future);
    await Promise.resolve();
    expect(old).toMatchObject({ ready: 0, ends: [{ kind: 'compacted', compactRevision: '9' }] });
    expect(oldest.batches.map((batch) => batch.revision)).toEqual(['9', '10', '11']);
    expect(future.ends).toEqual([{ kind: 'replaced' }]);
  });

  it('ends a watch with compacted when the log moved on before it could read', async () => {
    const store = new MemoryStore(new ManualClock(), { keptRevisions: 3 });
    const heard = new Heard();
    store.watch('/', '2', heard);
    await Promise.resolve();
    for (let i = 0; i < 10; i += 1) store.put('/a', String(i));
    await Promise.resolve();
    expect(heard).toMatchObject({ ready: 1, batches: [], ends: [{ kind: 'compacted', compactRevision: '9' }] });
  });

  it('says nothing more to a watch that was closed, even from inside its listener', async () => {
    const store = new MemoryStore(new ManualClock());
    store.put('/a', '1');
    store.put('/a', '2');
    const heard = new Heard();
    const watch = store.watch('/', '2', {
      onReady: () => heard.onReady(),
      onBatch: (batch) => {
        heard.onBatch(batch);
        watch.close();
      },
      onEnd: (end) => heard.onEnd(end),
    });
    await Promise.resolve();
    store.put('/a', '3');
    await Promise.resolve();
    expect(heard.batches).toHaveLength(1);
    expect(heard.ends).toHaveLength(0);
  });

  it('counts clusters and keys below a namespace', async () => {
    const store = new MemoryStore(new ManualClock());
    for (const key of ['one/leader', 'one/members/a', 'two/0/config', 'not/patroni']) store.put(`/service/${key}`, '');
    store.put('/else/one/leader', '');
    const probe = await store.probe('/service/');
    expect(probe).toMatchObject({ ok: true, value: { clusterCount: 2, keyCount: 4 } });
  });

  it('answers with a failure once it is closed', async () => {
    const store = new MemoryStore(new ManualClock());
    store.close();
    expect(await store.snapshot('/')).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  });
});

// The model below keeps every state that ever was, as a list, and finds everything by looking through it.

interface ModelKey {
  value: string;
  create: number;
  mod: number;
  version: number;
  session: number | null;
}

interface Event {
  readonly revision: number;
  readonly key: string;
  readonly after: ModelKey | null;
}

interface ModelSession {
  readonly ttl: number;
  ends: number;
  /** When its timer was last set, among all timers: sessions that end in one instant end in this order. */
  order: number;
  alive: boolean;
}

const keys = ['/a', '/a/b', '/a/c', '/b', '/b/\u{1f418}', '/b/\uffee'];
const key = fc.constantFrom(...keys);
const sessionIndex = fc.integer({ min: 0, max: 4 });
const write = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    key,
    value: fc.string({ unit: 'grapheme', maxLength: 3 }),
    session: fc.option(sessionIndex),
  }),
  fc.record({ kind: fc.constant('delete' as const), key }),
);
const writes = fc.uniqueArray(write, { selector: (one) => one.key, maxLength: 4 });
const condition = fc.oneof(
  fc.record({ kind: fc.constant('mod-revision' as const), key, is: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ kind: fc.constant('present' as const), key }),
);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('txn' as const),
      when: fc.array(condition, { maxLength: 2 }),
      then: writes,
      otherwise: writes,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('grant' as const), ttl: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('keep' as const), session: sessionIndex }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), session: sessionIndex }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), back: fc.integer({ min: 0, max: 6 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('watch' as const),
      prefix: fc.constantFrom('/', '/a', '/b/'),
      back: fc.integer({ min: -2, max: 25 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unwatch' as const), which: fc.nat(5) }) },
);

class Model {
  head = 1;
  compacted = 0;
  now = 0;
  readonly current = new Map<string, ModelKey>();
  readonly events: Event[] = [];
  readonly sessions: ModelSession[] = [];
  private order = 0;

  constructor(readonly kept: number) {}

  commit(changes: readonly { key: string; put: { value: string; session: number | null } | null }[]): void {
    const real = changes.filter((change) => change.put !== null || this.current.has(change.key));
    if (real.length === 0) return;
    this.head += 1;
    for (const { key, put } of real) {
      const before = this.current.get(key);
      const after =
        put === null
          ? null
          : { ...put, create: before?.create ?? this.head, mod: this.head, version: (before?.version ?? 0) + 1 };
      if (after === null) this.current.delete(key);
      else this.current.set(key, after);
      this.events.push({ revision: this.head, key, after });
    }
    const oldest = this.head - this.kept + 1;
    if (oldest > 2) this.compacted = Math.max(this.compacted, oldest);
  }

  grant(ttl: number): void {
    this.order += 1;
    this.sessions.push({ ttl, ends: this.now + ttl, order: this.order, alive: true });
  }

  keep(session: ModelSession): void {
    this.order += 1;
    session.ends = this.now + session.ttl;
    session.order = this.order;
  }

  end(session: ModelSession, index: number): void {
    session.alive = false;
    const own = [...this.current].filter(([, node]) => node.session === index).map(([key]) => key);
    this.commit(own.sort(compareText).map((key) => ({ key, put: null })));
  }

  pass(seconds: number): void {
    const until = this.now + seconds;
    for (;;) {
      const due = this.sessions
        .filter((one) => one.alive && one.ends <= until)
        .sort((a, b) => a.ends - b.ends || a.order - b.order)[0];
      if (due === undefined) break;
      this.now = due.ends;
      this.end(due, this.sessions.indexOf(due));
    }
    this.now = until;
  }
}

describe('a store in memory and a naive model of it', () => {
  it('agree on every key, outcome, session and watched change, whatever is done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 15 }), async (steps, kept) => {
        const clock = new ManualClock();
        const store = new MemoryStore(clock, { keptRevisions: kept });
        const model = new Model(kept);
        const ids: string[] = [];
        const watches: { heard: Heard; prefix: string; from: number; until: number | null; end: WatchEnd | null }[] =
          [];
        const closers: (() => void)[] = [];

        for (const one of steps) {
          switch (one.do) {
            case 'txn': {
              const named = (index: number | null): string | null => (index === null ? null : (ids[index] ?? '404'));
              const real = (write: (typeof one.then)[number]): Write =>
                write.kind === 'put' ? { ...write, session: named(write.session) } : write;
              const when = one.when.map((condition): Condition =>
                condition.kind === 'present'
                  ? { kind: 'value', key: condition.key, is: model.current.get(condition.key)?.value ?? 'none' }
                  : { ...condition, is: String(condition.is) },
              );
              const met = one.when.every((condition) => {
                const node = model.current.get(condition.key);
                if (condition.kind === 'present') return node !== undefined;
                return (node?.mod ?? 0) === condition.is;
              });
              const chosen = met ? one.then : one.otherwise;
              const lost = chosen.some(
                (write) =>
                  write.kind === 'put' && write.session !== null && model.sessions[write.session]?.alive !== true,
              );
              const outcome = store.transaction({ when, then: one.then.map(real), otherwise: one.otherwise.map(real) });
              if (!lost) {
                model.commit(
                  chosen.map((write) => ({
                    key: write.key,
                    put: write.kind === 'put' ? { value: write.value, session: write.session } : null,
                  })),
                );
              }
              expect(outcome.kind).toBe(lost ? 'no-session' : met ? 'done' : 'conflict');
              break;
            }
            case 'grant':
              if (ids.length < 5) {
                ids.push(store.grantSession(one.ttl));
                model.grant(one.ttl);
              }
              break;
            case 'keep': {
              const session = model.sessions[one.session];
              if (session?.alive === true) model.keep(session);
              expect(store.keepAlive(ids[one.session] ?? '404')).toBe(session?.alive === true);
              break;
            }
            case 'revoke': {
              const session = model.sessions[one.session];
              expect(store.revokeSession(ids[one.session] ?? '404')).toBe(session?.alive === true);
              if (session?.alive === true) model.end(session, one.session);
              break;
            }
            case 'pass':
              await clock.advance(one.seconds * 1000);
              model.pass(one.seconds);
              break;
            case 'compact': {
              const at = Math.max(1, model.head - one.back);
              store.compact(String(at));
              model.compacted = Math.max(model.compacted, at);
              break;
            }
            case 'watch': {
              const heard = new Heard();
              const from = model.head - one.back;
              if (from < 1) break;
              const end: WatchEnd | null =
                from > model.head + 1
                  ? { kind: 'replaced' }
                  : from < model.compacted
                    ? { kind: 'compacted', compactRevision: String(model.compacted) }
                    : null;
              const watch = store.watch(one.prefix, String(from), heard);
              const record = { heard, prefix: one.prefix, from, until: null as number | null, end };
              watches.push(record);
              closers.push(() => {
                if (record.until === null) record.until = model.head;
                watch.close();
              });
              break;
            }
            case 'unwatch':
              closers[one.which]?.();
              break;
          }
          await Promise.resolve();
          await Promise.resolve();
          const expected = [...model.current]
            .sort(([a], [b]) => compareText(a, b))
            .map(([key, node]): StoreNode => ({
              key,
              value: node.value,
              bytes: new TextEncoder().encode(node.value).length,
              createRevision: String(node.create),
              modRevision: String(node.mod),
              version: String(node.version),
              session: node.session === null ? null : (ids[node.session] ?? null),
            }));
          const snapshot = await store.snapshot('/');
          expect(snapshot).toEqual({
            ok: true,
            value: { storeId: 'memory', revision: String(model.head), nodes: expected },
          });
        }

        for (const { heard, prefix, from, until, end } of watches) {
          expect(heard.ends).toEqual(end === null ? [] : [end]);
          expect(heard.ready).toBe(end === null ? 1 : 0);
          const expected = model.events
            .filter(
              (event) =>
                event.revision >= from && event.revision <= (until ?? model.head) && event.key.startsWith(prefix),
            )
            .map((event) => [event.revision, event.key, event.after?.value ?? null, event.after?.version ?? 0]);
          const told = heard.batches.flatMap((batch) =>
            batch.changes.map((change) =>
              change.kind === 'put'
                ? [Number(batch.revision), change.node.key, change.node.value, Number(change.node.version)]
                : [Number(batch.revision), change.key, null, 0],
            ),
          );
          expect(told).toEqual(end === null ? expected : []);
          const revisions = heard.batches.map((batch) => Number(batch.revision));
          expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
        }
        store.close();
      }),
      { numRuns: 300 },
    );
  });
});
