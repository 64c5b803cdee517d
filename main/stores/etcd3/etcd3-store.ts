import type { IKeyValue, ITxnRequest } from 'etcd3';
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
import { countClusters } from '../count-clusters';
import { connect } from './connect';
import type { EtcdConnection } from './etcd-connection';
import { describe } from './failure';
import { isCompacted, isTransportError, readGrpcError } from './grpc-error';
import { above, keyRange, type KeyRange } from './key-range';
import { Lease } from './lease';
import { Lineage } from './lineage';
import { decodeKey, toNode } from './nodes';
import { DEFAULT_TIMING, type Endpoint, type Etcd3Options, type Etcd3Timing, parseEndpoint } from './options';
import { Etcd3Watch } from './watch';
import { failedWrite } from './write-failure';
import { outcomeOf, removeAllRequest, removeRequest, setRequest } from './write-requests';

/** The first page of a snapshot; later ones are as long as about 4 MB of what came so far. */
const FIRST_PAGE_KEYS = 200;
const PAGE_BYTES = 4_000_000;

/** An etcd v3 over gRPC, or over its HTTP gateway where it does not speak that. One connection at a time, to the first endpoint that answers; it is made when it is needed. */
export class Etcd3Store implements WritableStore {
  readonly kind = 'etcd3';
  readonly timing: Etcd3Timing;
  readonly #lineages = new Map<string, Lineage>();
  #endpoints: readonly Endpoint[];
  #connecting: Promise<Result<EtcdConnection, StoreFailure>> | null = null;
  #connection: EtcdConnection | null = null;
  #closed = false;
  /** What was read last: a connection made for something else is tried on it, as a user may be allowed nothing more. */
  #namespace = '';
  /** Raised when connections made before are not to be used any more. */
  #generation = 0;

