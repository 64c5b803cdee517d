// npm run fuzz -- --runs N --seed S: gives the readers of exports what is no good. It runs with a heap of 256 MiB (package.json): an
// input that needs more ends it, and what is left to collect between two inputs does not count as held.
import { parseArgs } from 'node:util';
import { fuzzReaders } from './readers';

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const runs = Number(values.runs ?? 20_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed))
  throw new Error('--runs and --seed are whole numbers');
console.log(`${runs} inputs, seed ${seed}`);
const begin = Date.now();
const { slowestMs } = fuzzReaders({ runs, seed });
const MOST_MIB = 512;
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `${runs} passed, 0 failed, in ${((Date.now() - begin) / 1000).toFixed(1)} s; the slowest took ${slowestMs} ms; at most ${peak} MiB`,
);
if (peak > MOST_MIB) throw new Error(`more than ${MOST_MIB} MiB were held`);
