import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { herdStorePurposes } from '../../lab/herd-store';
import { installedPatroni, patroni4 } from '../../lab/patroni-4';
import { ensureBuilt } from '../../scripts/build';
import { prepare, say } from '../../scripts/prepare';
import { root } from '../../scripts/repository';
import { runNode } from '../../scripts/run';
import { type Combination, combinationOf, variables } from './combination';
import { type Row, withSection } from './table';

const USAGE =
  'npm run wizard-proof -- [--store etcd3|zookeeper|consul] [--patroni 3.0.2|4.1.5] [--only WORDS] [--no-table]';
const TABLE = join(root, 'parity/wizard-proof.md');

/** Runs the proof on one combination; writes its section of the table, and gives the exit code: 0 when all of it was right. */
export async function runWizardProof(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'etcd3' },
      patroni: { type: 'string', default: '4.1' },
      only: { type: 'string' },
      'no-table': { type: 'boolean', default: false },
    },
  });
  const combination = combinationOf(values.store, values.patroni);
  if (combination === null) {
    say(USAGE);
    return 2;
  }
  const prepared = await prepare({
    ownDisplay: process.platform === 'linux',
    more: ['herd', ...herdStorePurposes[combination.store]],
  });
  if (prepared === null) return 1;
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-proof-rows-'));
  try {
    if (!(await ensureBuilt(say))) return 1;
    const rowsFile = join(folder, 'rows.ndjson');
    const only = values.only === undefined ? [] : ['--grep', values.only];
    const config = ['--config', 'parity/wizard/playwright.config.ts'];
    const { code } = await runNode('node_modules/@playwright/test/cli.js', ['test', ...config, ...only], {
      show: true,
      env: {
        ...prepared.display.env,
        HERDSCOPE_ELECTRON: prepared.electron.executable,
        [variables.store]: combination.store,
        [variables.patroni]: combination.patroni,
        [variables.rows]: rowsFile,
      },
    });
    // A part of it is no proof.
    if (!values['no-table'] && values.only === undefined) await write(combination, await rowsIn(rowsFile));
    return code;
  } finally {
    prepared.display.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function rowsIn(file: string): Promise<readonly Row[]> {
  const text = existsSync(file) ? await readFile(file, 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

async function write({ store, patroni }: Combination, rows: readonly Row[]): Promise<void> {
  const { version } = patroni === '3.0' ? await installedPatroni() : await patroni4(say);
  const names = { etcd3: 'etcd', consul: 'Consul', zookeeper: 'ZooKeeper' } as const;
  const before = existsSync(TABLE) ? await readFile(TABLE, 'utf8') : '';
  await writeFile(TABLE, withSection(before, `Patroni ${version} on ${names[store]}`, rows));
  say(`written to parity/wizard-proof.md`);
}
