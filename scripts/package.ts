// npm run package: the unpacked app for this system in dist/. `-- --release` makes what is given to users, which the fallback Electron may not be in.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureElectron } from './electron';
import { root } from './repository';

const { values } = parseArgs({
  options: {
    release: { type: 'boolean', default: false },
    /** Leaves the fuse out that a test driver needs to attach; for tests only. */
    'allow-inspection': { type: 'boolean', default: false },
    output: { type: 'string', default: 'dist' },
  },
});

const electron = await ensureElectron((line) => console.log(line));
if (!electron.ok) fail(electron.error);
if (values.release && electron.value.kind === 'fallback') {
  fail(
    `A release must carry the Electron of package.json; here is only the fallback, ${electron.value.version ?? 'of unknown version'}.`,
  );
}
if (values.release && values['allow-inspection']) fail('A release never allows inspection.');

run('npx', ['electron-vite', 'build']);
run('npx', [
  'electron-builder',
  ...(values.release ? [] : ['--dir']),
  '--publish=never',
  `--config.directories.output=${values.output}`,
  `--config.electronDist=${electron.value.dist}`,
  ...(electron.value.version === null ? [] : [`--config.electronVersion=${electron.value.version}`]),
  ...(values['allow-inspection'] ? ['--config.electronFuses.enableNodeCliInspectArguments=true'] : []),
  ...(values.release ? [] : ['--config.mac.notarize=false']),
]);
console.log(`packaged into ${values.output}/`);

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
