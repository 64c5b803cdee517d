import * as Cluster from '../cluster/cluster';
import { GroupBuilder, type KeyNode } from '../cluster/build-group';
import type { Leader } from '../cluster/leader';
import { newest } from '../cluster/rules';
import type { Clock } from '../clock';
import { sameData } from '../same-data';
import type { JsonObject } from '../json';
import { AbstractDCS } from './abstract-dcs';
import { DcsError } from './dcs-error';
import type { DcsOptions } from './dcs-options';
import { groupOf, patroniKey } from './keys';
import { MemberSession } from './member-session';
import type { StoreNode } from './node';
import { pythonJson } from './python-json';
import type { Result } from '../result';
import type {
  SetCondition,
  StoreFailure,
  StoreFailureKind,
  StoreSession,
  StoreSnapshot,
  WritableStore,
  Written,
} from './store';
import { type Wait, waitForChange } from './wake-up';

/** Failures that may be over in a moment. */
const PASSING: ReadonlySet<StoreFailureKind> = new Set(['timeout', 'unavailable', 'refused', 'no-quorum']);
const PAUSE_MS = 1000;

/** Patroni's contract over the verbs of any store that holds keys, as Patroni itself keeps it in etcd (`patroni/dcs/etcd3.py: Etcd3`). */
export class KeyValueDcs extends AbstractDCS {
  readonly #session: MemberSession;
  readonly #builders = new Map<number | null, GroupBuilder>();
  #seen: { readonly prefix: string; readonly snapshot: StoreSnapshot } | null = null;
  #wait: Wait | null = null;
  #wakeAtOnce = false;

  constructor(
    private readonly store: WritableStore,
    options: DcsOptions,
    clock: Clock,
  ) {
    super(options, clock);
    this.#session = new MemberSession(store, clock);
  }

  /** Ends our session, and with it our own key and the lock if we have it. False when there was none. */
  async close(): Promise<boolean> {
    const session = this.#session.current;
    this.#session.forget();
    return session !== null && answered('close', await session.close());
  }

  /** Ends a wait in `watch`, or the next one at once. */
  wakeUp(): void {
    this.#wakeAtOnce = this.#wait === null;
    this.#wait?.wake();
  }

  // Reading

