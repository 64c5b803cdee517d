import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundled } from './bundled';
import { memberName, memberValue } from './fleet';
import { fleetOf } from './fleet-nodes';
import { bytesIn, recordHerd } from './herd-recording';
import { atMostTimes, type Bench, type BenchResult, below } from './result';
import { withFolder } from './temporary-folder';
import type { StoreNode } from '../app/dcs/node';
import type { NodeChange } from '../app/dcs/store';

const EVENTS_A_SECOND = 2000;
const SECONDS = 20;
const [CLUSTERS, MEMBERS] = [400, 5];

const HERD = { clusters: 50, members: 5, minutes: 30 };
const TWO_WEEKS_MINUTES = 14 * 24 * 60;
const MOST_MB = 1000;

export const record: Bench = {
  name: 'record',
  what: `recording ${EVENTS_A_SECOND} events a second for ${SECONDS} s, beside JSON.stringify and gzip of the same; two weeks of ${HERD.clusters} × ${HERD.members}`,
  needsWindow: false,
  async run(progress) {
    const results = await withFolder((folder) => atFullSpeed(folder, progress));
    return [...results, await withFolder((folder) => twoWeeks(folder, progress))];
  },
};

/** As fast as the events come, in real time. */
async function atFullSpeed(folder: string, progress: (line: string) => void): Promise<readonly BenchResult[]> {
  const { Recorder, systemClock } = await bundled('past-ours');
  const nodes = new Map<string, StoreNode>(fleetOf(CLUSTERS, MEMBERS).flatMap((scope) => [...scope.nodes]));
  const recorder = new Recorder({
    folder: join(folder, 'recording'),
    connection: 'bench',
    kind: 'etcd3',
    namespace: '/service',
    mostBytes: 1e9,
    mostDays: 14,
    clock: systemClock,
    onTrouble: (sentence) => progress(sentence ?? 'recording goes on'),
  });
  recorder.take('7', [], nodes);
  await recorder.flush();
  const events = changesOf(nodes);
  // The events themselves cost something to make: that is no part of it.
  const idle = await cpu(() => paced(events, () => undefined));
  const ours = await cpu(async () => {
    await paced(events, (change, revision) => {
      nodes.set(change.node.key, change.node);
      recorder.take(revision, [change], nodes);
    });
    await recorder.flush();
  });
  await recorder.close();
  const bytes = await bytesIn(join(folder, 'recording'));
  let text: string[] = [];
  let packed = 0;
  const plain = await cpu(() => {
    for (const change of events) text.push(JSON.stringify(change));
    packed = gzipSync(text.join('\n')).length;
    text = [];
    return Promise.resolve();
  });
  const count = events.length;
  progress(
    `${count} events; the recorder's share of one core: ${((100 * (ours - idle)) / (SECONDS * 1e6)).toFixed(1)} %`,
  );
  return [
    atMostTimes(
      'record-cpu',
      'µs/event',
      (ours - idle) / count,
      plain / count,
      4,
      'JSON.stringify and gzip in one piece',
    ),
    atMostTimes('record-bytes', 'bytes/event', bytes / count, packed / count, 1, 'gzip of the events as JSON'),
  ];
}

/** Two weeks of a fleet under load, from a shorter time. */
async function twoWeeks(folder: string, progress: (line: string) => void): Promise<BenchResult> {
  const { clusters, members, minutes } = HERD;
  const { events, bytes, batches } = await recordHerd(folder, clusters, members, minutes);
  const times = TWO_WEEKS_MINUTES / minutes;
  const packed = gzipSync(batches.map((batch) => JSON.stringify(batch)).join('\n')).length;
  progress(
    `${events} events in ${minutes} minutes of ${clusters} × ${members}: ${bytes} bytes, ${(bytes / events).toFixed(1)} an event; two weeks are ${times} times as much`,
  );
  return below('record-two-weeks', 'MB', (bytes * times) / 1e6, (packed * times) / 1e6, MOST_MB);
}

type Put = Extract<NodeChange, { kind: 'put' }>;

/** Members' keys, one after the other, each with its WAL a bit further. */
function changesOf(nodes: ReadonlyMap<string, StoreNode>): readonly Put[] {
  const state = new Map(nodes);
  let lsn = 167772256;
  return Array.from({ length: EVENTS_A_SECOND * SECONDS }, (_, n): Put => {
    const [cluster, member] = [Math.floor(n / MEMBERS) % CLUSTERS, n % MEMBERS];
    lsn += (n * 7919) % 50_000;
    const key = `/service/cluster-${String(cluster).padStart(3, '0')}/members/${memberName(cluster, member)}`;
    const before = state.get(key);
    if (before === undefined) throw new Error(`there is no ${key}`);
    const value = JSON.stringify(memberValue(cluster, member, lsn));
    const node = {
      ...before,
      value,
      bytes: value.length,
      modRevision: String(n + 8),
      version: String(Number(before.version) + 1),
    };
    state.set(key, node);
    return { kind: 'put', node };
  });
}

async function paced(events: readonly Put[], take: (change: Put, revision: string) => void): Promise<void> {
  const start = performance.now();
  for (let at = 0; at < events.length;) {
    const due = Math.min(events.length, Math.floor(((performance.now() - start) * EVENTS_A_SECOND) / 1000));
    for (; at < due; at += 1) {
      const change = events[at];
      if (change !== undefined) take(change, change.node.modRevision);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The processor's time that work took in this process, all threads, in µs. */
async function cpu(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
