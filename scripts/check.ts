// npm run check: types, lint, layers, format. Every step runs, also after one that failed.
import { spawn } from 'node:child_process';
import { root } from './repository';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const projects = ['app', 'main', 'preload', 'renderer', '.'];
const folders = ['app', 'main', 'preload', 'renderer'];

const steps: readonly Step[] = [
  ...projects.map((project) => ({
    name: `types of ${project === '.' ? 'scripts and tests' : project}`,
    command: ['tsc', '-p', project],
  })),
  { name: 'lint', command: ['eslint', '.', '--max-warnings=0'] },
  { name: 'layers', command: ['depcruise', ...folders] },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
];

let failed = 0;
for (const step of steps) {
  const started = performance.now();
  const { code, printed } = await run(step.command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`);
  if (code !== 0) {
    failed += 1;
    console.log(printed.trimEnd());
  }
}
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function run(command: readonly string[]): Promise<{ code: number | null; printed: string }> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = command;
    const child = spawn(`node_modules/.bin/${program}`, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.on('data', (part: Buffer) => (printed += part.toString('utf8')));
    child.stderr.on('data', (part: Buffer) => (printed += part.toString('utf8')));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, printed }));
  });
}
