// npm run faults: what the mirror and its status do when servers die, lines break and clocks jump, on real servers. More arguments go to vitest.
import { spawn } from 'node:child_process';
import { ensureInstalled } from './debian';
import { say } from './prepare';
import { root } from './repository';
import { exitCode } from './run';

const installed = await ensureInstalled(['etcd', 'zookeeper'], say);
if (!installed.ok) {
  say(installed.error.message);
  process.exit(1);
}
const child = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'faults/vitest.config.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = await exitCode(child);
