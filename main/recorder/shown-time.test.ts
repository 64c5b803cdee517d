import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../app/dcs/memory-store';
import type { ConnectionView, FeedMessage } from '../../app/ipc/contract';
import { ManualClock } from '../../app/manual-clock';
import type { Picture } from '../../app/snapshot/picture';
import { PictureStore } from '../../app/snapshot/picture-store';
import { Feed } from '../inspection/feed';
import { fixedSource } from '../inspection/fixed-source';
import { Source } from '../inspection/source';
import { mindPast } from '../ipc/past-rules';
import { compareInstants } from './compare-instants';
import { Recorders } from './recorders';
import { ShownTime } from './shown-time';

const START = Date.UTC(2026, 10, 23, 1, 0, 0);
const LEADER = '/service/demo/leader';

let folder: string;
let clock: ManualClock;
let store: MemoryStore;
let source: Source;
let recorders: Recorders;
let live: Feed;
let time: ShownTime;
let sent: FeedMessage[];
let left: number;
let fixed: Source[];

const view = (id: string, over: Partial<ConnectionView> = {}): ConnectionView => ({
  id,
  name: id,
  kind: 'etcd3',
  settings: null,
  temporary: false,
  secrets: {},
  status: source.status,
  foreignKeyCount: 0,
  operable: true,
  ...over,
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-past-'));
  clock = new ManualClock(START);
  sent = [];
  left = 0;
  fixed = [];
  recorders = new Recorders({ folder: join(folder, 'recordings'), clock, onTrouble: () => undefined });
  store = new MemoryStore(clock);
  store.put(LEADER, 'pg1');
  store.put('/service/demo/config', '{"ttl":30}');
  const views = (): ConnectionView[] => [
    view('a'),
    ...fixed.map(({ id, status }) => view(id, { kind: 'snapshot', status })),
  ];
  const send = (message: FeedMessage): void => {
    sent.push(message);
  };
  live = new Feed(clock, views, { send, happened: (events) => recorders.happened(events) });
  source = new Source('a', store, '/service', clock, {
    onDirty: () => live.sourceChanged(),
    onStatus: () => live.connectionsChanged(),
    tap: recorders.open({
      id: 'a',
      name: 'a',
      kind: 'etcd3',
      namespace: '/service',
      settings: null,
      temporary: false,
    }),
  });
  live.add(source);
  source.start();
  time = new ShownTime({ clock, recorders, live, views, fixed: () => fixed, send, left: () => (left += 1) });
  // Beyond each change lies a second: pg1 led until 10 s, nobody until 20 s, pg2 from then on.
  await clock.advance(10_000);
  store.delete(LEADER);
  await clock.advance(10_000);
  store.put(LEADER, 'pg2');
  await clock.advance(10_000);
  await recorders.extent();
});
afterEach(async () => {
  time.windowGone();
  live.close();
  source.close();
  await recorders.closeAll();
  await rm(folder, { recursive: true, force: true });
});

/** Lets a picture that was put in place be read, and the message about it go. */
const settle = (): Promise<void> => clock.advance(100);

const leader = (): string | null | undefined => time.feed.summary('a/demo')?.leader;

async function seek(seconds: number | null): Promise<boolean> {
  const isOther = await time.seek(seconds === null ? null : START + seconds * 1000);
  await settle();
  time.feed.detail('a/demo');
  return isOther;
}

