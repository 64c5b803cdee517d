import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, closeSync, openSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asDatabaseUser, plainEnvironment } from './database-user';
import { logEnd } from './log-end';
import type { PatroniCode } from './patroni-4';
import { type ClusterSettings, type MemberSettings, type MemberTags, memberYaml } from './patroni-config';
import { endProcesses, isAlive, type LabProcess, processesOf, processId, signal } from './processes';
import { standsStill } from './stands-still';

/** What of a lagging member is held up: the WAL does not arrive, or it arrives and is not replayed. */
export type LagKind = 'receive' | 'replay';

/** One member of a herd: a real Patroni with its PostgreSQL. */
export class LabMember {
  readonly name: string;
  readonly apiPort: number;
  readonly postgresPort: number;
  readonly folder: string;
  tags: MemberTags;
  /** What Patroni and PostgreSQL print. */
  readonly logFile: string;
  #patroni: ChildProcess | null = null;
  /** Whether it is meant to run: when it does not, something went wrong. */
  #wanted = false;

  constructor(
    readonly cluster: ClusterSettings,
    readonly code: PatroniCode,
    settings: MemberSettings,
    logFolder: string,
  ) {
    this.name = settings.name;
    this.apiPort = settings.apiPort;
    this.postgresPort = settings.postgresPort;
    this.folder = settings.folder;
    this.tags = settings.tags;
    this.logFile = join(logFolder, `${settings.name}.log`);
  }

  /** Whether its Patroni runs. */
  get isRunning(): boolean {
    const patroni = this.#patroni;
    return patroni !== null && patroni.pid !== undefined && patroni.exitCode === null && patroni.signalCode === null;
  }

  /** Of its Patroni; 0 when that does not run. */
  get pid(): number {
    return this.isRunning ? (this.#patroni?.pid ?? 0) : 0;
  }

  /** Starts Patroni, which starts PostgreSQL. Nothing happens when it runs already. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    const config = await this.#writeConfig();
    const [command = '', ...args] = asDatabaseUser(this.cluster.user, ['/usr/bin/python3', '-m', 'patroni', config]);
    const log = openSync(this.logFile, 'a');
    this.#patroni = spawn(command, args, {
      cwd: this.folder,
      // A session of its own: Ctrl-C in a terminal reaches the lab, which ends it in its own order.
      detached: true,
      env: plainEnvironment({
        HOME: this.folder,
        ...(this.code.pythonPath === null ? {} : { PYTHONPATH: this.code.pythonPath }),
      }),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#patroni.unref();
    this.#wanted = true;
    const started = this.#patroni;
    await new Promise<void>((resolve, reject) => {
      started.once('spawn', resolve);
      started.once('error', reject);
    });
  }

  /** Gives it other tags, in its configuration file: Patroni takes them when it is started or told to reload. */
  async retag(tags: MemberTags): Promise<void> {
    this.tags = tags;
    await this.#writeConfig();
  }

  /** Throws, with the end of its log, when its Patroni ended without being asked to. */
  check(): void {
    if (!this.#wanted || this.isRunning) return;
    const how = this.#patroni?.signalCode ?? `code ${String(this.#patroni?.exitCode)}`;
    throw new Error(`Patroni of ${this.name} ended unexpectedly (${how}). ${logEnd(this.logFile)}`);
  }

  /** Says that it will be ended from outside. */
  isEnding(): void {
    this.#wanted = false;
  }

  /** Kills Patroni and every process of its PostgreSQL with SIGKILL: to the others, the machine is gone. */
  async kill(): Promise<void> {
    this.#wanted = false;
    const own = processesOf(this.folder);
    // Patroni first, and all before anyone can react.
    for (const one of [...own].sort((a, b) => Number(isPostgres(a)) - Number(isPostgres(b))))
      signal(one.pid, 'SIGKILL');
    while (processesOf(this.folder).length > 0) {
      for (const one of processesOf(this.folder)) signal(one.pid, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends Patroni as `systemctl stop` does: it stops PostgreSQL and says goodbye to the store. Killed after 20 s. */
  async shutDown(): Promise<void> {
    this.#wanted = false;
    const id = this.pid === 0 ? null : processId(this.pid);
    if (id !== null) {
      this.letGo();
      signal(id.pid, 'SIGTERM');
      const until = Date.now() + 20_000;
      while (isAlive(id) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await endProcesses(this.folder);
  }

  /** Removes its data; it must not run. */
  async forget(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Whether its WAL receiver streams. */
  async isStreaming(): Promise<boolean> {
    const status = await this.sql('SELECT status FROM pg_stat_wal_receiver').catch(() => '');
    return status === 'streaming';
  }

  /**
   * Freezes its WAL receiver, which stays connected and takes nothing, or the process that replays. (`pg_wal_replay_pause` is undone by Patroni
   * in its next round, from PostgreSQL 14 on.) Throws when it has no such process.
   */
  holdUp(kind: LagKind): void {
    const held = this.#ofWal(kind);
    if (held.length === 0) throw new Error(`${this.name} does not ${kind} WAL now`);
    for (const one of held) signal(one.pid, 'SIGSTOP');
  }

  letGo(): void {
    for (const kind of ['receive', 'replay'] as const) for (const one of this.#ofWal(kind)) signal(one.pid, 'SIGCONT');
  }

  /** Freezes its Patroni, not its PostgreSQL: its REST API takes connections and answers nothing. Resolves when all of it stands still. */
  async freeze(): Promise<void> {
    const { pid } = this;
    if (pid === 0) throw new Error(`Patroni of ${this.name} does not run`);
    signal(pid, 'SIGSTOP');
    await standsStill(pid);
  }

  /** Lets its Patroni go on. */
  thaw(): void {
    if (this.isRunning) signal(this.pid, 'SIGCONT');
  }

  /** Runs SQL as superuser and gives what `psql -At` prints: a row a line, columns apart by `|`. Throws with PostgreSQL's message. */
  sql(query: string): Promise<string> {
    const address = ['-h', this.folder, '-p', String(this.postgresPort), '-U', 'postgres', '-d', 'postgres'];
    const args = [...address, '-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', query];
    return new Promise((resolve, reject) => {
      execFile(
        join(this.cluster.binDir, 'psql'),
        args,
        { env: plainEnvironment(), maxBuffer: 1 << 26, timeout: 60_000 },
        (error, stdout, stderr) => {
          const why = error?.killed === true ? 'no answer within 60 s' : stderr.trim() || error?.message;
          if (error) reject(new Error(`SQL on ${this.name} failed: ${String(why)}\n${query}`));
          else resolve(stdout.trimEnd());
        },
      );
    });
  }

  async #writeConfig(): Promise<string> {
    const { uid, gid } = this.cluster.user;
    const config = join(this.folder, 'patroni.yml');
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(config, memberYaml(this.cluster, this));
    chownSync(this.folder, uid, gid);
    chownSync(config, uid, gid);
    return config;
  }

  #ofWal(kind: LagKind): readonly LabProcess[] {
    const title = { receive: /: walreceiver/, replay: /: startup/ }[kind];
    return processesOf(this.folder).filter((one) => title.test(one.commandLine[0] ?? ''));
  }
}

function isPostgres(one: LabProcess): boolean {
  return basename(one.program) === 'postgres';
}
