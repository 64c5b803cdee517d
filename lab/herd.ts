import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresBinDir } from '../scripts/debian';
import { whyNot } from './available';
import { leaderIn, syncStandbysIn } from './cluster-view';
import { databaseUser } from './database-user';
import { endAtExit } from './end-at-exit';
import { type EtcdServer, startEtcd } from './etcd-server';
import { clearAbandonedHerds, clearHerdFolder, clearHerdFolderNow, linkEtcd, makeHerdFolder } from './herd-folder';
import type { HerdOptions } from './herd-options';
import { HerdProcesses, majorOf } from './herd-processes';
import { takeMemberPorts } from './member-ports';
import { installedPatroni, patroni4, type PatroniCode } from './patroni-4';
import type { ClusterSettings, MemberTags } from './patroni-config';

/** What of a lagging member is held up: the WAL does not arrive, or it arrives and is not replayed. */
export type LagKind = 'receive' | 'replay';

/**
 * Starts a real etcd and a real Patroni herd on loopback and waits until every member runs. Nothing is left when it fails, but the logs that
 * the error names. It ends with this process, however that ends.
 */
export async function startHerd(options: HerdOptions = {}): Promise<Herd> {
  const say = options.say ?? (() => undefined);
  const lacking = await whyNot('herd');
  const binDir = postgresBinDir();
  if (lacking !== null || binDir === null) throw new Error(`the lab cannot run here: ${lacking ?? 'no PostgreSQL'}`);
  const size = options.members ?? 3;
  if (!Number.isInteger(size) || size < 1 || size > 20) throw new Error('a herd has 1 to 20 members');

  await clearAbandonedHerds(say);
  const code = options.patroni === '3.0' ? await installedPatroni() : await patroni4(say);
  if (options.sync === 'quorum' && majorOf(code) < 4)
    throw new Error(`Patroni ${code.version} has no quorum mode; it came with 4.0`);
  const folder = await makeHerdFolder();
  options.onFolder?.(folder);
  const atExit = endAtExit(() => clearHerdFolderNow(folder));
  let etcd: EtcdServer | null = null;
  let herd: Herd | null = null;
  try {
    say('starting etcd');
    etcd = await startEtcd({ dataDir: join(folder, 'etcd') });
    await linkEtcd(folder, etcd.logFile);
    const settings: ClusterSettings = {
      scope: options.scope ?? 'demo',
      namespace: options.namespace ?? '/service',
      etcdPort: etcd.port,
      sync: options.sync ?? 'off',
      binDir,
      user: databaseUser(),
    };
    herd = new Herd(folder, settings, await codeBeside(folder, code), etcd, await takeMemberPorts(), atExit, say);
    say(`starting Patroni ${code.version} with ${String(size + Number(options.cascade ?? false))} members`);
    await herd.begin(size, options);
    return herd;
  } catch (error) {
    if (herd !== null) await herd.stop({ keepLogs: true });
    else {
      await etcd?.dispose();
      await clearHerdFolder(folder, { keepLogs: true });
      atExit();
    }
    throw error;
  }
}

/**
 * The same code where the user `postgres` can read it: a work tree below /root is closed to it, and Python would take the machine's own Patroni
 * without a word.
 */
async function codeBeside(folder: string, code: PatroniCode): Promise<PatroniCode> {
  if (code.pythonPath === null || process.getuid?.() !== 0) return code;
  const copy = join(folder, 'patroni');
  await cp(code.pythonPath, copy, { recursive: true, preserveTimestamps: true });
  return { ...code, pythonPath: copy };
}

/** A running herd. Every action is done with Patroni's own means, or to its processes as an accident would. */
export class Herd extends HerdProcesses {
  /** `patronictl switchover`, to the candidate or whom Patroni takes; gives what patronictl printed when it was done. */
  async switchover(candidate?: string): Promise<string> {
    const to = candidate === undefined ? [] : ['--candidate', candidate];
    return this.patronictl(['switchover', this.scope, '--leader', await this.leader(), ...to, '--force']);
  }

  /** `patronictl switchover --scheduled`. */
  async scheduleSwitchover(at: Date, candidate?: string): Promise<string> {
    const to = candidate === undefined ? [] : ['--candidate', candidate];
    const when = ['--scheduled', at.toISOString()];
    return this.patronictl(['switchover', this.scope, '--leader', await this.leader(), ...to, ...when, '--force']);
  }

  /** `patronictl flush … switchover`: takes back a scheduled switchover. */
  unschedule(): Promise<string> {
    return this.patronictl(['flush', this.scope, 'switchover', '--force']);
  }

