// npm run formats: every format that Herdscope opens, as the real tool prints it on a real herd, beside the live picture of the same moment.
import { spawn } from 'node:child_process';
import { ensureInstalled } from './debian';
import { say } from './prepare';
import { root } from './repository';
import { exitCode } from './run';

const installed = await ensureInstalled(['etcd', 'herd', 'zookeeper'], say);
if (!installed.ok) {
  say(installed.error.message);
  process.exit(1);
}
const child = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'formats/vitest.config.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = await exitCode(child);
