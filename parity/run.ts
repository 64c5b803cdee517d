import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { installedPatroni, patroni4, type PatroniCode } from '../lab/patroni-4';
import { ensureInstalled } from '../scripts/debian';
import type { Json } from '../app/json';
import { question } from './cases';
import { compare, type Comparison } from './compare';
import { deliberate, INEXACT } from './deliberate';
import { followUp } from './follow-up';
import { Oracle } from './oracle';
import { exampleQuestion, type Question } from './question';
import { traceQuestions } from './trace';

/** What is asked for on the command line. */
interface Wish {
  readonly runs: number;
  readonly seed: number;
  /** fast-check's path of one counterexample; null to run them all. */
  readonly path: string | null;
}

/** What one comparison with one Patroni came to. */
interface Tally {
  compared: number;
  differing: number;
  readonly deliberate: Map<string, number>;
}

const BATCH = 50;
/** Batches on their way at once, so that neither side waits for the other. */
const AHEAD = 3;
const USAGE = 'npm run parity -- [--runs N] [--seed S] [--patroni 3.0|4.1] [--full] [--path P]';

/** Compares the model with Patroni's own code. Prints what it did, and gives the exit code: 0 when there is no difference. */
export async function runParity(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      patroni: { type: 'string' },
      full: { type: 'boolean', default: false },
      path: { type: 'string' },
    },
  });
  const runs = Number(values.runs ?? (values.full ? 200_000 : 5000));
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(runs) || runs < 0 || !Number.isSafeInteger(seed)) {
    console.error(`parity: --runs and --seed take whole numbers\n${USAGE}`);
    return 2;
  }
  const codes = await patronis(values.patroni);
  if (codes === null) return 2;
  const clean = await Promise.all(codes.map((code) => compareWith(code, { runs, seed, path: values.path ?? null })));
  console.log(clean.every(Boolean) ? 'parity: ok' : 'parity: DIFFERENT');
  return clean.every(Boolean) ? 0 : 1;
}

/** The Patronis to compare with: Debian's own, and the newer one; null when they cannot be had. */
async function patronis(wanted: string | undefined): Promise<readonly PatroniCode[] | null> {
  const say = (line: string): void => console.log(`parity: ${line}`);
  try {
    const old = await installedPatroni().catch(async () => {
      const installed = await ensureInstalled(['herd'], say);
      if (!installed.ok) throw new Error(installed.error.message);
      return installedPatroni();
    });
    const codes = [old, await patroni4(say)];
    const chosen = codes.filter(({ version }) => wanted === undefined || `${version}.`.startsWith(`${wanted}.`));
    if (chosen.length > 0) return chosen;
    console.error(
      `parity: there is no Patroni ${wanted ?? ''} here, only ${codes.map(({ version }) => version).join(', ')}`,
    );
  } catch (error) {
    console.error(`parity: ${error instanceof Error ? error.message : String(error)}`);
  }
  return null;
}

async function compareWith(code: PatroniCode, wish: Wish): Promise<boolean> {
  const oracle = await Oracle.start(code);
  try {
    if (wish.path !== null) return (await shrink(oracle, code, wish.seed, wish.path)) === null;
    const examples = await compareExamples(oracle, code);
    const traces = await compareAll(`traces against ${code.version}`, oracle, code, traceBatches());
    const made = await compareAll(
      `${wish.runs} clusters against ${code.version}, seed ${wish.seed}`,
      oracle,
      code,
      madeBatches(wish),
    );
    return examples && traces && made;
  } finally {
    oracle.stop();
  }
}

/** Each entry of the table of deliberate differences has an example. It must show that difference, and no other. */
async function compareExamples(oracle: Oracle, code: PatroniCode): Promise<boolean> {
  const entries = deliberate.filter(({ only }) => only === undefined || code.version.startsWith(`${only}.`));
  const questions = entries.map(({ example }) => exampleQuestion(example));
  const answers = await oracle.ask(questions);
  const compared = await Promise.all(questions.map((one, i) => compareWhole(oracle, code, one, answers[i] ?? null)));
  const wrong = entries.flatMap(({ name }, i): string[] => {
    const comparison = compared[i];
    if (comparison === undefined) return [name];
    if (comparison.differences.length > 0) print(comparison);
    return comparison.deliberate.has(name) && comparison.differences.length === 0 ? [] : [name];
  });
  for (const name of wrong) console.log(`parity: Patroni ${code.version} does not differ as the table says: ${name}`);
  if (wrong.length === 0)
    console.log(`parity: ${entries.length} deliberate differences with ${code.version}, each as its example shows`);
  return wrong.length === 0;
}

