import { parseArgs } from 'node:util';
import { soak } from '../lab/soak/soak';

// npm run soak -- [--events N] [--cuts N] [--seed S]: the mirror under load on a connection that keeps breaking.
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    cuts: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [events, cuts, seed] = [Number(values.events), Number(values.cuts), Number(values.seed)];
if (![events, cuts, seed].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  console.error('soak: --events, --cuts and --seed take whole numbers');
  process.exit(2);
}

console.log(`soak: ${String(events)} events, ${String(cuts)} cuts, seed ${String(seed)}`);
try {
  const report = await soak({ events, cuts, seed, say: (line) => console.log(line) });
  const { written, cuts: kinds } = report;
  console.log(
    [
      `events in the store     ${String(report.events)} (${String(report.deletions)} of them deletions, ${String(report.expiries)} by a lease's end) in ${report.seconds.toFixed(1)} s`,
      `requests                ${String(written.puts)} puts, ${String(written.deletes)} deletes, ${String(written.transactions)} transactions, ${String(written.leases)} leases; ${String(written.retried)} refused`,
      `connection broken       ${String(report.brokenConnections)} times (${Object.entries(kinds)
        .map(([kind, count]) => `${String(count)} ${kind}`)
        .join(', ')}); lost ${String(report.lost)} times`,
      `compactions             ${String(report.compactions)}`,
      `applied one by one      ${String(report.followed)}, each equal to the reference, none missing, none twice`,
      `in the first snapshot   ${String(report.inSnapshot)}`,
      `jumped by ${String(report.resyncs).padEnd(3)} resyncs   ${String(report.jumped)}, where a compaction had taken them`,
      `sum                     ${String(report.followed + report.inSnapshot + report.jumped)}`,
      `mirror equals store     at ${String(report.pauses)} pauses, the last with ${String(report.keys)} keys`,
    ].join('\n'),
  );
  const sum = report.followed + report.inSnapshot + report.jumped;
  if (sum !== report.events)
    throw new Error(`${String(sum)} events are accounted for, the store had ${String(report.events)}`);
  console.log('soak: ok');
} catch (error) {
  console.error(`soak: DIFFERENT: ${error instanceof Error ? error.message : String(error)} (seed ${String(seed)})`);
  process.exitCode = 1;
}
