// npm run lab -- up | down | status | list | do ACTION …: a real store and a real Patroni herd on this machine. See docs/lab.md.
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { ensureInstalled } from '../scripts/debian';
import { actions } from './actions';
import { clearHerdFolder } from './herd-folder';
import { herdOptions } from './herd-options';
import { HERD_STORES, herdStorePurposes } from './herd-store';
import { askKeeper, startKeeper } from './keeper-client';
import { isKept, type LabState, readLab, removeLab } from './lab-state';

const say = (line: string): void => console.error(`  ${line}`);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function main([command = 'help', ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case 'up':
      return up(args);
    case 'down':
      return down();
    case 'do':
      if (args.length === 0) return usage(2);
      return ask(args);
    case 'list':
    case 'status':
    case 'patronictl':
      return ask([command, ...args]);
    case 'help':
    case '--help':
      return usage(0);
    default:
      return usage(2);
  }
}

async function up(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  const lab = readLab();
  if (lab !== null && isKept(lab))
    throw new Error('a lab is up already; see npm run lab -- status, or end it with npm run lab -- down');
  if (lab !== null) await clear(lab);

  const installed = await ensureInstalled(['herd', ...herdStorePurposes[options.store ?? 'etcd3']], say);
  if (!installed.ok) throw new Error(installed.error.message);
  console.log(await startKeeper(options, say));
  return 0;
}

async function down(): Promise<number> {
  const lab = readLab();
  if (lab === null) console.log('no lab is up');
  else if (isKept(lab) && lab.folder !== null) console.log(await askKeeper(lab, ['down'], say).catch(() => clear(lab)));
  else console.log(await clear(lab));
  return 0;
}

/** What is left to do when the keeper is gone, or does not answer. */
async function clear(lab: LabState): Promise<string> {
  say('the process that kept the lab does not answer: ending what it left');
  if (isKept(lab)) process.kill(lab.keeper.pid, 'SIGTERM');
  for (let i = 0; i < 100 && isKept(lab); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  if (isKept(lab)) process.kill(lab.keeper.pid, 'SIGKILL');
  if (lab.folder !== null) await clearHerdFolder(lab.folder, { keepLogs: false });
  removeLab();
  return 'stopped everything that was started';
}

async function ask(words: readonly string[]): Promise<number> {
  const lab = readLab();
  if (lab === null || !isKept(lab)) throw new Error('no lab is up; start one with npm run lab -- up');
  console.log((await askKeeper(lab, words, say)).trimEnd());
  return 0;
}

function optionsOf(args: readonly string[]): z.infer<typeof herdOptions> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      patroni: { type: 'string' },
      store: { type: 'string' },
      members: { type: 'string' },
      cascade: { type: 'boolean' },
      scope: { type: 'string' },
      namespace: { type: 'string' },
      sync: { type: 'string' },
    },
  });
  const { members, ...others } = values;
  const parsed = herdOptions.safeParse({ ...others, ...(members === undefined ? {} : { members: Number(members) }) });
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'));
}

function usage(code: number): number {
  const width = Math.max(...Object.values(actions).map((action) => action.usage.length)) + 2;
  const lines = [
    `npm run lab -- up [--store ${HERD_STORES.join('|')}] [--patroni 3.0|4.1] [--members 3] [--cascade] [--scope demo] [--namespace /service] [--sync off|on|quorum]`,
    'npm run lab -- down | status | list | patronictl ARGUMENT …',
    'npm run lab -- do ACTION …, an action being',
    ...Object.values(actions).map((action) => `  ${action.usage.padEnd(width)}${action.what}`),
  ];
  console.log(lines.join('\n'));
  return code;
}
