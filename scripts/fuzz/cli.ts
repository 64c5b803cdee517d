// npm run fuzz -- --runs N --seed S: gives the readers of exports what is no good.
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
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `${runs} passed, 0 failed, in ${((Date.now() - begin) / 1000).toFixed(1)} s; the slowest took ${slowestMs} ms; at most ${peak} MiB`,
);
