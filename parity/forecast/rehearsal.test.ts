import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../../app/cluster/build-cluster';
import * as Cluster from '../../app/cluster/cluster';
import * as Member from '../../app/cluster/member';
import { build, nodes } from '../../app/cluster/test-nodes';
import { MemoryStore } from '../../app/dcs/memory-store';
import { forecast } from '../../app/forecast/forecast';
import { ManualClock } from '../../app/manual-clock';
import { PracticeHerd } from '../../app/practice/herd';
import { Random } from '../../app/practice/random';
import { judge } from './judge';

// A cluster cloned into the practice herd is what it was, and what the forecast says of the original is what the clone does.

const LSN = 50_000_000;
const NAMES = ['pg1', 'pg2', 'pg3', 'pg4'] as const;
const TAGS = [
  { nofailover: true },
  { failover_priority: 0 },
  { failover_priority: 2 },
  { failover_priority: 3 },
  { nosync: true },
];

function madeUp(seed: number): Cluster.Cluster {
  const random = new Random(seed);
  const mode = random.pick(['off', 'off', 'on', 'quorum'] as const);
  const replicas = NAMES.slice(1).map((name) => {
    const behind = random.pick([0, 0, 40_000, 300_000, 3_000_000]) ?? 0;
    const running = random.chance(0.85);
    return {
      name,
      tags: random.chance(0.5) ? (random.pick(TAGS) ?? {}) : {},
      position: LSN - behind,
      running,
    };
  });
  const voters = replicas
    .filter(
      ({ running, tags }) =>
        running &&
        !('nosync' in tags) &&
        !('nofailover' in tags) &&
        !('failover_priority' in tags && tags.failover_priority === 0),
    )
    .map(({ name }) => name);
  const named = mode === 'on' ? voters.slice(0, random.integer(1, 2)) : voters;
  const config = {
    ttl: 20,
    loop_wait: 3,
    retry_timeout: 5,
    maximum_lag_on_failover: random.chance(0.3) ? 65_536 : 1_048_576,
    check_timeline: random.chance(0.3),
    failsafe_mode: random.chance(0.2),
    synchronous_mode: { off: false, on: true, quorum: 'quorum' }[mode ?? 'off'],
    synchronous_node_count: mode === 'on' ? Math.max(1, named.length) : 1,
    ...(random.chance(0.1) ? { pause: true } : {}),
  };
  const member = (role: string, position: number, more: object): object => ({
    state: 'running',
    role,
    api_url: 'http://10.0.0.1:8008/patroni',
    conn_url: 'postgres://10.0.0.1:5432/postgres',
    version: '4.1.5',
    timeline: 2,
    xlog_location: position,
    ...more,
  });
  const quorum = Math.max(0, named.length - 1);
  const built = build(
    nodes({
      initialize: '7588041127730214653',
      config,
      leader: 'pg1',
      history: [[1, 1_000_000, 'no recovery target specified', '2026-01-01T00:00:00+00:00', 'pg1']],
      status: { optime: LSN },
      ...(mode === 'off'
        ? {}
        : { sync: { leader: 'pg1', sync_standby: named.join(',') || null, quorum: mode === 'quorum' ? quorum : 0 } }),
      ...(config.failsafe_mode ? { failsafe: Object.fromEntries(NAMES.map((name) => [name, `http://${name}`])) } : {}),
      'members/pg1': member('primary', LSN, {}),
      ...Object.fromEntries(
        replicas.map(({ name, position, running, tags }) => [
          `members/${name}`,
          running
            ? member('replica', position, {
                receive_lsn: position,
                replay_lsn: position,
                replication_state: 'streaming',
                tags,
              })
            : { state: 'stopped', role: 'replica', version: '4.1.5', api_url: 'http://10.0.0.1:8008/patroni', tags },
        ]),
      ),
    }),
  );
  return built.groups[0]?.cluster ?? Cluster.empty;
}

async function clone(cluster: Cluster.Cluster, seed: number) {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const herd = new PracticeHerd(store, clock, new Random(seed), { clusters: [], life: false });
  herd.start();
  const scope = herd.rehearse('demo', [{ group: null, cluster }]);
  const read = (): Cluster.Cluster => {
    const map = new Map(store.list(`/service/${scope}/`).map((node) => [node.key, node]));
    return new ClusterBuilder('service').build(map).groups[0]?.cluster ?? Cluster.empty;
  };
  await clock.advance(50);
  return { clock, herd, scope, read };
}

describe('a rehearsal', () => {
  it('is the cluster as it was: leader, members, tags, positions, timeline, slots, synchronous standbys, configuration', async () => {
    const cluster = madeUp(5);
    const { read, scope } = await clone(cluster, 5);
    const copy = read();
    expect(scope).toBe('demo (rehearsal)');
    expect(copy.config?.data).toEqual(cluster.config?.data);
    expect(copy.initialize).toBe(cluster.initialize);
    expect(copy.history?.lines).toEqual(cluster.history?.lines);
    expect(Cluster.leaderName(copy)).toBe(Cluster.leaderName(cluster));
    const running = cluster.members.filter(Member.isRunning);
    expect(copy.members.map(({ name }) => name)).toEqual(running.map(({ name }) => name));
    for (const member of running) {
      const twin = Cluster.getMember(copy, member.name) ?? Member.withoutKey('');
      expect(Member.tags(twin)).toEqual(Member.tags(member));
      expect(Member.timeline(twin)).toBe(Member.timeline(member));
      expect(Math.abs((Member.lsn(twin) ?? 0) - (Member.lsn(member) ?? 0))).toBeLessThan(10_000);
      // Nothing could ever be sent to the real one.
      expect(Member.apiUrl(twin)).toMatch(/^http:\/\/m\d\.g\.rehearsal:8008\/patroni$/);
    }
  });

  it('takes the place of an earlier one of the same cluster', async () => {
    const { clock, herd, read } = await clone(madeUp(1), 1);
    herd.kill('pg1');
    await clock.advance(60_000);
    herd.rehearse('demo', [{ group: null, cluster: madeUp(1) }]);
    await clock.advance(10_000);
    expect(Cluster.leaderName(read())).toBe('pg1');
    expect(herd.faults('demo (rehearsal)')).toHaveLength(1);
  });

  it('does what the forecast says of the original, when its leader dies', async () => {
    const wrong: string[] = [];
    let leaders = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const cluster = madeUp(seed);
      const { clock, herd, read } = await clone(cluster, seed);
      herd.kill('pg1');
      await clock.advance(45_000);
      const leader = Cluster.leaderName(read());
      if (leader !== null) leaders += 1;
      const made = forecast(cluster);
      if (judge(made, leader) === 'different') wrong.push(`${seed}: ${JSON.stringify(made.outcome)}, but ${leader}`);
    }
    expect(wrong).toEqual([]);
    expect(leaders).toBeGreaterThan(150);
    expect(leaders).toBeLessThan(290);
  }, 60_000);
});
