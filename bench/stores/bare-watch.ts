// The yardstick of the latency: a store's bare client in Node. Prints `token milliseconds-since-1970` for each value it receives.
import { bareClient, type BareKind } from './bare-client';

const [kind = 'etcd3', port = '', key = ''] = process.argv.slice(2);
const client = await bareClient(kind as BareKind, Number(port));
await client.watch(key, (value) => {
  const at = performance.timeOrigin + performance.now();
  const token = /"xlog_location":(\d+)/.exec(value)?.[1];
  process.stdout.write(`${token ?? '?'} ${at}\n`);
});
process.stdout.write('ready\n');
process.on('SIGTERM', () => process.exit(0));
