import { mkdir, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresBinDir } from '../scripts/debian';
import { databaseUser } from './database-user';
import { endAtExit } from './end-at-exit';
import { freePorts } from './free-port';
import { codeBeside } from './herd';
import { clearHerdFolder, clearHerdFolderNow, makeHerdFolder } from './herd-folder';
import { LabMember } from './member';
import { patroni4 } from './patroni-4';
import type { ClusterSettings } from './patroni-config';
import { type ListRow, parseList, runPatronictl } from './patronictl';

/** A real Patroni herd that keeps its state among its members (pysyncobj). */
export interface RaftHerd {
  readonly members: readonly LabMember[];
  /** `patronictl list -e -f json`, which joins as a client. */
  list(): Promise<readonly ListRow[]>;
  stop(): Promise<void>;
}

/** Starts three members on Raft and waits until all of them stream. It ends with this process at the latest. */
export async function startRaftHerd(): Promise<RaftHerd> {
  const folder = await makeHerdFolder();
  const forget = endAtExit(() => clearHerdFolderNow(folder));
  const members: LabMember[] = [];
  const stop = async (): Promise<void> => {
    for (const member of members) await member.kill();
    await clearHerdFolder(folder, { keepLogs: false });
    forget();
  };
  try {
    const code = await codeBeside(folder, await patroni4(() => undefined));
    const ports = await freePorts(9);
    const port = (i: number): number => ports[i] ?? 0;
    const raft = [0, 1, 2].map((i) => `127.0.0.1:${String(port(3 * i))}`);
    const settings = (self: string | null): ClusterSettings => ({
      scope: 'raft-herd',
      namespace: '/service',
      store: {
        raft: {
          ...(self === null ? {} : { self_addr: self, data_dir: join(folder, 'members', self.replace(/\W/g, '-')) }),
          partner_addrs: raft.filter((one) => one !== self),
        },
      },
      sync: 'off',
      binDir: postgresBinDir() ?? '',
      user: databaseUser(),
      memberPrefix: 'pg-',
      source: null,
    });
    const logs = join(folder, 'logs');
    for (const [i, self] of raft.entries()) {
      const name = `pg-${String(i + 1)}`;
      const own = {
        name,
        apiPort: port(3 * i + 1),
        postgresPort: port(3 * i + 2),
        folder: join(folder, 'members', name),
        tags: {},
      };
      const data = join(folder, 'members', self.replace(/\W/g, '-'));
      await mkdir(data, { recursive: true });
      await chmod(data, 0o777);
      members.push(new LabMember(settings(self), code, own, logs));
    }
    await Promise.all(members.map((member) => member.start()));
    const ctl = join(folder, 'ctl.yml');
    await writeFile(ctl, JSON.stringify({ scope: 'raft-herd', namespace: '/service', ...settings(null).store }));
    const list = async (): Promise<readonly ListRow[]> =>
      parseList(await runPatronictl(code, ctl, ['list', 'raft-herd', '-e', '-f', 'json']));
    await streaming(members);
    return { members, list, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function streaming(members: readonly LabMember[]): Promise<void> {
  const until = Date.now() + 150_000;
  for (;;) {
    for (const member of members) member.check();
    const states = await Promise.all(
      members.map(async ({ apiPort }) => {
        const answer = await fetch(`http://127.0.0.1:${String(apiPort)}/cluster`).catch(() => null);
        const text = (await answer?.text().catch(() => '')) ?? '';
        return text.split('"streaming"').length - 1;
      }),
    );
    if (states.every((count) => count === members.length - 1)) return;
    if (Date.now() > until) throw new Error(`the herd on Raft does not stream: ${states.join(', ')}`);
    await delay(300);
  }
}
