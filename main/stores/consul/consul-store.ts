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
import { namespacePrefix } from '../../../app/dcs/keys';
import { err, ok, type Result } from '../../../app/result';
import { countClusters } from '../count-clusters';
import type { Endpoint } from '../http-endpoint';
import { connect } from './connect';
import type { Connection } from './connection';
import { describe } from './failure';
import { isTransportError, readHttpError } from './http-error';
import { consulKey } from './nodes';
import { type ConsulOptions, type ConsulTiming, DEFAULT_TIMING, parseEndpoint } from './options';
import { type Picture, pictureOf } from './picture';
import { type ConsulSession, openConsulSession } from './session';
import { ConsulWatch } from './watch';
import { removeKey, setKey, write } from './writes';

/** A Consul over HTTP. One agent at a time, the first that answers. */
export class ConsulStore implements WritableStore {
  readonly kind = 'consul';
  readonly timing: ConsulTiming;
  #endpoints: readonly Endpoint[];
  #connecting: Promise<Result<Connection, StoreFailure>> | null = null;
  #connection: Connection | null = null;
  #closed = false;
  /** What was read last: a token may be allowed nothing more. */
  #namespace = '';
  #generation = 0;
  /** The last picture of each prefix, which a watch goes on from. */
  readonly #own = new Map<string, ConsulSession>();
  readonly #pictures = new Map<string, Picture>();

