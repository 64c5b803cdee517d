// node --import tsx scripts/icon.ts: draws resources/icon.png again after icon.svg was changed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare } from './prepare';
import { root } from './repository';
import { exitCode } from './run';

const prepared = await prepare();
if (prepared === null) process.exit(1);
const { electron, display, args } = prepared;
const drawing = spawn(electron.executable, [...args, join(root, 'scripts/draw-icon.cjs')], {
  stdio: 'inherit',
  env: { ...process.env, ...display.env },
});
const code = await exitCode(drawing);
display.stop();
process.exit(code);