  /** `patronictl failover`, to the candidate or else a synchronous standby or else the first replica. */
  async failover(candidate?: string): Promise<string> {
    return this.patronictl(['failover', this.scope, '--candidate', candidate ?? (await this.#heir()), '--force']);
  }

  /** Kills a member as a power cut would: Patroni and PostgreSQL, with SIGKILL. */
  async kill(member: string): Promise<void> {
    await this.member(member).kill();
  }

  /** Kills the leader so, and gives its name. The others notice when its lock's TTL has run out, 20 s. */
  async killLeader(): Promise<string> {
    const leader = await this.leader();
    await this.kill(leader);
    return leader;
  }

  /** Waits until a member other than `former` leads, and gives its name. */
  async newLeader(former: string, seconds = 60): Promise<string> {
    let leader: string | null = null;
    await this.waitUntil('a new leader', seconds, (view) => {
      leader = leaderIn(view);
      return leader !== null && leader !== former;
    });
    return leader ?? former;
  }

  /** Starts a member again, or all that do not run; gives their names. */
  async revive(member?: string): Promise<readonly string[]> {
    const dead = member === undefined ? this.members : [this.member(member)];
    const names = dead.filter((m) => !m.isRunning).map((m) => m.name);
    await Promise.all(dead.map((m) => m.start()));
    return names;
  }

  /** `patronictl pause --wait`. */
  pause(): Promise<string> {
    return this.patronictl(['pause', this.scope, '--wait']);
  }

  /** `patronictl resume --wait`. */
  resume(): Promise<string> {
    return this.patronictl(['resume', this.scope, '--wait']);
  }

  /** Makes a replica fall behind from now on; `write` makes it visible. */
  async lag(member: string, kind: LagKind = 'receive'): Promise<void> {
    const replica = this.member(member);
    if (kind === 'receive') replica.stopReceiving();
    else await replica.sql('SELECT pg_wal_replay_pause()');
  }

  /** Lets a member, or all, catch up again. */
  async unlag(member?: string): Promise<void> {
    const who = member === undefined ? this.running() : [this.member(member)];
    for (const replica of who) {
      replica.continueReceiving();
      await replica.sql(
        `SELECT CASE WHEN pg_is_in_recovery() AND pg_get_wal_replay_pause_state() <> 'not paused' THEN pg_wal_replay_resume()::text END`,
      );
    }
  }

  /** Writes so much WAL on the leader, without growing a table. */
  async write(megabytes: number): Promise<void> {
    if (!Number.isInteger(megabytes) || megabytes < 1) throw new Error('write a whole number of MB, at least 1');
    const message = `pg_logical_emit_message(true, 'lab', repeat('x', 1048576))`;
    // A synchronous standby that lags would hold it up.
    const local = 'SET synchronous_commit = local';
    await this.sql(
      await this.leader(),
      `${local}; SELECT count(${message}) FROM generate_series(1, ${String(megabytes)})`,
    );
  }

  /** `patronictl restart` of one member. */
  restart(member: string): Promise<string> {
    return this.patronictl(['restart', this.scope, this.member(member).name, '--force']);
  }

  /** `patronictl edit-config --set KEY=VALUE …`. */
  edit(...settings: readonly string[]): Promise<string> {
    const set = settings.flatMap((setting) => ['--set', setting]);
    return this.patronictl(['edit-config', this.scope, '--force', ...set]);
  }

  /** Changes `max_connections`, which takes a restart, and waits until every running member says so. */
  async pendingRestart(): Promise<void> {
    const now = Number(await this.sql(await this.leader(), 'SHOW max_connections'));
    await this.edit(`postgresql.parameters.max_connections=${String(now + 10)}`);
    const names = this.running().map((m) => m.name);
    await this.waitUntil('a pending restart everywhere', 30, (view) =>
      names.every((name) => view?.members.find((m) => m.name === name)?.pending_restart === true),
    );
  }

  stopEtcd(): Promise<void> {
    return this.etcd.stop();
  }

  startEtcd(): Promise<void> {
    return this.etcd.restart();
  }

  /** One more member, which follows the leader or `replicateFrom`; gives its name once it is started. */
  async addMember(options: { readonly replicateFrom?: string; readonly tags?: MemberTags } = {}): Promise<string> {
    const source = options.replicateFrom;
    const cascade = source === undefined ? {} : { replicatefrom: this.member(source).name };
    const member = await this.make({ ...cascade, ...options.tags });
    await member.start();
    return member.name;
  }

  /** Ends a member in an orderly way and removes its data. Patroni's key of it goes with its TTL. */
  async removeMember(name: string): Promise<void> {
    const member = this.member(name);
    await member.shutDown();
    await member.forget();
    this.drop(member);
  }

  async #heir(): Promise<string> {
    const view = await this.view();
    const replicas = (view?.members ?? []).map((m) => m.name).filter((name) => name !== leaderIn(view));
    const heir = syncStandbysIn(view)[0] ?? replicas[0];
    if (heir === undefined) throw new Error(`no member of ${this.scope} can take over`);
    return heir;
  }
}