  /** Throws when an endpoint is none: the settings' schema lets only endpoints through. */
  constructor(private readonly options: Etcd3Options) {
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#endpoints = options.endpoints.map((url) => {
      const endpoint = parseEndpoint(url);
      if (endpoint === null) throw new Error(`not an endpoint of etcd: ${url}`);
      return { ...endpoint, way: options.way };
    });
  }

  get way(): string | null {
    return this.#connection?.way ?? null;
  }

  async snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    return this.#with(prefix, async (connection) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#readAll(connection, prefix, null);
        } catch (error) {
          // The revision of the first page was compacted before the last page came: from the start again.
          if (attempt >= 3 || !isCompacted(readGrpcError(error))) throw error;
        }
      }
    });
  }

  /** All keys below a prefix as they were at a revision; etcd has them back to its last compaction. */
  snapshotAt(prefix: string, revision: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    return this.#with(prefix, (connection) => this.#readAll(connection, prefix, revision));
  }

  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    return new Etcd3Watch(
      {
        timing: this.timing,
        connection: (namespace) => this.#ready(namespace),
        describe: (error, connection, namespace) => this.#describe(error, connection, namespace),
      },
      prefix,
      fromRevision,
      listener,
      this.#lineage(prefix),
    );
  }

  async sessions(ids: readonly string[]): Promise<Result<readonly SessionState[], StoreFailure>> {
    if (ids.length === 0) return ok([]);
    return this.#with(this.#namespace, async (connection) => {
      const deadline = Date.now() + this.timing.callMs;
      return Promise.all(
        ids.map(async (id): Promise<SessionState> => {
          // What is no lease id names no lease that etcd could know.
          const lease = /^\d{1,19}$/.test(id)
            ? await connection.leaseTtl(id, deadline)
            : { granted: '0', remaining: '-1' };
          return {
            id,
            grantedTtlSeconds: Number(lease.granted),
            remainingTtlSeconds: Number(lease.remaining),
            askedAt: new Date().toISOString(),
          };
        }),
      );
    });
  }

  /** Tries the settings as they are: on a connection of its own, answered within 5 s in any case. */
  async probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    const start = Date.now();
    const connected = await connect(this.#endpoints, this.options, prefix, this.timing);
    if (!connected.ok) return connected;
    const { connection } = connected.value;
    try {
      const deadline = start + this.timing.connectMs + this.timing.diagnosisMs;
      // Some etcds keep the status from users other than root; the version is only told, nothing hangs on it.
      const version = await connection.version(deadline).catch(() => '');
      const keys = await connection.range({ ...keyRange(prefix), keys_only: true }, deadline);
      return ok({
        endpoint: connection.endpoint.url,
        version: `${version === '' ? 'etcd' : `etcd ${version}`}${connection.way === null ? '' : `, by ${connection.way}`}`,
        clusterCount: countClusters(
          prefix,
          keys.kvs.map(({ key }) => decodeKey(key)),
        ),
        keyCount: keys.kvs.length,
        elapsedMs: Date.now() - start,
      });
    } catch (error) {
      return err(this.#describe(error, connection, prefix));
    } finally {
      connection.close();
    }
  }

  create(key: string, value: string, session: StoreSession | null): Promise<Written> {
    return this.set(key, value, { modRevision: '0' }, session);
  }

  set(key: string, value: string, condition: SetCondition, session: StoreSession | null): Promise<Written> {
    return this.#write(key, setRequest(key, value, condition, session?.id ?? null));
  }

  remove(key: string, modRevision: string | null): Promise<Written> {
    return this.#write(key, removeRequest(key, modRevision === null ? 'any' : { modRevision }));
  }

  removeAll(prefix: string): Promise<Written> {
    return this.#write(prefix, removeAllRequest(prefix));
  }

  openSession(ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    return Lease.grant(
      (run) => this.#with(this.#namespace, (connection) => run(connection, Date.now() + this.timing.callMs)),
      ttlSeconds,
    );
  }

  wake(): void {
    const connection = this.#connection;
    this.#generation++;
    this.#connecting = null;
    this.#connection = null;
    connection?.giveUp({
      kind: 'unavailable',
      endpoint: connection.endpoint.url,
      message: 'The connection was made anew after this machine woke up.',
      advice: 'Nothing: it is tried again at once.',
      detail: 'wake',
    });
  }

  close(): void {
    this.#closed = true;
    this.#generation++;
    this.#connection?.close();
    this.#connection = null;
  }

  /** A connection that is thought to work. Those who ask at once share one attempt. */
  #ready(namespace: string): Promise<Result<EtcdConnection, StoreFailure>> {
    this.#namespace = namespace;
    const current = this.#connection;
    if (current !== null && current.lost === null) return Promise.resolve(ok(current));
    const connecting = this.#connecting ?? this.#connect(namespace);
    this.#connecting = connecting;
    return connecting;
  }

  async #connect(namespace: string): Promise<Result<EtcdConnection, StoreFailure>> {
    const generation = this.#generation;
    const failed = this.#connection?.endpoint;
    // The endpoint that just failed comes last.
    if (failed !== undefined) this.#endpoints = [...this.#endpoints.filter((one) => one !== failed), failed];
    const outcome = await connect(this.#endpoints, this.options, namespace, this.timing);
    if (generation !== this.#generation) {
      if (outcome.ok) outcome.value.connection.close();
      return this.#closed ? err(this.#closedFailure()) : this.#ready(namespace);
    }
    this.#connecting = null;
    if (!outcome.ok) return outcome;
    this.#connection = outcome.value.connection;
    return ok(outcome.value.connection);
  }

  /** Runs calls on a connection; when it turns out to be dead, once more on a new one. */
  async #with<T>(namespace: string, run: (connection: EtcdConnection) => Promise<T>): Promise<Result<T, StoreFailure>> {
    for (let attempt = 1; ; attempt++) {
      if (this.#closed) return err(this.#closedFailure());
      const connected = await this.#ready(namespace);
      if (!connected.ok) return connected;
      const connection = connected.value;
      try {
        return ok(await run(connection));
      } catch (error) {
        const failure = this.#describe(error, connection, namespace);
        if (!isTransportError(readGrpcError(error))) return err(failure);
        connection.giveUp(failure);
        if (attempt >= 2 || failure.kind === 'timeout') return err(failure);
      }
    }
  }

  /** Sends a write once: whether one that got no answer was done is for the caller to find out. */
  async #write(where: string, request: ITxnRequest): Promise<Written> {
    if (this.#closed) return { kind: 'failed', failure: this.#closedFailure() };
    // A user may be allowed these keys and nothing else.
    const namespace = this.#namespace === '' ? where : this.#namespace;
    const connected = await this.#ready(namespace);
    if (!connected.ok) return { kind: 'failed', failure: connected.error };
    const connection = connected.value;
    try {
      return outcomeOf(await connection.transaction(request, Date.now() + this.timing.callMs));
    } catch (error) {
      const said = readGrpcError(error);
      const failure = this.#describe(error, connection, namespace);
      if (isTransportError(said)) connection.giveUp(failure);
      return failedWrite(said, failure, where);
    }
  }

  async #readAll(connection: EtcdConnection, prefix: string, at: string | null): Promise<StoreSnapshot> {
    const range = keyRange(prefix);
    let rest: KeyRange = range;
    let limit = FIRST_PAGE_KEYS;
    let bytes = 0;
    const kvs: IKeyValue[] = [];
    const page = (revision: string | null): ReturnType<EtcdConnection['range']> =>
      connection.range(
        // Later pages are read at the first one's revision, which this member has: no need to ask the majority again.
        { ...rest, limit, ...(revision === null ? {} : { revision, serializable: true }) },
        Date.now() + this.timing.callMs,
      );
    let answer = await page(at);
    const header = answer.header;
    for (;;) {
      for (const kv of answer.kvs) {
        kvs.push(kv);
        bytes += kv.key.length + kv.value.length;
      }
      const last = kvs.at(-1);
      if (!answer.more || last === undefined) break;
      limit = Math.max(4, Math.min(10_000, Math.floor(PAGE_BYTES / (bytes / kvs.length))));
      rest = above(range, last.key);
      answer = await page(at ?? header.revision);
    }
    if (at === null) this.#lineage(prefix).begin(header, kvs);
    return { storeId: header.cluster_id, revision: at ?? header.revision, nodes: kvs.map((kv) => toNode(kv)) };
  }

  #lineage(prefix: string): Lineage {
    const lineage = this.#lineages.get(prefix) ?? new Lineage();
    this.#lineages.set(prefix, lineage);
    return lineage;
  }

  #describe(error: unknown, connection: EtcdConnection, namespace: string): StoreFailure {
    return describe(error, { endpoint: connection.endpoint, options: this.options, namespace });
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