describe('the past', () => {
  it('is shown in place of what lives, and left again', async () => {
    expect(await seek(5)).toBe(true);
    expect(leader()).toBe('pg1');
    expect(live.summary('a/demo')?.leader).toBe('pg2');
    expect((await time.extent()).shownAt).toBe(new Date(START + 5_000).toISOString());
    expect(await seek(25)).toBe(false);
    expect(leader()).toBe('pg2');
    expect(await seek(5)).toBe(false);
    expect(leader()).toBe('pg1');
    expect(await seek(null)).toBe(true);
    expect(time.isPast).toBe(false);
    expect(leader()).toBe('pg2');
  });

  it('sends the window what is different from instant to instant, and what lives goes on unseen', async () => {
    await seek(5);
    time.feed.start();
    sent = [];
    store.put(LEADER, 'pg3');
    await settle();
    expect(sent).toEqual([]);
    await seek(25);
    expect(sent.flatMap(({ summariesSet }) => summariesSet ?? []).map((one) => one.leader)).toEqual(['pg2']);
    // To go from one instant to another is nothing that happened.
    expect(sent.flatMap(({ events }) => events ?? [])).toEqual([]);
  });

  it('does not make up since when there is no leader', async () => {
    await seek(25);
    await seek(15);
    expect(time.feed.summary('a/demo')).toMatchObject({ leader: null, unlockedSince: null });
  });

  it('can be shown by no two of several wishes at once: the last one holds', async () => {
    const wishes = [time.seek(START + 5_000), time.seek(START + 15_000), time.seek(START + 25_000)];
    await Promise.all(wishes);
    await settle();
    time.feed.detail('a/demo');
    expect(leader()).toBe('pg2');
    const last = [time.seek(START + 5_000), time.seek(null)];
    await Promise.all(last);
    expect(time.isPast).toBe(false);
    const first = [time.seek(START + 5_000), time.seek(null)];
    await Promise.all(first);
    expect(time.isPast).toBe(false);
    expect(time.feed).toBe(live);
  });

  it('has no cluster before the recording began, and says that', async () => {
    await seek(-10);
    expect(time.feed.start().summaries).toEqual([]);
    expect(time.feed.start().connections[0]?.status).toEqual({
      kind: 'as-of',
      at: new Date(START - 10_000).toISOString(),
      from: 'nothing: it was not recorded yet',
    });
  });

  it('says where the store was not heard, and where nothing was recorded', async () => {
    const from = (): unknown => {
      const status = time.feed.start().connections[0]?.status;
      return status?.kind === 'as-of' ? status.from : status;
    };
    await seek(25);
    expect(from()).toBe('the recording');
    await recorders.close('a');
    recorders.open({ id: 'a', name: 'a', kind: 'etcd3', namespace: '/service', settings: null, temporary: false });
    await seek(3000);
    expect(from()).toBe('the recording, as last seen before: then nothing was recorded');
  });

  it('offers nothing to be done, and refuses what is tried', async () => {
    expect(mindPast('operation.start', time)).toBeNull();
    await seek(5);
    expect(time.feed.start().connections[0]).not.toHaveProperty('operable');
    for (const name of ['operation.plan', 'operation.start', 'practice.inject', 'practice.rehearse'])
      expect(mindPast(name, time)?.code).toBe('refused');
    expect(mindPast('cluster.open', time)).toBeNull();
  });

  it('is left, and the window told, when something is opened or changed', async () => {
    await seek(5);
    expect(mindPast('snapshot.open', time)).toBeNull();
    expect([time.isPast, left]).toEqual([false, 1]);
    mindPast('snapshot.open', time);
    expect(left).toBe(1);
  });

  it('keeps snapshots as they are', async () => {
    const picture: Picture = {
      connection: 'file',
      store: { kind: 'etcd3', version: null },
      namespace: '/service',
      at: '2026-03-01T02:03:04.000Z',
      revision: '9',
      nodes: store.list('/service/'),
      sessions: [],
      untold: [],
    };
    const listener = { onDirty: () => live.sourceChanged(), onStatus: () => live.connectionsChanged() };
    const shown = fixedSource('s', new PictureStore(picture), 'night.herdscope', listener);
    fixed = [shown];
    live.add(shown);
    shown.start();
    await settle();
    await seek(5);
    const { summaries, connections } = time.feed.start();
    expect(summaries.map(({ id }) => id).sort()).toEqual(['a/demo', 's/demo']);
    expect(connections.find(({ id }) => id === 's')?.status).toMatchObject({ at: picture.at });
    await seek(null);
    expect(live.summary('s/demo')).not.toBeNull();
  });

  it('tells what changed between two instants', async () => {
    const compared = await compareInstants(recorders, [view('a')], 'a/demo', START + 5_000, START + 25_000);
    expect(compared).toMatchObject({
      ok: true,
      value: {
        beforeAt: new Date(START + 5_000).toISOString(),
        comparison: { keys: [{ what: 'demo/leader', before: 'pg1', after: 'pg2' }] },
      },
    });
    expect(await compareInstants(recorders, [view('a')], 'a/demo', START - 5_000, START)).toMatchObject({ ok: false });
    expect(await compareInstants(recorders, [view('a')], 'b/demo', START, START)).toMatchObject({ ok: false });
  });
});
