import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeChange } from '../app/dcs/store';
import type { ClusterDefinition } from '../app/practice/cluster-definition';
import { bundled } from './bundled';

/** A batch of changes as the mirror applied it. */
export interface SeenBatch {
  readonly ms: number;
  readonly revision: string;
  readonly changes: readonly NodeChange[];
}

/** What was recorded of a simulated herd. */
export interface HerdRecording {
  readonly events: number;
  readonly bytes: number;
  readonly batches: readonly SeenBatch[];
}

const START = Date.UTC(2026, 10, 1);

/**
 * Lets a simulated herd live for `minutes`, with Patroni's own loop (10 s) and WAL written all the time by every cluster, so that each
 * member's key changes in each loop: the most that Patroni writes. It is recorded into `folder`.
 */
export async function recordHerd(
  folder: string,
  clusters: number,
  members: number,
  minutes: number,
): Promise<HerdRecording> {
  const { ManualClock, MemoryStore, Mirror, PracticeHerd, Random, Recorder } = await bundled('past-ours');
  const clock = new ManualClock(START);
  const store = new MemoryStore(clock, { storeId: 'bench', version: 'bench' });
  const random = new Random(7);
  const definitions = Array.from({ length: clusters }, (_, c) =>
    definition(c, members, random.integer(2_000, 4_000_000)),
  );
  const herd = new PracticeHerd(store, clock, random, { clusters: definitions });
  herd.start();
  const recorder = new Recorder({
    folder,
    connection: 'bench',
    kind: 'practice',
    namespace: '/service',
    mostBytes: Number.MAX_SAFE_INTEGER,
    mostDays: 366,
    clock,
    onTrouble: (sentence) => {
      if (sentence !== null) throw new Error(sentence);
    },
  });
  const batches: SeenBatch[] = [];
  let events = 0;
  const mirror = new Mirror(store, '/service/', clock, {
    onBatch: ({ revision, changes, cause }) => {
      recorder.take(revision, changes, mirror.nodes);
      if (cause === 'snapshot') return;
      events += changes.length;
      batches.push({ ms: clock.now(), revision, changes });
    },
    onStatus: () => undefined,
  });
  mirror.start();
  for (let s = 0; s < minutes * 60; s += 1) {
    await clock.advance(1000);
    // The disk's time does not pass on this clock.
    if (s % 10 === 0) await recorder.flush();
  }
  await recorder.close();
  mirror.close();
  herd.stop();
  return { events, bytes: await bytesIn(folder), batches };
}

/** The size of all files of a folder. */
export async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function definition(at: number, members: number, walBytesPerSecond: number): ClusterDefinition {
  const scope = `cluster-${String(at).padStart(3, '0')}`;
  return {
    scope,
    group: null,
    systemId: String(7571903384410325842n + BigInt(at)),
    config: {
      ttl: 30,
      loop_wait: 10,
      retry_timeout: 10,
      maximum_lag_on_failover: 1048576,
      postgresql: { use_slots: true },
    },
    members: Array.from({ length: members }, (_, m) => ({ name: `${scope}-pg${m + 1}`, host: `10.20.${at}.${m + 1}` })),
    promotions: [],
    lsn: 0x1_1c00_0148,
    walBytesPerSecond,
    changesLeader: true,
  };
}
