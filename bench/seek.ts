import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { bundled } from './bundled';
import { recordHerd } from './herd-recording';
import { type Bench, below, quantile } from './result';
import { withFolder } from './temporary-folder';

const BYTES = 1e9;
const SEEKS = 200;
const HERD = { clusters: 50, members: 5, minutes: 30 };
const MOST_MS = 100;

export const seek: Bench = {
  name: 'seek',
  what: `showing any instant of a recording of ${BYTES / 1e9} GB, beside reading all of it`,
  needsWindow: false,
  run: (progress) =>
    withFolder(async (folder) => {
      const { clusters, members, minutes } = HERD;
      await recordHerd(folder, clusters, members, minutes);
      const { files, endMs } = await repeat(folder);
      const { Recording } = await bundled('past-ours');
      const recording = new Recording(folder);
      const [first] = await recording.spans();
      if (first === undefined) throw new Error('nothing was recorded');
      progress(
        `${files} segments, ${((endMs - first.beginMs) / 86_400_000).toFixed(1)} days of ${clusters} × ${members}`,
      );
      const took: number[] = [];
      for (let n = 0; n < SEEKS; n += 1) {
        const ms = first.beginMs + Math.floor((endMs - first.beginMs) * ((n * 0.618_033_988_75) % 1));
        const started = performance.now();
        const instant = await recording.at(ms);
        took.push(performance.now() - started);
        if (instant === null || !instant.isRecorded || instant.nodes.size < clusters * members)
          throw new Error(`nothing is shown of ${new Date(ms).toISOString()}`);
      }
      const started = performance.now();
      await readAll(folder);
      const reading = performance.now() - started;
      return [
        below('seek', 'ms', quantile(took, 0.5), reading, MOST_MS),
        below('seek-p95', 'ms', quantile(took, 0.95), reading, MOST_MS),
      ];
    }),
};

/**
 * Repeats what was recorded, each time later, until it is as large as it must be: its lines count from their segment's beginning, so only
 * the first line is another one.
 */
async function repeat(folder: string): Promise<{ readonly files: number; readonly endMs: number }> {
  const segments = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const [begin = 0, end = 0] = name.split(/[-.]/).map(Number);
      const text = gunzipSync(await readFile(join(folder, name))).toString('utf8');
      const cut = text.indexOf('\n') + 1;
      return { begin, end, header: text.slice(0, cut), rest: gzipSync(text.slice(cut)) };
    }),
  );
  segments.sort((a, b) => a.begin - b.begin);
  const [first, last] = [segments[0], segments.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was recorded');
  const period = last.end - first.begin + 500;
  let bytes = 0;
  let files = 0;
  let endMs = last.end;
  for (let turn = 0; bytes < BYTES; turn += 1) {
    for (const { begin, end, header, rest } of segments) {
      const shift = turn * period;
      const at = new Date(begin + shift).toISOString();
      // gzip files can follow each other in one.
      const content = Buffer.concat([gzipSync(header.replace(/"at":"[^"]+"/, `"at":"${at}"`)), rest]);
      await writeFile(join(folder, `${begin + shift}-${end + shift}.ndjson.gz`), content);
      bytes += content.length;
      files += 1;
      endMs = end + shift;
    }
  }
  return { files, endMs };
}

async function readAll(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    for await (const chunk of createReadStream(join(folder, name), { highWaterMark: 1 << 20 })) void chunk;
  }
}
