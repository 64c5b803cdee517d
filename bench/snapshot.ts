import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bundled } from './bundled';
import { fleetOf } from './fleet-nodes';
import { atMostTimes, type Bench, quantile } from './result';
import { withFolder } from './temporary-folder';

const MEGABYTES = 100;
const MEMBERS = 10;
/** How much a cluster of so many members comes to in a snapshot, in bytes. */
const CLUSTER_BYTES = 5_360;
const ROUNDS = 5;
const AT = '2026-11-23T12:00:00.000Z';

export const snapshot: Bench = {
  name: 'snapshot',
  what: `opening a snapshot of ${MEGABYTES} MB, beside unpacking it and JSON.parse of its lines`,
  needsWindow: false,
  run: (progress) =>
    withFolder(async (folder) => {
      const { fileInput, openInputs, pictureSection, writeSnapshotFile } = await bundled('past-ours');
      const path = join(folder, 'fleet.herdscope');
      const nodes = fleetOf(Math.ceil((MEGABYTES * 1e6) / CLUSTER_BYTES), MEMBERS).flatMap((scope) => [
        ...scope.nodes.values(),
      ]);
      await writeSnapshotFile(path, {
        program: 'bench',
        writtenAt: AT,
        redacted: { secrets: true, names: false },
        sections: [
          pictureSection({
            connection: 'bench',
            store: { kind: 'etcd3', version: null },
            namespace: '/service',
            at: AT,
            revision: '7',
            nodes,
            sessions: [],
            untold: ['times-to-live'],
          }),
        ],
      });
      const ours: number[] = [];
      const plain: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        let started = performance.now();
        const input = await fileInput(path);
        const found = input.ok ? await openInputs([input.value], AT) : input;
        ours.push(performance.now() - started);
        if (!found.ok) throw new Error(found.error);
        const read = found.value.pictures[0]?.picture.nodes.length;
        if (read !== nodes.length) throw new Error(`${read ?? 0} of ${nodes.length} keys were read`);
        started = performance.now();
        const { bytes, lines } = await parseLines(path);
        plain.push(performance.now() - started);
        if (round === 0)
          progress(
            `${nodes.length} keys, ${lines} lines, ${(bytes / 1e6).toFixed(1)} MB in a file of ${((await stat(path)).size / 1e6).toFixed(1)} MB`,
          );
      }
      return [atMostTimes('snapshot', 'ms', quantile(ours, 0.5), quantile(plain, 0.5), 3, 'unpacking and JSON.parse')];
    }),
};

/** All that a reader must do: unpack it, and parse each line. */
async function parseLines(path: string): Promise<{ readonly bytes: number; readonly lines: number }> {
  const file = await readFile(path);
  const text = gunzipSync(file.subarray(file.indexOf(10) + 1)).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const parsed: unknown[] = lines.map((line) => JSON.parse(line) as unknown);
  return { bytes: text.length, lines: parsed.length };
}