/** Compares what was said to a question and, where a deliberate difference could hide another one, what is said without its cause. */
async function compareWhole(oracle: Oracle, code: PatroniCode, question: Question, answer: Json): Promise<Comparison> {
  const first = compare(question, answer, code.version);
  const besides = first.differences.length > 0 ? null : followUp(question, first);
  if (besides === null) return first;
  const [more = null] = await oracle.ask([besides]);
  // A cluster that can be loaded only now may have such numbers: then it is asked a third time.
  const second = await compareWhole(oracle, code, besides, more);
  const still = [...second.deliberate.keys()].filter((name) => name === INEXACT && first.deliberate.has(INEXACT));
  const isAsBefore = !second.isLoaded || still.length > 0;
  const differences = isAsBefore
    ? [...second.differences, { path: 'the same without its cause', theirs: still, ours: [] }]
    : second.differences;
  return { ...first, differences, compared: first.compared + second.compared };
}

interface Batch {
  readonly questions: readonly Question[];
  /** Where the questions come from: a seed of fast-check, or the name of a log. */
  readonly origin: { readonly seed: number } | { readonly file: string; readonly first: number };
}

function* traceBatches(): Generator<Batch> {
  for (const { file, questions } of traceQuestions()) {
    for (let first = 0; first < questions.length; first += BATCH) {
      yield { questions: questions.slice(first, first + BATCH), origin: { file, first } };
    }
  }
}

function* madeBatches({ runs, seed }: Wish): Generator<Batch> {
  for (let first = 0; first < runs; first += BATCH) {
    const numRuns = Math.min(BATCH, runs - first);
    // Every batch has a seed of its own: the same one would give the same clusters.
    const origin = { seed: seed + first };
    yield { questions: fc.sample(question, { seed: origin.seed, numRuns }), origin };
  }
}

/** Compares batch after batch until the first one that differs, and prints how it went. */
async function compareAll(what: string, oracle: Oracle, code: PatroniCode, batches: Iterable<Batch>): Promise<boolean> {
  const started = performance.now();
  const tally: Tally = { compared: 0, differing: 0, deliberate: new Map() };
  const waiting: { readonly batch: Batch; readonly answers: Promise<readonly unknown[]> }[] = [];
  let asked = 0;
  const next = async (): Promise<boolean> => {
    const first = waiting.shift();
    if (first === undefined) return true;
    const answers = (await first.answers) as Awaited<ReturnType<Oracle['ask']>>;
    for (const [i, one] of first.batch.questions.entries()) {
      const comparison = await compareWhole(oracle, code, one, answers[i] ?? null);
      add(tally, comparison);
      if (comparison.differences.length > 0) {
        await report(oracle, code, first.batch, i, comparison);
        return false;
      }
    }
    return true;
  };
  let same = true;
  for (const batch of batches) {
    waiting.push({ batch, answers: oracle.ask(batch.questions) });
    asked += batch.questions.length;
    if (waiting.length >= AHEAD) same = await next();
    if (!same) break;
  }
  while (same && waiting.length > 0) same = await next();
  await Promise.allSettled(waiting.map(({ answers }) => answers));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `parity: ${what}: ${asked} asked, ${tally.compared} values compared, ${tally.differing} differences, ${seconds} s`,
  );
  for (const { name } of deliberate) {
    const count = tally.deliberate.get(name);
    if (count !== undefined) console.log(`parity:   deliberate, ${count} times: ${name}`);
  }
  return same;
}

function add(tally: Tally, comparison: Comparison): void {
  tally.compared += comparison.compared;
  tally.differing += comparison.differences.length;
  for (const [name, count] of comparison.deliberate)
    tally.deliberate.set(name, (tally.deliberate.get(name) ?? 0) + count);
}

async function report(oracle: Oracle, code: PatroniCode, batch: Batch, at: number, first: Comparison): Promise<void> {
  if ('file' in batch.origin) {
    console.log(`parity: ${batch.origin.file}, event ${batch.origin.first + at + 1} of the scope:`);
    print(first);
    return;
  }
  const path = await shrink(oracle, code, batch.origin.seed, null);
  if (path === null) {
    console.log('parity: the difference did not come back when the cluster was made again:');
    print(first);
    return;
  }
  const version = code.version.split('.').slice(0, 2).join('.');
  console.log(`parity: again: npm run parity -- --patroni ${version} --seed ${batch.origin.seed} --path ${path}`);
}

/** Makes a counterexample as small as can be and prints it. Gives its path; null where there is no difference. */
async function shrink(oracle: Oracle, code: PatroniCode, seed: number, path: string | null): Promise<string | null> {
  const differs = async (one: Question): Promise<Comparison> => {
    const [answer = null] = await oracle.ask([one]);
    return compareWhole(oracle, code, one, answer);
  };
  const property = fc.asyncProperty(question, async (one) => (await differs(one)).differences.length === 0);
  const details = await fc.check(property, { seed, numRuns: BATCH, ...(path === null ? {} : { path }) });
  const smallest = details.counterexample?.[0];
  if (!details.failed || smallest === undefined) return null;
  console.log(`parity: Patroni ${code.version} differs on ${JSON.stringify(smallest, null, 1)}`);
  print(await differs(smallest));
  return details.counterexamplePath;
}

function print({ differences }: Comparison): void {
  for (const { path, theirs, ours } of differences.slice(0, 5)) {
    console.log(`parity: ${path}\n  Patroni: ${JSON.stringify(theirs)}\n  ours:    ${JSON.stringify(ours)}`);
  }
}
