// npm start [-- --connect URL …] · npm run dev: opens the program's window, with all that this machine lacks for it seen to first.
import { spawn } from 'node:child_process';
import { ensureBuilt, forgetBuild } from './build';
import { prepare, say } from './prepare';
import { root } from './repository';
import { exitCode, runNode } from './run';

const given = process.argv.slice(2);
const development = given[0] === '--dev';
const args = development ? given.slice(1) : given;

process.exitCode = await start();
// Xvfb's pipes would keep this process; its end ends Xvfb.
process.exit();

async function start(): Promise<number> {
  const prepared = await prepare();
  if (prepared === null) return 1;
  const { electron, display } = prepared;
  try {
    if (development) {
      // Hot reload leaves a main process for development in out/.
      await forgetBuild();
      const { code } = await runNode(
        'node_modules/electron-vite/bin/electron-vite.js',
        ['dev', '--watch', '--', ...prepared.args, ...args],
        {
          show: true,
          env: { ...display.env, ELECTRON_EXEC_PATH: electron.executable },
        },
      );
      return code;
    }
    if (!(await ensureBuilt(say))) return 1;
    const env: NodeJS.ProcessEnv = { ...process.env, ...display.env };
    // With it set, as editors' terminals do, Electron would be a plain Node.
    delete env['ELECTRON_RUN_AS_NODE'];
    const window = spawn(electron.executable, [...prepared.args, root, ...args], { stdio: 'inherit', env });
    say(`started Electron ${electron.version ?? ''}`.trimEnd());
    return await exitCode(window);
  } finally {
    display.stop();
  }
}