  /** Throws when an endpoint is none: the settings' schema lets only endpoints through. */
  constructor(private readonly options: ConsulOptions) {
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#endpoints = options.endpoints.map((url) => {
      const endpoint = parseEndpoint(url);
      if (endpoint === null) throw new Error(`not an endpoint of Consul: ${url}`);
      return { ...endpoint, way: options.way };
    });
  }

  async snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    const listing = await this.#with(prefix, (connection) => connection.list(prefix, this.timing.callMs));
    if (!listing.ok) return listing;
    const picture = pictureOf(listing.value);
    this.#pictures.set(namespacePrefix(prefix), picture);
    // Consul has no id of its own that everybody may read.
    return ok({ storeId: this.options.dc ?? 'consul', revision: picture.revision, nodes: listing.value.nodes });
  }

  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    const at = namespacePrefix(prefix);
    return new ConsulWatch(
      {
        timing: this.timing,
        connection: () => this.#ready(prefix),
        failed: (error, connection) => this.#failed(error, connection, prefix),
        picture: (revision) => {
          const known = this.#pictures.get(at);
          return known?.revision === revision ? known : null;
        },
        remember: (picture) => void this.#pictures.set(at, picture),
      },
      prefix,
      fromRevision,
      listener,
    );
  }

  /** Of a session that lives Consul tells its TTL but not what is left of it: only our own are told, and those that are over. */
  async sessions(ids: readonly string[]): Promise<Result<readonly SessionState[], StoreFailure>> {
    if (ids.length === 0) return ok([]);
    return this.#with(this.#namespace, async (connection) => {
      const known = await Promise.all(
        ids.map(async (id) => ({
          id,
          // What is no session id names no session that Consul could know.
          lives: /^[0-9a-f-]{36}$/i.test(id) && (await connection.hasSession(id, this.timing.callMs)),
        })),
      );
      const askedAt = new Date().toISOString();
      return known.flatMap(({ id, lives }) => {
        if (!lives) return [{ id, grantedTtlSeconds: 0, remainingTtlSeconds: -1, askedAt }];
        const own = this.#own.get(id);
        if (own === undefined) return [];
        return [{ id, grantedTtlSeconds: own.ttlSeconds, remainingTtlSeconds: own.remainingSeconds, askedAt }];
      });
    });
  }

  /** Tries the settings as they are: on a connection of its own, answered within 5 s in any case. */
  async probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    const start = Date.now();
    const connected = await connect(this.#endpoints, this.options, prefix, this.timing);
    if (!connected.ok) return connected;
    const { connection, hello } = connected.value;
    try {
      // Some tokens may not ask the agent about itself; the version is only told, nothing hangs on it.
      const version = await connection.version(this.timing.diagnosisMs).catch(() => '');
      const keys = hello.nodes.map(({ key }) => key);
      return ok({
        endpoint: connection.endpoint.url,
        version: version === '' ? 'Consul' : `Consul ${version}`,
        clusterCount: countClusters(prefix, keys),
        keyCount: keys.length,
        elapsedMs: Date.now() - start,
      });
    } finally {
      connection.close();
    }
  }

  create(key: string, value: string, session: StoreSession | null): Promise<Written> {
    return this.set(key, value, { modRevision: '0' }, session);
  }

  set(key: string, value: string, condition: SetCondition, session: StoreSession | null): Promise<Written> {
    return this.#write(key, (connection, words) =>
      setKey(connection, key, value, condition, session?.id ?? null, this.timing.callMs, words),
    );
  }

  remove(key: string, modRevision: string | null): Promise<Written> {
    return this.#write(key, (connection, words) => removeKey(connection, key, modRevision, this.timing.callMs, words));
  }

  removeAll(prefix: string): Promise<Written> {
    const at = namespacePrefix(prefix);
    return this.#write(at, (connection, words) =>
      write(connection, at, [{ Verb: 'delete-tree', Key: consulKey(at) }], this.timing.callMs, words),
    );
  }

  async openSession(ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    const opened = await openConsulSession(
      (run) => this.#with(this.#namespace, (connection) => run(connection, this.timing.callMs)),
      ttlSeconds,
    );
    if (opened.ok) this.#own.set(opened.value.id, opened.value);
    return opened;
  }

  wake(): void {
    this.#generation += 1;
    this.#connecting = null;
    this.#connection?.close();
    this.#connection = null;
  }

  close(): void {
    this.#closed = true;
    this.wake();
    this.#pictures.clear();
  }

  /** A connection that is thought to work. Those who ask at once share one attempt. */
  #ready(namespace: string): Promise<Result<Connection, StoreFailure>> {
    if (this.#closed) return Promise.resolve(err(this.#closedFailure()));
    this.#namespace = namespace;
    if (this.#connection !== null) return Promise.resolve(ok(this.#connection));
    this.#connecting ??= this.#connect(namespace);
    return this.#connecting;
  }

  async #connect(namespace: string): Promise<Result<Connection, StoreFailure>> {
    const generation = this.#generation;
    const outcome = await connect(this.#endpoints, this.options, namespace, this.timing);
    if (generation !== this.#generation) {
      if (outcome.ok) outcome.value.connection.close();
      return this.#ready(namespace);
    }
    this.#connecting = null;
    if (!outcome.ok) return outcome;
    this.#connection = outcome.value.connection;
    return ok(outcome.value.connection);
  }

  /** Runs reading calls on a connection; when it turns out to be dead, once more on a new one. */
  async #with<T>(namespace: string, run: (connection: Connection) => Promise<T>): Promise<Result<T, StoreFailure>> {
    for (let attempt = 1; ; attempt += 1) {
      const connected = await this.#ready(namespace);
      if (!connected.ok) return connected;
      const connection = connected.value;
      try {
        return ok(await run(connection));
      } catch (error) {
        const said = readHttpError(error);
        const failure = this.#failed(error, connection, namespace);
        if (!isTransportError(said) || said.timedOut || attempt >= 2) return err(failure);
      }
    }
  }

  async #write(
    where: string,
    run: (connection: Connection, words: (error: unknown) => StoreFailure) => Promise<Written>,
  ): Promise<Written> {
    const namespace = this.#namespace === '' ? where : this.#namespace;
    const connected = await this.#ready(namespace);
    if (!connected.ok) return { kind: 'failed', failure: connected.error };
    return run(connected.value, (error) => this.#failed(error, connected.value, namespace));
  }

  /** Why a call failed; a connection that is at fault is given up, and its agent comes last from then on. */
  #failed(error: unknown, connection: Connection, namespace: string): StoreFailure {
    const { endpoint } = connection;
    if (isTransportError(readHttpError(error)) && this.#connection === connection) {
      this.#connection = null;
      this.#endpoints = [...this.#endpoints.filter((one) => one !== endpoint), endpoint];
      connection.close();
    }
    return describe(error, { endpoint, options: this.options, namespace });
  }

  #closedFailure(): StoreFailure {
    return {
      kind: 'other',
      endpoint: this.options.endpoints.join(', '),
      message: 'This connection was closed.',
      advice: 'Open it again.',
      detail: 'closed',
    };
  }
}
