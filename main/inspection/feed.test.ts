import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../app/dcs/memory-store';
import type { ConnectionView, FeedMessage, ObservedEvent } from '../../app/ipc/contract';
import { applyPatch } from '../../app/ipc/apply-patch';
import type { ClusterDetail } from '../../app/ipc/detail';
import { ManualClock } from '../../app/manual-clock';
import { Feed } from './feed';
import { clusterId, shownValueLength } from './observed-cluster';
import { Source } from './source';

let clock: ManualClock;
let store: MemoryStore;
let source: Source;
let feed: Feed;
let sent: FeedMessage[];
let happened: ObservedEvent[];
const demo = clusterId('c', 'demo');

beforeEach(() => {
  clock = new ManualClock();
  store = new MemoryStore(clock);
  sent = [];
  happened = [];
  const views = (): readonly ConnectionView[] => [
    {
      id: 'c',
      name: 'test',
      kind: 'practice',
      settings: null,
      temporary: false,
      secrets: {},
      status: source.status,
      foreignKeyCount: source.foreignKeyCount,
    },
  ];
  feed = new Feed(clock, views, {
    send: (message) => sent.push(structuredClone(message)),
    happened: (events) => happened.push(...events),
  });
  source = new Source('c', store, '/service', clock, {
    onDirty: () => {
      feed.sourceChanged();
    },
    onStatus: () => {
      feed.connectionsChanged();
    },
  });
  feed.add(source);
});
afterEach(() => {
  feed.close();
  source.close();
});

const member = (state: string, role = 'replica'): string =>
  JSON.stringify({
    state,
    role,
    conn_url: 'postgres://10.0.0.1:5432/postgres',
    api_url: 'http://10.0.0.1:8008/patroni',
    xlog_location: 1,
    timeline: 1,
  });

function makeDemo(scope = 'demo'): void {
  store.put(`/service/${scope}/initialize`, '7000000000000000001');
  store.put(`/service/${scope}/config`, '{"ttl":30,"loop_wait":10}');
  store.put(`/service/${scope}/leader`, 'pg1');
  store.put(`/service/${scope}/members/pg1`, member('running', 'primary'));
  store.put(`/service/${scope}/members/pg2`, member('running'));
}

/** Connects, lets the window ask for the whole, and clears what was sent on the way. */
async function connected(): Promise<void> {
  source.start();
  await clock.advance(1000);
  feed.start();
  await clock.advance(100);
  sent = [];
}

