// npm run check: types, lint, layers, format. Every step runs, also after one that failed.
import { join } from 'node:path';
import { root } from './repository';
import { runNode } from './run';

interface Step {
  readonly name: string;
  /** A package's program and its arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Arguments for Node itself. */
  readonly node?: readonly string[];
}

const typescript = 'node_modules/typescript/bin/tsc';
const cache = join(root, '.cache/check');

const projects = { app: 'app', main: 'main', preload: 'preload', renderer: 'renderer', 'scripts and tests': '.' };

// The long ones first: two run at a time, and the short ones fill the gaps.
const steps: readonly Step[] = [
  { name: 'lint', command: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'] },
  ...Object.entries(projects)
    .reverse()
    .map(([name, folder]): Step => {
      const notes = join(cache, `${name.replaceAll(' ', '-')}.tsbuildinfo`);
      return {
        name: `types of ${name}`,
        command: [typescript, '-p', folder, '--incremental', '--tsBuildInfoFile', notes],
      };
    }),
  {
    name: 'format',
    command: [
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-strategy=content',
      `--cache-location=${join(cache, 'prettier')}`,
      '.',
    ],
  },
  { name: 'reference', node: ['--import', 'tsx'], command: ['scripts/reference/cli.ts', '--check'] },
  {
    name: 'layers',
    command: ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'app', 'main', 'preload', 'renderer'],
  },
];

const waiting = [...steps];
let failed = 0;
await Promise.all([work(), work()]);
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const started = performance.now();
    const [program, ...args] = step.command;
    const { code, output } = await runNode(program, args, step.node === undefined ? {} : { node: step.node });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (code !== 0) failed += 1;
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`);
    if (code !== 0) console.log(output.trim() === '' ? `it ended with ${code} and said nothing` : output.trimEnd());
  }
}