  protected async loadCluster(group: number | null): Promise<Cluster.Cluster> {
    const prefix = this.pathOf(group, '');
    const nodes = await this.#load(prefix);
    return this.#build(
      group,
      nodes.map((node) => [node.key.slice(prefix.length), node] as const),
    );
  }

  protected async loadMppCluster(): Promise<Cluster.Cluster> {
    const nodes = await this.#load(this.scopePath);
    const groups = new Map<number, (readonly [string, StoreNode])[]>();
    for (const node of nodes) {
      const path = groupOf(node.key.slice(this.scopePath.length));
      if (path.group === null) continue;
      const of = groups.get(path.group) ?? [];
      groups.set(path.group, of);
      of.push([path.relative, node]);
    }
    const sorted = [...groups].sort(([a], [b]) => a - b);
    return Cluster.mppCluster(sorted.map(([group, of]) => ({ group, cluster: this.#build(group, of) })));
  }

  async #load(prefix: string): Promise<readonly StoreNode[]> {
    const snapshot = answered('getCluster', await this.#retry(() => this.store.snapshot(prefix), failureOf));
    this.#seen = { prefix, snapshot };
    return snapshot.nodes;
  }

  #build(group: number | null, nodes: readonly (readonly [relative: string, node: StoreNode])[]): Cluster.Cluster {
    const builder = this.#builders.get(group) ?? new GroupBuilder(group, newest);
    this.#builders.set(group, builder);
    const known = nodes.flatMap(([relative, node]): readonly KeyNode[] => {
      const path = patroniKey(relative);
      return path === null ? [] : [{ path, node }];
    });
    return builder.build(known).detail.cluster;
  }

  async watch(leaderVersion: string | null, timeoutSeconds: number): Promise<boolean> {
    this.#session.expectRefresh();
    if (this.#wakeAtOnce) {
      this.#wakeAtOnce = false;
      return true;
    }
    const keys = {
      leader: this.leaderPath,
      config: this.configPath,
      positions: [this.statusPath, this.leaderOptimePath],
    };
    // Those who follow come a moment after the leader, whose keys they wait for.
    const seconds = timeoutSeconds + (leaderVersion === null ? 0 : 0.5);
    this.#wait = waitForChange(this.store, this.clock, this.#seen, keys, this.name, seconds);
    try {
      return await this.#wait.done;
    } finally {
      this.#wait = null;
    }
  }

  // The leader

  async attemptToAcquireLeader(): Promise<boolean> {
    const operation = 'attemptToAcquireLeader';
    const acquire = async (): Promise<Written> =>
      this.store.create(this.leaderPath, this.name, await this.#own(operation));
    let written = await this.#retry(acquire, failureOfWrite);
    if (written.kind === 'no-session') {
      this.#session.forget();
      written = await acquire();
    }
    return this.#isDone(operation, written);
  }

  async takeLeader(): Promise<boolean> {
    return this.#set('takeLeader', this.leaderPath, this.name, 'any', await this.#own('takeLeader'));
  }

  /** Ours is a lock with our session, or with our name: that one is moved into our session, and one that is gone is made anew. */
  protected async keepLeader(leader: Leader): Promise<boolean> {
    const operation = 'updateLeader';
    const session = await this.#own(operation, 0);
    if (leader.session === session.id) return true;
    const take = (condition: SetCondition) => () => this.store.set(this.leaderPath, this.name, condition, session);
    const isOurs = leader.member.name === this.name;
    let written = await this.#retry(take({ modRevision: isOurs ? leader.version : '0' }), failureOfWrite);
    if (written.kind === 'refused') {
      const { found } = written;
      if (found === null || found.value === this.name) {
        written = await this.#retry(take({ modRevision: found?.modRevision ?? '0' }), failureOfWrite);
      }
    }
    return this.#isDone(operation, written);
  }

  protected async dropLeader(leader: Leader): Promise<boolean> {
    const isOurs = leader.member.name === this.name;
    // No key has revision 0: the refusal tells whose the lock is now.
    const written = await this.store.remove(this.leaderPath, isOurs ? leader.version : '0');
    if (written.kind === 'refused' && written.found?.value === this.name) {
      return this.#isDone('deleteLeader', await this.store.remove(this.leaderPath, written.found.modRevision));
    }
    return this.#isDone('deleteLeader', written) && isOurs;
  }

  // Keys without a session

  initialize(createNew = true, sysid = ''): Promise<boolean> {
    return this.#set('initialize', this.initializePath, sysid, createNew ? { modRevision: '0' } : 'any', null);
  }

  async cancelInitialization(): Promise<boolean> {
    return this.#remove('cancelInitialization', this.initializePath, null);
  }

  setFailoverValue(value: string, version: string | null = null): Promise<boolean> {
    return this.#set('setFailoverValue', this.failoverPath, value, condition(version), null);
  }

  setConfigValue(value: string, version: string | null = null): Promise<boolean> {
    return this.#set('setConfigValue', this.configPath, value, condition(version), null);
  }

  setHistoryValue(value: string): Promise<boolean> {
    return this.#set('setHistoryValue', this.historyPath, value, 'any', null);
  }

  async setSyncStateValue(value: string, version: string | null = null): Promise<string | false> {
    const set = () => this.store.set(this.syncPath, value, condition(version), null);
    const written = await this.#retry(set, failureOfWrite);
    return this.#isDone('setSyncStateValue', written) && written.kind === 'done' ? written.revision : false;
  }

  deleteSyncState(version: string | null = null): Promise<boolean> {
    return this.#remove('deleteSyncState', this.syncPath, version);
  }

  async deleteCluster(): Promise<boolean> {
    const remove = () => this.store.removeAll(this.clientPath(''));
    return this.#isDone('deleteCluster', await this.#retry(remove, failureOfWrite));
  }

  protected putStatus(value: string): Promise<boolean> {
    return this.#set('writeStatus', this.statusPath, value, 'any', null);
  }

  protected putLeaderOptime(value: string): Promise<boolean> {
    return this.#set('writeLeaderOptime', this.leaderOptimePath, value, 'any', null);
  }

  protected putFailsafe(value: string): Promise<boolean> {
    return this.#set('writeFailsafe', this.failsafePath, value, 'any', null);
  }

  async touchMember(data: JsonObject): Promise<boolean> {
    const session = await this.#own('touchMember');
    const member = this.cluster?.members.find(({ name }) => name === this.name);
    if (member !== undefined && member.session === session.id && sameData(member.data, data)) return true;
    return this.#set('touchMember', this.memberPath, pythonJson(data), 'any', session);
  }

  protected ttlChanged(): void {
    this.#session.forget();
    this.#wakeAtOnce = true;
  }

  // How it is done

  /** Our session, kept alive at most every so many seconds. */
  async #own(operation: string, everySeconds = this.loopWait): Promise<StoreSession> {
    return answered(operation, await this.#retry(() => this.#session.refresh(this.ttl, everySeconds), failureOf));
  }

  async #set(
    operation: string,
    key: string,
    value: string,
    when: SetCondition,
    session: StoreSession | null,
  ): Promise<boolean> {
    return this.#isDone(operation, await this.#retry(() => this.store.set(key, value, when, session), failureOfWrite));
  }

  async #remove(operation: string, key: string, version: string | null): Promise<boolean> {
    return this.#isDone(operation, await this.#retry(() => this.store.remove(key, version), failureOfWrite));
  }

  #isDone(operation: string, written: Written): boolean {
    if (written.kind === 'no-session') this.#session.forget();
    return DcsError.unlessAnswered(operation, written);
  }

  /** Tries again, up to the retry timeout, what did not come about for a reason that may pass. */
  async #retry<T>(attempt: () => Promise<T>, failureIn: (outcome: T) => StoreFailure | null): Promise<T> {
    const end = this.clock.now() + this.retryTimeout * 1000;
    for (;;) {
      const outcome = await attempt();
      const failure = failureIn(outcome);
      if (failure === null || !PASSING.has(failure.kind) || this.clock.now() + PAUSE_MS > end) return outcome;
      await new Promise<void>((resolve) => this.clock.after(PAUSE_MS, resolve));
    }
  }
}

/** The value of an answer. Throws a DcsError where there is none. */
function answered<T>(operation: string, result: Result<T, StoreFailure>): T {
  if (result.ok) return result.value;
  throw new DcsError(operation, result.error, false);
}

function failureOf(result: Result<unknown, StoreFailure>): StoreFailure | null {
  return result.ok ? null : result.error;
}

/** A write whose answer was lost is none of these: it is not to be repeated. */
function failureOfWrite(written: Written): StoreFailure | null {
  return written.kind === 'failed' ? written.failure : null;
}

function condition(version: string | null): SetCondition {
  return version === null ? 'any' : { modRevision: version };
}
