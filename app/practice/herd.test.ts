import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../cluster/build-cluster';
import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import * as SyncState from '../cluster/sync-state';
import { MemoryStore } from '../dcs/memory-store';
import { ManualClock } from '../manual-clock';
import { PRACTICE_CLUSTERS } from './clusters';
import { PracticeHerd, type HerdOptions } from './herd';
import { Random } from './random';

const TTL_MS = 20_000;
const LOOP_MS = 5_500;

function makeHerd(options: HerdOptions = { life: false }, seed = 1) {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const herd = new PracticeHerd(store, clock, new Random(seed), options);
  herd.start();
  return { clock, store, herd };
}

/** A scope as the inspector reads it; of an MPP cluster the group. */
function read(store: MemoryStore, scope: string, group: number | null = null): Cluster.Cluster {
  const nodes = new Map(store.list(`/service/${scope}/`).map((node) => [node.key, node]));
  const { groups, problems } = new ClusterBuilder('service').build(nodes);
  expect(problems).toEqual([]);
  const found = groups.find((one) => one.group === group);
  if (found === undefined) throw new Error(`no cluster ${scope}`);
  return found.cluster;
}

function member(cluster: Cluster.Cluster, name: string): Member.Member {
  return Cluster.getMember(cluster, name) ?? Member.withoutKey(name);
}

function timelineOf(cluster: Cluster.Cluster, name: string): number {
  return Member.timeline(member(cluster, name)) ?? 0;
}

describe('the practice herd at its start', () => {
  it('has eighteen members in five scopes, each running, with a leader each', () => {
    const { store } = makeHerd();
    const members = store.list('/service/').filter(({ key }) => key.includes('/members/'));
    expect(members).toHaveLength(18);
    for (const { scope, group, members: names } of PRACTICE_CLUSTERS) {
      const cluster = read(store, scope, group);
      expect(Cluster.leaderName(cluster)).toBe(names[0]?.name);
      expect(cluster.members.every((one) => Member.state(one) === 'running')).toBe(true);
    }
  });

  it('shows what a fleet can have: history, a late replica, a cascade, slots, sync, standby cluster, failsafe, pending restart', () => {
    const { store } = makeHerd();
    const practice = read(store, 'practice');
    expect(practice.history?.lines).toHaveLength(4);
    expect(practice.history?.lines.every((line) => Date.parse(String(line[3])) > 0)).toBe(true);
    expect(timelineOf(practice, 'practice-1')).toBe(5);
    const late = practice.status.lastLsn - (Member.lsn(member(practice, 'practice-3')) ?? 0);
    expect(late).toBeGreaterThan(GlobalConfig.maximumLagOnFailover(practice.config));
    expect(late).toBeLessThan(2 * GlobalConfig.maximumLagOnFailover(practice.config));
    expect(Member.replicatefrom(member(practice, 'practice-4'))).toBe('practice-2');
    expect(practice.status.slots?.map(([name]) => name)).toEqual([
      'practice_2',
      'practice_3',
      'practice_4',
      'nightly_backup',
      'orders_feed',
      'practice_1',
    ]);
    expect(practice.status.retainSlots).toEqual(['practice_1', 'practice_2', 'practice_3', 'practice_4']);
    expect(practice.failsafe).toBeNull();

    const savanna = read(store, 'savanna');
    expect(savanna.sync).toMatchObject({ leader: 'savanna-1', syncStandby: 'savanna-2' });
    expect(savanna.failsafe).toHaveLength(3);

    const standby = read(store, 'savanna-standby');
    expect(standby.initialize).toBe(savanna.initialize);
    expect(Member.role(member(standby, 'savanna-standby-1'))).toBe('standby_leader');
    expect(standby.history).toBeNull();

    expect(Member.pendingRestartReason(member(read(store, 'grassland', 1), 'grassland-1-2'))).toHaveLength(1);
    expect(practice.initialize).toMatch(/^\d{19}$/);
  });

  it('lets the late replica catch up within two minutes', async () => {
    const { clock, store } = makeHerd();
    await clock.advance(120_000);
    const practice = read(store, 'practice');
    const late = practice.status.lastLsn - (Member.lsn(member(practice, 'practice-3')) ?? 0);
    expect(late).toBeLessThan(1_000);
  });

  it('lives the same life again from the same seed, and another from another', async () => {
    const lives = await Promise.all(
      [3, 3, 4].map(async (seed) => {
        const { clock, store } = makeHerd({}, seed);
        await clock.advance(120_000);
        return JSON.stringify(store.list('/service/'));
      }),
    );
    expect(lives[0]).toBe(lives[1]);
    expect(lives[0]).not.toBe(lives[2]);
  });
});

