import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import { startElectron } from './electron-process';
import { findExecutable } from './executable';
import { memberName, memberValue } from './fleet';
import { atMostAbove, type BenchResult, quantile } from './result';
import { type BenchedStore, startStore } from './stores/benched-store';
import type { BareKind } from './stores/bare-client';

const puts = 500;
const putsPerSecond = 20;
const member = memberName(0, 1);
const key = `/service/cluster-000/members/${member}`;

/**
 * Puts a member's value 500 times at 20/s into a store with 50 clusters × 5 members, and measures from each acknowledgement to the
 * new value in the page's DOM, beside what the store's bare client in Node takes to hear of it.
 */
export async function putToDom(
  kind: BareKind,
  name: string,
  progress: (line: string) => void,
): Promise<readonly BenchResult[]> {
  const executable = await findExecutable();
  const store = await startStore(kind, 50, 5);
  try {
    const electron = await startElectron(
      executable,
      ['.', '--connect', store.connectUrl],
      (folder) => `--user-data=${folder}`,
    );
    const bare = await startBareWatch(store);
    try {
      const page = await electron.page();
      await openCluster(page);
      await observeReceiveLsn(page);
      progress(`${puts} puts at ${putsPerSecond}/s`);
      const acknowledged = await putAll(store);
      await sleep(1000);
      const seen = new Map(await page.evaluate(() => window.herdscopeBench?.seen ?? []));
      const skew = await clockSkew(page);
      progress(`clock of the page − ours: ${skew.toFixed(2)} ms, taken off`);
      const shown = latencies(acknowledged, (lsn) => at(seen.get(formatLsn(lsn)), -skew));
      const watched = latencies(acknowledged, (lsn) => bare.seen.get(String(lsn)));
      if (shown.missing + watched.missing > 0)
        throw new Error(`not seen: ${shown.missing} in the window, ${watched.missing} by the bare watch`);
      return [
        atMostAbove(`${name}-median`, 'ms', quantile(shown.ms, 0.5), quantile(watched.ms, 0.5), 10, 'bare'),
        atMostAbove(`${name}-p99`, 'ms', quantile(shown.ms, 0.99), quantile(watched.ms, 0.99), 33, 'bare'),
      ];
    } finally {
      bare.stop();
      await electron.stop();
    }
  } finally {
    await store.stop();
  }
}

declare global {
  interface Window {
    herdscopeBench?: { readonly seen: [text: string, at: number][] };
  }
}

async function openCluster(page: Page): Promise<void> {
  await page.getByText('cluster-000', { exact: true }).first().click();
  await page.getByRole('row').filter({ hasText: member }).first().waitFor();
}

/** Notes when each new text of the member's row gets into the DOM, by the page's clock. */
async function observeReceiveLsn(page: Page): Promise<void> {
  await page.evaluate((name) => {
    const row = [...document.querySelectorAll('[role=row]')].find((r) => r.textContent?.includes(name));
    const cell = row?.querySelector('[data-column=receive]');
    if (!cell) throw new Error(`no row of ${name}`);
    const seen: [string, number][] = [];
    window.herdscopeBench = { seen };
    let last = '';
    // Given in place: a function with a name would be wrapped in a helper that the page does not have.
    new MutationObserver(() => {
      const lsn = /[0-9A-F]+\/[0-9A-F]+/.exec(cell.textContent ?? '')?.[0];
      if (lsn === undefined || lsn === last) return;
      last = lsn;
      seen.push([lsn, performance.timeOrigin + performance.now()]);
    }).observe(cell, { subtree: true, childList: true, characterData: true });
  }, member);
}

async function putAll({ client }: BenchedStore): Promise<Map<number, number>> {
  const acknowledged = new Map<number, number>();
  const start = performance.now();
  for (let i = 0; i < puts; i++) {
    await sleep(Math.max(0, start + (i * 1000) / putsPerSecond - performance.now()));
    const lsn = 167_772_256 + (i + 1) * 8192;
    await client.put(key, JSON.stringify(memberValue(0, 1, lsn)));
    acknowledged.set(lsn, performance.timeOrigin + performance.now());
  }
  return acknowledged;
}

async function startBareWatch({
  kind,
  port,
}: BenchedStore): Promise<{ readonly seen: Map<string, number>; stop(): void }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/stores/bare-watch.ts', kind, String(port), key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seen = new Map<string, number>();
  await new Promise<void>((ready, failed) => {
    child.once('exit', (code) => failed(new Error(`the bare watch ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [token = '', at = ''] = line.split(' ');
      if (token === 'ready') ready();
      else seen.set(token, Number(at));
    });
  });
  return { seen, stop: () => child.kill('SIGTERM') };
}

/** The page's clock less ours, in ms: of 20 questions the one that took least time tells best. */
async function clockSkew(page: Page): Promise<number> {
  let best = { tripMs: Number.POSITIVE_INFINITY, skewMs: 0 };
  for (let i = 0; i < 20; i++) {
    const before = performance.timeOrigin + performance.now();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const after = performance.timeOrigin + performance.now();
    if (after - before < best.tripMs) best = { tripMs: after - before, skewMs: there - (before + after) / 2 };
  }
  return best.skewMs;
}

/**
 * How long after each acknowledgement the value, or a later one, was seen, in ms: two puts within one frame are one change of the
 * page, and who looks at it has the news of both. `missing` are those after which nothing was seen any more.
 */
function latencies(
  acknowledged: ReadonlyMap<number, number>,
  seenAt: (lsn: number) => number | undefined,
): { ms: number[]; missing: number } {
  const ms: number[] = [];
  let missing = 0;
  let seen: number | undefined;
  for (const [lsn, ackAt] of [...acknowledged].reverse()) {
    seen = seenAt(lsn) ?? seen;
    if (seen === undefined) missing += 1;
    else ms.push(seen - ackAt);
  }
  return { ms, missing };
}

const at = (time: number | undefined, shift: number): number | undefined =>
  time === undefined ? undefined : time + shift;

function formatLsn(lsn: number): string {
  return `${Math.floor(lsn / 2 ** 32)
    .toString(16)
    .toUpperCase()}/${(lsn % 2 ** 32).toString(16).toUpperCase()}`;
}
