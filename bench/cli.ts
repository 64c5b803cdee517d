// npm run bench [-- NAME …] [--json]: measures the program against the yardsticks that its goals name, in one run.
import { ensureBuilt } from '../scripts/build';
import { prepare, say } from '../scripts/prepare';
import { buildSize } from './build-size';
import { forecast } from './forecast';
import { latency } from './latency';
import { memory } from './memory';
import { model } from './model';
import { record } from './record';
import type { Bench, BenchResult } from './result';
import { seek } from './seek';
import { snapshot } from './snapshot';
import { startTime } from './start-time';
import { stores } from './stores';

const benches: readonly Bench[] = [
  buildSize,
  startTime,
  latency,
  memory,
  model,
  forecast,
  snapshot,
  seek,
  record,
  stores,
];

const args = process.argv.slice(2);
const json = args.includes('--json');
const names = args.filter((a) => !a.startsWith('--'));
const unknown = names.filter((n) => !benches.some((b) => b.name === n));
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(', ')}; there are: ${benches.map((b) => b.name).join(', ')}`);
  process.exit(2);
}

const chosen = benches.filter((b) => names.length === 0 || names.includes(b.name));
if (chosen.some(({ needsWindow }) => needsWindow)) {
  const prepared = await prepare({ ownDisplay: process.platform === 'linux', more: ['etcd', 'zookeeper'] });
  if (prepared === null || !(await ensureBuilt(say))) process.exit(1);
  Object.assign(process.env, prepared.display.env);
}

let missed = 0;
for (const bench of chosen) {
  console.error(`${bench.name}: ${bench.what}`);
  const results = await bench.run((line) => console.error(`  ${line}`));
  for (const result of results) {
    print(result);
    if (!result.ok) missed += 1;
  }
}
process.exit(missed === 0 ? 0 : 1);

function print(result: BenchResult): void {
  if (json) {
    console.log(JSON.stringify(result));
    return;
  }
  const { name, value, unit, yardstick, ratio, goal } = result;
  console.log(
    `${result.ok ? 'ok    ' : 'missed'} ${name}: ${value} ${unit}, yardstick ${yardstick} ${unit}, ratio ${ratio}, goal ${goal}`,
  );
}