describe('a leader that goes down', () => {
  it('is followed by the healthiest replica within TTL and a round, on the next timeline, with a line in the history', async () => {
    const { clock, store, herd } = makeHerd();
    await clock.advance(60_000);
    herd.kill('practice-1');
    const killedAt = clock.now();
    await clock.advance(TTL_MS - LOOP_MS);
    expect(Cluster.leaderName(read(store, 'practice'))).toBe('practice-1');
    await clock.advance(2 * LOOP_MS);
    const after = read(store, 'practice');
    const leader = Cluster.leaderName(after) ?? '';
    expect(['practice-2', 'practice-3']).toContain(leader);
    expect(Cluster.getMember(after, 'practice-1')).toBeNull();
    expect(Member.role(member(after, leader))).toBe('primary');
    expect(timelineOf(after, leader)).toBe(6);
    const [timeline, lsn, reason, at, name] = after.history?.lines.at(-1) ?? [];
    expect([timeline, reason, name]).toEqual([5, 'no recovery target specified', leader]);
    expect(lsn).toBeGreaterThan(0);
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
    expect(Date.parse(String(at)) - killedAt).toBeLessThanOrEqual(TTL_MS + LOOP_MS);
    await clock.advance(LOOP_MS);
    expect(after.status.retainSlots).toContain('practice_1');
  });

  it('comes back as a replica: stopped, rewound, on the new timeline, in step', async () => {
    const { clock, store, herd } = makeHerd();
    await clock.advance(10_000);
    herd.kill('practice-1');
    await clock.advance(30_000);
    const seen: string[] = [];
    store.watch('/service/practice/members/practice-1', (BigInt(store.revision) + 1n).toString(), {
      onReady: () => undefined,
      onBatch: ({ changes }) => {
        for (const change of changes) {
          if (change.kind !== 'put') continue;
          const { state, role } = JSON.parse(change.node.value) as { state: string; role: string };
          if (seen.at(-1) !== `${state} ${role}`) seen.push(`${state} ${role}`);
        }
      },
      onEnd: () => undefined,
    });
    herd.revive('practice-1');
    await clock.advance(20_000);
    expect(seen).toEqual(['stopped demoted', 'starting replica', 'stopping replica', 'running replica']);
    const after = read(store, 'practice');
    expect(timelineOf(after, 'practice-1')).toBe(6);
    expect(Member.replicationState(member(after, 'practice-1'))).toBe('streaming');
  });

  it('goes on leading on its timeline when it is back before its session ran out', async () => {
    const { clock, store, herd } = makeHerd();
    await clock.advance(10_000);
    herd.kill('practice-1');
    await clock.advance(3_000);
    herd.revive('practice-1');
    await clock.advance(40_000);
    const after = read(store, 'practice');
    expect(Cluster.leaderName(after)).toBe('practice-1');
    expect(timelineOf(after, 'practice-1')).toBe(5);
    expect(Member.role(member(after, 'practice-1'))).toBe('primary');
  });

  it('is not followed by a replica that is too far behind, nor by one tagged nofailover', async () => {
    const { clock, store, herd } = makeHerd();
    await clock.advance(120_000);
    herd.setLag('practice-3', 5_000_000);
    await clock.advance(10_000);
    herd.kill('practice-2');
    herd.kill('practice-1');
    await clock.advance(120_000);
    const after = read(store, 'practice');
    expect(Cluster.leaderName(after)).toBeNull();
    expect(after.members.map(({ name }) => name)).toEqual(['practice-3', 'practice-4']);
  });

  it('is followed by nobody but the synchronous standby in synchronous mode', async () => {
    const { clock, store, herd } = makeHerd();
    await clock.advance(10_000);
    herd.kill('savanna-1');
    await clock.advance(TTL_MS + 2 * LOOP_MS);
    const after = read(store, 'savanna');
    expect(Cluster.leaderName(after)).toBe('savanna-2');
    expect(after.sync).toMatchObject({ leader: 'savanna-2', syncStandby: null });
    herd.revive('savanna-1');
    await clock.advance(30_000);
    expect(read(store, 'savanna').sync).toMatchObject({ leader: 'savanna-2', syncStandby: 'savanna-1' });
    const standby = read(store, 'savanna-standby');
    expect(Member.replicationState(member(standby, 'savanna-standby-1'))).toBe('streaming');
    expect(timelineOf(standby, 'savanna-standby-1')).toBe(3);
    expect(timelineOf(standby, 'savanna-standby-2')).toBe(3);
  });

  it('of a standby cluster is followed by a standby leader on the same timeline', async () => {
    const { clock, store, herd } = makeHerd();
    await clock.advance(10_000);
    herd.kill('savanna-standby-1');
    await clock.advance(TTL_MS + 2 * LOOP_MS);
    const after = read(store, 'savanna-standby');
    expect(Cluster.leaderName(after)).toBe('savanna-standby-2');
    expect(Member.role(member(after, 'savanna-standby-2'))).toBe('standby_leader');
    expect(timelineOf(after, 'savanna-standby-2')).toBe(2);
  });

  it('is followed by nobody in pause, and leads again when it is back', async () => {
    const { clock, store, herd } = makeHerd();
    herd.pause('practice');
    await clock.advance(10_000);
    expect(read(store, 'practice').members.every(({ data }) => data['pause'] === true)).toBe(true);
    herd.kill('practice-1');
    await clock.advance(60_000);
    expect(Cluster.leaderName(read(store, 'practice'))).toBeNull();
    herd.pause('practice', false);
    await clock.advance(20_000);
    const after = read(store, 'practice');
    expect(Cluster.leaderName(after)).not.toBeNull();
    expect(after.members.some(({ data }) => Object.hasOwn(data, 'pause'))).toBe(false);
  });

  it('keeps its lock in a store that forgot its session while the machine slept', async () => {
    const { clock, store } = makeHerd();
    await clock.advance(10_000);
    const { session } = read(store, 'practice').leader ?? { session: null };
    store.revokeSession(session ?? '');
    await clock.advance(15_000);
    const after = read(store, 'practice');
    expect(Cluster.leaderName(after)).toBe('practice-1');
    expect(timelineOf(after, 'practice-1')).toBe(5);
  });
});

