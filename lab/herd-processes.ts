import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  askForAllOfCluster,
  askForCluster,
  type ClusterView,
  describeView,
  isLeading,
  isSettled,
  leaderIn,
  syncStandbysIn,
} from './cluster-view';
import type { EtcdServer } from './etcd-server';
import { clearHerdFolder } from './herd-folder';
import type { HerdOptions } from './herd-options';
import { EtcdHerdStore, type HerdStore } from './herd-store';
import { logEnd } from './log-end';
import { LabMember } from './member';
import type { MemberPorts } from './member-ports';
import type { PatroniCode } from './patroni-4';
import { type ClusterSettings, ctlYaml, type MemberTags } from './patroni-config';
import { type ListRow, parseList, runPatronictl, runPatronictls } from './patronictl';
import { type LabProcess, processesOf } from './processes';

const START_SECONDS = 120;
const LOOK_EVERY_MS = 150;
const SAY_EVERY_MS = 2000;

/** The processes of a herd: its store and its members, started, looked at, waited for and ended. */
export class HerdProcesses {
  #list: LabMember[] = [];
  readonly #ctlFile: string;
  #made = 0;
  #stopped: Promise<void> | null = null;
  /** Herds on the same store that follow this one. */
  #guests: readonly HerdProcesses[] = [];

  /** Made by `startHerd`. */
  constructor(
    readonly folder: string,
    readonly settings: ClusterSettings,
    readonly patroni: PatroniCode,
    readonly store: HerdStore,
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
    return this.store.connectUrl + this.settings.namespace;
  }

  /** The etcd of a herd that lives on one. Throws for one that does not. */
  get etcd(): EtcdServer {
    if (this.store instanceof EtcdHerdStore) return this.store.server;
    throw new Error(`this herd lives on ${this.store.name}, not on etcd`);
  }

  get members(): readonly LabMember[] {
    return this.#list;
  }

  /** All processes of the herd, the store's too. */
  processes(): readonly LabProcess[] {
    return processesOf(this.folder);
  }

  /** The member of this name. Throws with the names there are. */
  member(name: string): LabMember {
    const found = this.#list.find((m) => m.name === name);
    if (found !== undefined) return found;
    throw new Error(`there is no member ${name}; there are ${this.#list.map((m) => m.name).join(', ')}`);
  }

