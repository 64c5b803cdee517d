import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../cluster/build-cluster';
import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import type * as SyncState from '../cluster/sync-state';
import { MemoryStore } from '../dcs/memory-store';
import { findings } from '../findings';
import { timelines } from '../history/timelines';
import { ManualClock } from '../manual-clock';
import { syncReport } from '../sync/sync-report';
import { PracticeHerd } from './herd';
import { Random } from './random';

// The practice cluster in quorum mode: any two of three standbys confirm each commit.

const FAILOVER_MS = 30_000;

function steppe(seed = 1) {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const herd = new PracticeHerd(store, clock, new Random(seed), { life: false });
  herd.start();
  const read = (scope = 'steppe'): Cluster.Cluster => {
    const nodes = new Map(store.list(`/service/${scope}/`).map((node) => [node.key, node]));
    const found = new ClusterBuilder('service').build(nodes).groups[0];
    if (found === undefined) throw new Error(`no cluster ${scope}`);
    return found.cluster;
  };
  const sync = (): SyncState.SyncState => read().sync;
  return { clock, store, herd, read, sync };
}

const configure = (store: MemoryStore, change: object): void => {
  const key = '/service/steppe/config';
  store.put(key, JSON.stringify({ ...(JSON.parse(store.get(key)?.value ?? '{}') as object), ...change }));
};

/** What is written into /sync from now on. */
function recordSync(store: MemoryStore): string[] {
  const written: string[] = [];
  store.watch('/service/steppe/sync', (BigInt(store.revision) + 1n).toString(), {
    onReady: () => undefined,
    onBatch: ({ changes }) => {
      for (const change of changes) written.push(change.kind === 'put' ? change.node.value : 'deleted');
    },
    onEnd: () => undefined,
  });
  return written;
}

describe('the cluster in quorum mode', () => {
  it('names every standby, and as quorum how many of the others a candidate must hear', () => {
    const { store, read } = steppe();
    expect(store.get('/service/steppe/sync')?.value).toBe(
      '{"leader":"steppe-1","quorum":1,"sync_standby":"steppe-2,steppe-3,steppe-4"}',
    );
    expect(syncReport(read())).toMatchObject({ mode: 'quorum', numbers: { named: 3, mustConfirm: 2, votesNeeded: 1 } });
    expect(syncReport(read('savanna'))).toMatchObject({ mode: 'sync-strict', numbers: { named: 1, mustConfirm: 1 } });
  });

  it('survives its leader and one voter: a candidate hears the other one', async () => {
    const { clock, herd, read, sync } = steppe();
    await clock.advance(10_000);
    herd.kill('steppe-1');
    herd.kill('steppe-2');
    await clock.advance(FAILOVER_MS);
    expect(['steppe-3', 'steppe-4']).toContain(Cluster.leaderName(read()));
    expect(sync().leader).toBe(Cluster.leaderName(read()));
  });

  it('has no leader when no voter is there to be heard, and has one again when one comes back', async () => {
    const { clock, herd, read } = steppe();
    await clock.advance(10_000);
    for (const name of ['steppe-1', 'steppe-2', 'steppe-3']) herd.kill(name);
    await clock.advance(120_000);
    expect(read().members.map(({ name }) => name)).toEqual(['steppe-4']);
    expect(Cluster.leaderName(read())).toBeNull();
    herd.revive('steppe-3');
    await clock.advance(FAILOVER_MS);
    expect(Cluster.leaderName(read())).not.toBeNull();
  });

  it('is taken to the former leader’s voters first, and grows again when the former leader is back', async () => {
    const { clock, store, herd, read, sync } = steppe();
    await clock.advance(10_000);
    const written = recordSync(store);
    herd.kill('steppe-1');
    await clock.advance(FAILOVER_MS + 10_000);
    const leader = Cluster.leaderName(read()) ?? '';
    const others = ['steppe-2', 'steppe-3', 'steppe-4'].filter((name) => name !== leader);
    expect(written[0]).toBe(JSON.stringify({ leader, quorum: 1, sync_standby: ['steppe-1', ...others].join() }));
    expect(sync()).toMatchObject({ leader, quorum: 0, syncStandby: others.join() });
    herd.revive('steppe-1');
    await clock.advance(40_000);
    expect(sync()).toMatchObject({ leader, quorum: 1, syncStandby: ['steppe-1', ...others].join() });
  });

  it('follows synchronous_node_count, the mode, and a voter that is restarted', async () => {
    const { clock, store, herd, sync } = steppe();
    await clock.advance(10_000);
    configure(store, { synchronous_node_count: 1 });
    await clock.advance(10_000);
    expect(sync().quorum).toBe(2);
    const written = recordSync(store);
    herd.restart('steppe-2');
    await clock.advance(36_000);
    expect(written).toEqual([
      '{"leader":"steppe-1","quorum":1,"sync_standby":"steppe-3,steppe-4"}',
      '{"leader":"steppe-1","quorum":2,"sync_standby":"steppe-2,steppe-3,steppe-4"}',
    ]);
    configure(store, { synchronous_mode: true });
    await clock.advance(15_000);
    expect(sync()).toMatchObject({ quorum: 0, leader: 'steppe-1' });
    expect(sync().syncStandby).toMatch(/^steppe-\d$/);
    configure(store, { synchronous_mode: 'quorum' });
    await clock.advance(15_000);
    expect(sync()).toMatchObject({ quorum: 2, syncStandby: 'steppe-2,steppe-3,steppe-4' });
    configure(store, { synchronous_mode: false });
    await clock.advance(15_000);
    expect(store.get('/service/steppe/sync')).toBeNull();
  });

  it('does not hand over when too few voters could follow, unless somebody is named to take over', async () => {
    const { clock, store, herd, read } = steppe();
    await clock.advance(10_000);
    configure(store, { synchronous_node_count: 1 });
    await clock.advance(10_000);
    herd.kill('steppe-2');
    herd.kill('steppe-3');
    store.put('/service/steppe/failover', '{"leader":"steppe-1"}');
    await clock.advance(4_000);
    expect(Cluster.leaderName(read())).toBe('steppe-1');
    await clock.advance(40_000);
    herd.switchover('steppe-1', 'steppe-4');
    await clock.advance(20_000);
    expect(Cluster.leaderName(read())).toBe('steppe-4');
  });
});

