import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { node } from '../../app/cluster/test-nodes';
import type { FeedMessage, ObservedEvent } from '../../app/ipc/contract';
import { ManualClock } from '../../app/manual-clock';
import type { Picture } from '../../app/snapshot/picture';
import { PictureStore } from '../../app/snapshot/picture-store';
import { Feed } from './feed';
import { fixedSource } from './fixed-source';
import type { Source } from './source';

// The picture is of March; the program runs in November.
const at = '2026-03-01T02:03:04.000Z';
const clock = new ManualClock(Date.UTC(2026, 10, 1));

const member = (role: string): string =>
  JSON.stringify({ state: 'running', role, conn_url: 'postgres://10.0.0.1:5432/postgres', timeline: 3 });

const picture = (over: Partial<Picture> = {}): Picture => ({
  connection: 'production',
  store: { kind: 'etcd3', version: null },
  namespace: '/service',
  at,
  revision: '9000',
  nodes: [
    node('/service/demo/leader', 'pg1', { session: '7' }),
    node('/service/demo/initialize', '7000000000000000001'),
    node('/service/demo/members/pg1', member('primary'), { session: '7' }),
    node('/service/demo/members/pg2', member('replica'), { session: null }),
    node('/service/demo/failover', JSON.stringify({ leader: 'pg1', scheduled_at: '2026-03-01T02:30:00+00:00' })),
  ],
  sessions: [{ id: '7', grantedTtlSeconds: 30, remainingTtlSeconds: 21, askedAt: at }],
  untold: [],
  ...over,
});

let store: PictureStore;
let source: Source;
let feed: Feed;
let sent: FeedMessage[];
let happened: ObservedEvent[];

async function open(shown: Picture): Promise<void> {
  store = new PictureStore(shown);
  source = fixedSource('s', store, 'night.herdscope', {
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
}

beforeEach(() => {
  sent = [];
  happened = [];
  feed = new Feed(clock, () => [], {
    send: (message) => sent.push(message),
    happened: (events) => happened.push(...events),
  });
});
afterEach(() => {
  feed.close();
  source.close();
});

describe('a source that stands at one instant', () => {
  it('says of which instant and of which file it is', async () => {
    await open(picture());
    expect(source.status).toEqual({ kind: 'as-of', at, from: 'night.herdscope' });
  });

  it('finds what was to be found then: a switchover that was still to come is not one that is overdue', async () => {
    await open(picture());
    const found = feed.open('s/demo')?.findings ?? [];
    expect(found.map(({ code, title }) => [code, title])).toContainEqual([
      'scheduled-switchover',
      expect.stringContaining('is scheduled for'),
    ]);
    await clock.advance(60_000);
    expect(feed.open('s/demo')?.findings).toEqual(found);
  });

  it('has the sessions as they were, asked for once', async () => {
    await open(picture());
    feed.start();
    feed.open('s/demo');
    await clock.advance(20_000);
    const told = sent.flatMap(({ detail }) => detail?.sessions ?? []);
    expect(told).toEqual([{ id: '7', grantedTtlSeconds: 30, remainingTtlSeconds: 21, askedAt: at }]);
  });

  it('does not take a key without a session for a fault where its origin tells nothing of sessions', async () => {
    await open(picture());
    expect(feed.open('s/demo')?.findings.map(({ code }) => code)).toContain('member-without-session');
    source.close();
    feed.remove(source);
    await open(picture({ untold: ['sessions'] }));
    expect(feed.open('s/demo')?.findings.map(({ code }) => code)).not.toContain('member-without-session');
  });

  it('is moved to another instant by showing another picture, backwards too', async () => {
    await open(picture());
    feed.start();
    feed.open('s/demo');
    await clock.advance(1000);
    const before = '2026-03-01T01:00:00.000Z';
    store.show(picture({ at: before, revision: '12', nodes: [node('/service/demo/leader', 'pg2', { session: '7' })] }));
    await clock.advance(1000);
    expect(source.status).toMatchObject({ kind: 'as-of', at: before });
    const detail = feed.open('s/demo');
    expect(detail?.keys.map(({ key }) => key)).toEqual(['/service/demo/leader']);
    expect(detail?.groups[0]?.cluster.leader?.member.name).toBe('pg2');
  });
});
