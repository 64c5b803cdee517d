// npm test: everything that must hold, in one command. Closes with a line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, type Purpose } from './debian';
import { say } from './prepare';
import { root } from './repository';
import { exitCode } from './run';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Suite {
  readonly name: string;
  /** A script of package.json and its arguments. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it needs from the machine beyond npm. */
  readonly needs?: readonly Purpose[];
  /** Reads the counts from the report that the suite wrote; without it they are in its last line, or the suite is one test. */
  readonly counts?: () => Promise<Counts>;
}

const isCi = !['', '0', 'false'].includes(process.env['CI'] ?? '');
const reports = await mkdtemp(join(tmpdir(), 'herdscope-test-'));
const vitestReport = join(reports, 'unit.json');
const contractReport = join(reports, 'contract.json');
const faultsReport = join(reports, 'faults.json');
const playwrightReport = join(reports, 'e2e.json');

const suites: readonly Suite[] = [
  { name: 'check', command: ['check'] },
  { name: 'build', command: ['build', '--', '--logLevel', 'warn'] },
  {
    name: 'unit',
    command: ['unit', '--', '--reporter=dot', '--reporter=json', `--outputFile.json=${vitestReport}`],
    needs: ['etcd', 'herd', 'herd-on-consul', 'herd-on-raft', 'zookeeper', 'ssh', 'certificates'],
    counts: () => countsOfVitest(vitestReport),
  },
  {
    name: 'contract',
    command: ['contract', '--', '--reporter=dot', '--reporter=json', `--outputFile.json=${contractReport}`],
    needs: ['etcd', 'zookeeper'],
    counts: () => countsOfVitest(contractReport),
  },
  {
    name: 'faults',
    command: ['faults', '--', '--reporter=dot', '--reporter=json', `--outputFile.json=${faultsReport}`],
    needs: ['etcd', 'zookeeper'],
    counts: () => countsOfVitest(faultsReport),
  },
  // Always the same clusters: by hand it takes others each time, and finds more, but here a failure must be the change's.
  { name: 'parity', command: ['parity', '--', '--seed', '1'], needs: ['herd'] },
  { name: 'soak', command: ['soak'], needs: ['etcd'] },
  {
    name: 'e2e',
    command: ['e2e'],
    needs: [
      'etcd',
      'herd',
      'ssh',
      'certificates',
      'electron',
      ...(process.platform === 'linux' ? (['display'] as const) : []),
    ],
    env: { HERDSCOPE_E2E_REPORT: playwrightReport },
    counts: () => countsOfPlaywright(playwrightReport),
  },
];

const none: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
let total = none;
for (const suite of suites) {
  console.log(`\n── ${suite.name}`);
  const started = performance.now();
  const { counts, why } = await runSuite(suite);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  lines.push(`${suite.name.padEnd(8)}  ${sentence(counts)} (${seconds} s)${why === null ? '' : `: ${why}`}`);
  total = add(total, counts);
}
await rm(reports, { recursive: true, force: true });

// Where everything is meant to be there, what did not run has not been shown to hold.
if (isCi && total.skipped > 0) {
  lines.push(`CI: the ${total.skipped} skipped count as failed`);
  total = { passed: total.passed, failed: total.failed + total.skipped, skipped: 0 };
}
console.log(`\n${lines.join('\n')}\n`);
console.log(sentence(total));
process.exitCode = total.failed > 0 ? 1 : 0;

async function runSuite(suite: Suite): Promise<{ readonly counts: Counts; readonly why: string | null }> {
  if (suite.needs !== undefined) {
    const installed = await ensureInstalled(suite.needs, say);
    if (!installed.ok) {
      say(installed.error.message);
      return { counts: { ...none, skipped: 1 }, why: `skipped whole, ${installed.error.message}` };
    }
  }
  const { code, lastLine } = await run(suite);
  const counted = suite.counts === undefined ? countsIn(lastLine) : await suite.counts().catch(() => none);
  const counts = counted ?? (code === 0 ? { ...none, passed: 1 } : none);
  // A suite that ended badly has failed, also when its report tells of no failed test or was never written.
  if (code !== 0 && counts.failed === 0) return { counts: { ...counts, failed: 1 }, why: `it ended with ${code}` };
  if (counts.passed + counts.failed === 0) return { counts: { ...counts, failed: 1 }, why: 'nothing ran' };
  return { counts, why: null };
}

async function run(suite: Suite): Promise<{ readonly code: number; readonly lastLine: string }> {
  const child = spawn('npm', ['run', '--silent', ...suite.command], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...suite.env },
    shell: process.platform === 'win32',
  });
  let tail = '';
  child.stdout.on('data', (part: Buffer) => {
    process.stdout.write(part);
    tail = (tail + part.toString('utf8')).slice(-2000);
  });
  const code = await exitCode(child);
  return { code, lastLine: tail.trimEnd().split('\n').at(-1) ?? '' };
}

function countsIn(line: string): Counts | null {
  const found = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(line);
  return found === null ? null : { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
}

async function countsOfVitest(file: string): Promise<Counts> {
  const report = await readJson(file);
  const files = report['testResults'] as readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
  // A file that could not even be loaded has no tests to count.
  const broken = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  return {
    passed: number(report, 'numPassedTests'),
    failed: number(report, 'numFailedTests') + broken,
    skipped: number(report, 'numPendingTests') + number(report, 'numTodoTests'),
  };
}

async function countsOfPlaywright(file: string): Promise<Counts> {
  const stats = (await readJson(file))['stats'] as Readonly<Record<string, unknown>>;
  return {
    passed: number(stats, 'expected'),
    failed: number(stats, 'unexpected') + number(stats, 'flaky'),
    skipped: number(stats, 'skipped'),
  };
}

function add(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
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