describe('the long history', () => {
  it('is forty timelines of some years; the oldest lines tell neither instant nor leader, the next no leader', async () => {
    const { clock, herd, read } = steppe();
    const lines = read().history?.lines ?? [];
    expect(lines.map(({ length }) => length)).toEqual([
      ...Array<number>(6).fill(3),
      ...Array<number>(10).fill(4),
      ...Array<number>(23).fill(5),
    ]);
    const all = timelines(read());
    expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(all.at(-1)).toMatchObject({ isCurrent: true, leader: 'steppe-1' });
    expect(new Set(all.flatMap(({ notes }) => notes.map(({ kind }) => kind)))).toEqual(new Set(['no-instant']));
    herd.switchover('steppe-1', 'steppe-2');
    await clock.advance(20_000);
    expect(read().history?.lines.slice(0, 39)).toEqual(lines);
    expect(read().history?.lines).toHaveLength(40);
  });
});

describe('the slot whose reader is away', () => {
  it('holds more and more WAL, on whoever leads, and is found', async () => {
    const { clock, store, herd, read } = steppe();
    const slot = (): number => read().status.slots?.find(([name]) => name === 'warehouse_feed')?.[1] ?? 0;
    const before = { slot: slot(), held: read().status.lastLsn - slot() };
    const found = findings({
      namespace: 'service',
      scope: 'steppe',
      groups: [{ group: null, cluster: read() }],
      problems: [],
      foreignKeys: [],
      keys: new Map(store.list('/service/steppe/').map((node) => [node.key, node])),
      now: new Date(clock.now()).toISOString(),
      observed: () => ({ seenMembers: new Map(), unlockedSince: null, storeHasSessions: true }),
    });
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([['slot-holds-wal', 'warning']]);
    expect(found[0]?.title).toContain('warehouse_feed');
    await clock.advance(60_000);
    herd.switchover('steppe-1', 'steppe-2');
    await clock.advance(60_000);
    expect(Member.role(Cluster.getMember(read(), 'steppe-2') ?? Member.withoutKey(''))).toBe('primary');
    expect(slot()).toBe(before.slot);
    expect(read().status.lastLsn - slot()).toBeGreaterThan(before.held + 5_000_000);
  });
});