describe('a switchover', () => {
  it('through the failover key hands over without loss and empties the key', async () => {
    const { clock, store, herd } = makeHerd();
    await clock.advance(90_000);
    herd.switchover('practice-1', 'practice-3');
    await clock.advance(20_000);
    const after = read(store, 'practice');
    expect(Cluster.leaderName(after)).toBe('practice-3');
    expect(store.get('/service/practice/failover')?.value).toBe('{}');
    expect(after.history?.lines.at(-1)?.[4]).toBe('practice-3');
    for (const { name } of after.members) {
      expect(timelineOf(after, name)).toBe(6);
      if (name !== 'practice-3') expect(Member.replicationState(member(after, name))).toBe('streaming');
    }
  });

  it('is honoured when somebody else writes the key, at the next round', async () => {
    const { clock, store } = makeHerd();
    await clock.advance(90_000);
    store.put('/service/practice/failover', '{"member":"practice-2"}');
    await clock.advance(15_000);
    expect(Cluster.leaderName(read(store, 'practice'))).toBe('practice-2');
  });

  it('that is scheduled happens at its time', async () => {
    const { clock, store } = makeHerd();
    await clock.advance(90_000);
    const scheduled_at = new Date(clock.now() + 60_000).toISOString();
    store.put(
      '/service/practice/failover',
      JSON.stringify({ leader: 'practice-1', member: 'practice-2', scheduled_at }),
    );
    await clock.advance(58_000);
    expect(Cluster.leaderName(read(store, 'practice'))).toBe('practice-1');
    await clock.advance(15_000);
    expect(Cluster.leaderName(read(store, 'practice'))).toBe('practice-2');
  });

  it.each([
    ['to a member that may not lead', { leader: 'practice-1', member: 'practice-4' }],
    ['to nobody that exists', { leader: 'practice-1', member: 'practice-9' }],
    ['from a member that does not lead', { leader: 'practice-2', member: 'practice-3' }],
    ['to the leader itself', { member: 'practice-1' }],
  ])('%s is refused: the key is emptied and the leader stays', async (_what, request) => {
    const { clock, store } = makeHerd();
    await clock.advance(90_000);
    store.put('/service/practice/failover', JSON.stringify(request));
    await clock.advance(20_000);
    expect(store.get('/service/practice/failover')?.value).toBe('{}');
    expect(Cluster.leaderName(read(store, 'practice'))).toBe('practice-1');
  });
});

