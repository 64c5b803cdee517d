import { setTimeout as delay } from 'node:timers/promises';
import { ClusterBuilder } from '../../app/cluster/build-cluster';
import * as Cluster from '../../app/cluster/cluster';
import * as Member from '../../app/cluster/member';
import { forecast, type Forecast } from '../../app/forecast/forecast';
import type { Herd } from '../../lab/herd';
import type { LabMember } from '../../lab/member';
import { plainEtcd } from '../../lab/plain-etcd';
import { Etcd3Store } from '../../main/stores/etcd3/etcd3-store';
import type { Situation } from './situation';

/** The lab's ttl, and rounds enough for all to have had their turn. */
const NOBODY_SECONDS = 38;
const STILL_SECONDS = 25;

/** What was forecast for a situation and what came. */
export interface Observed {
  readonly killed: string;
  /** Names of the replicas, in the order of the situation's. */
  readonly replicas: readonly string[];
  readonly forecast: Forecast;
  /** Who took the lock; null for nobody. */
  readonly leader: string | null;
  /** From the kill until somebody had the lock; null when nobody took it. */
  readonly seconds: number | null;
}

/** Makes a situation, forecasts what comes of the leader's death, kills it and looks who takes the lock. */
export async function tryOut(herd: Herd, situation: Situation): Promise<Observed> {
  const store = new Etcd3Store(plainEtcd(herd.store.endpoint));
  try {
    const killed = await herd.leader();
    const others = herd.members.filter(({ name }) => name !== killed);
    await make(herd, situation, herd.member(killed), others);
    const cluster = await whenStill(() => read(store, herd));
    const made = forecast(cluster);
    const at = Date.now();
    await herd.kill(killed);
    const leader = await whoTakesTheLock(() => read(store, herd), killed, at);
    const seconds = leader === null ? null : (Date.now() - at) / 1000;
    return { killed, replicas: others.map(({ name }) => name), forecast: made, leader, seconds };
  } finally {
    store.close();
  }
}

/** Everybody is there again, with nothing that a situation left behind. Throws when they do not come to rest. */
export async function restore(herd: Herd): Promise<void> {
  herd.unlag();
  await patch(herd, {
    pause: null,
    synchronous_mode: false,
    synchronous_mode_strict: null,
    synchronous_node_count: null,
    failsafe_mode: null,
    check_timeline: null,
    maximum_lag_on_failover: 1_048_576,
  });
  await anyMember(herd, 'DELETE', '/switchover', null);
  for (const member of herd.members) {
    await member.retag({});
    await ask(member, 'POST', '/reload', {});
  }
  await herd.revive();
  await herd.settled(120);
}

async function make(herd: Herd, situation: Situation, leader: LabMember, others: readonly LabMember[]): Promise<void> {
  const { checkTimeline, failsafe, limitBytes, replicas, strict, sync, syncNodes } = situation;
  for (const [index, member] of others.entries()) {
    await member.retag(replicas[index]?.tags ?? {});
    await ask(member, 'POST', '/reload', {});
  }
  await patch(herd, {
    synchronous_mode: { off: false, on: true, quorum: 'quorum' }[sync],
    synchronous_mode_strict: strict,
    synchronous_node_count: syncNodes,
    failsafe_mode: failsafe,
    check_timeline: checkTimeline,
    maximum_lag_on_failover: limitBytes,
  });
  // The tags are told with the next round, and who is synchronous comes of them.
  await delay(sync === 'off' ? 4_000 : 12_000);
  for (const [index, member] of others.entries()) {
    const { ended = null, lag = null } = replicas[index] ?? {};
    if (ended === 'stopped') await member.shutDown();
    else if (ended === 'killed') await member.kill();
    else if (lag !== null) member.holdUp(lag);
  }
  if (situation.writtenKib > 0) {
    const write = `pg_logical_emit_message(true, 'lab', repeat('x', 1024))`;
    await leader.sql(
      `SET synchronous_commit = local; SELECT count(${write}) FROM generate_series(1, ${String(situation.writtenKib)})`,
    );
  }
  if (situation.scheduled !== null) {
    const candidate = situation.scheduled === 'any' ? {} : { candidate: others[situation.scheduled]?.name };
    const at = new Date(Date.now() + 3_600_000).toISOString();
    await ask(leader, 'POST', '/switchover', { leader: leader.name, scheduled_at: at, ...candidate });
  }
  if (situation.paused) await patch(herd, { pause: true });
}

async function read(store: Etcd3Store, { scope, settings }: Herd): Promise<Cluster.Cluster> {
  const snapshot = await store.snapshot(`${settings.namespace}/${scope}/`);
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  const nodes = new Map(snapshot.value.nodes.map((node) => [node.key, node]));
  return new ClusterBuilder(settings.namespace).build(nodes).groups[0]?.cluster ?? Cluster.empty;
}

/** The cluster once two looks, more than a round apart, tell the same. */
async function whenStill(look: () => Promise<Cluster.Cluster>): Promise<Cluster.Cluster> {
  await delay(4_000);
  const until = Date.now() + STILL_SECONDS * 1000;
  let before = await look();
  for (;;) {
    await delay(4_000);
    const now = await look();
    if (standing(now) === standing(before) || Date.now() > until) return now;
    before = now;
  }
}

/** All that decides. */
function standing({ failover, members, status, sync }: Cluster.Cluster): string {
  const each = members.map((member) => [member.name, Member.state(member), Member.lsn(member), Member.tags(member)]);
  return JSON.stringify([failover, each, status.lastLsn, sync.leader, sync.syncStandby, sync.quorum]);
}

async function whoTakesTheLock(
  look: () => Promise<Cluster.Cluster>,
  before: string,
  killedAt: number,
): Promise<string | null> {
  while (Date.now() < killedAt + NOBODY_SECONDS * 1000) {
    const leader = Cluster.leaderName(await look());
    if (leader !== null && leader !== before) return leader;
    await delay(250);
  }
  return null;
}

async function patch(herd: Herd, settings: Readonly<Record<string, unknown>>): Promise<void> {
  if (!(await anyMember(herd, 'PATCH', '/config', settings))) throw new Error('no member takes a configuration');
}

/** Whether a member answered at all. */
async function anyMember(herd: Herd, method: string, path: string, body: unknown): Promise<boolean> {
  for (const member of herd.members) if (member.isRunning && (await ask(member, method, path, body))) return true;
  return false;
}

async function ask({ apiPort }: LabMember, method: string, path: string, body: unknown): Promise<boolean> {
  const request = {
    method,
    signal: AbortSignal.timeout(8_000),
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  };
  const answer = await fetch(`http://127.0.0.1:${String(apiPort)}${path}`, request).catch(() => null);
  await answer?.body?.cancel();
  return answer !== null && answer.status < 500;
}
