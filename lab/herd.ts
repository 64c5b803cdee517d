import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chmod, writeFile } from 'node:fs/promises';
import { whyNot } from './available';
import { postgresBinDir } from '../scripts/debian';
import { askForCluster, type ClusterView, describeView, isPrimary, isSettled, leaderIn } from './cluster-view';
import { databaseUser } from './database-user';
import { endAtExit } from './end-at-exit';
import { type EtcdServer, startEtcd } from './etcd-server';
import { clearAbandonedHerds, clearHerdFolder, clearHerdFolderNow, makeHerdFolder } from './herd-folder';
import { logEnd } from './log-end';
import { LabMember } from './member';
import { type MemberPorts, takeMemberPorts } from './member-ports';
import { installedPatroni, patroni4, type PatroniCode } from './patroni-4';
import { type ClusterSettings, ctlYaml, type MemberTags, type SyncMode } from './patroni-config';
import { type ListRow, parseList, runPatronictl } from './patronictl';
import { type LabProcess, processesOf } from './processes';

export interface HerdOptions {
  /** `3.0`: the machine's own package; `4.1` (the default): the newest that Debian has. */
  readonly patroni?: '3.0' | '4.1';
  /** How many members follow the leader directly, and it; 3 when not said. */
  readonly members?: number;
  /** One more member, which follows the last of them. */
  readonly cascade?: boolean;
  /** Tags of members by name (`pg-1`, `pg-2` …). */
  readonly tags?: Readonly<Record<string, MemberTags>>;
  /** `demo` when not said. */
  readonly scope?: string;
  /** Begins with `/`; `/service`, Patroni's own default, when not said. */
  readonly namespace?: string;
  readonly sync?: SyncMode;
  /** Hears of the folder that all of it will be in, before anything is started. */
  readonly onFolder?: (folder: string) => void;
  /** Hears in a line each what is being done and waited for. */
  readonly say?: (line: string) => void;
}

/** What of a lagging member is held up: the WAL does not arrive, or it arrives and is not replayed. */
export type LagKind = 'receive' | 'replay';

const START_SECONDS = 120;
const LOOK_EVERY_MS = 150;
const SAY_EVERY_MS = 2000;

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
    const settings: ClusterSettings = {
      scope: options.scope ?? 'demo',
      namespace: options.namespace ?? '/service',
      etcdPort: etcd.port,
      sync: options.sync ?? 'off',
      binDir,
      user: databaseUser(),
    };
    herd = new Herd(folder, settings, code, etcd, await takeMemberPorts(), atExit, say);
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

/** A running herd. Every action is done with Patroni's own means, or to its processes as an accident would. */
export class Herd {
  readonly #members: LabMember[] = [];
  readonly #ctlFile: string;
  #made = 0;
  #stopped: Promise<void> | null = null;

  /** Made by `startHerd`. */
  constructor(
    readonly folder: string,
    readonly settings: ClusterSettings,
    readonly patroni: PatroniCode,
    readonly etcd: EtcdServer,
    readonly ports: MemberPorts,
    readonly forgetExit: () => void,
    readonly say: (line: string) => void,
  ) {
    this.#ctlFile = join(folder, 'patronictl.yml');
  }

  get scope(): string {
    return this.settings.scope;
  }

  /** What `npm start -- --connect` takes. */
  get connectUrl(): string {
    return `etcd3://127.0.0.1:${String(this.etcd.port)}${this.settings.namespace}`;
  }

  get members(): readonly LabMember[] {
    return this.#members;
  }

  /** All processes of the herd, etcd's too. */
  processes(): readonly LabProcess[] {
    return processesOf(this.folder);
  }

  /** The member of this name. Throws with the names there are. */
  member(name: string): LabMember {
    const found = this.#members.find((m) => m.name === name);
    if (found !== undefined) return found;
    throw new Error(`there is no member ${name}; there are ${this.#members.map((m) => m.name).join(', ')}`);
  }

