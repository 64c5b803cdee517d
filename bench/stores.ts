import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { putToDom } from './put-to-dom';
import { atMostTimes, type Bench, type BenchResult } from './result';
import type { BareKind } from './stores/bare-client';
import { startStore } from './stores/benched-store';

const kinds: readonly BareKind[] = ['etcd3', 'consul', 'zookeeper'];
/** 1,000 clusters × 5 members are 10,000 keys. */
const [clusters, members] = [1000, 5];

const run = promisify(execFile);

export const stores: Bench = {
  name: 'stores',
  what: 'for each store: put acknowledged → the new value in the DOM, and the memory of 10,000 keys, against its bare client in Node',
  needsWindow: true,
  async run(progress) {
    const results: BenchResult[] = [];
    for (const kind of kinds) {
      progress(kind);
      results.push(...(await putToDom(kind, `stores-${kind}`, progress)), await memoryOf(kind, progress));
    }
    return results;
  },
};

async function memoryOf(kind: BareKind, progress: (line: string) => void): Promise<BenchResult> {
  const store = await startStore(kind, clusters, members);
  try {
    const ours = await heldBytes(kind, store.port, 'ours');
    const bare = await heldBytes(kind, store.port, 'bare');
    progress(`${ours.keys} keys in the mirror, ${bare.keys} by the bare client`);
    return atMostTimes(`stores-${kind}-memory`, 'MiB', ours.bytes / 2 ** 20, bare.bytes / 2 ** 20, 3, 'a bare Map');
  } finally {
    await store.stop();
  }
}

async function heldBytes(
  kind: BareKind,
  port: number,
  side: 'ours' | 'bare',
): Promise<{ readonly bytes: number; readonly keys: number }> {
  const { stdout } = await run(process.execPath, [
    '--expose-gc',
    '--import',
    'tsx',
    'bench/stores/held-bytes.ts',
    kind,
    String(port),
    side,
  ]);
  return JSON.parse(stdout) as { bytes: number; keys: number };
}
