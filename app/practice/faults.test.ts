import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../cluster/build-cluster';
import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { MemoryStore } from '../dcs/memory-store';
import { ManualClock } from '../manual-clock';
import { PracticeHerd } from './herd';
import { Random } from './random';

// What a person can do to the practice herd from the window, and take back.

const FAILOVER_MS = 30_000;

async function practice() {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const herd = new PracticeHerd(store, clock, new Random(3), { life: false });
  herd.start();
  await clock.advance(120_000);
  const read = (scope: string): Cluster.Cluster => {
    const nodes = new Map(store.list(`/service/${scope}/`).map((node) => [node.key, node]));
    return new ClusterBuilder('service').build(nodes).groups[0]?.cluster ?? Cluster.empty;
  };
  const leader = (scope: string): string | null => Cluster.leaderName(read(scope));
  const primaries = (scope: string): readonly string[] =>
    herd.faults(scope).flatMap(({ members }) => members.filter((one) => one.isPrimary).map(({ name }) => name));
  const faultsOf = (scope: string, name: string) =>
    herd.faults(scope)[0]?.members.find((member) => member.name === name)?.faults;
  return { clock, store, herd, read, leader, primaries, faultsOf };
}

describe('a leader that is frozen', () => {
  it('loses its lock when its session runs out, and gives up being primary when it goes on', async () => {
    const { clock, herd, leader, primaries, faultsOf } = await practice();
    herd.inject('practice', 'practice-1', 'frozen', true);
    expect(faultsOf('practice', 'practice-1')).toEqual(['frozen']);
    await clock.advance(FAILOVER_MS);
    expect(leader('practice')).not.toBe('practice-1');
    // Nobody could tell it.
    expect(primaries('practice')).toContain('practice-1');
    herd.inject('practice', 'practice-1', 'frozen', false);
    await clock.advance(20_000);
    expect(primaries('practice')).toEqual([leader('practice')]);
    expect(faultsOf('practice', 'practice-1')).toEqual([]);
  });

  it('goes on as leader when it was for a moment only', async () => {
    const { clock, herd, leader, read } = await practice();
    herd.inject('practice', 'practice-1', 'frozen', true);
    await clock.advance(8_000);
    herd.inject('practice', 'practice-1', 'frozen', false);
    await clock.advance(FAILOVER_MS);
    expect(leader('practice')).toBe('practice-1');
    expect(Cluster.currentTimeline(read('practice'))).toBe(5);
  });
});

describe('a leader that is cut off from the store', () => {
  it('gives up being primary before another one leads', async () => {
    const { clock, herd, leader, primaries } = await practice();
    herd.inject('practice', 'practice-1', 'cut-from-store', true);
    for (let second = 0; second < 40; second += 1) {
      await clock.advance(1_000);
      expect(primaries('practice').length).toBeLessThanOrEqual(1);
    }
    expect(['practice-2', 'practice-3']).toContain(leader('practice'));
    herd.inject('practice', 'practice-1', 'cut-from-store', false);
    await clock.advance(20_000);
    expect(primaries('practice')).toEqual([leader('practice')]);
  });

  it('goes on in failsafe mode while all others answer it, and nobody else leads meanwhile', async () => {
    const { clock, herd, leader, primaries } = await practice();
    herd.inject('savanna', 'savanna-1', 'cut-from-store', true);
    await clock.advance(FAILOVER_MS);
    expect(primaries('savanna')).toEqual(['savanna-1']);
    // Its lock ran out, and those who hear it do not race.
    expect(leader('savanna')).toBeNull();
    // One that does not answer is enough.
    herd.inject('savanna', 'savanna-3', 'killed', true);
    await clock.advance(2 * FAILOVER_MS);
    expect(primaries('savanna')).toEqual([leader('savanna')]);
    expect(leader('savanna')).toBe('savanna-2');
  });
});

describe('the store away', () => {
  it('leaves no primary but in failsafe mode, and all lead again when it is back, on a new timeline or none', async () => {
    const { clock, herd, leader, primaries, store } = await practice();
    const { revision } = store;
    herd.setStoreAway(true);
    await clock.advance(60_000);
    expect(store.revision).toBe(revision);
    expect(primaries('practice')).toEqual([]);
    expect(primaries('savanna')).toEqual(['savanna-1']);
    herd.setStoreAway(false);
    await clock.advance(FAILOVER_MS);
    expect(primaries('practice')).toEqual([leader('practice')]);
    expect(primaries('savanna')).toEqual(['savanna-1']);
    expect(leader('savanna')).toBe('savanna-1');
  });
});