  async begin(size: number, options: HerdOptions): Promise<void> {
    await writeFile(this.#ctlFile, ctlYaml(this.settings));
    await chmod(this.#ctlFile, 0o644);
    for (let i = 0; i < size; i++) await this.#make(options.tags?.[this.#nextName()] ?? {});
    if (options.cascade === true) {
      const tags = { replicatefrom: `pg-${String(size)}`, ...options.tags?.[this.#nextName()] };
      await this.#make(tags);
    }
    // Whoever is first to write the initialize key bootstraps the cluster: the first member leads, in every herd.
    await this.#members[0]?.start();
    await this.#initialized();
    await Promise.all(this.#members.map((m) => m.start()));
    await this.settled(START_SECONDS);
  }

  /** Runs the patronictl of the herd's own Patroni, e.g. `['list', 'demo']`. Throws with what it printed when it or the members refuse. */
  async patronictl(args: readonly string[]): Promise<string> {
    // patronictl itself would try again for ever.
    if (this.etcd.pid === 0) throw new Error('etcd is stopped, and patronictl can say nothing without it');
    return runPatronictl(this.patroni, this.#ctlFile, args);
  }

  /** `patronictl list -e -f json`, parsed. */
  async list(): Promise<readonly ListRow[]> {
    return parseList(await this.patronictl(['list', this.scope, '-e', '-f', 'json']));
  }

  /** Runs SQL as superuser on a member: a row a line, columns apart by `|`. */
  sql(member: string, query: string): Promise<string> {
    return this.member(member).sql(query);
  }

  /** What the first member that answers says is in the store; null when none does. */
  async view(): Promise<ClusterView | null> {
    const asked = this.#running().map((m) => askForCluster(m.apiPort));
    return Promise.any(asked).catch(() => null);
  }

  /** The name of the leader. Throws when there is none, or no member can tell. */
  async leader(): Promise<string> {
    const leader = leaderIn(await this.view());
    if (leader !== null) return leader;
    throw new Error(this.etcd.pid === 0 ? 'etcd is stopped' : `no member of ${this.scope} says who leads`);
  }

  /**
   * Waits until `test` holds for what the store says, looking several times a second. Throws after `seconds`, or as soon as a member ends that
   * should run, with the end of its log.
   */
  async waitUntil(
    what: string,
    seconds: number,
    test: (view: ClusterView | null) => boolean | Promise<boolean>,
  ): Promise<void> {
    const began = Date.now();
    let said = began;
    for (;;) {
      const view = await this.view();
      if (await test(view)) return;
      for (const member of this.#members) member.check();
      if (this.#stopped !== null) throw new Error('the herd was stopped');
      const now = Date.now();
      const names = this.#running().map((m) => m.name);
      if (now - began > seconds * 1000) throw this.#tooLate(what, seconds, view, names);
      if (now - said > SAY_EVERY_MS) {
        said = now;
        this.say(`waiting for ${what}, ${String(Math.round((now - began) / 1000))} s: ${describeView(view, names)}`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Waits until every member that is started runs, one leads, and the others follow on its timeline. */
  async settled(seconds = 90): Promise<void> {
    // Patroni 3 does not tell the store whether a running replica streams: there PostgreSQL is asked.
    const storeTells = majorOf(this.patroni) >= 4;
    const replicaStates = storeTells ? ['streaming'] : ['running', 'streaming'];
    await this.waitUntil('all members to run', seconds, async (view) => {
      const running = this.#running();
      const names = running.map((m) => m.name);
      if (!isSettled(view, names, replicaStates)) return false;
      // The store may tell of a leader that just demoted itself, or is not promoted yet.
      const leader = running.find((m) => m.name === leaderIn(view));
      if (leader === undefined || !(await isPrimary(leader.apiPort))) return false;
      const replicas = storeTells ? [] : running.filter((m) => m !== leader);
      return (await Promise.all(replicas.map((m) => m.isStreaming()))).every((streams) => streams);
    });
  }

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
    const dead = member === undefined ? this.#members : [this.member(member)];
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
    const who = member === undefined ? this.#running() : [this.member(member)];
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
    await this.sql(await this.leader(), `SELECT count(${message}) FROM generate_series(1, ${String(megabytes)})`);
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
    const names = this.#running().map((m) => m.name);
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
    const member = await this.#make({ ...cascade, ...options.tags });
    await member.start();
    return member.name;
  }

  /** Ends a member in an orderly way and removes its data. Patroni's key of it goes with its TTL. */
  async removeMember(name: string): Promise<void> {
    const member = this.member(name);
    await member.shutDown();
    await member.forget();
    this.#members.splice(this.#members.indexOf(member), 1);
  }

  /** Ends everything that was started and removes it, the logs too unless they are to be kept. */
  stop(options: { readonly keepLogs?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#end(options.keepLogs ?? false);
    return this.#stopped;
  }

  async #initialized(): Promise<void> {
    const key = `${this.settings.namespace}/${this.scope}/initialize`;
    const until = Date.now() + START_SECONDS * 1000;
    while ((await this.etcd.ctl(['get', '--keys-only', key])).trim() === '') {
      for (const member of this.#members) member.check();
      if (Date.now() > until) throw this.#tooLate('the bootstrap to begin', START_SECONDS, null, ['pg-1']);
      await delay(LOOK_EVERY_MS);
    }
  }

  async #end(keepLogs: boolean): Promise<void> {
    for (const member of this.#members) member.isEnding();
    await clearHerdFolder(this.folder, { keepLogs });
    await this.etcd.dispose();
    // A member that was just being started may have come after the first look.
    await clearHerdFolder(this.folder, { keepLogs });
    this.ports.release();
    this.forgetExit();
  }

  async #make(tags: MemberTags): Promise<LabMember> {
    const name = this.#nextName();
    this.#made += 1;
    const [apiPort, postgresPort] = [await this.ports.next(), await this.ports.next()];
    const settings = { name, apiPort, postgresPort, folder: join(this.folder, 'members', name), tags };
    const member = new LabMember(this.settings, this.patroni, settings, join(this.folder, 'logs'));
    this.#members.push(member);
    return member;
  }

  #nextName(): string {
    return `pg-${String(this.#made + 1)}`;
  }

  #running(): readonly LabMember[] {
    return this.#members.filter((m) => m.isRunning);
  }

  async #heir(): Promise<string> {
    const view = await this.view();
    const replicas = (view?.members ?? []).filter((m) => m.name !== leaderIn(view));
    const heir = replicas.find((m) => /^(sync|quorum)_standby$/.test(m.role)) ?? replicas[0];
    if (heir === undefined) throw new Error(`no member of ${this.scope} can take over`);
    return heir.name;
  }

  #tooLate(what: string, seconds: number, view: ClusterView | null, names: readonly string[]): Error {
    const bad = this.#running().find((m) => {
      const state = view?.members.find((seen) => seen.name === m.name)?.state;
      return state !== 'running' && state !== 'streaming';
    });
    const log = (bad ?? this.#running()[0])?.logFile ?? this.etcd.logFile;
    return new Error(`waited ${String(seconds)} s for ${what}: ${describeView(view, names)}. ${logEnd(log)}`);
  }
}

function majorOf(code: PatroniCode): number {
  return Number.parseInt(code.version, 10);
}
