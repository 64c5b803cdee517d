import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Random } from '../../app/practice/random';
import { type Herd, startHerd } from '../../lab/herd';
import { majorOf } from '../../lab/herd-processes';
import { ensureInstalled } from '../../scripts/debian';
import { forecastWords, judge, type Judgement, reasonsOf } from './judge';
import { restore, tryOut } from './reality';
import { makeSituation, type Situation, situationWords } from './situation';

const USAGE =
  'npm run forecast-reality -- [--situations N] [--seed S] [--only NUMBER] [--herds N] [--members N] [--patroni 3.0|4.1] [--out FILE]';

interface Wish {
  readonly situations: readonly number[];
  readonly seed: number;
  readonly members: number;
  readonly patroni: '3.0' | '4.1';
  readonly out: string | null;
}

/** Forecasts against real Patroni; prints each, and gives the exit code: 0 when none was wrong. */
export async function runForecastReality(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      situations: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string' },
      herds: { type: 'string', default: '1' },
      members: { type: 'string', default: '4' },
      patroni: { type: 'string', default: '4.1' },
      out: { type: 'string' },
    },
  });
  const [count, seed, herds, members] = [values.situations, values.seed, values.herds, values.members].map(Number);
  const only = values.only === undefined ? null : Number(values.only);
  const numbers = [count, seed, herds, members, only ?? 1];
  const { patroni } = values;
  if (!numbers.every((n) => Number.isSafeInteger(n)) || (patroni !== '3.0' && patroni !== '4.1')) {
    console.error(`forecast-reality: ${USAGE}`);
    return 2;
  }
  const installed = await ensureInstalled(['herd'], (line) => console.error(`  ${line}`));
  if (!installed.ok) throw new Error(installed.error.message);
  const all = only === null ? Array.from({ length: count ?? 0 }, (_, index) => index + 1) : [only];
  const wish: Wish = { situations: all, seed: seed ?? 0, members: members ?? 4, patroni, out: values.out ?? null };
  if (wish.out !== null && !existsSync(wish.out)) writeFileSync(wish.out, HEAD);
  console.log(`forecast-reality: ${all.length} situations, seed ${wish.seed}, Patroni ${patroni}`);

  const left = [...wish.situations];
  const tally: Record<Judgement | 'not tried', number> = {
    same: 0,
    'was not certain': 0,
    different: 0,
    'not tried': 0,
  };
  await Promise.all(
    Array.from({ length: herds ?? 1 }, async (_, index) => {
      await worker(
        wish,
        `forecast-${index + 1}`,
        () => left.shift() ?? null,
        (judgement) => (tally[judgement] += 1),
      );
    }),
  );
  console.log(
    Object.entries(tally)
      .map(([words, number]) => `${number} ${words}`)
      .join(', '),
  );
  return tally.different === 0 && tally['not tried'] === 0 ? 0 : 1;
}

const HEAD = `| Seed | Patroni | Situation | Leader killed | Forecast | The others | The lock went to | Forecast was |
| --- | --- | --- | --- | --- | --- | --- | --- |
`;

/** Works on one herd until nothing is left; takes a new herd where one does not come to rest. */
async function worker(
  wish: Wish,
  scope: string,
  next: () => number | null,
  judged: (judgement: Judgement | 'not tried') => void,
): Promise<void> {
  let herd: Herd | null = null;
  try {
    for (let number = next(); number !== null; number = next()) {
      try {
        herd ??= await startHerd({ members: wish.members, scope, patroni: wish.patroni });
        judged(await one(wish, herd, number));
      } catch (error) {
        console.log(`${number} was not tried: ${messageOf(error)}`);
        judged('not tried');
        await herd?.stop();
        herd = null;
      }
      try {
        if (herd !== null) await restore(herd);
      } catch (error) {
        console.log(`after ${number} a new herd is taken: ${messageOf(error)}`);
        await herd?.stop();
        herd = null;
      }
    }
  } finally {
    await herd?.stop();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function one(wish: Wish, herd: Herd, number: number): Promise<Judgement> {
  const situation: Situation = makeSituation(
    // The same number of the same seed is the same situation, whichever herd takes it.
    new Random(wish.seed * 1_000 + number),
    wish.members - 1,
    majorOf(herd.patroni) >= 4,
  );
  const { forecast, killed, leader, replicas, seconds } = await tryOut(herd, situation);
  const judgement = judge(forecast, leader);
  const row = [
    `${wish.seed}:${number}`,
    herd.patroni.version,
    situationWords(situation, replicas),
    killed,
    forecastWords(forecast),
    reasonsOf(forecast),
    leader === null ? 'nobody' : `${leader}, ${(seconds ?? 0).toFixed(0)} s`,
    judgement,
  ];
  console.log(row.join(' | '));
  if (wish.out !== null) appendFileSync(wish.out, `| ${row.join(' | ')} |\n`);
  return judgement;
}
