import { setTimeout as sleep } from 'node:timers/promises';
import { startEtcd } from '../lab/etcd-server';
import { fillFleet } from './fleet-store';
import { startElectron } from './electron-process';
import { findExecutable } from './executable';
import { atMostTimes, type Bench } from './result';

export const memory: Bench = {
  name: 'memory',
  what: 'sum of PSS over all processes after 60 s on 50 clusters × 5 members in etcd, against the bare window',
  needsWindow: true,
  async run(progress) {
    const executable = await findExecutable();
    const etcd = await startEtcd();
    try {
      await fillFleet(etcd.endpoint, 50, 5);
      const bare = await startElectron(executable, ['bench/bare'], (folder) => `--user-data-dir=${folder}`);
      const ours = await startElectron(
        executable,
        ['.', '--connect', `${etcd.endpoint.replace('http:', 'etcd3:')}/service`],
        (folder) => `--user-data=${folder}`,
      );
      try {
        progress('both windows are open; 60 s');
        await sleep(60_000);
        const [bareBytes, ourBytes] = [await bare.pssBytes(), await ours.pssBytes()];
        const page = await ours.page();
        const shown = await page.getByRole('row').count();
        progress(`Herdscope shows ${shown} rows`);
        return [atMostTimes('memory', 'MiB', ourBytes / 2 ** 20, bareBytes / 2 ** 20, 1.4, 'the bare window')];
      } finally {
        await ours.stop();
        await bare.stop();
      }
    } finally {
      await etcd.stop();
    }
  },
};
