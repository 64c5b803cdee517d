import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import type { Page } from 'playwright';
import { startEtcd } from '../lab/etcd-server';
import { startElectron } from './electron-process';
import { findExecutable } from './executable';
import { memberName, memberValue } from './fleet';
import { fillFleet } from './fleet-store';
import { atMostAbove, quantile, type Bench } from './result';

const puts = 500;
const putsPerSecond = 20;
const member = memberName(0, 1);
const key = `/service/cluster-000/members/${member}`;

export const latency: Bench = {
  name: 'latency',
  what: 'etcd put acknowledged → the new value in the DOM, against a bare etcd3 watch in Node; 500 puts at 20/s, 50 clusters × 5 members',
  needsWindow: true,
  async run(progress) {
    const executable = await findExecutable();
    const etcd = await startEtcd();
    try {
      await fillFleet(etcd.endpoint, 50, 5);
      const electron = await startElectron(
        executable,
        ['.', '--connect', `${etcd.endpoint.replace('http:', 'etcd3:')}/service`],
        (folder) => `--user-data=${folder}`,
      );
      const bare = await startBareWatch(etcd.endpoint);
      try {
        const page = await electron.page();
        await openCluster(page);
        await observeReceiveLsn(page);
        progress(`${puts} puts at ${putsPerSecond}/s`);
        const acknowledged = await putAll(etcd.endpoint);
        await sleep(1000);
        const seen = new Map(await page.evaluate(() => window.herdscopeBench?.seen ?? []));
        const skew = await clockSkew(page);
        progress(`clock of the page − ours: ${skew.toFixed(2)} ms, taken off`);
        const shown = latencies(acknowledged, (lsn) => at(seen.get(formatLsn(lsn)), -skew));
        const watched = latencies(acknowledged, (lsn) => bare.seen.get(String(lsn)));
        if (shown.missing + watched.missing > 0)
          throw new Error(`not seen: ${shown.missing} in the window, ${watched.missing} by the bare watch`);
        return [
          atMostAbove('latency-median', 'ms', quantile(shown.ms, 0.5), quantile(watched.ms, 0.5), 10, 'bare'),
          atMostAbove('latency-p99', 'ms', quantile(shown.ms, 0.99), quantile(watched.ms, 0.99), 33, 'bare'),
        ];
      } finally {
        bare.stop();
        await electron.stop();
      }
    } finally {
      await etcd.stop();
    }
  },
};

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

async function putAll(endpoint: string): Promise<Map<number, number>> {
  const client = new Etcd3({ hosts: endpoint });
  const acknowledged = new Map<number, number>();
  try {
    const start = performance.now();
    for (let i = 0; i < puts; i++) {
      await sleep(Math.max(0, start + (i * 1000) / putsPerSecond - performance.now()));
      const lsn = 167_772_256 + (i + 1) * 8192;
      await client.put(key).value(JSON.stringify(memberValue(0, 1, lsn)));
      acknowledged.set(lsn, performance.timeOrigin + performance.now());
    }
  } finally {
    client.close();
  }
  return acknowledged;
}

async function startBareWatch(endpoint: string): Promise<{ readonly seen: Map<string, number>; stop(): void }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/bare-watch.ts', endpoint, key], {
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

function latencies(
  acknowledged: ReadonlyMap<number, number>,
  seenAt: (lsn: number) => number | undefined,
): { ms: number[]; missing: number } {
  const ms: number[] = [];
  let missing = 0;
  for (const [lsn, ackAt] of acknowledged) {
    const seen = seenAt(lsn);
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
