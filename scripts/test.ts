// npm test: everything that must hold, in one command. Closes with a line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './debian';
import { root } from './repository';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Suite {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Reads the counts from what the suite wrote; null: the suite is one test, which passed when it ended with 0. */
  readonly counts: (() => Promise<Counts>) | null;
}

const isCi = !['', '0', 'false'].includes(process.env['CI'] ?? '');
const reports = await mkdtemp(join(tmpdir(), 'herdscope-test-'));
const vitestReport = join(reports, 'unit.json');
const playwrightReport = join(reports, 'e2e.json');

const suites: readonly Suite[] = [
  { name: 'check', command: ['npm', 'run', '--silent', 'check'], counts: null },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'], counts: null },
  {
    name: 'unit',
    command: ['npx', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
    counts: async () => {
      const report = await readJson(vitestReport);
      return {
        passed: number(report, 'numPassedTests'),
        failed: number(report, 'numFailedTests') + number(report, 'numFailedTestSuites'),
        skipped: number(report, 'numPendingTests') + number(report, 'numTodoTests'),
      };
    },
  },
  { name: 'soak', command: ['npm', 'run', '--silent', 'soak'], counts: null },
  {
    name: 'e2e',
    command: ['npm', 'run', '--silent', 'e2e'],
    env: { HERDSCOPE_E2E_REPORT: playwrightReport },
    counts: async () => {
      const stats = (await readJson(playwrightReport))['stats'] as Readonly<Record<string, unknown>>;
      return {
        passed: number(stats, 'expected'),
        failed: number(stats, 'unexpected') + number(stats, 'flaky'),
        skipped: number(stats, 'skipped'),
      };
    },
  },
];

const installed = await ensureInstalled(['etcd', 'herd', 'certificates', 'electron', 'display'], (line) =>
  console.log(line),
);
if (!installed.ok) {
  console.log(installed.error.message);
  console.log(isCi ? 'In CI nothing may be skipped.' : 'What needs them is skipped.');
  if (isCi) process.exit(1);
}

const lines: string[] = [];
let total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const suite of suites) {
  console.log(`\n── ${suite.name}`);
  const started = performance.now();
  const code = await run(suite);
  const counts = await countsOf(suite, code);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  lines.push(`${suite.name}: ${sentence(counts)} (${seconds} s)`);
  total = {
    passed: total.passed + counts.passed,
    failed: total.failed + counts.failed,
    skipped: total.skipped + counts.skipped,
  };
}
await rm(reports, { recursive: true, force: true });

console.log(`\n${lines.join('\n')}`);
if (isCi && total.skipped > 0) console.log('A test that was skipped counts as failed in CI.');
console.log(sentence(total));
process.exitCode = total.failed > 0 || (isCi && total.skipped > 0) ? 1 : 0;

function run(suite: Suite): Promise<number> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = suite.command;
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...suite.env },
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** A suite that ended badly has failed, also when its report tells of no failed test or was never written. */
async function countsOf(suite: Suite, code: number): Promise<Counts> {
  const none: Counts = { passed: 0, failed: 0, skipped: 0 };
  if (suite.counts === null) return code === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 };
  const counts = await suite.counts().catch(() => none);
  const nothingRan = counts.passed + counts.failed === 0;
  return (code !== 0 || nothingRan) && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function sentence({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function readJson(file: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>;
}

function number(report: Readonly<Record<string, unknown>>, name: string): number {
  const value = report[name];
  return typeof value === 'number' ? value : 0;
}
