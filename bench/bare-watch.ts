// The yardstick of the latency: a bare etcd3 watch in Node. Prints `token milliseconds-since-1970` for each value it receives.
import { Etcd3 } from 'etcd3';

const [endpoint = '', key = ''] = process.argv.slice(2);
const client = new Etcd3({ hosts: endpoint });
const watcher = await client.watch().key(key).create();
watcher.on('put', (kv) => {
  const at = performance.timeOrigin + performance.now();
  const token = /"xlog_location":(\d+)/.exec(kv.value.toString())?.[1];
  process.stdout.write(`${token ?? '?'} ${at}\n`);
});
process.stdout.write('ready\n');
process.on('SIGTERM', () => process.exit(0));
