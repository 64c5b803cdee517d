import { namespacePrefix } from '../../../app/dcs/keys';
import type {
  SessionState,
  SetCondition,
  StoreFailure,
  StoreProbe,
  StoreSession,
  StoreSnapshot,
  StoreWatch,
  WatchListener,
  WritableStore,
  Written,
} from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { compareText } from '../../../app/text';
import { countClusters } from '../count-clusters';
import { aclOf } from './acl';
import type { ChangeLog } from './change-log';
import { connect, type Connected, serverVersion, type Wanted } from './connect';
import { type Connection, LostError } from './connection';
import { type Ensemble, fixedEnsemble } from './ensemble';
import { describe } from './failure';
import { rootOf } from './nodes';
import { DEFAULT_TIMING, type ZooKeeperHost, type ZooKeeperOptions, type ZooKeeperTiming } from './options';
import { Code, KeeperError } from './protocol';
import { ZooKeeperSession } from './session';
import { TreeFollower } from './tree-follower';
import { TreeWalk } from './tree-walk';
import { type Following, ZooKeeperWatch } from './watch';
import { createKey, removeBelow, removeKey, setKey, type Writer } from './writes';

/** How long a prefix that nobody reads is still followed. */
const IDLE_MS = 30_000;

/** A prefix that is followed over one connection, for as many as want it. */
interface Followed {
  readonly connected: Connected;
  readonly started: Promise<TreeFollower | null>;
  users: number;
  idleTimer: NodeJS.Timeout | undefined;
}

/**
 * A ZooKeeper. One connection at a time, to the first server that answers; it is made when it is needed. Snapshots are exact: the tree
 * is watched while it is read, and what changes meanwhile is read again.
 */
export class ZooKeeperStore implements WritableStore {
  readonly timing: ZooKeeperTiming;
  /** The server whose connection failed last: it is tried last. */
  #failed: string | null = null;
  #connecting: Promise<Result<Connected, StoreFailure>> | null = null;
  #connected: Connected | null = null;
  readonly #followed = new Map<string, Followed>();
  readonly #logs = new Map<string, ChangeLog>();
  readonly #sessions = new Map<string, ZooKeeperSession>();
  #treeWatches: boolean;
  #closed = false;
  /** Raised when connections made before are not to be used any more. */
  #generation = 0;