describe('the feed', () => {
  it('gives the whole fleet when the window asks, and nothing before', async () => {
    makeDemo('demo');
    makeDemo('other');
    store.put('/service/loose', 'x');
    store.put('/service/app/settings/a', 'x');
    store.put('/elsewhere/demo/leader', 'pg9');
    source.start();
    await clock.advance(1000);
    expect(sent).toEqual([]);
    const start = feed.start();
    expect(start.summaries.map(({ scope, leader }) => [scope, leader])).toEqual([
      ['demo', 'pg1'],
      ['other', 'pg1'],
    ]);
    expect(start.connections[0]?.foreignKeyCount).toBe(2);
    expect(start.connections[0]?.status.kind).toBe('live');
    expect(start.events).toEqual([]);
  });

  it('tells the first change in the same turn, without waiting for a timer', async () => {
    makeDemo();
    await connected();
    store.put('/service/demo/leader', 'pg2');
    expect(sent).toEqual([]);
    await Promise.resolve();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.summariesSet?.map(({ id, leader }) => [id, leader])).toEqual([[demo, 'pg2']]);
  });

  it('tells what follows within a frame together', async () => {
    makeDemo();
    await connected();
    for (let i = 0; i < 50; i += 1) {
      store.put('/service/demo/leader', i % 2 === 0 ? 'pg2' : 'pg1');
      await Promise.resolve();
    }
    expect(sent).toHaveLength(1);
    await clock.advance(15);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.summariesSet?.[0]?.leader).toBe('pg1');
    await clock.advance(60_000);
    expect(sent.filter(({ summariesSet }) => summariesSet !== undefined)).toHaveLength(2);
  });

  it('numbers its messages without a gap, from the start on', async () => {
    makeDemo();
    source.start();
    await clock.advance(1000);
    const { seq } = feed.start();
    for (let i = 0; i < 5; i += 1) {
      store.put('/service/demo/leader', `pg${String(i)}`);
      await clock.advance(20);
    }
    expect(sent.map((message) => message.seq)).toEqual(sent.map((_message, i) => seq + 1 + i));
    expect(sent.length).toBeGreaterThanOrEqual(5);
  });

  it('says nothing of a cluster that only its keys changed of, unless it is open', async () => {
    makeDemo();
    await connected();
    store.put('/service/demo/other', '1');
    await clock.advance(20);
    sent = [];
    store.put('/service/demo/other', '2');
    await clock.advance(20);
    expect(sent).toEqual([]);
  });

  it('gives the open cluster in detail, then patches that make it what the store holds', async () => {
    makeDemo();
    makeDemo('other');
    await connected();
    let detail = feed.open(demo);
    expect(detail?.keys.map(({ key }) => key)).toEqual([
      '/service/demo/config',
      '/service/demo/initialize',
      '/service/demo/leader',
      '/service/demo/members/pg1',
      '/service/demo/members/pg2',
    ]);
    const follow = (): ClusterDetail | null => {
      for (const { detail: patch } of sent)
        if (patch !== undefined && detail !== null) detail = applyPatch(detail, patch);
      sent = [];
      return detail;
    };
    const session = store.grantSession(30);
    store.put('/service/demo/members/pg3', member('starting'), session);
    store.delete('/service/demo/members/pg2');
    store.put('/service/demo/leader', 'pg1', session);
    store.put('/service/other/leader', 'pg2');
    await clock.advance(5000);
    expect(follow()).toEqual(feed.open(demo) && { ...feed.open(demo), sessions: detail?.sessions });
    expect(detail?.groups[0]?.cluster.members.map(({ name }) => name)).toEqual(['pg1', 'pg3']);
    expect(detail?.keys.find(({ key }) => key.endsWith('/pg3'))?.changedAt).toBe('2026-01-15T12:00:01.100Z');
    expect(detail?.keys.find(({ key }) => key.endsWith('/pg1'))?.changedAt).toBeNull();
    expect(detail?.sessions.map(({ id, grantedTtlSeconds }) => [id, grantedTtlSeconds])).toEqual([[session, 30]]);
  });

  it('never lets a message overtake the answer to the request before', async () => {
    makeDemo();
    await connected();
    feed.open(demo);
    store.put('/service/demo/leader', 'pg2');
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(sent).toEqual([]);
    await clock.advance(0);
    expect(sent).toHaveLength(1);
  });

  it('cuts a large value in the detail and gives the whole when asked', async () => {
    makeDemo();
    const large = `${'x'.repeat(shownValueLength - 1)}😀 end`;
    store.put('/service/demo/large', large);
    await connected();
    const key = feed.open(demo)?.keys.find((one) => one.key === '/service/demo/large');
    expect(key?.truncated).toBe(true);
    expect(key?.value).toBe('x'.repeat(shownValueLength - 1));
    expect(feed.value(demo, '/service/demo/large')).toBe(large);
    expect(feed.value(demo, '/service/other/large')).toBeNull();
    expect(feed.value('__proto__', '__proto__')).toBeNull();
  });

  it('notices who leads, who comes and goes, pauses, and changed options', async () => {
    makeDemo();
    await connected();
    const steps: (() => unknown)[] = [
      () => store.put('/service/demo/leader', 'pg2'),
      () => store.delete('/service/demo/leader'),
      () => store.put('/service/demo/leader', 'pg1'),
      () => store.put('/service/demo/members/pg3', member('running')),
      () => store.delete('/service/demo/members/pg2'),
      () => store.put('/service/demo/config', '{"ttl":20,"loop_wait":10,"pause":true}'),
      () => store.put('/service/demo/config', '{"ttl":20,"loop_wait":10}'),
    ];
    for (const step of steps) {
      step();
      await clock.advance(20);
    }
    const isFinding = (kind: string): boolean => kind.startsWith('finding-');
    expect(happened.filter(({ kind }) => !isFinding(kind)).map(({ kind, words }) => [kind, words])).toEqual([
      ['leader-changed', 'pg1 → pg2'],
      ['leader-lost', 'pg2 lost the leader lock'],
      ['leader-elected', 'pg1 took the leader lock after pg2'],
      ['member-joined', 'pg3 joined'],
      ['member-left', 'pg2 left'],
      ['paused', 'paused'],
      ['config-changed', 'configuration changed: ttl'],
      ['resumed', 'resumed'],
    ]);
    await clock.advance(20);
    expect(sent.flatMap(({ events }) => events ?? [])).toEqual(happened);
    expect(feed.start().events).toEqual(happened);
  });

  it('notices findings that come and go, but not those that another event tells of', async () => {
    makeDemo();
    await connected();
    store.put('/service/demo/config', '{"ttl":20,"loop_wait":10,"pause":true}');
    await clock.advance(20);
    store.put('/service/demo/config', '{"ttl":30,"loop_wait":10}');
    await clock.advance(20);
    const timings = 'ttl is 20 s, less than loop_wait + 2 × retry_timeout = 30 s';
    expect(happened.filter(({ kind }) => kind.startsWith('finding-')).map(({ kind, words }) => [kind, words])).toEqual([
      ['finding-came', timings],
      ['finding-went', `no longer: ${timings}`],
    ]);
  });

  it('knows since when there is no leader, and who was there', async () => {
    makeDemo();
    await connected();
    store.delete('/service/demo/leader');
    store.delete('/service/demo/members/pg1');
    await clock.advance(60_000);
    const { summaries } = feed.start();
    expect(summaries[0]?.unlockedSince).toBe('2026-01-15T12:00:01.100Z');
    expect(summaries[0]?.verdict).toEqual({ severity: 'critical', words: 'no leader' });
    const gone = feed.open(demo)?.findings.find(({ code }) => code === 'member-gone');
    expect(gone?.subject).toEqual({ kind: 'member', name: 'pg1' });
  });

  it('drops a cluster whose last key went away, and shows it again when it is back', async () => {
    makeDemo();
    await connected();
    feed.open(demo);
    for (const { key } of store.list('/service/demo/')) store.delete(key);
    await clock.advance(20);
    expect(sent.flatMap(({ summariesRemoved }) => summariesRemoved ?? [])).toEqual([demo]);
    expect(feed.start().summaries).toEqual([]);
    makeDemo();
    await clock.advance(20);
    expect(feed.start().summaries.map(({ scope }) => scope)).toEqual(['demo']);
  });

  it('takes the clusters of a removed connection out, and goes on with the open one when it is made anew', async () => {
    makeDemo();
    await connected();
    let detail = feed.open(demo);
    feed.remove(source);
    await clock.advance(20);
    expect(sent.flatMap(({ summariesRemoved }) => summariesRemoved ?? [])).toEqual([demo]);
    source.close();
    store = new MemoryStore(clock);
    makeDemo();
    store.put('/service/demo/leader', 'pg2');
    source = new Source('c', store, '/service', clock, {
      onDirty: () => {
        feed.sourceChanged();
      },
      onStatus: () => {
        feed.connectionsChanged();
      },
    });
    feed.add(source);
    source.start();
    await clock.advance(1000);
    for (const { detail: patch } of sent)
      if (patch !== undefined && detail !== null) detail = applyPatch(detail, patch);
    expect(detail?.groups[0]?.cluster.leader?.member.name).toBe('pg2');
    expect(detail).toEqual(feed.open(demo));
  });

  it('takes any name of a scope and of a member', async () => {
    const scopes = ['__proto__', 'constructor', '\u{1F418} <b>', 'x'.repeat(2000)];
    for (const scope of scopes) {
      store.put(`/service/${scope}/leader`, '__proto__');
      store.put(`/service/${scope}/members/__proto__`, '{"__proto__":1}');
      store.put(`/service/${scope}/members/hasOwnProperty`, 'no json');
    }
    await connected();
    const { summaries } = feed.start();
    expect(new Set(summaries.map(({ scope }) => scope))).toEqual(new Set(scopes));
    for (const { id } of summaries) {
      expect(id.length).toBeLessThanOrEqual(1024);
      expect(feed.open(id)?.groups[0]?.cluster.members).toHaveLength(2);
    }
  });

  it('asks for no more than 64 sessions in a round, the leader lock’s among them', async () => {
    const asked: (readonly string[])[] = [];
    const ask = store.sessions.bind(store);
    store.sessions = (ids) => {
      asked.push(ids);
      return ask(ids);
    };
    const lock = store.grantSession(3600);
    store.put('/service/demo/leader', 'pg0', lock);
    for (let i = 0; i < 200; i += 1)
      store.put(`/service/demo/members/pg${String(i)}`, member('running'), store.grantSession(3600));
    await connected();
    let detail = feed.open(demo);
    await clock.advance(12_500);
    expect(asked.length).toBe(5);
    expect(asked.every((ids) => ids.length <= 64 && ids[0] === lock)).toBe(true);
    for (const { detail: patch } of sent)
      if (patch !== undefined && detail !== null) detail = applyPatch(detail, patch);
    expect(detail?.sessions).toHaveLength(201);
    feed.open(null);
    await clock.advance(10_000);
    expect(asked.length).toBe(5);
  });
});