describe('a restart', () => {
  it('of a synchronous standby asks first not to be synchronous, and clears what waited for it', async () => {
    const { clock, store, herd } = makeHerd();
    await clock.advance(10_000);
    herd.restart('savanna-2');
    expect(Member.tags(member(read(store, 'savanna'), 'savanna-2'))).toEqual({ nosync: true, sync_priority: 0 });
    await clock.advance(6_000);
    expect(read(store, 'savanna').sync.syncStandby).toBeNull();
    await clock.advance(20_000);
    expect(Member.tags(member(read(store, 'savanna'), 'savanna-2'))).toEqual({});
    expect(read(store, 'savanna').sync.syncStandby).toBe('savanna-2');
    herd.restart('grassland-1-2');
    await clock.advance(10_000);
    expect(Member.pendingRestart(member(read(store, 'grassland', 1), 'grassland-1-2'))).toBe(false);
  });
});

describe('whatever is written into its keys', () => {
  it('the herd goes on', async () => {
    const { clock, store } = makeHerd();
    for (const relative of ['failover', 'config', 'status', 'history', 'sync', 'members/practice-2', 'members/x/y']) {
      for (const value of ['', '{', 'null', '[1]', '{"__proto__":{"pause":true},"leader":7}', '"text"']) {
        store.put(`/service/practice/${relative}`, value);
        await clock.advance(7_000);
      }
    }
    store.put('/service/practice/config', JSON.stringify(PRACTICE_CLUSTERS[0]?.config));
    for (const relative of ['failover', 'sync', 'history', 'members/x/y'])
      store.delete(`/service/practice/${relative}`);
    await clock.advance(30_000);
    expect(Cluster.leaderName(read(store, 'practice'))).not.toBeNull();
  });
});

