import { appendFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type OperationRecord, type OperationView, viewOf } from '../../app/operations/record';
import { expect, type HerdscopeApp, test as base } from '../../e2e/electron-app';
import { type Herd, startHerd } from '../../lab/herd';
import { parseConnectUrl } from '../../main/connections/url/connect-url';
import { root } from '../../scripts/repository';
import { combinationOf, variables } from './combination';
import type { Row } from './table';
import { WizardWindow } from './wizard-window';

export { expect };

/** A herd and a window on it, for all tests of a worker. */
export class Proof {
  #said: string[] = [];
  #patronictl: string[] = [];

  constructor(
    readonly herd: Herd,
    readonly herdscope: HerdscopeApp,
    public wizard: WizardWindow,
  ) {}

  get page(): Page {
    return this.wizard.page;
  }

  /** What the window said, for the table. */
  says(...words: readonly string[]): void {
    this.#said.push(...words);
  }

  /** What Patroni's own tool said, for the table. */
  patroniSays(...words: readonly string[]): void {
    this.#patronictl.push(...words);
  }

  takeWords(): Pick<Row, 'said' | 'patronictl'> {
    const words = { said: this.#said, patronictl: this.#patronictl };
    this.#said = [];
    this.#patronictl = [];
    return words;
  }

  /** The names of those that do not lead. */
  async replicas(): Promise<readonly [string, string]> {
    const leader = await this.herd.leader();
    const [one = '', other = ''] = this.herd.members.map(({ name }) => name).filter((name) => name !== leader);
    return [one, other];
  }

  /** The report that was written last, once it has ended. */
  async report(kind: string, seconds = 120): Promise<OperationView> {
    await expect(this.wizard.outcome).toHaveAttribute('data-outcome', kind, { timeout: seconds * 1000 });
    this.says((await this.wizard.outcome.innerText()).replaceAll('\n', ' '));
    return this.lastReport();
  }

  /** The same, however the window shows it: once nothing runs any more. */
  async lastReport(): Promise<OperationView> {
    const last = (await this.endedReports()).at(-1);
    if (last === undefined) throw new Error('there is no report');
    return last;
  }

  /** All reports, the oldest first. */
  async endedReports(): Promise<readonly OperationView[]> {
    const folder = join(this.herdscope.userData, 'operations');
    let records: readonly OperationRecord[] = [];
    await expect(async () => {
      const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
      const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
      records = texts.map((text) => JSON.parse(text) as OperationRecord);
      expect(records.filter(({ endedAt }) => endedAt === null)).toEqual([]);
    }).toPass({ timeout: 60_000 });
    return records.map((record) => viewOf(record, Date.now()));
  }

  /** What patronictl lists agrees with a report's picture of afterwards: who leads, on which timeline, and who is there. */
  async agrees({ record, outage }: OperationView): Promise<void> {
    const { after } = record;
    expect(after).not.toBeNull();
    await expect(async () => {
      const rows = await this.herd.list();
      const leader = rows.find((row) => row['Role'] === 'Leader');
      expect(leader?.['Member']).toBe(after?.leader);
      expect(leader?.['TL']).toBe(after?.timeline);
      // One that comes back later is not in the picture of the end.
      expect(rows.map((row) => row['Member'])).toEqual(
        expect.arrayContaining(after?.members.map(({ name }) => name) ?? []),
      );
    }).toPass({ timeout: 30_000 });
    this.patroniSays(`${after?.leader ?? 'nobody'} leads, timeline ${after?.timeline ?? 'not known'}`);
    if (outage !== null) this.says(`no writes for ${(outage.ms / 1000).toFixed(2)} s ± ${outage.withinMs} ms`);
  }

  /** A change that was done: the candidate leads on the next timeline, everybody follows, and patronictl says the same. */
  async agreesItIsDone(view: OperationView, candidate: string | null): Promise<void> {
    const { before, after } = view.record;
    if (candidate !== null) expect(after?.leader).toBe(candidate);
    expect(after?.leader).not.toBe(before.leader);
    // On a first timeline that nobody leads any more nothing in the store tells which it was.
    if (before.timeline !== 0) expect(after?.timeline).toBe(before.timeline + 1);
    await this.agrees(view);
    await expect(async () => {
      const rows = await this.herd.list();
      expect(rows.map((row) => row['TL'])).toEqual(rows.map(() => after?.timeline));
    }).toPass({ timeout: 30_000 });
  }

  /** Patroni itself refuses what the window would not send. */
  async patroniRefuses(...args: readonly string[]): Promise<void> {
    const words = await this.herd.patronictl([...args, '--force']).then(
      (printed) => Promise.reject(new Error(`patronictl did it: ${printed}`)),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (words.startsWith('patronictl did it')) throw new Error(words);
    const lines = words.split('\n').filter((line) => /Failed|failed|Error|can.t|not possible|must/i.test(line));
    this.patroniSays(`\`${(lines.at(-1) ?? words.split('\n').at(-1) ?? '').trim()}\``);
  }

  /** How long the keys of a member that stands still stay. It holds for a session that is made or renewed after the next round of each. */
  async setTtl(seconds: number): Promise<void> {
    await this.herd.edit(`ttl=${String(seconds)}`);
    const rounds = 4;
    await new Promise((resolve) => setTimeout(resolve, rounds * 3000));
    await this.herd.settled();
  }

  /** The arguments of `patronictl switchover`. */
  async switchover(candidate: string | null): Promise<readonly string[]> {
    const to = candidate === null ? [] : ['--candidate', candidate];
    return ['switchover', this.herd.scope, '--leader', await this.herd.leader(), ...to];
  }
}

async function begin(launch: (options: { readonly userData: string }) => Promise<HerdscopeApp>): Promise<Proof> {
  const combination = combinationOf(process.env[variables.store] ?? '', process.env[variables.patroni] ?? '');
  if (combination === null) throw new Error('start it with `npm run wizard-proof`');
  const herd = await startHerd({ ...combination, members: 3 });
  const url = parseConnectUrl(herd.connectUrl, root);
  if (!url.ok) throw new Error(url.error);
  const userData = await mkdtemp(join(tmpdir(), 'herdscope-proof-'));
  const connection = { ...url.value.settings, id: 'lab', name: 'lab', writable: true };
  const settings = { theme: 'dark', notifications: false, practice: false };
  await writeFile(join(userData, 'settings.json'), JSON.stringify({ version: 1, settings, connections: [connection] }));
  const herdscope = await launch({ userData });
  const wizard = new WizardWindow(herdscope.page, herd.scope);
  await wizard.show();
  return new Proof(herd, herdscope, wizard);
}

interface PerWorker {
  readonly shared: Proof;
}

/** A test with the herd at rest, that leaves a row in the table. */
export const test = base.extend<{ readonly proof: Proof }, PerWorker>({
  shared: [
    async ({ launch }, use) => {
      const proof = await begin(launch);
      await use(proof);
      await proof.herd.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  proof: async ({ shared }, use, info) => {
    await shared.herd.settled();
    const began = Date.now();
    await use(shared);
    const row: Row = {
      title: info.title,
      passed: info.status === 'passed',
      ...shared.takeWords(),
      seconds: (Date.now() - began) / 1000,
    };
    appendFileSync(process.env[variables.rows] ?? '/dev/null', `${JSON.stringify(row)}\n`);
    console.log(`    ${row.said.join(' · ')}\n    patronictl: ${row.patronictl.join(' · ')}`);
    if (info.error === undefined) return;
    console.log(info.error.message);
    await shared.page.screenshot({ path: info.outputPath('window.png') }).catch(() => undefined);
  },
});
