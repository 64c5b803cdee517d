import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/repository';
import type { Herd } from '../../lab/herd';

/** A client that writes all the time. */
export interface InsertClient {
  /** Ends it, and gives the longest time without a confirmed row, in milliseconds. */
  end(): Promise<{ readonly longestGapMs: number; readonly rows: number }>;
}

/** Starts a process of its own that inserts a row every 10 ms wherever it is let. Resolves when the first rows are in. */
export async function startInsertClient(herd: Herd): Promise<InsertClient> {
  await herd.sql(
    await herd.leader(),
    'CREATE TABLE IF NOT EXISTS wizard_proof (at timestamptz DEFAULT clock_timestamp())',
  );
  const ports = herd.members.map(({ postgresPort }) => String(postgresPort));
  const client = spawn('/usr/bin/python3', [join(root, 'parity/wizard/insert-client.py'), ...ports], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    client.once('error', reject);
    void ended.then(() => reject(new Error('the client that inserts ended at once')));
    client.stdout.setEncoding('utf8').on('data', (part: string) => {
      printed += part;
      if (printed.split('\n').length > 20) resolve();
    });
  });
  return {
    end: async () => {
      client.stdin.end();
      await ended;
      const times = printed
        .trim()
        .split('\n')
        .map(Number)
        .sort((a, b) => a - b);
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
      return { longestGapMs: Math.round(Math.max(0, ...gaps)), rows: times.length };
    },
  };
}