  /** Throws when the hosts in the options are none: the settings' schema lets only hosts through. */
  constructor(
    private readonly options: ZooKeeperOptions,
    private readonly ensemble: Ensemble = fixedEnsemble(options.hosts),
  ) {
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#treeWatches = options.treeWatches ?? true;
    ensemble.onChange(({ hosts }) => this.#leave(hosts));
  }

  get kind(): 'zookeeper' | 'exhibitor' {
    return this.ensemble.kind;
  }

  async snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    return this.#with(async () => {
      const namespace = namespacePrefix(prefix);
      const following = (await this.#follow(namespace, null)) ?? (await this.#follow(namespace, null));
      if (following === null) throw new Error('a log without a past cannot be another one');
      try {
        const { follower } = following;
        await follower.settled();
        const nodes = [...follower.log.nodes.values()].sort((a, b) => compareText(a.key, b.key));
        return { storeId: this.#storeId, revision: follower.log.revision, nodes };
      } finally {
        following.leave();
      }
    });
  }

  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    return new ZooKeeperWatch(
      {
        follow: (namespace, since) => this.#with(() => this.#follow(namespace, since)),
        describe: (error, connection) => this.#describe(error, connection),
      },
      namespacePrefix(prefix),
      fromRevision,
      listener,
    );
  }

  /** ZooKeeper tells nobody how long another's session still has: only sessions opened here are answered for. */
  async sessions(ids: readonly string[]): Promise<Result<readonly SessionState[], StoreFailure>> {
    if (this.#closed) return err(this.#closedFailure());
    return ok(ids.flatMap((id) => this.#sessions.get(id)?.state() ?? []));
  }

  /** Tries the settings as they are: on a connection of its own, answered within 5 s in any case. */
  async probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    const start = Date.now();
    const until = start + this.timing.connectMs + this.timing.diagnosisMs;
    const connected = await this.#connect(this.#reading);
    if (!connected.ok) return connected;
    const { connection, host, context } = connected.value;
    const late = setTimeout(
      () => connection.giveUp(describe(new LostError(this.#lateFailure(host), false), context)),
      Math.max(50, until - Date.now()),
    );
    try {
      const namespace = namespacePrefix(prefix);
      const [entries, version] = await Promise.all([
        new TreeWalk(connection, rootOf(namespace), false).all(() => null),
        serverVersion(host, this.options, Math.max(50, Math.min(1000, until - Date.now()))),
      ]);
      entries.delete(rootOf(namespace));
      const keys = [...entries].flatMap(([path, { node }]) => (node === null ? [] : [path]));
      return ok({
        endpoint: host.target,
        version: version === null ? 'ZooKeeper' : `ZooKeeper ${version}`,
        clusterCount: countClusters(namespace, keys),
        keyCount: keys.length,
        elapsedMs: Date.now() - start,
      });
    } catch (error) {
      return err(describe(error, context));
    } finally {
      clearTimeout(late);
      void connection.end();
    }
  }

  create(key: string, value: string, session: StoreSession | null): Promise<Written> {
    return this.#write(session, (writer) => createKey(writer, key, value));
  }

  set(key: string, value: string, condition: SetCondition, session: StoreSession | null): Promise<Written> {
    return this.#write(session, (writer) => setKey(writer, key, value, condition));
  }

  remove(key: string, modRevision: string | null): Promise<Written> {
    return this.#write(null, (writer) => removeKey(writer, key, modRevision));
  }

  removeAll(prefix: string): Promise<Written> {
    return this.#write(null, (writer) => removeBelow(writer, namespacePrefix(prefix)));
  }

  async openSession(ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    if (this.#closed) return err(this.#closedFailure());
    const sessionMs = Math.round(ttlSeconds * 1000);
    const reconnect = (session: Connected['session'] | null): Promise<Result<Connected, StoreFailure>> =>
      this.#connect({ sessionMs, session, heartbeat: false });
    const connected = await reconnect(null);
    if (!connected.ok) return connected;
    const session = new ZooKeeperSession(connected.value, reconnect);
    this.#sessions.set(session.id, session);
    return ok(session);
  }

  wake(): void {
    this.#generation += 1;
    this.#connecting = null;
    this.#connected?.connection.giveUp({
      kind: 'unavailable',
      endpoint: this.#connected.host.target,
      message: 'The connection was made anew after this machine woke up.',
      advice: 'Nothing: it is tried again at once.',
      detail: 'wake',
    });
    this.#connected = null;
  }

  close(): void {
    this.#closed = true;
    this.#generation += 1;
    for (const followed of this.#followed.values()) clearTimeout(followed.idleTimer);
    for (const session of this.#sessions.values()) session.abandon(this.#closedFailure());
    if (this.#connected !== null) void this.#connected.connection.end();
    this.#connected = null;
    this.ensemble.close();
  }

  /** The ensemble has other servers now: a connection to one that is none of them any more ends. */
  #leave(hosts: readonly ZooKeeperHost[]): void {
    const connected = this.#connected;
    if (connected === null || hosts.some(({ target }) => target === connected.host.target)) return;
    connected.connection.giveUp({
      kind: 'unavailable',
      endpoint: connected.host.target,
      message: `${connected.host.target} does not belong to this ZooKeeper any more.`,
      advice: 'Nothing: another of its servers is asked.',
      detail: 'the list of servers changed',
    });
  }

  get #storeId(): string {
    return `${this.kind} ${this.ensemble.name}`;
  }

  /** Follows a prefix, with others who do; null when the store is another one than before, whose past is then forgotten. */
  async #follow(prefix: string, since: string | null): Promise<Following | null> {
    const ready = await this.#ready();
    if (!ready.ok) throw new LostError(ready.error, false);
    const connected = ready.value;
    let followed = this.#followed.get(prefix);
    if (followed?.connected !== connected) {
      followed = this.#startFollowing(connected, prefix, since);
      this.#followed.set(prefix, followed);
    }
    const one = followed;
    one.users += 1;
    clearTimeout(one.idleTimer);
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      one.users -= 1;
      if (one.users === 0) this.#rest(prefix, one);
    };
    try {
      const follower = await one.started;
      if (follower !== null) return { follower, connection: connected.connection, leave };
      if (this.#followed.get(prefix) === one) this.#followed.delete(prefix);
      this.#logs.delete(prefix);
      return null;
    } catch (error) {
      if (this.#followed.get(prefix) === one) this.#followed.delete(prefix);
      throw error;
    }
  }

  #startFollowing(connected: Connected, prefix: string, since: string | null): Followed {
    const options = { treeWatches: this.#treeWatches, pollMs: this.timing.pollMs, since };
    const past = this.#logs.get(prefix) ?? null;
    const started = TreeFollower.start(connected.connection, prefix, past, options).then((follower) => {
      if (follower === null) return null;
      this.#remember(prefix, follower.log);
      follower.onFail(() => {
        if (this.#followed.get(prefix)?.connected === connected) this.#followed.delete(prefix);
      });
      return follower;
    });
    // Whoever waits for it hears of it.
    started.catch(() => undefined);
    return { connected, started, users: 0, idleTimer: undefined };
  }

  #remember(prefix: string, log: ChangeLog): void {
    this.#logs.delete(prefix);
    this.#logs.set(prefix, log);
    // What nobody reads any more is read anew when somebody comes.
    for (const [known, { isRead }] of [...this.#logs].slice(0, -MOST_LOGS)) {
      if (!isRead && !this.#followed.has(known)) this.#logs.delete(known);
    }
  }

  #rest(prefix: string, followed: Followed): void {
    followed.idleTimer = setTimeout(() => {
      if (this.#followed.get(prefix) !== followed) return;
      this.#followed.delete(prefix);
      this.#logs.delete(prefix);
      void followed.started.then(
        (follower) => follower?.close(),
        () => undefined,
      );
    }, IDLE_MS);
    followed.idleTimer.unref();
  }

  /** A connection that is thought to work. Those who ask at once share one attempt. */
  #ready(): Promise<Result<Connected, StoreFailure>> {
    const current = this.#connected;
    if (current !== null && current.connection.lost === null) return Promise.resolve(ok(current));
    this.#connecting ??= this.#connectAgain();
    return this.#connecting;
  }

  async #connectAgain(): Promise<Result<Connected, StoreFailure>> {
    const generation = this.#generation;
    this.#failed = this.#connected?.host.target ?? this.#failed;
    const outcome = await this.#connect(this.#reading);
    if (generation !== this.#generation) {
      if (outcome.ok) void outcome.value.connection.end();
      return this.#closed ? err(this.#closedFailure()) : this.#ready();
    }
    this.#connecting = null;
    if (outcome.ok) this.#connected = outcome.value;
    return outcome;
  }

  get #reading(): Wanted {
    return { sessionMs: this.timing.sessionMs, session: null, heartbeat: true };
  }

  async #connect(wanted: Wanted): Promise<Result<Connected, StoreFailure>> {
    const servers = await this.ensemble.servers();
    if (!servers.ok) return servers;
    const { hosts, chroot } = servers.value;
    const failed = hosts.filter(({ target }) => target === this.#failed);
    const order = [...hosts.filter((host) => !failed.includes(host)), ...failed];
    return connect(order, chroot, this.options, this.timing, wanted);
  }

  /** Reads over a connection; when it turns out to be dead, once more over a new one. */
  async #with<T>(run: (connected: Connected) => Promise<T>): Promise<Result<T, StoreFailure>> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#closed) return err(this.#closedFailure());
      const connected = await this.#ready();
      if (!connected.ok) return connected;
      const { connection } = connected.value;
      try {
        return ok(await run(connected.value));
      } catch (error) {
        if (error instanceof KeeperError && error.code === Code.unimplemented && this.#treeWatches) {
          // A server before 3.6, which now ends the connection.
          this.#treeWatches = false;
          connection.giveUp(this.#describe(error, connection));
          continue;
        }
        const failure = connection.lost ?? this.#describe(error, connection);
        if (connection.lost === null || attempt >= 2 || failure.kind === 'timeout') return err(failure);
      }
    }
  }

  async #write(session: StoreSession | null, run: (writer: Writer) => Promise<Written>): Promise<Written> {
    if (this.#closed) return { kind: 'failed', failure: this.#closedFailure() };
    let connection: Connection;
    if (session === null) {
      const ready = await this.#ready();
      if (!ready.ok) return { kind: 'failed', failure: ready.error };
      ({ connection } = ready.value);
    } else {
      if (!(session instanceof ZooKeeperSession)) return { kind: 'no-session' };
      const own = await session.connection();
      if (!own.ok) return { kind: 'failed', failure: own.error };
      if (own.value === null) return { kind: 'no-session' };
      connection = own.value;
    }
    const written = await run({
      connection,
      session: session?.id ?? null,
      acl: aclOf(this.options.acls),
      describe: (error) => this.#describe(error, connection),
    });
    if (written.kind === 'no-session' && session instanceof ZooKeeperSession) session.expired();
    return written;
  }

  #describe(error: unknown, connection: Connection): StoreFailure {
    return describe(error, { host: connection.host, options: this.options, caFrom: null });
  }

  #lateFailure(host: ZooKeeperHost): StoreFailure {
    return {
      kind: 'timeout',
      endpoint: host.target,
      message: `ZooKeeper at ${host.target} is there but did not tell its keys in time.`,
      advice: 'It may be overloaded, or the line slow: its log and the four-letter word mntr tell.',
      detail: 'probe',
    };
  }

  #closedFailure(): StoreFailure {
    return {
      kind: 'other',
      endpoint: this.ensemble.name,
      message: 'This connection was closed.',
      advice: 'Open it again.',
      detail: 'closed',
    };
  }
}

/** How many prefixes without a reader are remembered over a break. */
const MOST_LOGS = 8;