  async begin(size: number, options: HerdOptions): Promise<void> {
    await writeFile(this.#ctlFile, ctlYaml(this.settings));
    await chmod(this.#ctlFile, 0o644);
    for (let i = 0; i < size; i++) await this.make(options.tags?.[this.#nextName()] ?? {});
    if (options.cascade === true) {
      const tags = { replicatefrom: `pg-${String(size)}`, ...options.tags?.[this.#nextName()] };
      await this.make(tags);
    }
    // Whoever is first to write the initialize key bootstraps the cluster: the first member leads, in every herd.
    await this.#list[0]?.start();
    await this.#initialized();
    await Promise.all(this.#list.map((m) => m.start()));
    await this.settled(START_SECONDS);
    const canSync = this.#list.slice(1).some((m) => m.tags['nosync'] !== true);
    if (this.settings.sync !== 'off' && canSync)
      await this.waitUntil('a synchronous standby', START_SECONDS, (view) => syncStandbysIn(view).length > 0);
  }

  /** Runs the patronictl of the herd's own Patroni, e.g. `['list', 'demo']`. Throws with what it printed when it or the members refuse. */
  async patronictl(args: readonly string[]): Promise<string> {
    // patronictl itself would try again for ever.
    this.#checkStore();
    return runPatronictl(this.patroni, this.#ctlFile, args);
  }

  /** Several commands of patronictl by one process, each with what it printed. */
  async patronictls(commands: readonly (readonly string[])[]): Promise<readonly string[]> {
    this.#checkStore();
    return runPatronictls(this.patroni, this.#ctlFile, commands);
  }

  /** `patronictl list -e -f json`, parsed. */
  async list(): Promise<readonly ListRow[]> {
    return parseList(await this.patronictl(['list', this.scope, '-e', '-f', 'json']));
  }

  /** `patronictl history -f json`, parsed. */
  async history(): Promise<unknown> {
    return JSON.parse(await this.patronictl(['history', this.scope, '-f', 'json']));
  }

  /** All that `GET /cluster` says, from the leader. */
  async wholeCluster(): Promise<unknown> {
    const leader = await this.leader();
    // Who leads may be none of the lab's: a practice member.
    const asked = this.#list.find(({ name }) => name === leader) ?? this.running()[0];
    if (asked === undefined) throw new Error('no member runs');
    return askForAllOfCluster(asked.apiPort);
  }

  /** Runs SQL as superuser on a member: a row a line, columns apart by `|`. */
  sql(member: string, query: string): Promise<string> {
    return this.member(member).sql(query);
  }

  /** What the first member that answers says is in the store; null when none does. */
  async view(): Promise<ClusterView | null> {
    const asked = this.running().map((m) => askForCluster(m.apiPort));
    return Promise.any(asked).catch(() => null);
  }

  /** The name of the leader. Throws when there is none, or no member can tell. */
  async leader(): Promise<string> {
    const leader = leaderIn(await this.view());
    if (leader !== null) return leader;
    throw new Error(
      this.store.pid === 0 ? `${this.store.name} is stopped` : `no member of ${this.scope} says who leads`,
    );
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
      for (const member of this.#list) member.check();
      if (this.#stopped !== null) throw new Error('the herd was stopped');
      const now = Date.now();
      const names = this.running().map((m) => m.name);
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
      const running = this.running();
      const names = running.map((m) => m.name);
      if (!isSettled(view, names, replicaStates)) return false;
      // The store may tell of a leader that just demoted itself, or is not promoted yet.
      const leader = running.find((m) => m.name === leaderIn(view));
      const kind = this.settings.source === null ? 'primary' : 'standby-leader';
      if (leader === undefined || !(await isLeading(leader.apiPort, kind))) return false;
      const replicas = storeTells ? [] : running.filter((m) => m !== leader);
      return (await Promise.all(replicas.map((m) => m.isStreaming()))).every((streams) => streams);
    });
  }

  /** Ends everything that was started and removes it, the logs too unless they are to be kept. */
  stop(options: { readonly keepLogs?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#end(options.keepLogs ?? false);
    return this.#stopped;
  }

  async #initialized(): Promise<void> {
    const key = `${this.settings.namespace}/${this.scope}/initialize`;
    const until = Date.now() + START_SECONDS * 1000;
    while (!(await this.store.has(key))) {
      for (const member of this.#list) member.check();
      if (Date.now() > until) throw this.#tooLate('the bootstrap to begin', START_SECONDS, null, ['pg-1']);
      await delay(LOOK_EVERY_MS);
    }
  }

  #checkStore(): void {
    const { name, pid } = this.store;
    if (pid === 0) throw new Error(`${name} is stopped, and patronictl can say nothing without it`);
  }

  async #end(keepLogs: boolean): Promise<void> {
    await Promise.all(this.#guests.map((guest) => guest.stop({ keepLogs })));
    for (const member of this.#list) member.isEnding();
    await clearHerdFolder(this.folder, { keepLogs });
    // The store and the ports are those of the herd that it follows.
    if (this.settings.source !== null) return;
    await this.store.dispose();
    // A member that was just being started may have come after the first look.
    await clearHerdFolder(this.folder, { keepLogs });
    this.ports.release();
    this.forgetExit();
  }

  /** One more member, not started yet. */
  protected async make(tags: MemberTags): Promise<LabMember> {
    const name = this.#nextName();
    this.#made += 1;
    const [apiPort, postgresPort] = [await this.ports.next(), await this.ports.next()];
    const settings = { name, apiPort, postgresPort, folder: join(this.folder, 'members', name), tags };
    const member = new LabMember(this.settings, this.patroni, settings, join(this.folder, 'logs'));
    this.#list.push(member);
    return member;
  }

  #nextName(): string {
    return `${this.settings.memberPrefix}${String(this.#made + 1)}`;
  }

  /** Ends another herd together with this one. */
  protected host(guest: HerdProcesses): void {
    this.#guests = [...this.#guests, guest];
  }

  /** Takes a member out of the herd; it must not run. */
  protected drop(member: LabMember): void {
    this.#list = this.#list.filter((m) => m !== member);
  }

  /** The members whose Patroni runs. */
  protected running(): readonly LabMember[] {
    return this.#list.filter((m) => m.isRunning);
  }

  #tooLate(what: string, seconds: number, view: ClusterView | null, names: readonly string[]): Error {
    const bad = this.running().find((m) => {
      const state = view?.members.find((seen) => seen.name === m.name)?.state;
      return state !== 'running' && state !== 'streaming';
    });
    const log = (bad ?? this.running()[0])?.logFile ?? this.store.logFile;
    return new Error(`waited ${String(seconds)} s for ${what}: ${describeView(view, names)}. ${logEnd(log)}`);
  }
}

/** 4 for Patroni 4.1.5. */
export function majorOf(code: PatroniCode): number {
  return Number.parseInt(code.version, 10);
}
