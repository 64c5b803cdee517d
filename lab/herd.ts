import { chmod, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresBinDir } from '../scripts/debian';
import { whyNot } from './available';
import { leaderIn, syncStandbysIn } from './cluster-view';
import { databaseUser } from './database-user';
import { endAtExit } from './end-at-exit';
import { clearAbandonedHerds, clearHerdFolder, clearHerdFolderNow, linkStore, makeHerdFolder } from './herd-folder';
import type { HerdOptions } from './herd-options';
import { HerdProcesses, majorOf } from './herd-processes';
import { type HerdStore, startHerdStore } from './herd-store';
import type { LagKind } from './member';
import { takeMemberPorts } from './member-ports';
import { installedPatroni, patroni4, type PatroniCode } from './patroni-4';
import type { ClusterSettings, MemberTags, SyncMode } from './patroni-config';

/** The slot on the herd that its standby cluster reads from. */
const FEED_SLOT = 'standby_feed';

/**
 * Starts a real store and a real Patroni herd on loopback and waits until every member runs. Nothing is left when it fails, but the logs that
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
  let store: HerdStore | null = null;
  let herd: Herd | null = null;
  try {
    const kind = options.store ?? 'etcd3';
    say(`starting the store, ${kind}`);
    store = await startHerdStore(kind, join(folder, 'store'));
    await linkStore(folder, store.logFile);
    const settings: ClusterSettings = {
      scope: options.scope ?? 'demo',
      namespace: options.namespace ?? '/service',
      store: store.patroniSettings,
      sync: options.sync ?? 'off',
      binDir,
      user: databaseUser(),
      memberPrefix: 'pg-',
      source: null,
    };
    herd = new Herd(folder, settings, await codeBeside(folder, code), store, await takeMemberPorts(), atExit, say);
    say(`starting Patroni ${code.version} with ${String(size + Number(options.cascade ?? false))} members`);
    await herd.begin(size, options);
    return herd;
  } catch (error) {
    if (herd !== null) await herd.stop({ keepLogs: true });
    else {
      await store?.dispose();
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
export async function codeBeside(folder: string, code: PatroniCode): Promise<PatroniCode> {
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
  lag(member: string, kind: LagKind = 'receive'): void {
    this.member(member).holdUp(kind);
  }

  /** Lets a member, or all, catch up again. */
  unlag(member?: string): void {
    const who = member === undefined ? this.running() : [this.member(member)];
    for (const replica of who) replica.letGo();
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

  /** `patronictl restart --scheduled` of one member; `ifOlderThan` is a version of PostgreSQL. */
  scheduleRestart(member: string, at: Date, ifOlderThan?: string): Promise<string> {
    const version = ifOlderThan === undefined ? [] : ['--pg-version', ifOlderThan];
    const when = ['--scheduled', at.toISOString()];
    return this.patronictl(['restart', this.scope, this.member(member).name, ...when, ...version, '--force']);
  }

  /** `patronictl flush … restart`: takes back a member's scheduled restart. */
  unscheduleRestart(member: string): Promise<string> {
    return this.patronictl(['flush', this.scope, this.member(member).name, 'restart', '--force']);
  }

  /** Adds a permanent slot to the configuration: a physical one, or a logical one of the database `postgres`. */
  addSlot(name: string, type: 'physical' | 'logical'): Promise<string> {
    const of = { physical: { type }, logical: { type, database: 'postgres', plugin: 'pgoutput' } }[type];
    return this.edit(...Object.entries(of).map(([key, value]) => `slots.${name}.${key}=${value}`));
  }

  /** Takes a permanent slot out of the configuration. */
  dropSlot(name: string): Promise<string> {
    return this.edit(`slots.${name}=null`);
  }

  /** Sets `synchronous_mode`, and waits until the standbys are named, or no more. */
  async sync(mode: SyncMode): Promise<void> {
    if (mode === 'quorum' && majorOf(this.patroni) < 4) throw new Error('quorum mode came with Patroni 4.0');
    await this.edit(`synchronous_mode=${{ off: 'false', on: 'true', quorum: 'quorum' }[mode]}`);
    const role = { off: 'replica', on: 'sync_standby', quorum: 'quorum_standby' }[mode];
    await this.waitUntil(`the first ${role}`, 60, (view) => {
      const roles = (view?.members ?? []).map((m) => m.role);
      return roles.includes(role) && (mode !== 'off' || syncStandbysIn(view).length === 0);
    });
  }

  /** Gives a member tags beside those that it has, null taking one away, and waits until it tells them. */
  async tag(member: string, tags: Readonly<Record<string, MemberTags[string] | null>>): Promise<void> {
    const one = this.member(member);
    const all = Object.entries({ ...one.tags, ...tags });
    await one.retag(
      Object.fromEntries(all.filter((entry): entry is [string, MemberTags[string]] => entry[1] !== null)),
    );
    if (!one.isRunning) return;
    await this.patronictl(['reload', this.scope, one.name, '--force']);
    await this.waitUntil(`the tags of ${one.name}`, 30, (view) => {
      const told = view?.members.find((m) => m.name === one.name)?.tags ?? {};
      return Object.entries(tags).every(([name, value]) => (told[name] ?? null) === value);
    });
  }

  /**
   * Starts a standby cluster on the same store that follows the member that leads now, by a permanent slot. It ends with this herd, and is a herd
   * of its own otherwise: scope `…-standby`, members `st-1`, `st-2` ….
   */
  async addStandbyCluster(members = 2): Promise<Herd> {
    const source = this.member(await this.leader());
    await this.addSlot(FEED_SLOT, 'physical');
    await this.waitUntil('the slot of the standby cluster', 30, async () => {
      const query = `SELECT 1 FROM pg_replication_slots WHERE slot_name = '${FEED_SLOT}'`;
      return (await source.sql(query)) === '1';
    });
    const folder = join(this.folder, 'standby');
    for (const one of [folder, join(folder, 'members'), join(folder, 'logs')]) {
      await mkdir(one);
      await chmod(one, 0o755);
    }
    const settings: ClusterSettings = {
      ...this.settings,
      scope: `${this.scope}-standby`,
      sync: 'off',
      memberPrefix: 'st-',
      source: { port: source.postgresPort, slot: FEED_SLOT },
    };
    const standby = new Herd(folder, settings, this.patroni, this.store, this.ports, () => undefined, this.say);
    this.host(standby);
    await standby.begin(members, {});
    return standby;
  }

  stopStore(): Promise<void> {
    return this.store.stop();
  }

  startStore(): Promise<void> {
    return this.store.restart();
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