describe('an hour of the practice herd', () => {
  it.each([1, 2])('keeps every promise of Patroni at every change (seed %i)', async (seed) => {
    const { clock, store } = makeHerd({}, seed);
    const timelines = new Map<string, number>();
    const leaderChanges: string[] = [];
    const states = new Set<string>();
    let unlockedAt: number | null = null;
    let longestUnlocked = 0;
    let batches = 0;
    store.watch('/service/', (BigInt(store.revision) + 1n).toString(), {
      onReady: () => undefined,
      onBatch: ({ changes }) => {
        batches += 1;
        for (const change of changes) {
          if (change.kind === 'delete') {
            if (change.key.endsWith('/leader')) unlockedAt = clock.now();
            continue;
          }
          const { key, value } = change.node;
          if (key.endsWith('/leader')) {
            leaderChanges.push(`${key} ${value}`);
            longestUnlocked = Math.max(longestUnlocked, clock.now() - (unlockedAt ?? clock.now()));
            // The lock and the member's own key live with one session.
            expect(store.get(key.replace(/leader$/, `members/${value}`))?.session).toBe(change.node.session);
          }
          if (!key.includes('/members/')) continue;
          const data = JSON.parse(value) as Record<string, unknown>;
          states.add(`${String(data['state'])} ${String(data['role'])}`);
          if (typeof data['timeline'] === 'number') {
            expect(data['timeline']).toBeGreaterThanOrEqual(timelines.get(key) ?? 0);
            timelines.set(key, data['timeline']);
          }
        }
      },
      onEnd: (end) => expect(end).toBeNull(),
    });

    for (let second = 0; second < 3_600; second += 10) {
      await clock.advance(10_000);
      for (const { scope, group, members } of PRACTICE_CLUSTERS) {
        const cluster = read(store, scope, group);
        const leader = Cluster.leaderName(cluster);
        if (leader !== null) expect(members.map(({ name }) => name)).toContain(leader);
        const primaries = cluster.members.filter((one) => ['primary', 'promoted'].includes(Member.role(one) ?? ''));
        const running = primaries.filter((one) => Member.state(one) === 'running');
        // A leader that went down still has its key until its session ends; nobody else may lead before that.
        expect(running.length).toBeLessThanOrEqual(1);
        if (running[0] !== undefined) expect(running[0].name).toBe(leader);
        if (!SyncState.isEmpty(cluster.sync)) expect(SyncState.voters(cluster.sync)).not.toContain(cluster.sync.leader);
        const history = cluster.history?.lines ?? [];
        expect(history.map((line) => line[0])).toEqual(history.map((_line, index) => index + 1));
        const lsns = history.map((line) => Number(line[1]));
        expect(lsns).toEqual([...lsns].sort((a, b) => a - b));
      }
    }
    expect(leaderChanges.length).toBeGreaterThanOrEqual(3);
    expect(leaderChanges.length).toBeLessThanOrEqual(10);
    expect(longestUnlocked).toBeLessThanOrEqual(LOOP_MS);
    expect(states).toContain('stopped replica');
    expect(states).toContain('restarting replica');
    // Enough to see life, little enough to stay idle.
    expect(batches / 3_600).toBeGreaterThan(1);
    expect(batches / 3_600).toBeLessThan(10);
  });

  it('comes to rest: after life ends all members stream on one timeline', async () => {
    const clock = new ManualClock();
    const store = new MemoryStore(clock);
    const herd = new PracticeHerd(store, clock, new Random(5), { life: false });
    herd.start();
    for (const name of ['practice-1', 'savanna-1', 'grassland-2-1']) herd.kill(name);
    await clock.advance(40_000);
    for (const name of ['practice-1', 'savanna-1', 'grassland-2-1']) herd.revive(name);
    await clock.advance(180_000);
    for (const { scope, group, members } of PRACTICE_CLUSTERS) {
      const cluster = read(store, scope, group);
      const leader = Cluster.leaderName(cluster) ?? '';
      expect(cluster.members).toHaveLength(members.length);
      for (const one of cluster.members) {
        expect(timelineOf(cluster, one.name)).toBe(timelineOf(cluster, leader));
        if (one.name === leader) continue;
        expect(Member.replicationState(one)).toBe('streaming');
        expect(Math.abs(cluster.status.lastLsn - (Member.lsn(one) ?? 0))).toBeLessThan(1_000_000);
      }
    }
  });

  it('leaves no timer behind when it is stopped', async () => {
    const { clock, store, herd } = makeHerd({});
    await clock.advance(60_000);
    herd.stop();
    await clock.advance(60_000);
    const { revision } = store;
    expect(store.list('/service/').filter(({ key }) => /\/(leader|members\/.*)$/.test(key))).toEqual([]);
    await clock.advance(600_000);
    expect(store.revision).toBe(revision);
  });
});