describe('a member that is cut off from the others', () => {
  it('streams no more, answers nobody, and leads nobody; it streams again afterwards', async () => {
    const { clock, herd, read, leader } = await practice();
    herd.inject('practice', 'practice-3', 'cut-from-peers', true);
    await clock.advance(10_000);
    const cut = Cluster.getMember(read('practice'), 'practice-3') ?? Member.withoutKey('');
    expect(Member.replicationState(cut)).toBeNull();
    const request = { method: 'GET', path: '/patroni', body: null, timeoutMs: 500 } as const;
    const answer = herd.api.ask('http://10.20.1.13:8008/patroni', request);
    await clock.advance(1_000);
    expect(await answer).toMatchObject({ kind: 'unreachable', sent: 'no' });
    herd.inject('practice', 'practice-3', 'cut-from-peers', false);
    await clock.advance(20_000);
    const back = Cluster.getMember(read('practice'), 'practice-3') ?? Member.withoutKey('');
    expect(Member.replicationState(back)).toBe('streaming');
    expect(leader('practice')).toBe('practice-1');
  });
});

describe('a replica', () => {
  it.each(['lag', 'slow-disk'] as const)('with %s falls behind, and has caught up some time after', async (fault) => {
    const { clock, herd, read } = await practice();
    const behind = (): number => {
      const { members, status } = read('practice');
      return (
        status.lastLsn - (Member.lsn(members.find(({ name }) => name === 'practice-3') ?? Member.withoutKey('')) ?? 0)
      );
    };
    herd.inject('practice', 'practice-3', fault, true);
    await clock.advance(120_000);
    expect(behind()).toBeGreaterThan(1_048_576);
    herd.inject('practice', 'practice-3', fault, false);
    await clock.advance(60_000);
    expect(behind()).toBeLessThan(200_000);
  });
});

describe('a slot whose reader went away', () => {
  it('holds more WAL with each round, until the reader is back', async () => {
    const { clock, herd, read } = await practice();
    const held = (): number => {
      const { slots, lastLsn } = read('practice').status;
      return lastLsn - (slots?.find(([name]) => name === 'nightly_backup')?.[1] ?? 0);
    };
    herd.holdSlot('practice', null, true);
    await clock.advance(10_000);
    expect(held()).toBeGreaterThan(2 * 1024 ** 3);
    const before = held();
    await clock.advance(60_000);
    expect(held()).toBeGreaterThan(before);
    expect(herd.faults('practice')[0]?.slot).toEqual({ name: 'nightly_backup', isHeld: true });
    herd.holdSlot('practice', null, false);
    await clock.advance(10_000);
    expect(held()).toBeLessThan(100_000_000);
  });
});

describe('check_timeline', () => {
  it('keeps a member out that does not know the newest timeline', async () => {
    const { clock, herd, store, leader } = await practice();
    const config = JSON.parse(store.get('/service/practice/config')?.value ?? '') as object;
    store.put('/service/practice/config', JSON.stringify({ ...config, check_timeline: true }));
    const history = JSON.parse(store.get('/service/practice/history')?.value ?? '') as unknown[];
    herd.kill('practice-1');
    store.put('/service/practice/history', JSON.stringify([...history, [5, 1, 'no recovery target specified']]));
    await clock.advance(2 * FAILOVER_MS);
    expect(leader('practice')).toBeNull();
  });
});

describe('strict synchronous mode', () => {
  it('writes nothing while no standby is there to confirm it, and goes on with one', async () => {
    const { clock, herd, leader, read } = await practice();
    const replicas = read('savanna').members.flatMap(({ name }) => (name === leader('savanna') ? [] : [name]));
    const written = async (): Promise<number> => {
      const before = read('savanna').status.lastLsn;
      await clock.advance(60_000);
      return read('savanna').status.lastLsn - before;
    };
    expect(await written()).toBeGreaterThan(0);
    for (const name of replicas) herd.inject('savanna', name, 'killed', true);
    await clock.advance(FAILOVER_MS);
    expect(await written()).toBe(0);
    for (const name of replicas) herd.inject('savanna', name, 'killed', false);
    await clock.advance(FAILOVER_MS);
    expect(await written()).toBeGreaterThan(0);
  });
});
