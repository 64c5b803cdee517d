// npm run e2e [-- Playwright's arguments]: tests of the whole program, in a real Electron on a screen of their own.
import { ensureBuilt } from './build';
import { prepare, say } from './prepare';
import { runNode } from './run';

process.exitCode = await e2e();
// Xvfb's pipes would keep this process; its end ends Xvfb.
process.exit();

async function e2e(): Promise<number> {
  const prepared = await prepare({ ownDisplay: process.platform === 'linux', more: ['etcd', 'herd', 'certificates'] });
  if (prepared === null) return 1;
  const { electron, display } = prepared;
  try {
    if (!(await ensureBuilt(say))) return 1;
    const { code } = await runNode('node_modules/@playwright/test/cli.js', ['test', ...process.argv.slice(2)], {
      show: true,
      env: { ...display.env, HERDSCOPE_ELECTRON: electron.executable },
    });
    return code;
  } finally {
    display.stop();
  }
}
